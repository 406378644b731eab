package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/reach"
)

// Trace writes why connections between two endpoints are allowed or not: the
// answer, then for each side who isolates it and the lines that decide.
func Trace(w io.Writer, x reach.Explanation, style Style) error {
	t := &tracer{printer: &printer{Writer: bufio.NewWriter(w), style: style.orDefault()}, x: x}
	color, answer := t.answer()
	t.println(t.paint(strongColor, fmt.Sprintf("%s -> %s: ", x.Source, x.Destination)) + t.paint(color, answer))
	t.println("")
	t.side(x.Egress, graph.Egress, x.Source, x.Destination)
	t.println("")
	t.side(x.Ingress, graph.Ingress, x.Destination, x.Source)
	return t.Flush()
}

type tracer struct {
	*printer
	x reach.Explanation
}

// answer says in one line what is allowed of what was asked for.
func (t *tracer) answer() (color, answer string) {
	v, asked := t.x.Verdict, t.x.Asked
	switch {
	case v.Must == asked:
		return okColor, asked.String() + " is allowed"
	case v.May.Empty():
		return errorColor, asked.String() + " is not allowed"
	case v.Must.Empty():
		return warningColor, v.May.String() + " is possibly allowed: it depends on what is not in the input, or on the network plugin"
	case v.Must == v.May:
		return warningColor, v.Must.String() + " is allowed, nothing else"
	}
	return warningColor, fmt.Sprintf("%s is allowed, %s possibly", v.Must, v.May.Minus(v.Must))
}

func (t *tracer) side(r reach.Reasons, d graph.Direction, subject, peer reach.Endpoint) {
	t.println(t.paint(strongColor, fmt.Sprintf("%s of %s", d, subject)) + ": " + t.summary(r, d, subject))
	for _, reason := range r.Rules {
		if reason.Match == graph.Maybe && r.Must == t.x.Asked {
			continue // it makes no difference
		}
		t.place(reason.Policy, reason.Path, describeReason(reason, peer), "^", okColor)
	}
	for i, miss := range r.Misses {
		if i == fewRelated {
			t.println(fmt.Sprintf("  and %s more that nearly match", count(len(r.Misses)-i, "rule")))
			break
		}
		t.place(miss.Policy, missPath(miss), describeMiss(miss, peer), "-", frameColor)
	}
	if len(r.Rules) == 0 && len(r.Misses) == 0 {
		for _, p := range r.Isolating {
			t.place(p, isolationPath(p, d), fmt.Sprintf("%s isolates it and allows nothing here", p), "-", frameColor)
		}
	}
}

// summary says how a side decides.
func (t *tracer) summary(r reach.Reasons, d graph.Direction, subject reach.Endpoint) string {
	verdict := "not allowed"
	switch {
	case r.Must == t.x.Asked:
		verdict = "allowed"
	case r.Must.Empty() && !r.May.Empty():
		verdict = "possibly allowed"
	case !r.Must.Empty():
		verdict = r.Must.String() + " allowed"
	}
	var why string
	switch {
	case !subject.Governed():
		why = "policies apply to pods only"
	case r.Open:
		why = "a policy of a kind that is not evaluated may apply"
	case len(r.Isolating) > 0:
		why = "isolated by " + names(r.Isolating)
	case len(r.Uncertain) > 0:
		why = names(r.Uncertain) + " may isolate it"
	case len(r.Rules) > 0:
		why = "cluster-wide policies decide"
	default:
		why = "no policy isolates it for " + d.String()
	}
	return verdict + ", " + why
}

func names(policies []*graph.Policy) string {
	const few = 3
	var all []string
	for i, p := range policies {
		if i == few {
			return strings.Join(all, ", ") + fmt.Sprintf(" and %d more", len(policies)-few)
		}
		all = append(all, p.String())
	}
	return strings.Join(all, ", ")
}

func describeReason(r reach.Reason, peer reach.Endpoint) string {
	verb := [...]string{graph.Allow: "allows", graph.Deny: "denies", graph.Pass: "passes on"}[r.Rule.Action]
	text := fmt.Sprintf("%s %s %s", r.Policy, verb, r.Ports)
	if r.Match == graph.Maybe {
		return text + fmt.Sprintf(" if it applies and this matches %s, which the input does not tell", peer)
	}
	return text
}

// missPath returns the field of a rule that keeps it from allowing.
func missPath(m reach.Miss) manifest.Path {
	if m.Peer {
		return m.Rule.PortsPath
	}
	return m.Rule.PeersPath
}

func describeMiss(m reach.Miss, peer reach.Endpoint) string {
	if m.Peer {
		return fmt.Sprintf("%s matches %s, but for other ports", m.Policy, peer)
	}
	return fmt.Sprintf("%s allows this to other peers than %s", m.Policy, peer)
}

// isolationPath returns the field by which a policy isolates in a direction.
func isolationPath(p *graph.Policy, d graph.Direction) manifest.Path {
	switch {
	case p.Side(d).Written != manifest.Absent:
		return p.Side(d).Path
	case p.ExplicitTypes:
		return manifest.Field("spec", "policyTypes")
	}
	return p.SubjectPath
}

func (t *tracer) place(p *graph.Policy, path manifest.Path, message, mark, color string) {
	origin := p.Object.At(path)
	width := gutter(origin.Span)
	t.println(strings.Repeat(" ", width) + t.paint(frameColor, "--> ") + labelled(written(origin.Span), message))
	t.frame(origin.Span, mark, color, width)
}
