package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/rego"
	"github.com/nplint/nplint/rules"
)

// builtIn returns the built-in rules of both languages, sorted by name.
var builtIn = sync.OnceValue(func() []*lint.Rule { return sorted(rules.All(), rego.BuiltIn()) })

// checkParameters refuses parameters of rules in Rego that do not exist. Whether
// a rule has such a parameter it says itself when it runs.
func checkParameters(registry []*lint.Rule, config map[string]any) error {
	var known []string
	for _, r := range registry {
		if r.HasTag("rego") {
			known = append(known, r.Name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(config)) {
		if !slices.Contains(known, name) {
			return fmt.Errorf("rego.config: there is no rule %q in Rego%s", name, lint.Suggest(name, known))
		}
	}
	return nil
}

func sorted(lists ...[]*lint.Rule) []*lint.Rule {
	all := slices.Concat(lists...)
	slices.SortFunc(all, func(a, b *lint.Rule) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// withModules returns the built-in rules and those of the Rego modules in some
// folders. The error says which modules are no rules; the rest is returned
// beside it. It returns no rules where two have one name.
func withModules(dirs []string) ([]*lint.Rule, error) {
	all := builtIn()
	var trouble error
	for _, dir := range dirs {
		if info, err := os.Stat(dir); err != nil {
			return nil, fmt.Errorf("read Rego modules: %w", err)
		} else if !info.IsDir() {
			return nil, fmt.Errorf("read Rego modules: %s is no folder", dir)
		}
		found, err := rego.LoadAs(os.DirFS(dir), path.Clean(filepath.ToSlash(dir)))
		if err == nil && len(found) == 0 {
			err = fmt.Errorf("%s holds no Rego module of a package below nplint.rules", dir)
		}
		trouble = errors.Join(trouble, err)
		all = sorted(all, found)
	}
	for i, r := range all[1:] {
		if r.Name == all[i].Name {
			return nil, fmt.Errorf("there are two rules %s: a module of one of %s has a package that is taken; rename it", r.Name, strings.Join(dirs, ", "))
		}
	}
	return all, trouble
}
