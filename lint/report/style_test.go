package report

import (
	"testing"
)

func TestUseColor(t *testing.T) {
	type env map[string]string
	tests := []struct {
		name     string
		when     string
		env      env
		terminal bool
		want     bool
	}{
		{"terminal", "auto", nil, true, true},
		{"empty choice", "", nil, true, true},
		{"no terminal", "auto", nil, false, false},
		{"dumb terminal", "auto", env{"TERM": "dumb"}, true, false},
		{"NO_COLOR", "auto", env{"NO_COLOR": "1"}, true, false},
		{"empty NO_COLOR", "auto", env{"NO_COLOR": ""}, true, true},
		{"forced", "auto", env{"FORCE_COLOR": "1"}, false, true},
		{"forced in a dumb terminal", "auto", env{"CLICOLOR_FORCE": "1", "TERM": "dumb"}, true, true},
		{"force of zero", "auto", env{"FORCE_COLOR": "0"}, true, false},
		{"clicolor of zero", "auto", env{"CLICOLOR_FORCE": "0"}, true, true},
		{"NO_COLOR before force", "auto", env{"NO_COLOR": "1", "FORCE_COLOR": "1"}, true, false},
		{"always before NO_COLOR", "always", env{"NO_COLOR": "1"}, false, true},
		{"never before force", "never", env{"FORCE_COLOR": "1"}, true, false},
	}
	for _, tt := range tests {
		lookup := func(name string) (string, bool) { value, found := tt.env[name]; return value, found }
		got, err := UseColor(tt.when, lookup, tt.terminal)
		if err != nil || got != tt.want {
			t.Errorf("%s: %v, %v; want %v", tt.name, got, err, tt.want)
		}
	}
	if _, err := UseColor("sometimes", nil, true); err == nil {
		t.Error("an unknown choice is accepted")
	}
}
