package graph

import (
	"fmt"
	"math/rand/v2"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/nplint/nplint/lint/manifest"
)

// The oracle is the API server's own selector, over every set of labels of a
// small world. The fourth value of each key is one that no selector names, as
// infinitely many are; nil is an absent key.
var (
	worldKeys   = []string{"app", "tier"}
	worldValues = []string{"a", "b", "c"}
)

func world() []map[string]string {
	var all []map[string]string
	values := append([]string{"", "other"}, worldValues...)
	for _, app := range values {
		for _, tier := range values {
			set := map[string]string{}
			if app != "" {
				set["app"] = app
			}
			if tier != "" {
				set["tier"] = tier
			}
			all = append(all, set)
		}
	}
	return all
}

// randomSelector returns the same selector for the oracle and as a value.
func randomSelector(r *rand.Rand) (labels.Selector, Selector) {
	var spec metav1.LabelSelector
	var pairs []manifest.Member
	for _, key := range worldKeys {
		if r.IntN(3) == 0 {
			value := worldValues[r.IntN(3)]
			if spec.MatchLabels == nil {
				spec.MatchLabels = map[string]string{}
			}
			spec.MatchLabels[key] = value
			pairs = append(pairs, manifest.Member{Key: key, Value: str(value)})
		}
	}
	var exprs []manifest.Value
	for range r.IntN(4) {
		e := metav1.LabelSelectorRequirement{Key: worldKeys[r.IntN(2)]}
		operators := []metav1.LabelSelectorOperator{"In", "NotIn", "Exists", "DoesNotExist"}
		var list []manifest.Value
		if e.Operator = operators[r.IntN(4)]; e.Operator == "In" || e.Operator == "NotIn" {
			for range 1 + r.IntN(3) {
				e.Values = append(e.Values, worldValues[r.IntN(3)])
				list = append(list, str(e.Values[len(e.Values)-1]))
			}
		}
		spec.MatchExpressions = append(spec.MatchExpressions, e)
		exprs = append(exprs, requirement(e.Key, string(e.Operator), list))
	}
	oracle, err := metav1.LabelSelectorAsSelector(&spec)
	if err != nil {
		panic(err)
	}
	return oracle, NewSelector(manifest.MapOf([]manifest.Member{
		{Key: "matchLabels", Value: manifest.MapOf(pairs)}, {Key: "matchExpressions", Value: manifest.ListOf(exprs)},
	}))
}

func requirement(key, operator string, values []manifest.Value) manifest.Value {
	return manifest.MapOf([]manifest.Member{
		{Key: "key", Value: str(key)}, {Key: "operator", Value: str(operator)}, {Key: "values", Value: manifest.ListOf(values)},
	})
}

func expressions(all ...manifest.Value) manifest.Value {
	return manifest.MapOf([]manifest.Member{{Key: "matchExpressions", Value: manifest.ListOf(all)}})
}

func str(s string) manifest.Value { return manifest.Scalar(manifest.String, s, false) }

func TestSelectorsAgreeWithTheAPI(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	sets := world()
	for range 20000 {
		compareSelectors(t, r, sets)
	}
}

// FuzzSelectors compares selectors with truth tables, as the data draws them.
func FuzzSelectors(f *testing.F) {
	f.Add([]byte("a few bytes that stand for selectors"))
	f.Add([]byte{0, 255, 7, 1, 2, 3, 4, 5, 128, 9, 33, 2, 0, 0, 90, 17})
	sets := world()
	f.Fuzz(func(t *testing.T, data []byte) { compareSelectors(t, rand.New(&drawn{data, rand.NewPCG(1, 1)}), sets) })
}

// drawn is a source of randomness that hands out the bytes of some data, and
// when these are used up an ordinary sequence.
type drawn struct {
	data []byte
	rest *rand.PCG
}

func (d *drawn) Uint64() uint64 {
	if len(d.data) == 0 {
		return d.rest.Uint64()
	}
	b := d.data[0]
	d.data = d.data[1:]
	return uint64(b) * 0x0101010101010101 // the highest bits decide a draw from a small range
}

