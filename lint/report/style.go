package report

import (
	"fmt"

	"github.com/nplint/nplint/lint"
)

// Style says what Text and Concise print, and how it looks.
type Style struct {
	Color bool
	// Show is the least severity that is printed; warning where it is zero.
	Show lint.Severity
	// Width is the number of columns that source lines are cut to; 100 where
	// it is zero.
	Width int
	// Verbose prints every related place and every file that was not analysed,
	// where otherwise a few stand for many.
	Verbose bool
	// Quiet prints diagnostics and nothing after them.
	Quiet bool
}

func (s Style) orDefault() Style {
	if s.Show == 0 {
		s.Show = lint.Warning
	}
	if s.Width == 0 {
		s.Width = 100
	}
	return s
}

// The colours, as parameters of the terminal's "select graphic rendition".
const (
	errorColor   = "1;31"
	warningColor = "1;33"
	infoColor    = "1;36"
	okColor      = "1;32"
	strongColor  = "1"
	frameColor   = "94"
)

func severityColor(s lint.Severity) string {
	switch s {
	case lint.Error:
		return errorColor
	case lint.Warning:
		return warningColor
	default:
		return infoColor
	}
}

func (s Style) paint(code, text string) string {
	if !s.Color || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// UseColor decides whether to use colour: when is the user's choice (auto,
// always or never), lookup reads the environment. The choice goes first, then
// NO_COLOR, FORCE_COLOR and CLICOLOR_FORCE, then whether the output is a
// terminal that understands colour.
func UseColor(when string, lookup func(string) (string, bool), terminal bool) (bool, error) {
	switch when {
	case "always":
		return true, nil
	case "never":
		return false, nil
	case "auto", "":
	default:
		return false, fmt.Errorf("unknown colour choice %q: use auto, always or never", when)
	}
	env := func(name string) string { value, _ := lookup(name); return value }
	if env("NO_COLOR") != "" {
		return false, nil
	}
	if force := env("FORCE_COLOR"); force != "" {
		return force != "0" && force != "false", nil
	}
	if force := env("CLICOLOR_FORCE"); force != "" && force != "0" {
		return true, nil
	}
	return terminal && env("TERM") != "dumb", nil
}
