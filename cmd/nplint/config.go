package main

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/nplint/nplint/lint/config"
	"github.com/nplint/nplint/lint/ignore"
	"github.com/nplint/nplint/lint/load"
	"github.com/nplint/nplint/lint/manifest"
)

// readConfig reads the configuration file that is named, or the one that holds
// for the working directory. Its paths are seen from there. Without a file the
// configuration is empty.
func readConfig(named string) (c *config.Config, file *manifest.File, err error) {
	if named == "" {
		if named, err = findConfig(); named == "" || err != nil {
			return &config.Config{}, nil, err
		}
	}
	data, err := os.ReadFile(named)
	if err != nil {
		return nil, nil, fmt.Errorf("read the configuration: %w", err)
	}
	file = &manifest.File{Name: filepath.ToSlash(named), Data: data}
	if c, err = config.Parse(file.Name, data); err != nil {
		return nil, nil, err
	}
	return c.In(path.Dir(file.Name)), file, nil
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
	c, file, err := readConfig(f.config)
	if err != nil {
		return err
	}
	for _, i := range c.Ignore {
		entry := ignore.Entry{Rules: i.Rules, Objects: i.Objects, Files: i.Files, Reason: i.Reason, Span: manifest.SpanOn(file, i.Line, 1, "")}
		entry.Until, _ = time.Parse(time.DateOnly, i.Until) // checked by config.Parse
		f.ignores = append(f.ignores, entry)
	}
	return f.merge(c, changed)
}

func (f *flags) merge(c *config.Config, changed func(flag string) bool) error {
	f.rego = append(c.Rego.Dirs, f.rego...)
	if f.registry, f.trouble = withModules(f.rego); f.registry == nil {
		return f.trouble
	}
	if err := c.CheckRules(f.registry); err != nil {
		return err
	}
	if err := checkParameters(f.registry, c.Rego.Config); err != nil {
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
	if !changed("baseline") {
		f.baseline = c.Baseline
	}
	for _, k := range c.WorkloadKinds {
		template := manifest.Field(strings.Split(k.Template, ".")...)
		f.kinds = append(f.kinds, load.WorkloadKind{Group: k.Group, Kind: k.Kind, Template: template})
	}
	return nil
}
