package report

import (
	"encoding/xml"
	"io"
)

// Checkstyle writes the XML of the Checkstyle tool, which many CI systems read
// (https://github.com/checkstyle/checkstyle/blob/master/src/site/resources/dtds).
func Checkstyle(w io.Writer, r *Report) error {
	out := checkstyle{Version: "4.3"}
	for _, f := range r.files() {
		file := checkstyleFile{Name: printable(f.name)}
		for _, d := range f.found {
			at := locate(d.Origin.Span)
			file.Errors = append(file.Errors, checkstyleError{
				at.start.Line, at.start.Column, d.Severity.String(), sentence(d), "nplint." + d.Rule.Name,
			})
		}
		for _, s := range f.skipped {
			file.Errors = append(file.Errors, checkstyleError{
				1, 1, "info", "not analysed: " + printable(s.Reason), "nplint." + notAnalysed,
			})
		}
		out.Files = append(out.Files, file)
	}
	return encodeXML(w, out)
}

type checkstyle struct {
	XMLName xml.Name         `xml:"checkstyle"`
	Version string           `xml:"version,attr"`
	Files   []checkstyleFile `xml:"file"`
}

type checkstyleFile struct {
	Name   string            `xml:"name,attr"`
	Errors []checkstyleError `xml:"error"`
}

type checkstyleError struct {
	Line     int    `xml:"line,attr"`
	Column   int    `xml:"column,attr"`
	Severity string `xml:"severity,attr"`
	Message  string `xml:"message,attr"`
	Source   string `xml:"source,attr"`
}
