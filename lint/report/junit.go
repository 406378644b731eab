package report

import (
	"encoding/xml"
	"fmt"
	"io"

	"github.com/nplint/nplint/lint"
)

// JUnit writes a suite of failed tests for each file with findings. Infos, and
// what was not analysed, are skipped tests: they fail nothing. Where there is
// neither, one test passes, because CI systems refuse a report without tests.
func JUnit(w io.Writer, r *Report) error {
	out := junit{Name: "nplint"}
	for _, f := range r.files() {
		s := junitSuite{Name: printable(f.name)}
		for _, d := range f.found {
			at := locate(d.Origin.Span)
			test := junitCase{Name: fmt.Sprintf("%s at %d:%d", d.Rule.Name, at.start.Line, at.start.Column), Class: printable(f.name)}
			if d.Severity == lint.Info {
				test.Skipped = &junitSkipped{"info: " + sentence(d)}
			} else {
				test.Failure = &junitFailure{sentence(d), d.Severity.String(), junitText(f.name, d)}
			}
			s.add(test)
		}
		for _, skipped := range f.skipped {
			s.add(junitCase{Name: notAnalysed, Class: printable(f.name), Skipped: &junitSkipped{"not analysed: " + printable(skipped.Reason)}})
		}
		out.add(s)
	}
	if len(out.Suites) == 0 && !r.Failed {
		s := junitSuite{Name: "nplint"}
		s.add(junitCase{Name: "no findings", Class: "nplint"})
		out.add(s)
	}
	return encodeXML(w, out)
}

func junitText(file string, d *lint.Diagnostic) string {
	at := locate(d.Origin.Span)
	text := fmt.Sprintf("%s:%d:%d: %s: %s [%s]", printable(file), at.start.Line, at.start.Column, d.Severity, sentence(d), d.Rule.Name)
	if d.Witness != nil {
		text += "\nwitness: " + printable(witness(d.Witness))
	}
	return text + "\nhelp: nplint explain " + d.Rule.Name
}

type junit struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

func (j *junit) add(s junitSuite) {
	j.Tests += s.Tests
	j.Failures += s.Failures
	j.Suites = append(j.Suites, s)
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

func (s *junitSuite) add(c junitCase) {
	s.Tests++
	if c.Failure != nil {
		s.Failures++
	}
	if c.Skipped != nil {
		s.Skipped++
	}
	s.Cases = append(s.Cases, c)
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	Failure *junitFailure `xml:"failure"`
	Skipped *junitSkipped `xml:"skipped"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

type junitSkipped struct {
	Message string `xml:"message,attr"`
}
