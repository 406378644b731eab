package main

import (
	"fmt"
	"io"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/fix"
)

// unfixed is a finding whose fixes were not applied.
type unfixed struct {
	diagnostic *lint.Diagnostic
	fix        *lint.Fix // the one that comes closest
	why        string
}

// above says why a fix of a class is not applied that was not asked for, and
// what applies it.
func above(c fix.Class) string {
	if c == fix.Tighten {
		return "it takes connections away; --fix=tighten applies it"
	}
	return "it allows more; --fix=all applies it"
}

// String names the place, the fix, the rule and the reason.
func (u unfixed) String() string {
	place := u.diagnostic.Rule.Name
	if span := u.diagnostic.Origin.Span; span.File != nil {
		place = fmt.Sprintf("%s:%d", span.File.Name, span.File.Position(span.Start).Line)
	}
	return fmt.Sprintf("not fixed %s: %s [%s]: %s", place, u.fix.Message, u.diagnostic.Rule.Name, u.why)
}

const fewUnfixed = 20

// printUnfixed says which fixes are left, and why.
func (x *fixer) printUnfixed(w io.Writer, all bool) {
	for i, u := range x.left {
		if i == fewUnfixed && !all {
			fmt.Fprintf(w, "not fixed: %d more; -v shows all\n", len(x.left)-i)
			return
		}
		fmt.Fprintln(w, u)
	}
}
