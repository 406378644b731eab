package rego

import (
	"testing"
	"testing/fstest"
	"time"

	"github.com/nplint/nplint/lint"
)

// TestEndless checks that a module which does not end is an error that names
// it and the limit.
func TestEndless(t *testing.T) {
	options := lint.DefaultOptions()
	options.RegoTimeout = 20 * time.Millisecond
	for _, body := range []string{
		`report contains {"object": "x", "message": "m"} if {
	count([x | some x in numbers.range(1, 100000000); some y in numbers.range(1, 100000000); x == y]) == 0
}`,
		`report contains {"object": "x", "message": "m"} if count(numbers.range(1, 1000000000)) == 0`,
	} {
		_, err := lintWith(t, options, body)
		wantError(t, err, "rule test: policy/test.rego: took longer than 20ms", "rego.timeout")
	}
}

// TestFlood checks that more findings than anybody can read are an error.
func TestFlood(t *testing.T) {
	options := lint.DefaultOptions()
	options.RegoTimeout = time.Minute // the number is what counts here
	found, err := lintWith(t, options, `report contains {"object": "shop/Deployment/web", "message": sprintf("%d", [x])} if some x in numbers.range(0, 100000)`)
	wantError(t, err, "policy/test.rego:6: reports 100001 findings, more than 100000; none of them is shown")
	if len(found) > 0 {
		t.Errorf("%d findings are shown", len(found))
	}
}

// TestCompileErrors checks that mistakes are shown with the line.
func TestCompileErrors(t *testing.T) {
	tests := []struct{ body, want, line string }{
		{"report contains p if {\n\tsome p in input.policies\n\tp.nmae == \"x\"\n}", "policy/test.rego:8:2: undefined ref: ", "  8 | \tp.nmae == \"x\"\n    | \t^"},
		{"report contains 1 if input.policys", "policy/test.rego:6:22: undefined ref: input.policys", "want (one of): "},
		{"report contains 1 if {\n\tsome p in input.policies\n\tp.ingress.rules[0].peers[0].cidr == \"x\"\n}", "undefined ref: ", "  8 | "},
		{"report contains 1 if http.send({}).status_code == 200", "http.send is not available: modules have no network", "  6 | "},
		{"report contains time.now_ns()", "time.now_ns is not available", "  6 | "},
		{"report contains opa.runtime()", "opa.runtime is not available", "  6 | "},
		{"report contains rand.intn(\"a\", 2)", "rand.intn is not available", "  6 | "},
		{"report contains json.match_schema({}, {\"$ref\": \"file:///etc/hosts\"})", "json.match_schema is not available", "  6 | "},
		{"report contains nplint.isolated(3, \"ingress\")", "nplint.isolated: invalid argument", "  6 | "},
		{"report contains 1 if {", "policy/test.rego:", "  6 | report contains 1 if {"},
		{"report contains 1 if { x := 1 }", "assigned var x unused", "  6 | "},
		{"deny contains 1", "policy/test.rego: reports nothing: write `report contains finding if { ... }`", ""},
		{"report contains data.nplint.config.test.limit", "parameter limit is not declared under custom.parameters", "  6 | "},
	}
	for _, test := range tests {
		_, err := lintWith(t, lint.DefaultOptions(), test.body)
		wantError(t, err, "rule test: ", test.want, test.line)
	}
}

// TestOneBrokenModule checks that the others run all the same.
func TestOneBrokenModule(t *testing.T) {
	found, err := lintShop(t, lint.DefaultOptions(), map[string]string{
		"broken.rego":    documented("broken", "report contains"),
		"lib.rego":       "package lib\n\nname(x) := x.id\n",
		"lib2.rego":      "package other\n\nname(x := 3",
		"right.rego":     documented("right", "import data.lib\nreport contains {\"object\": lib.name(p), \"message\": \"m\"} if some p in input.policies"),
		"test_test.rego": "package x",
	})
	if wantError(t, err, "rule broken: policy/broken.rego:6:"); len(found) != 1 {
		t.Errorf("%d findings, want the one of the right module", len(found))
	}
}

// TestLoadErrors checks that what is no rule is refused with file and line.
func TestLoadErrors(t *testing.T) {
	const good = "# METADATA\n# title: t\n# description: d\n"
	tests := []struct{ text, want string }{
		{"package nplint.rules.a", "policy/a.rego:1: no documentation: write \"# METADATA\""},
		{"# A comment.\n\npackage nplint.rules.a", "policy/a.rego:3: no documentation"},
		{"# METADATA\n# title: t\npackage nplint.rules.a", "policy/a.rego:1: no documentation"},
		{"# METADATA\n# title: T.\n# description: d\npackage nplint.rules.a", "policy/a.rego:1: the title is one line without a full stop"},
		{"# METADATA\n# titel: t\n# description: d\npackage nplint.rules.a", `policy/a.rego:2: read the documentation: unknown key "titel"; did you mean "title"?`},
		{good + "# custom:\n#   severity: high\npackage nplint.rules.a", `custom.severity: unknown severity "high"`},
		{good + "# custom:\n#   tags: [peer]\npackage nplint.rules.a", `custom.tags: unknown tag "peer"; did you mean "peers"?`},
		{good + "# custom:\n#   severty: error\npackage nplint.rules.a", `policy/a.rego:5: read the documentation: unknown key "severty"; did you mean "severity"?`},
		{good + "package nplint.rules.a.b", "policy/a.rego:4: the package of a rule is nplint.rules.NAME"},
		{good + "package nplint.rules.aB", "policy/a.rego:4: the package of a rule is nplint.rules.NAME"},
		{"report contains 1", "policy/a.rego:1: a module begins with its package"},
	}
	for _, test := range tests {
		rules, err := LoadAs(fstest.MapFS{
			"a.rego": {Data: []byte(test.text)},
			"b.rego": {Data: []byte(good + "package nplint.rules.fine\n")},
		}, "policy")
		if wantError(t, err, test.want); len(rules) != 1 || rules[0].Name != "fine" {
			t.Errorf("%s: the other rule is lost", test.text)
		}
	}
}