// compareSelectors draws two selectors and compares what is said of them with
// what holds for every set of labels.
func compareSelectors(t *testing.T, r *rand.Rand, sets []map[string]string) {
	t.Helper()
	o1, s1 := randomSelector(r)
	o2, s2 := randomSelector(r)
	implies, overlaps, satisfiable, everything := true, false, false, true
	for _, set := range sets {
		m1, m2 := o1.Matches(labels.Set(set)), o2.Matches(labels.Set(set))
		if got := s1.Matches(set); got != m1 {
			t.Fatalf("{%s} matches %v: %v, the API says %v", s1, set, got, m1)
		}
		implies = implies && (!m1 || m2)
		overlaps = overlaps || m1 && m2
		satisfiable = satisfiable || m1
		everything = everything && m1
	}
	check := func(what string, got, want bool) {
		if got != want {
			t.Fatalf("{%s} %s {%s}: %v, by enumeration %v", s1, what, s2, got, want)
		}
	}
	check("implies", s1.Implies(s2), implies)
	check("overlaps", s1.Overlaps(s2), overlaps)
	check("is not satisfiable, beside", s1.Unsatisfiable(), !satisfiable)
	check("implies everything, beside", Selector{}.Implies(s1), everything)
	check("equals itself, beside", s1.Equal(s1), true)
}

func TestSelectorString(t *testing.T) {
	expr := func(key, operator string, values ...string) manifest.Value {
		var list []manifest.Value
		for _, v := range values {
			list = append(list, str(v))
		}
		return requirement(key, operator, list)
	}
	tests := []struct {
		exprs []manifest.Value
		want  string
	}{
		{nil, "{}"},
		{[]manifest.Value{expr("app", "In", "web")}, "app: web"},
		{[]manifest.Value{expr("app", "In", "b", "a", "b")}, "app in (a, b)"},
		{[]manifest.Value{expr("app", "NotIn", "a")}, "app not in (a)"},
		{[]manifest.Value{expr("app", "Exists"), expr("tier", "DoesNotExist")}, "app exists, tier does not exist"},
		{[]manifest.Value{expr("app", "Exists"), expr("app", "NotIn", "a")}, "app exists, not in (a)"},
		{[]manifest.Value{expr("app", "In", "")}, `app: ""`},
		{[]manifest.Value{expr("app", "exists"), expr("tier", "notIn", "a")}, "app exists, tier not in (a)"},
	}
	for _, test := range tests {
		s := NewSelector(expressions(test.exprs...))
		if got := s.String(); got != test.want || s.Invalid {
			t.Errorf("got %s (invalid %v), want %s", got, s.Invalid, test.want)
		}
	}
	for _, bad := range []manifest.Value{expr("a", "In"), expr("a", "Exists", "x"), expr("a", "Is", "x"), expr("a b", "Exists"), expr("a", "In", "x y")} {
		if s := NewSelector(expressions(bad)); !s.Invalid {
			t.Errorf("%s is not invalid", fmt.Sprint(bad))
		}
	}
}

func TestMatchesPartly(t *testing.T) {
	name := SelectorOf(map[string]string{NameLabel: "shop"})
	team := SelectorOf(map[string]string{"team": "a"})
	declared := &Namespace{Name: "shop", Object: &manifest.Object{}, Labels: map[string]string{NameLabel: "shop"}}
	referred := &Namespace{Name: "shop", Labels: map[string]string{NameLabel: "shop"}}
	symbolic := &Namespace{Labels: map[string]string{}}
	tests := []struct {
		n    *Namespace
		s    Selector
		want Truth
	}{
		{declared, name, Yes}, {declared, team, No}, {declared, Selector{}, Yes},
		{referred, name, Yes}, {referred, team, Maybe}, {referred, SelectorOf(map[string]string{NameLabel: "x"}), No},
		{symbolic, name, Maybe}, {symbolic, team, Maybe}, {symbolic, Selector{}, Yes},
	}
	for _, test := range tests {
		if got := test.n.Matches(test.s); got != test.want {
			t.Errorf("namespace %s, declared %v, selector %s: %v, want %v", test.n, test.n.Object != nil, test.s, got, test.want)
		}
	}
}
