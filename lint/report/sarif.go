package report

import (
	"io"
	"regexp"

	"github.com/owenrumney/go-sarif/v2/sarif"

	"github.com/nplint/nplint/lint/manifest"
)

const (
	sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	homepage    = "https://github.com/nplint/nplint"
	// category keeps code scanning from mixing these results with another
	// tool's: what stands before the slash.
	category    = "nplint/"
	notAnalysed = "not-analysed"
)

// SARIF writes everything in version 2.1.0 of the format of code scanning, as
// GitHub reads it.
func SARIF(w io.Writer, r *Report) error {
	run := &sarif.Run{
		Tool:              sarif.Tool{Driver: sarifDriver(r)},
		Invocations:       []*sarif.Invocation{{ExecutionSuccessful: new(!r.Failed)}},
		AutomationDetails: &sarif.RunAutomationDetails{ID: new(category)},
		ColumnKind:        "utf16CodeUnits",
		NewlineSequences:  []string{"\r\n", "\n", "\r", "\u0085", "\u2028"},
		Results:           sarifResults(r),
	}
	for _, s := range r.skipped() {
		run.Invocations[0].ToolExecutionNotifications = append(run.Invocations[0].ToolExecutionNotifications, notification(r, s))
	}
	return encode(w, &sarif.Report{Schema: sarifSchema, Version: "2.1.0", Runs: []*sarif.Run{run}})
}

var semver = regexp.MustCompile(`^v?(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?)$`)

func sarifDriver(r *Report) *sarif.ToolComponent {
	driver := &sarif.ToolComponent{
		Name: "nplint", InformationURI: new(homepage), Rules: []*sarif.ReportingDescriptor{},
		Notifications: []*sarif.ReportingDescriptor{{
			ID: notAnalysed, ShortDescription: multiformat("part of the input was not analysed"),
		}},
	}
	if r.Version != "" {
		driver.Version = new(r.Version)
	}
	if version := semver.FindStringSubmatch(r.Version); version != nil {
		driver.SemanticVersion = new(version[1])
	}
	for _, rule := range r.Rules {
		driver.Rules = append(driver.Rules, sarifRule(rule))
	}
	return driver
}

func notification(r *Report, s manifest.Skipped) *sarif.Notification {
	return &sarif.Notification{
		Descriptor: &sarif.ReportingDescriptorReference{Id: new(notAnalysed)},
		Level:      "warning",
		Message:    message("not analysed: " + unlinked(s.Reason)),
		Locations:  []*sarif.Location{{PhysicalLocation: &sarif.PhysicalLocation{ArtifactLocation: artifact(r, s.File)}}},
	}
}

func artifact(r *Report, name string) *sarif.ArtifactLocation {
	return &sarif.ArtifactLocation{URI: new(uri(r.Base, name))}
}

func message(text string) *sarif.Message { return &sarif.Message{Text: new(text)} }

func multiformat(text string) *sarif.MultiformatMessageString {
	return &sarif.MultiformatMessageString{Text: new(text)}
}
