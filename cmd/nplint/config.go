package main

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/nplint/nplint/lint/config"
	"github.com/nplint/nplint/lint/load"
	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/rules"
)

// readConfig reads the configuration file that is named, or the one that holds
// for the working directory. Its paths are seen from there. Without a file the
// configuration is empty, and so is its name.
func readConfig(named string) (c *config.Config, name string, err error) {
	if named == "" {
		if named, err = findConfig(); named == "" || err != nil {
			return &config.Config{}, "", err
		}
	}
	data, err := os.ReadFile(named)
	if err != nil {
		return nil, "", fmt.Errorf("read the configuration: %w", err)
	}
	name = filepath.ToSlash(named)
	if c, err = config.Parse(name, data); err != nil {
		return nil, "", err
	}
	return c.In(path.Dir(name)), name, nil
}

// findConfig returns the name of the configuration file that holds for the
// working directory, relative to it, "" if there is none.
func findConfig() (string, error) {
	w, err := newWorkdir()
	if err != nil {
		return "", err
	}
	dir, err := w.name(w.dir)
	if err != nil {
		return "", err
	}
	found := config.Find(os.DirFS(w.top), dir)
	if found == "" {
		return "", nil
	}
	name, err := filepath.Rel(w.dir, filepath.Join(w.top, filepath.FromSlash(found)))
	if err != nil {
		return "", fmt.Errorf("read the configuration: %w", err)
	}
	return name, nil
}

// configure reads the configuration and fills in what the command line leaves
// open.
func (f *flags) configure(changed func(flag string) bool) error {
	c, _, err := readConfig(f.config)
	if err != nil {
		return err
	}
	return f.merge(c, changed)
}

func (f *flags) merge(c *config.Config, changed func(flag string) bool) error {
	if err := c.CheckRules(rules.All()); err != nil {
		return err
	}
	f.options = c.Options()
	if !changed("preset") {
		f.preset = f.options.Preset.String()
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
	f.ignored = append(f.ignored, c.Off()...)
	f.exclude = append(f.exclude, c.Exclude...)
	f.bundles = c.Bundles
	for _, k := range c.WorkloadKinds {
		template := manifest.Field(strings.Split(k.Template, ".")...)
		f.kinds = append(f.kinds, load.WorkloadKind{Group: k.Group, Kind: k.Kind, Template: template})
	}
	return nil
}
