package rego

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"github.com/nplint/nplint/lint"
)

// metadata is the "# METADATA" comment above a module's package: what OPA calls
// annotations of the scope package. It is read here rather than by OPA, so that
// rules can be listed at next to no cost.
type metadata struct {
	Scope            string     `yaml:"scope"`
	Title            string     `yaml:"title"`
	Description      string     `yaml:"description"`
	RelatedResources []resource `yaml:"related_resources"`
	Authors          any        `yaml:"authors"`
	Organizations    any        `yaml:"organizations"`
	Schemas          any        `yaml:"schemas"`
	Entrypoint       bool       `yaml:"entrypoint"`
	Custom           custom     `yaml:"custom"`
}

// custom is what nplint reads beside OPA's own annotations.
type custom struct {
	Severity   string               `yaml:"severity"`
	Preset     string               `yaml:"preset"`
	Tags       []string             `yaml:"tags"`
	Score      float64              `yaml:"score"`
	Parameters map[string]parameter `yaml:"parameters"`
}

// resource is a link, with or without a description.
type resource struct{ Ref string }

// UnmarshalYAML reads a link in either of the forms that OPA knows.
func (r *resource) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		return n.Decode(&r.Ref)
	}
	var long struct {
		Ref         string `yaml:"ref"`
		Description string `yaml:"description"`
	}
	err := n.Decode(&long)
	r.Ref = long.Ref
	return err
}

// errNoMetadata says what every rule has to bring.
var errNoMetadata = errors.New(`no documentation: write "# METADATA", "# title:" and "# description:" above the package`)

// readMetadata reads the documentation of a module.
func readMetadata(s *source) (*metadata, error) {
	block, line := s.comment("METADATA")
	if block == "" {
		return nil, fmt.Errorf("%s:%d: %w", s.name, s.packageLine, errNoMetadata)
	}
	m := &metadata{}
	dec := yaml.NewDecoder(strings.NewReader(block))
	dec.KnownFields(true)
	if err := dec.Decode(m); err != nil {
		return nil, yamlError(s.name, line, err)
	}
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("%s:%d: %w", s.name, line, err)
	}
	return m, nil
}

func (m *metadata) check() error {
	m.Title, m.Description = strings.TrimSpace(m.Title), strings.TrimSpace(m.Description)
	switch {
	case m.Title == "" || m.Description == "":
		return errNoMetadata
	case strings.HasSuffix(m.Title, ".") || strings.Contains(m.Title, "\n"):
		return errors.New("the title is one line without a full stop")
	case m.Scope != "" && m.Scope != "package" && m.Scope != "subpackages":
		return fmt.Errorf("the documentation above the package has the scope %s", m.Scope)
	}
	for _, tag := range m.Custom.Tags {
		if !knownTag(tag) {
			return fmt.Errorf("custom.tags: unknown tag %q%s", tag, lint.Suggest(tag, lint.Tags))
		}
	}
	if _, err := m.severity(); err != nil {
		return fmt.Errorf("custom.severity: %w", err)
	}
	if _, err := m.preset(); err != nil {
		return fmt.Errorf("custom.preset: %w", err)
	}
	return nil
}

// severity returns the rule's severity, a warning where none is written.
func (m *metadata) severity() (lint.Severity, error) {
	if m.Custom.Severity == "" {
		return lint.Warning, nil
	}
	return lint.ParseSeverity(m.Custom.Severity)
}

// preset returns the first preset that holds the rule: the first of all where
// none is written, because whoever points nplint at a module wants it to run.
func (m *metadata) preset() (lint.Preset, error) {
	if m.Custom.Preset == "" {
		return lint.Recommended, nil
	}
	return lint.ParsePreset(m.Custom.Preset)
}

func knownTag(tag string) bool {
	for _, known := range lint.Tags {
		if tag == known {
			return true
		}
	}
	return false
}

// doc returns the rule's documentation: what the module says, its parameters
// and where it is.
func (m *metadata) doc(rule, file string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n%s\n", m.Title, m.Description)
	if len(m.Custom.Parameters) > 0 {
		fmt.Fprintf(&b, "\nParameters, below rego.config.%s in .nplint.yaml:\n\n%s", rule, describe(m.Custom.Parameters))
	}
	fmt.Fprintf(&b, "\nWritten in Rego: %s.\n", file)
	for _, r := range m.RelatedResources {
		fmt.Fprintf(&b, "\n%s\n", r.Ref)
	}
	return strings.TrimSpace(b.String())
}

var yamlLine = regexp.MustCompile(`line (\d+): (?:field (\S+) not found in type rego\.\w+)?`)

// yamlError says where in a file the documentation cannot be read. The block
// begins on the line after first.
func yamlError(name string, first int, err error) error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	var typeError *yaml.TypeError
	if errors.As(err, &typeError) {
		text = typeError.Errors[0]
	}
	line := first
	if m := yamlLine.FindStringSubmatchIndex(text); m != nil {
		var n int
		fmt.Sscan(text[m[2]:m[3]], &n)
		line += n
		if m[4] >= 0 {
			key := text[m[4]:m[5]]
			text = fmt.Sprintf("unknown key %q%s", key, lint.Suggest(key, words(
				"scope title description related_resources authors organizations schemas entrypoint custom severity preset tags score parameters default")))
		} else {
			text = text[m[1]:]
		}
	}
	return fmt.Errorf("%s:%d: read the documentation: %s", name, line, text)
}

func words(s string) []string { return strings.Fields(s) }

// comment returns the YAML below a comment line that holds only a word, in the
// block of comments right above the package or before it, and the line of that
// word; "" if there is none.
func (s *source) comment(word string) (block string, line int) {
	var b bytes.Buffer
	for i, text := range strings.Split(string(s.text), "\n") {
		if i+1 >= s.packageLine {
			break
		}
		text, isComment := strings.CutPrefix(strings.TrimRight(text, "\r\t "), "#")
		switch {
		case line > 0 && !isComment:
			return b.String(), line
		case line > 0:
			b.WriteString(strings.TrimPrefix(text, " ") + "\n")
		case isComment && strings.TrimSpace(text) == word:
			line = i + 1
		}
	}
	return b.String(), line
}
