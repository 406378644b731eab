package load

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"text/template/parse"
)

// errEndless is why a rendering is given up. The limit counts steps and not
// seconds, so that it falls alike on any machine.
var errEndless = errors.New("templates do not come to an end")

// maxSteps is what the largest charts in use take some twenty times over; it is
// a few seconds' work.
const maxSteps = 3_000_000

// What things cost. A step is about the time of a small function call.
const (
	callCost     = 2
	tplCost      = 200
	bytesPerStep = 64
)

// budget counts the steps of a rendering.
type budget struct {
	ctx   context.Context
	spent int
}

func (b *budget) spend(steps int) error {
	if steps < 0 || steps > maxSteps {
		steps = maxSteps + 1
	}
	if b.spent += steps; b.spent > maxSteps {
		return errEndless
	}
	return b.ctx.Err()
}

// tick is the name of the function that every round of a loop calls.
const tick = "nplintTick"

func (b *budget) tick(steps int) (string, error) { return "", b.spend(steps) }

// ticks puts a call of tick into every loop of a template.
type ticks struct{ name, text string }

func (t ticks) add(list *parse.ListNode) {
	if list == nil {
		return
	}
	for _, node := range list.Nodes {
		switch n := node.(type) {
		case *parse.IfNode:
			t.add(n.List)
			t.add(n.ElseList)
		case *parse.WithNode:
			t.add(n.List)
			t.add(n.ElseList)
		case *parse.RangeNode:
			t.add(n.List)
			t.add(n.ElseList)
			call := action(t.name, strings.Count(t.text[:n.Pos], "\n"), fmt.Sprintf("%s %d", tick, size(n.List)))
			n.List.Nodes = append([]parse.Node{call}, n.List.Nodes...)
		}
	}
}

// action returns the node of an action that stands after some lines of a
// template, so that its errors name the place.
func action(template string, lines int, text string) *parse.ActionNode {
	tree := parse.New(template)
	tree.Mode = parse.SkipFuncCheck
	if _, err := tree.Parse(strings.Repeat("\n", lines)+"{{"+text+"}}", "", "", map[string]*parse.Tree{}); err != nil {
		panic(err)
	}
	return tree.Root.Nodes[len(tree.Root.Nodes)-1].(*parse.ActionNode)
}

// size is how many nodes one round of a loop passes at most.
func size(list *parse.ListNode) int {
	if list == nil {
		return 0
	}
	n := 1
	for _, node := range list.Nodes {
		n++
		switch node := node.(type) {
		case *parse.IfNode:
			n += max(size(node.List), size(node.ElseList))
		case *parse.WithNode:
			n += max(size(node.List), size(node.ElseList))
		}
	}
	return n
}

// meter is a writer that costs steps.
type meter struct {
	*budget
	out io.Writer
}

func (b *budget) writer(out io.Writer) io.Writer { return &meter{b, out} }

func (m *meter) Write(text []byte) (int, error) {
	if err := m.spend(len(text) / bytesPerStep); err != nil {
		return 0, err
	}
	return m.out.Write(text)
}

// growing are the functions whose result is as large as a number says: what
// they cost is known before they allocate it.
var growing = map[string]func(args []reflect.Value) int{
	"until": largest, "untilStep": largest, "seq": largest,
	"randAlphaNum": largest, "randAlpha": largest, "randAscii": largest, "randNumeric": largest, "randBytes": largest,
	"repeat": product, "indent": product, "nindent": product,
}

// largest is the largest number among the arguments.
func largest(args []reflect.Value) int {
	n := 0
	for _, arg := range args {
		switch {
		case arg.CanInt():
			n = max(n, int(arg.Int()), -int(arg.Int()))
		case arg.Kind() == reflect.Slice:
			for i := range arg.Len() {
				n = max(n, largest([]reflect.Value{arg.Index(i)}))
			}
		}
	}
	return n
}

// product is the number of bytes that a text grows to, in steps.
func product(args []reflect.Value) int {
	number, text := 0, ""
	for _, arg := range args {
		switch {
		case arg.CanInt():
			number = int(arg.Int())
		case arg.Kind() == reflect.String:
			text = arg.String()
		}
	}
	if number > maxSteps {
		return number
	}
	return number * (1 + strings.Count(text, "\n") + len(text)/bytesPerStep) / 8
}

// metered returns a function that costs steps: for the call, and for the text
// that it reads and returns. before, if not nil, changes the arguments.
func (b *budget) metered(name string, f any, before func(reflect.Value) reflect.Value) any {
	fn := reflect.ValueOf(f)
	t := fn.Type()
	fails := t.NumOut() == 2
	outs := []reflect.Type{t.Out(0), reflect.TypeFor[error]()}
	ins := make([]reflect.Type, t.NumIn())
	for i := range ins {
		ins[i] = t.In(i)
	}
	result := func(value reflect.Value, err error) []reflect.Value {
		failure := reflect.Zero(outs[1])
		if err != nil {
			failure = reflect.ValueOf(&err).Elem()
		}
		return []reflect.Value{value, failure}
	}
	return reflect.MakeFunc(reflect.FuncOf(ins, outs, t.IsVariadic()), func(args []reflect.Value) []reflect.Value {
		steps := callCost
		for i, arg := range args {
			if before != nil {
				args[i] = before(arg)
			}
			steps += weight(arg) / bytesPerStep
		}
		if cost := growing[name]; cost != nil {
			steps += cost(args)
		}
		if err := b.spend(steps); err != nil {
			return result(reflect.Zero(outs[0]), err)
		}
		call := fn.Call
		if t.IsVariadic() {
			call = fn.CallSlice
		}
		out := call(args)
		if fails && !out[1].IsNil() {
			return out
		}
		return result(out[0], b.spend(weight(out[0])/bytesPerStep))
	}).Interface()
}

// weight is how many bytes a text or a list holds.
func weight(v reflect.Value) int {
	for v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.String:
		return v.Len()
	case reflect.Slice:
		return v.Len() * 32
	}
	return 0
}
