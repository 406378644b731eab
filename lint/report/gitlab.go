package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"github.com/nplint/nplint/lint"
)

// GitLab writes a Code Quality report
// (https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format).
// Its fingerprints do not hold lines, so that a finding that moves stays known.
func GitLab(w io.Writer, r *Report) error {
	seen := map[string]int{}
	issues := []gitlabIssue{}
	add := func(rule, severity, text, file string, line int, identity ...string) {
		file = r.rooted(file)
		sum := sha256.New()
		for _, part := range append([]string{rule, file}, identity...) {
			fmt.Fprintf(sum, "%d:%s", len(part), part)
		}
		key := hex.EncodeToString(sum.Sum(nil)[:16])
		seen[key]++
		if n := seen[key]; n > 1 { // GitLab drops a second issue with the same fingerprint
			key = fmt.Sprintf("%s-%d", key, n)
		}
		issues = append(issues, gitlabIssue{text, rule, key, severity, gitlabLocation{file, gitlabLines{line}}})
	}
	for i := range r.Diagnostics {
		d := &r.Diagnostics[i]
		at := locate(d.Origin.Span)
		identity := []string{d.Message}
		if d.Object != nil {
			identity = []string{d.Object.ID.Kind, d.Object.ID.Namespace, d.Object.ID.Name, d.Path.String(), d.Message}
		}
		add(d.Rule.Name, gitlabSeverity[d.Severity], sentence(d), at.file, at.start.Line, identity...)
	}
	for _, s := range r.skipped() {
		add(notAnalysed, "info", "not analysed: "+printable(s.Reason), s.File, 1, s.Reason)
	}
	return encode(w, issues)
}

var gitlabSeverity = map[lint.Severity]string{lint.Error: "critical", lint.Warning: "major", lint.Info: "info"}

type gitlabIssue struct {
	Description string         `json:"description"`
	CheckName   string         `json:"check_name"`
	Fingerprint string         `json:"fingerprint"`
	Severity    string         `json:"severity"`
	Location    gitlabLocation `json:"location"`
}

type gitlabLocation struct {
	Path  string      `json:"path"`
	Lines gitlabLines `json:"lines"`
}

type gitlabLines struct {
	Begin int `json:"begin"`
}
