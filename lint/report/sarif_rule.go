package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/owenrumney/go-sarif/v2/sarif"

	"github.com/nplint/nplint/lint"
)

// What code scanning accepts: characters of a description, tags of a rule beside
// "security", and the score of a security alert, which is not 0.
const (
	longestDescription = 1024
	mostTags           = 19
	leastScore         = 0.1
)

func sarifRule(r *lint.Rule) *sarif.ReportingDescriptor {
	first, _, _ := strings.Cut(r.Body(), "\n\n")
	help := multiformat(r.Body() + "\n\nnplint explain " + r.Name)
	help.Markdown = new(helpMarkdown(r.Body()) + "\n\n`nplint explain " + r.Name + "`")
	return &sarif.ReportingDescriptor{
		ID:                   r.Name,
		ShortDescription:     multiformat(clip(r.Title())),
		FullDescription:      multiformat(clip(strings.Join(strings.Fields(first), " "))),
		Help:                 help,
		DefaultConfiguration: &sarif.ReportingConfiguration{Level: sarifLevel(r.Severity)},
		Properties:           ruleProperties(r),
	}
}

// ruleProperties holds what code scanning sorts and filters by. A score makes
// the rule's alerts security alerts; without one they have a plain severity.
func ruleProperties(r *lint.Rule) sarif.Properties {
	tags := slices.Clone(r.Tags[:min(len(r.Tags), mostTags)])
	properties := sarif.Properties{"precision": "high"}
	if r.Preset != lint.Recommended {
		properties["precision"] = "medium"
	}
	if r.Score > 0 {
		tags = append(tags, "security")
		properties["security-severity"] = fmt.Sprintf("%.1f", max(leastScore, r.Score))
	} else {
		properties["problem.severity"] = map[lint.Severity]string{
			lint.Error: "error", lint.Warning: "warning", lint.Info: "recommendation",
		}[r.Severity]
	}
	properties["tags"] = tags
	return properties
}

func sarifLevel(s lint.Severity) string {
	if s == lint.Info {
		return "note"
	}
	return s.String()
}

func clip(s string) string {
	if runes := []rune(s); len(runes) > longestDescription {
		return string(runes[:longestDescription-len(ellipsis)]) + ellipsis
	}
	return s
}
