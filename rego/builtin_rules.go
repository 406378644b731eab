package rego

import (
	"embed"
	"fmt"
	"io/fs"
	"sync"

	"github.com/nplint/nplint/lint"
)

//go:embed rules/*.rego
var files embed.FS

// BuiltIn returns the built-in rules that are written in Rego, sorted by name.
// Nothing is compiled before one of them runs.
var BuiltIn = sync.OnceValue(func() []*lint.Rule {
	fsys, err := fs.Sub(files, "rules")
	if err != nil {
		panic(fmt.Sprintf("rego: %v", err))
	}
	rules, err := LoadAs(fsys, "rego/rules")
	if err != nil {
		panic(fmt.Sprintf("rego: a built-in module is no rule: %v", err))
	}
	return rules
})
