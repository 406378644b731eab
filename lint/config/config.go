// Package config reads .nplint.yaml. Every mistake in it is an error with file
// and line: a key that is silently ignored is worse than none.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	yaml "go.yaml.in/yaml/v3"

	"github.com/nplint/nplint/lint"
)

// Name is the name of the configuration file.
const Name = ".nplint.yaml"

// Config is what a configuration file says. Fields that it does not mention are
// zero.
type Config struct {
	Version int `yaml:"version"`
	// Preset and FailOn are named as on the command line.
	Preset string `yaml:"preset"`
	FailOn string `yaml:"fail-on"`
	// Select and IgnoreRules hold rules and tags.
	Select      []string `yaml:"select"`
	IgnoreRules []string `yaml:"ignore-rules"`
	// Rules sets the severity of single rules, or switches them off.
	Rules map[string]string `yaml:"rules"`
	// Exclude holds patterns of files and folders not to read.
	Exclude   []string `yaml:"exclude"`
	Namespace string   `yaml:"namespace"`
	Complete  bool     `yaml:"complete"`
	// CNI is the network plugin as on the command line: cilium@1.15.
	CNI string `yaml:"cni"`
	// Bundles says what is analysed together, instead of what nplint would find
	// out by itself.
	Bundles []Bundle `yaml:"bundles"`
}

// Bundle is one cluster's view of the input. Its paths are relative to the
// configuration file.
type Bundle struct {
	Name   string   `yaml:"name"`
	Paths  []string `yaml:"paths"`
	Charts []Chart  `yaml:"charts"`
}

// Chart is a chart and what it is rendered with.
type Chart struct {
	Path      string   `yaml:"path"`
	Values    []string `yaml:"values"`
	Namespace string   `yaml:"namespace"`
	Release   string   `yaml:"release"`
}

// In returns the bundle with its paths seen from another folder, of which dir is
// the way to the configuration's.
func (b Bundle) In(dir string) Bundle {
	seen := func(paths []string) []string {
		var out []string
		for _, p := range paths {
			out = append(out, path.Join(dir, p))
		}
		return out
	}
	out := Bundle{Name: b.Name, Paths: seen(b.Paths)}
	for _, c := range b.Charts {
		c.Path, c.Values = path.Join(dir, c.Path), seen(c.Values)
		out.Charts = append(out.Charts, c)
	}
	return out
}

// Find returns the name of the configuration file that holds for a folder: the
// nearest one upwards to the root of the git repository, "" if there is none.
func Find(fsys fs.FS, dir string) string {
	for ; ; dir = path.Dir(dir) {
		if info, err := fs.Stat(fsys, path.Join(dir, Name)); err == nil && !info.IsDir() {
			return path.Join(dir, Name)
		}
		if _, err := fs.Stat(fsys, path.Join(dir, ".git")); err == nil || dir == "." {
			return ""
		}
	}
}

// Parse reads a configuration. name is the file's name in errors.
func Parse(name string, data []byte) (*Config, error) {
	c := &Config{}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(c); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s", explain(name, err))
	}
	return c, c.check(name)
}

func (c *Config) check(name string) error {
	if c.Version != 1 {
		return fmt.Errorf("%s: version is %d; write version: 1", name, c.Version)
	}
	if c.Preset != "" {
		if _, err := lint.ParsePreset(c.Preset); err != nil {
			return fmt.Errorf("%s: preset: %w", name, err)
		}
	}
	if c.FailOn != "" {
		if _, err := lint.ParseSeverity(c.FailOn); err != nil {
			return fmt.Errorf("%s: fail-on: %w", name, err)
		}
	}
	if _, _, err := lint.ParseCNI(c.CNI); err != nil {
		return fmt.Errorf("%s: cni: %w", name, err)
	}
	for rule, severity := range c.Rules {
		if _, err := lint.ParseSeverity(severity); err != nil && severity != "off" {
			return fmt.Errorf("%s: rules.%s: %w, or off", name, rule, err)
		}
	}
	seen := map[string]bool{}
	for i, b := range c.Bundles {
		switch {
		case b.Name == "":
			return fmt.Errorf("%s: bundles[%d] has no name", name, i)
		case seen[b.Name]:
			return fmt.Errorf("%s: bundles[%d]: there is another bundle %q", name, i, b.Name)
		case len(b.Paths)+len(b.Charts) == 0:
			return fmt.Errorf("%s: bundle %q has neither paths nor charts", name, b.Name)
		}
		seen[b.Name] = true
		for _, chart := range b.Charts {
			if chart.Path == "" {
				return fmt.Errorf("%s: a chart of bundle %q has no path", name, b.Name)
			}
		}
	}
	return nil
}

var unknownKey = regexp.MustCompile(`line (\d+): field (\S+) not found in type config\.(\w+)`)

// explain turns the decoder's errors into messages with file and line.
func explain(name string, err error) string {
	var messages []string
	var typeError *yaml.TypeError
	found := []string{strings.TrimPrefix(err.Error(), "yaml: ")}
	if errors.As(err, &typeError) {
		found = typeError.Errors
	}
	for _, text := range found {
		if m := unknownKey.FindStringSubmatch(text); m != nil {
			text = fmt.Sprintf("line %s: unknown key %q%s", m[1], m[2], suggest(m[2], m[3]))
		}
		if rest, numbered := strings.CutPrefix(text, "line "); numbered {
			messages = append(messages, name+":"+rest)
		} else {
			messages = append(messages, name+": "+text)
		}
	}
	return strings.Join(messages, "\n")
}

// suggest names the known key that is closest to an unknown one.
func suggest(key, typeName string) string {
	var t reflect.Type
	for _, candidate := range []reflect.Type{reflect.TypeFor[Config](), reflect.TypeFor[Bundle](), reflect.TypeFor[Chart]()} {
		if candidate.Name() == typeName {
			t = candidate
		}
	}
	if t == nil {
		return ""
	}
	var known []string
	for i := range t.NumField() {
		known = append(known, t.Field(i).Tag.Get("yaml"))
	}
	best := slices.MinFunc(known, func(a, b string) int {
		return levenshtein.ComputeDistance(key, a) - levenshtein.ComputeDistance(key, b)
	})
	if levenshtein.ComputeDistance(key, best) <= max(2, len(key)/3) {
		return fmt.Sprintf("; did you mean %q?", best)
	}
	return "; use one of " + strings.Join(known, ", ")
}
