package load

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"text/template"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/Masterminds/sprig/v3"
	goyaml "sigs.k8s.io/yaml/goyaml.v3"

	"sigs.k8s.io/yaml"
)

// functions returns the functions that Helm's templates may call. In a marked
// rendering those that look into a text see it without its marks.
func (r *renderer) functions() template.FuncMap {
	all := sprig.TxtFuncMap()
	delete(all, "env")
	delete(all, "expandenv")
	maps.Copy(all, conversions)
	maps.Copy(all, durations)
	maps.Copy(all, unlinked)
	maps.Copy(all, fixed)
	all["print"], all["printf"], all["println"] = fmt.Sprint, fmt.Sprintf, fmt.Sprintln
	if r.marks != nil {
		maps.Copy(all, comparisons)
		all["trim"] = trimMarked
	}
	for name, f := range all {
		before := unmarked
		if r.marks == nil || transparent[name] {
			before = nil
		} else if strings.HasPrefix(name, "to") || strings.HasPrefix(name, "mustTo") {
			before = unmarkedWithin
		}
		all[name] = r.metered(name, f, before)
	}
	return all
}

// unlinked stands for what needs a cluster, and for the functions that stop an
// installation: a linter reads on.
var unlinked = template.FuncMap{
	"lookup":        func(string, string, string, string) (map[string]any, error) { return map[string]any{}, nil },
	"getHostByName": func(string) string { return "" },
	"fail":          func(string) (string, error) { return "", nil },
	"required": func(_ string, value any) (any, error) {
		if value == nil {
			return "", nil
		}
		return value, nil
	},
}

// conversions are Helm's own additions.
var conversions = template.FuncMap{
	"toYaml":       func(v any) string { return strings.TrimSuffix(quiet(yaml.Marshal(v)), "\n") },
	"mustToYaml":   func(v any) (string, error) { return loud(yaml.Marshal(v)) },
	"toYamlPretty": toYAMLPretty,
	"fromYaml": func(text string) map[string]any {
		return decodedMap(func(v any) error { return yaml.Unmarshal([]byte(text), v) })
	},
	"fromYamlArray": func(text string) []any {
		return decodedList(func(v any) error { return yaml.Unmarshal([]byte(text), v) })
	},
	"toJson":     func(v any) string { return quiet(json.Marshal(v)) },
	"mustToJson": func(v any) (string, error) { return loud(json.Marshal(v)) },
	"fromJson": func(text string) map[string]any {
		return decodedMap(func(v any) error { return json.Unmarshal([]byte(text), v) })
	},
	"fromJsonArray": func(text string) []any {
		return decodedList(func(v any) error { return json.Unmarshal([]byte(text), v) })
	},
	"toToml": func(v any) string {
		text, err := toTOML(v)
		if err != nil {
			return err.Error()
		}
		return text
	},
	"mustToToml": toTOML,
	"fromToml": func(text string) map[string]any {
		return decodedMap(func(v any) error { return toml.Unmarshal([]byte(text), v) })
	},
}

func quiet(data []byte, err error) string {
	if err != nil {
		return ""
	}
	return string(data)
}

func loud(data []byte, err error) (string, error) { return strings.TrimSuffix(string(data), "\n"), err }

func toYAMLPretty(v any) string {
	var out bytes.Buffer
	encoder := goyaml.NewEncoder(&out)
	encoder.SetIndent(2)
	err := encoder.Encode(v)
	return strings.TrimSuffix(quiet(out.Bytes(), err), "\n")
}

func toTOML(v any) (string, error) {
	var out bytes.Buffer
	err := toml.NewEncoder(&out).Encode(v)
	return out.String(), err
}

// decodedMap decodes a map. Templates find the error in it, as with Helm.
func decodedMap(decode func(any) error) map[string]any {
	m := map[string]any{}
	if err := decode(&m); err != nil {
		m["Error"] = err.Error()
	}
	return m
}

func decodedList(decode func(any) error) []any {
	a := []any{}
	if err := decode(&a); err != nil {
		return []any{err.Error()}
	}
	return a
}

