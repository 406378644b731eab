package rego

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

//go:embed schema.json
var schema []byte

// Schema returns the JSON schema of the document that modules read as input.
func Schema() []byte { return slices.Clone(schema) }

// program is a compiled module, for any number of bundles at a time.
type program struct {
	compiler *ast.Compiler
	report   *ast.Location // of the rule that says the findings
}

// compile compiles a module together with the modules that it uses.
func (m *module) compile() (*program, error) {
	parsed, err := m.lib.parse(m.pkg)
	if err != nil {
		return nil, err
	}
	compiler, err := newCompiler()
	if err != nil {
		return nil, err
	}
	compiler.Compile(parsed)
	if compiler.Failed() {
		return nil, m.lib.explain(compiler.Errors)
	}
	rules := compiler.GetRulesExact(ref(m.pkg, "report"))
	if len(rules) == 0 {
		return nil, fmt.Errorf("%s: reports nothing: write `report contains finding if { ... }`", m.file)
	}
	if err := m.checkParameters(parsed); err != nil {
		return nil, err
	}
	return &program{compiler: compiler, report: rules[0].Location}, nil
}

// newCompiler returns a compiler with the sandbox and the type of input.
func newCompiler() (*ast.Compiler, error) {
	var document any
	if err := json.Unmarshal(schema, &document); err != nil {
		return nil, fmt.Errorf("read schema.json: %w", err)
	}
	schemas := ast.NewSchemaSet()
	schemas.Put(ast.SchemaRootRef, document)
	return ast.NewCompiler().WithCapabilities(capabilities()).WithSchemas(schemas).WithStrict(true), nil
}

// ref returns the reference to a rule of a dotted package.
func ref(pkg, name string) ast.Ref {
	r := ast.Ref{ast.DefaultRootDocument}
	for _, part := range append(strings.Split(pkg, "."), name) {
		r = append(r, ast.StringTerm(part))
	}
	return r
}

// parse parses the sources of a package and of those that it refers to, one
// through another: a mistake in a module that is not used is not its trouble.
func (l library) parse(pkg string) (map[string]*ast.Module, error) {
	parsed := map[string]*ast.Module{}
	for wanted := []string{pkg}; len(wanted) > 0; {
		var next []string
		for _, s := range l {
			if parsed[s.name] != nil || !slices.ContainsFunc(wanted, s.within) {
				continue
			}
			module, err := l.parseOne(s)
			if err != nil {
				return nil, err
			}
			parsed[s.name] = module
			next = append(next, uses(module)...)
		}
		wanted = next
	}
	return parsed, nil
}

func (l library) parseOne(s *source) (*ast.Module, error) {
	module, err := ast.ParseModuleWithOpts(s.name, string(s.text), ast.ParserOptions{
		Capabilities: capabilities(), RegoVersion: ast.RegoV1, ProcessAnnotation: true,
	})
	if err != nil {
		return nil, l.explain(err)
	}
	if module == nil {
		return nil, fmt.Errorf("%s: the module is empty", s.name)
	}
	return module, nil
}

// within reports whether the source's package is, contains or is inside what a
// dotted reference names.
func (s *source) within(name string) bool {
	return s.pkg == name || strings.HasPrefix(name, s.pkg+".") || strings.HasPrefix(s.pkg, name+".")
}

// uses returns what a module refers to below data, dotted.
func uses(module *ast.Module) []string {
	var names []string
	ast.WalkRefs(module, func(r ast.Ref) bool {
		if !r.HasPrefix(ast.DefaultRootRef) {
			return false
		}
		var parts []string
		for _, term := range r[1:] {
			part, isString := term.Value.(ast.String)
			if !isString {
				break
			}
			parts = append(parts, string(part))
		}
		if len(parts) > 0 {
			names = append(names, strings.Join(parts, "."))
		}
		return false
	})
	return names
}

// checkParameters refuses a reference to a parameter that the module does not
// declare: nobody could set it.
func (m *module) checkParameters(parsed map[string]*ast.Module) error {
	own := ref("nplint.config", m.name)
	var errs ast.Errors
	for _, name := range sortedKeys(parsed) {
		ast.WalkRefs(parsed[name], func(r ast.Ref) bool {
			if !r.HasPrefix(own) || len(r) == len(own) {
				return false
			}
			parameter, isString := r[len(own)].Value.(ast.String)
			if _, declared := m.meta.Custom.Parameters[string(parameter)]; isString && !declared {
				errs = append(errs, ast.NewError(ast.TypeErr, r[0].Location, "parameter %s is not declared under custom.parameters", string(parameter)))
			}
			return false
		})
	}
	if len(errs) > 0 {
		return m.lib.explain(errs)
	}
	return nil
}

// explain turns OPA's errors into messages with file, line and the line itself.
func (l library) explain(err error) error {
	var all ast.Errors
	if !errors.As(err, &all) {
		return err
	}
	var messages []error
	for _, e := range all {
		messages = append(messages, l.explainOne(e))
	}
	return errors.Join(messages...)
}

func (l library) explainOne(e *ast.Error) error {
	var b strings.Builder
	message := e.Message
	if name, found := strings.CutPrefix(message, "undefined function "); found && isWithheld(name) {
		message = name + " is not available: modules have no network, clock, environment, randomness or files"
	}
	at := e.Location
	if at == nil {
		return errors.New(message)
	}
	fmt.Fprintf(&b, "%s:%d:%d: %s", at.File, at.Row, max(at.Col, 1), message)
	for _, s := range l {
		if line := s.line(at.Row); s.name == at.File && line != "" {
			number := fmt.Sprint(at.Row)
			column := min(max(at.Col-1, 0), len(line))
			indent := strings.Map(func(r rune) rune {
				if r == '\t' {
					return r
				}
				return ' '
			}, line[:column])
			fmt.Fprintf(&b, "\n  %s | %s\n  %s | %s^", number, line, strings.Repeat(" ", len(number)), indent)
		}
	}
	if d, ok := e.Details.(*ast.RefErrUnsupportedDetail); ok && d != nil {
		return errors.New(b.String())
	}
	if e.Details != nil && e.Code == ast.TypeErr {
		for _, line := range e.Details.Lines() {
			fmt.Fprintf(&b, "\n  %s", line)
		}
	}
	return errors.New(b.String())
}
