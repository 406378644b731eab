package ignore

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/nplint/nplint/lint"
)

// Annotation is the annotation of an object that holds suppressions, parted by
// semicolons.
const Annotation = "nplint.dev/ignore"

const (
	marker     = "nplint:"
	ignoreWord = "ignore"
	fileWord   = "ignore-file"
)

// directive is what a suppression says: `rule-a,rule-b until=2026-12-31 -- why`.
type directive struct {
	rules  []string
	reason string
	until  time.Time // the last day; zero for ever
	// broken says what cannot be understood, "" if nothing.
	broken string
}

// parse reads what follows the word "ignore".
func parse(text string) directive {
	var d directive
	head, reason := cutReason(text)
	head, _, _ = strings.Cut(head, " #")
	d.reason = strings.TrimSpace(reason)
	for _, word := range strings.FieldsFunc(head, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' }) {
		key, date, assigned := strings.Cut(word, "=")
		switch day, err := time.Parse(time.DateOnly, date); {
		case !assigned:
			d.rules = append(d.rules, word)
		case key != "until":
			d.broken = fmt.Sprintf("says %q%s", word, lint.Suggest(key, []string{"until"}))
		case err != nil:
			d.broken = fmt.Sprintf("ends on %q, which is no date such as 2026-12-31", date)
		default:
			d.until = day
		}
	}
	if len(d.rules) == 0 && d.broken == "" {
		d.broken = "names no rule"
	}
	slices.Sort(d.rules)
	d.rules = slices.Compact(d.rules)
	return d
}

// cutReason cuts a text at the dashes before its reason.
func cutReason(text string) (head, reason string) {
	if rest, found := strings.CutPrefix(strings.TrimLeft(text, " \t"), "--"); found {
		return "", rest
	}
	head, reason, _ = strings.Cut(text, " --")
	return head, reason
}

// expired reports whether the last day has passed.
func (d directive) expired(today time.Time) bool { return !d.until.IsZero() && today.After(d.until) }
