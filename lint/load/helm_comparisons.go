package load

import (
	"fmt"
	"strings"
	"sync"
	"text/template"
)

// comparisons are the functions of package template that look into a text.
// They are not exported, so that each is called through a template.
var comparisons = func() template.FuncMap {
	functions := template.FuncMap{"len": func(v any) (any, error) { return builtin("len", v) }}
	for _, name := range []string{"lt", "le", "gt", "ge", "ne"} {
		functions[name] = func(a, b any) (any, error) { return builtin(name, a, b) }
	}
	functions["eq"] = func(a any, others ...any) (any, error) {
		if len(others) == 0 {
			return nil, fmt.Errorf("missing argument for comparison")
		}
		for _, b := range others {
			if same, err := builtin("eq", a, b); err != nil || same == true {
				return same, err
			}
		}
		return false, nil
	}
	functions["index"] = func(v any, keys ...any) (any, error) {
		var err error
		for _, key := range keys {
			if v, err = builtin("index", v, key); err != nil {
				break
			}
		}
		return v, err
	}
	return functions
}()

// call is a call of a builtin function with one or two arguments.
type call struct{ A, B, Result any }

// Return keeps the result.
func (c *call) Return(v any) string {
	c.Result = v
	return ""
}

var calls = sync.OnceValue(func() *template.Template {
	set := template.New("")
	template.Must(set.New("len").Parse("{{.Return (len .A)}}"))
	for _, name := range []string{"eq", "ne", "lt", "le", "gt", "ge", "index"} {
		template.Must(set.New(name).Parse("{{.Return (" + name + " .A .B)}}"))
	}
	return set
})

func builtin(name string, args ...any) (any, error) {
	c := &call{A: args[0]}
	if len(args) > 1 {
		c.B = args[1]
	}
	err := calls().ExecuteTemplate(&strings.Builder{}, name, c)
	return c.Result, err
}
