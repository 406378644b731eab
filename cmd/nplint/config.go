package main

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/config"
	"github.com/nplint/nplint/rules"
)

// readConfig reads the configuration file that is named, or the one that holds
// for the working directory. dir is its folder relative to the working
// directory. Without a file the configuration is empty.
func readConfig(named string) (c *config.Config, dir string, err error) {
	if named != "" {
		data, err := os.ReadFile(named)
		if err != nil {
			return nil, "", fmt.Errorf("--config: %w", err)
		}
		c, err := config.Parse(filepath.ToSlash(named), data)
		return c, path.Dir(filepath.ToSlash(named)), err
	}
	in, err := newInput(nil, nil, streams{})
	if err != nil {
		return nil, "", err
	}
	name := config.Find(in.FS, in.Dir)
	if name == "" {
		return &config.Config{}, ".", nil
	}
	data, err := fs.ReadFile(in.FS, name)
	if err != nil {
		return nil, "", fmt.Errorf("read the configuration: %w", err)
	}
	rel, err := filepath.Rel(filepath.FromSlash("/"+in.Dir), filepath.FromSlash("/"+name))
	if err != nil {
		return nil, "", fmt.Errorf("read the configuration: %w", err)
	}
	c, err = config.Parse(filepath.ToSlash(rel), data)
	return c, path.Dir(filepath.ToSlash(rel)), err
}

// merge fills in what the command line leaves open. Paths of the configuration
// are relative to its folder.
func (f *flags) merge(c *config.Config, dir string, changed func(flag string) bool) error {
	if !changed("preset") && c.Preset != "" {
		f.preset = c.Preset
	}
	if !changed("fail-on") && c.FailOn != "" {
		f.failOn = c.FailOn
	}
	if !changed("namespace") {
		f.namespace = c.Namespace
	}
	if !changed("complete") {
		f.complete = c.Complete
	}
	if !changed("cni") {
		f.cni = c.CNI
	}
	if !changed("select") {
		f.selected = c.Select
	}
	f.ignored = append(f.ignored, c.IgnoreRules...)
	for _, pattern := range c.Exclude {
		f.exclude = append(f.exclude, path.Join(dir, pattern))
	}
	for _, b := range c.Bundles {
		f.bundles = append(f.bundles, b.In(dir))
	}
	f.severities = map[string]lint.Severity{}
	for _, name := range slices.Sorted(maps.Keys(c.Rules)) {
		if !slices.ContainsFunc(rules.All(), func(r *lint.Rule) bool { return r.Name == name }) {
			return fmt.Errorf("%s: rules: %w", path.Join(dir, config.Name), unknownRule(rules.All(), name))
		}
		if c.Rules[name] == "off" {
			f.ignored = append(f.ignored, name)
			continue
		}
		f.severities[name], _ = lint.ParseSeverity(c.Rules[name]) // checked by config.Parse
	}
	return nil
}