// fixed makes what is random, or depends on the clock or on the order of a
// map, the same in every rendering.
var fixed = func() template.FuncMap {
	year2000 := func() time.Time { return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) }
	random := func(n int) string { return strings.Repeat("x", max(n, 0)) }
	pair := certificate{"certificate", "key"}
	return template.FuncMap{
		"now": year2000, "ago": func(any) string { return "0s" },
		"randAlphaNum": random, "randAlpha": random, "randAscii": random,
		"randNumeric": func(n int) string { return strings.Repeat("1", max(n, 0)) },
		"randBytes":   func(n int) (string, error) { return random(n), nil },
		"randInt":     func(low, _ int) int { return low },
		"uuidv4":      func() string { return "00000000-0000-4000-8000-000000000000" },
		"shuffle":     func(text string) string { return text },
		"bcrypt":      func(string) string { return "hash" },
		"htpasswd":    func(user, _ string) string { return user + ":hash" },
		"encryptAES":  func(_, text string) (string, error) { return text, nil },
		"decryptAES":  func(_, text string) (string, error) { return text, nil },

		"derivePassword":           func(uint32, string, string, string, string) string { return "password" },
		"genPrivateKey":            func(string) string { return "key" },
		"buildCustomCert":          func(string, string) (certificate, error) { return pair, nil },
		"genCA":                    func(string, int) (certificate, error) { return pair, nil },
		"genCAWithKey":             func(string, int, string) (certificate, error) { return pair, nil },
		"genSelfSignedCert":        func(string, []any, []any, int) (certificate, error) { return pair, nil },
		"genSelfSignedCertWithKey": func(string, []any, []any, int, string) (certificate, error) { return pair, nil },
		"genSignedCert":            func(string, []any, []any, int, certificate) (certificate, error) { return pair, nil },
		"genSignedCertWithKey":     func(string, []any, []any, int, certificate, string) (certificate, error) { return pair, nil },

		"keys": func(dicts ...map[string]any) []string {
			keys := []string{}
			for _, dict := range dicts {
				keys = append(keys, slices.Sorted(maps.Keys(dict))...)
			}
			return keys
		},
		"values": func(dict map[string]any) []any {
			values := []any{}
			for _, key := range slices.Sorted(maps.Keys(dict)) {
				values = append(values, dict[key])
			}
			return values
		},
	}
}()

// certificate has the fields that templates read of one.
type certificate struct{ Cert, Key string }

// transparent are the functions that pass a text on, marks and all. The others
// read it without; what they return is marked with the line of their caller.
var transparent = map[string]bool{
	"indent": true, "nindent": true, "quote": true, "squote": true, "trim": true, "print": true, "toString": true,
	"default": true, "coalesce": true, "ternary": true, "required": true, "list": true, "tuple": true,
	"first": true, "last": true, "rest": true, "initial": true, "append": true, "prepend": true, "concat": true, "join": true,
}

// unmarked takes the marks out of a text, or out of the texts of a list.
func unmarked(v reflect.Value) reflect.Value {
	switch x := v.Interface().(type) {
	case string:
		return reflect.ValueOf(stripMarks(x)).Convert(v.Type())
	case []any:
		return reflect.ValueOf(plainList(x, false))
	case []string:
		out := make([]string, len(x))
		for i := range x {
			out[i] = stripMarks(x[i])
		}
		return reflect.ValueOf(out)
	}
	return v
}

// unmarkedWithin takes the marks out of a value at any depth.
func unmarkedWithin(v reflect.Value) reflect.Value {
	if !v.IsValid() || v.Kind() == reflect.Interface && v.IsNil() {
		return v
	}
	plain := plainValue(v.Interface(), true)
	out := reflect.New(v.Type()).Elem()
	if plain != nil {
		out.Set(reflect.ValueOf(plain))
	}
	return out
}

func plainValue(v any, deep bool) any {
	switch x := v.(type) {
	case string:
		return stripMarks(x)
	case []any:
		return plainList(x, deep)
	case []string:
		return unmarked(reflect.ValueOf(x)).Interface()
	case map[string]any:
		if !deep || x == nil {
			return x
		}
		out := make(map[string]any, len(x))
		for key, value := range x {
			out[stripMarks(key)] = plainValue(value, true)
		}
		return out
	}
	return v
}

func plainList(list []any, deep bool) []any {
	if list == nil {
		return nil
	}
	out := make([]any, len(list))
	for i, item := range list {
		out[i] = plainValue(item, deep)
	}
	return out
}
