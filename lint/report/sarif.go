package report

import (
	"bytes"
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
	tooMany     = "too-many-results"
	// unreleased stands for a version that is not a semantic one.
	unreleased = "0.0.0-devel"
)

// SARIF writes everything in version 2.1.0 of the format of code scanning, as
// GitHub reads it. What would be more than GitHub takes is left out, the least
// severe first; then cut says so.
func SARIF(w io.Writer, r *Report) (cut string, err error) {
	results := sarifResults(r)
	for most := min(len(results), mostResults); ; most /= 2 {
		data, err := sarifFile(r, results, most)
		if err != nil {
			return "", err
		}
		if n := compressed(data); n <= mostBytes || most == 0 {
			_, err = w.Write(data)
			return cutNotice(len(results), most), err
		}
	}
}

// sarifFile returns a file with the worst results, as many as asked for.
func sarifFile(r *Report, results []*resultWriter, most int) ([]byte, error) {
	run := &sarif.Run{
		Tool:              sarif.Tool{Driver: sarifDriver(r)},
		Invocations:       []*sarif.Invocation{{ExecutionSuccessful: new(!r.Failed)}},
		AutomationDetails: &sarif.RunAutomationDetails{ID: new(category)},
		ColumnKind:        "utf16CodeUnits",
		NewlineSequences:  []string{"\r\n", "\n", "\r", "\u0085", "\u2028"},
		Results:           []*sarif.Result{},
	}
	for _, result := range worst(results, most) {
		run.Results = append(run.Results, result.finish())
	}
	for _, s := range r.skipped() {
		run.Invocations[0].ToolExecutionNotifications = append(run.Invocations[0].ToolExecutionNotifications, notification(r, s))
	}
	if cut := cutNotice(len(results), most); cut != "" {
		run.Invocations[0].ToolExecutionNotifications = append(run.Invocations[0].ToolExecutionNotifications, &sarif.Notification{
			Descriptor: &sarif.ReportingDescriptorReference{Id: new(tooMany)}, Level: "warning", Message: message(cut),
		})
	}
	var out bytes.Buffer
	err := encode(&out, &sarif.Report{Schema: sarifSchema, Version: "2.1.0", Runs: []*sarif.Run{run}})
	return out.Bytes(), err
}

var semver = regexp.MustCompile(`^v?(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?)$`)

func sarifDriver(r *Report) *sarif.ToolComponent {
	driver := &sarif.ToolComponent{
		Name: "nplint", InformationURI: new(homepage), Rules: []*sarif.ReportingDescriptor{},
		Version: new(unreleased), SemanticVersion: new(unreleased),
		Notifications: []*sarif.ReportingDescriptor{
			sarifNotice(notAnalysed, "part of the input was not analysed", "Findings may be missing. The message says why; `nplint files` lists what was read."),
			sarifNotice(tooMany, "some results are left out", "Code scanning takes a limited number of results and of bytes. The other formats hold all of them."),
		},
	}
	if version := semver.FindStringSubmatch(r.Version); version != nil {
		driver.Version, driver.SemanticVersion = new(version[1]), new(version[1])
	}
	for _, rule := range r.Rules {
		driver.Rules = append(driver.Rules, sarifRule(rule))
	}
	return driver
}

// sarifNotice describes a kind of notification as GitHub asks for it.
func sarifNotice(id, title, help string) *sarif.ReportingDescriptor {
	return &sarif.ReportingDescriptor{
		ID: id, ShortDescription: multiformat(title), FullDescription: multiformat(help), Help: multiformat(help),
	}
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
	return &sarif.ArtifactLocation{URI: new(uri(r.rooted(name)))}
}

func message(text string) *sarif.Message { return &sarif.Message{Text: new(text)} }

func multiformat(text string) *sarif.MultiformatMessageString {
	return &sarif.MultiformatMessageString{Text: new(text)}
}
