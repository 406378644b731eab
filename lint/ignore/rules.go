package ignore

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

// Rules returns the rules about suppressions, sorted by name. What they find is
// known only after all other rules have run over all bundles, so that
// [Set.Report] makes their diagnostics and their Run has nothing to do.
func Rules() []*lint.Rule { return []*lint.Rule{Expired, Unexplained, Unknown, Unused} }

func later(*lint.Pass) (any, error) { return nil, nil }

// Expired reports suppressions whose last day has passed.
var Expired = &lint.Rule{
	Name: "expired-ignore",
	Doc: `suppression whose last day has passed

A suppression with until=YYYY-MM-DD hides nothing after that day: what it hid is
reported again. Settle the finding and delete the suppression, or name a later
day with the reason why.`,
	Severity: lint.Warning, Tags: []string{"schema"}, Run: later,
}

// Unexplained reports suppressions without a reason.
var Unexplained = &lint.Rule{
	Name: "unexplained-ignore",
	Doc: `suppression without a reason

A suppression that does not say why it is there can never be deleted, because
nobody knows whether its reason still holds. Write the reason behind two dashes:

    # nplint:ignore ingress-allow-all -- public API, NET-42

The finding stays hidden meanwhile.`,
	Severity: lint.Warning, Tags: []string{"schema"}, Run: later,
}

// Unknown reports suppressions that cannot be understood.
var Unknown = &lint.Rule{
	Name: "unknown-ignore",
	Doc: `suppression that cannot be understood

A suppression that names no rule, or one that does not exist, hides nothing; nor
does one with a misspelt directive or a date that is none.

Not reported: rules that exist and do not run under the chosen preset.`,
	Severity: lint.Warning, Tags: []string{"schema"}, Run: later,
}

// Unused reports suppressions that hide nothing.
var Unused = &lint.Rule{
	Name: "unused-ignore",
	Doc: `suppression that hides nothing

Nothing is found that the suppression would hide, in no bundle of the input. It
was settled, or the comment stands in the wrong place. Left behind, it would hide
the next finding of that rule unseen.

Silent: for rules that did not run, and where only some bundles were linted.`,
	Severity: lint.Warning, Tags: []string{"schema"}, Run: later,
}

// Report returns the diagnostics of those rules about suppressions that are
// among the ones that ran. partial says that findings may be missing, because a
// bundle was left out or something failed: then no suppression is called unused.
func (s *Set) Report(ran []*lint.Rule, options *lint.Options, partial bool) []lint.Diagnostic {
	r := &reporter{ran: ran, options: options}
	all := s.all()
	for _, c := range all {
		s.check(r, c)
	}
	kept := s.filter(r.take())
	if partial {
		return kept
	}
	// A suppression may hide what is found about another one, so that those of
	// the rules about suppressions are looked at last.
	s.reportIdle(r, all, func(rule string) bool { return !ours(rule) })
	kept = append(kept, s.filter(r.take())...)
	s.reportIdle(r, all, ours)
	return append(kept, r.take()...)
}

// ours reports whether a rule is one about suppressions.
func ours(rule string) bool {
	return slices.ContainsFunc(Rules(), func(r *lint.Rule) bool { return r.Name == rule })
}

// reportIdle reports suppressions of some rules that hide nothing.
func (s *Set) reportIdle(r *reporter, all []*suppression, of func(rule string) bool) {
	for _, c := range all {
		for _, rule := range s.idle(c, r.ran) {
			if of(rule) {
				r.report(Unused, c, "suppression of %s hides nothing, and would hide the next finding of that rule unseen", rule)
			}
		}
	}
}

// check reports what is wrong with a suppression in itself.
func (s *Set) check(r *reporter, c *suppression) {
	if c.broken != "" {
		r.report(Unknown, c, "suppression %s, so it hides nothing", c.broken)
		return
	}
	for _, rule := range c.rules {
		if !slices.Contains(s.known, rule) {
			r.report(Unknown, c, "suppression names the rule %q, which does not exist, and hides nothing of it%s", rule, lint.Suggest(rule, s.known))
		}
	}
	names := strings.Join(c.rules, ", ")
	if c.expired(s.today) {
		r.report(Expired, c, "suppression of %s ended on %s, so what it hid is reported again", names, c.until.Format(time.DateOnly))
	}
	if c.reason == "" {
		r.report(Unexplained, c, "suppression of %s gives no reason, so nobody will know when it may go; write one behind two dashes", names)
	}
}

// idle returns the rules that ran and of which a suppression hides nothing.
func (s *Set) idle(c *suppression, ran []*lint.Rule) []string {
	if c.broken != "" || c.expired(s.today) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(c.rules), func(rule string) bool {
		return slices.Contains(c.used, rule) || !slices.ContainsFunc(ran, func(r *lint.Rule) bool { return r.Name == rule })
	})
}

// reporter collects diagnostics about suppressions.
type reporter struct {
	ran     []*lint.Rule
	options *lint.Options
	found   []lint.Diagnostic
}

func (r *reporter) report(rule *lint.Rule, c *suppression, format string, args ...any) {
	if !slices.Contains(r.ran, rule) {
		return
	}
	d := lint.Diagnostic{Rule: rule, Severity: rule.Severity, Message: fmt.Sprintf(format, args...), Bundles: c.bundles, Span: c.span}
	d.Origin.Span = c.span
	if c.object != nil {
		d.Object, d.Path = c.object, annotationPath
		d.Origin = c.object.At(annotationPath)
	}
	if rule == Unused && c.erasable() {
		d.Fixes = []lint.Fix{{Message: "delete the comment", Erase: []manifest.Span{c.span}}}
	}
	if chosen := r.options.Severities[rule.Name]; chosen != 0 {
		d.Severity = chosen
	}
	r.found = append(r.found, d)
}

func (r *reporter) take() []lint.Diagnostic {
	found := r.found
	r.found = nil
	return found
}
