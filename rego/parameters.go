package rego

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"github.com/nplint/nplint/lint"
)

// parameter is one entry of custom.parameters: what the configuration may set.
// The default is also its type; an empty list takes texts.
type parameter struct {
	Description string `yaml:"description"`
	Default     any    `yaml:"default"`
}

// describe lists parameters as the documentation of a rule shows them.
func describe(parameters map[string]parameter) string {
	var b strings.Builder
	for _, name := range sortedKeys(parameters) {
		p := parameters[name]
		fmt.Fprintf(&b, "- `%s`: %s (default: `%s`)\n", name, strings.TrimSpace(p.Description), show(p.Default))
	}
	return b.String()
}

func show(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}

// settings returns what a rule reads as data.nplint.config: all of the
// configuration, with the rule's own parameters checked and filled in.
func (m *metadata) settings(rule string, config map[string]any) (map[string]any, error) {
	all := maps.Clone(config)
	if all == nil {
		all = map[string]any{}
	}
	written, isMap := config[rule].(map[string]any)
	if config[rule] != nil && !isMap {
		return nil, fmt.Errorf("rego.config.%s is %s; write its parameters below it", rule, show(config[rule]))
	}
	own := map[string]any{}
	for name, p := range m.Custom.Parameters {
		own[name] = p.Default
	}
	for _, name := range sortedKeys(written) {
		p, known := m.Custom.Parameters[name]
		if !known {
			return nil, fmt.Errorf("rego.config.%s: unknown parameter %q%s", rule, name,
				lint.Suggest(name, sortedKeys(m.Custom.Parameters)))
		}
		value, ok := fit(written[name], p.Default)
		if !ok {
			return nil, fmt.Errorf("rego.config.%s.%s is %s; write something like %s", rule, name, show(written[name]), example(p.Default))
		}
		own[name] = value
	}
	all[rule] = own
	return all, nil
}

// fit returns a value as one of the type of another. A number stands for a text
// where one is asked for, as ports are written.
func fit(value, like any) (any, bool) {
	switch like := like.(type) {
	case string:
		switch value := value.(type) {
		case string:
			return value, true
		case int, float64:
			return fmt.Sprint(value), true
		}
		return nil, false
	case bool:
		_, ok := value.(bool)
		return value, ok
	case int, float64:
		switch value.(type) {
		case int, float64:
			return value, true
		}
		return nil, false
	case []any:
		return fitList(value, like)
	case map[string]any:
		_, ok := value.(map[string]any)
		return value, ok
	}
	return value, true
}

func fitList(value any, like []any) (any, bool) {
	items, ok := value.([]any)
	if !ok {
		return nil, false
	}
	var first any = ""
	if len(like) > 0 {
		first = like[0]
	}
	fitted := make([]any, len(items))
	for i, item := range items {
		if fitted[i], ok = fit(item, first); !ok {
			return nil, false
		}
	}
	return fitted, true
}

// example shows a value of a parameter's type.
func example(like any) string {
	switch like := like.(type) {
	case string:
		if like == "" {
			return `"text"`
		}
	case []any:
		if len(like) == 0 {
			return `["text"]`
		}
	}
	return show(like)
}
