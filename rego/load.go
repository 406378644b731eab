package rego

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/reach"
)

// Load returns the rules that the modules of a file system define, sorted by
// name: a rule for every package below nplint.rules, named after it. Its
// documentation, severity, tags and preset stand in the "# METADATA" comment
// above the package. Other packages are helpers; files that end in _test.rego
// and folders called testdata are left out.
//
// The error names file and line of every module that is no rule; the other
// rules are returned beside it. Modules are compiled when a rule runs for the
// first time, and a mistake in one is the error of its Run.
func Load(fsys fs.FS) ([]*lint.Rule, error) { return LoadAs(fsys, "") }

// LoadAs is [Load] for a file system that users know by a name: errors and
// documentation put it before the names of files.
func LoadAs(fsys fs.FS, name string) ([]*lint.Rule, error) {
	modules, err := loadModules(fsys, name)
	var rules []*lint.Rule
	for _, m := range modules {
		rules = append(rules, m.rule())
	}
	return rules, err
}

var ruleName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// module is a rule's package.
type module struct {
	name    string
	pkg     string
	sources library // of the package
	lib     library // all that was loaded together
	meta    *metadata
	file    string // the one with the documentation

	compiled func() (*program, error)
}

func loadModules(fsys fs.FS, prefix string) ([]*module, error) {
	all, err := readSources(fsys, prefix)
	if err != nil {
		return nil, err
	}
	var errs []error
	byPackage := map[string]*module{}
	var lib library
	for _, s := range all {
		if s.isTest() {
			continue
		}
		lib = append(lib, s)
		switch {
		case s.pkg == "":
			errs = append(errs, fmt.Errorf("%s:%d: a module begins with its package, such as package nplint.rules.my_rule", s.name, s.packageLine))
		case s.rule() != "" && !ruleName.MatchString(s.rule()):
			errs = append(errs, fmt.Errorf("%s:%d: the package of a rule is nplint.rules.NAME, and the name lower case with underscores", s.name, s.packageLine))
		case s.rule() != "":
			if byPackage[s.pkg] == nil {
				byPackage[s.pkg] = &module{name: s.rule(), pkg: s.pkg}
			}
			byPackage[s.pkg].sources = append(byPackage[s.pkg].sources, s)
		}
	}
	var modules []*module
	for _, m := range byPackage {
		m.lib = lib
		if err := m.document(); err != nil {
			errs = append(errs, err)
			continue
		}
		m.compiled = sync.OnceValues(m.compile)
		modules = append(modules, m)
	}
	slices.SortFunc(modules, func(a, b *module) int { return strings.Compare(a.name, b.name) })
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return modules, errors.Join(errs...)
}

// document finds the documentation of a package in one of its files.
func (m *module) document() error {
	var firstErr error
	for _, s := range m.sources {
		meta, err := readMetadata(s)
		switch {
		case err == nil:
			m.meta, m.file = meta, s.name
			return nil
		case firstErr == nil || errors.Is(firstErr, errNoMetadata):
			firstErr = err
		}
	}
	return firstErr
}

// rule returns the module as a rule.
func (m *module) rule() *lint.Rule {
	severity, _ := m.meta.severity() // both checked when the documentation was read
	preset, _ := m.meta.preset()
	tags := slices.Clone(m.meta.Custom.Tags)
	if !slices.Contains(tags, "rego") {
		tags = append(tags, "rego")
	}
	requires := []*lint.Rule{input}
	if m.lib.asksEngine() {
		requires = append(requires, reach.Rule)
	}
	return &lint.Rule{
		Name: m.name, Doc: m.meta.doc(m.name, m.file),
		Severity: severity, Preset: preset, Tags: tags, Score: m.meta.Custom.Score,
		Requires: requires,
		Run:      m.run,
	}
}
