package manifest

import "testing"

func TestPathString(t *testing.T) {
	tests := []struct {
		path Path
		want string
	}{
		{nil, ""},
		{Field("spec", "ingress").Item(0).Key("from"), "spec.ingress[0].from"},
		{Field("spec", "podSelector", "matchLabels", "app.kubernetes.io/name"), `spec.podSelector.matchLabels["app.kubernetes.io/name"]`},
		{Field("metadata", "labels", ""), `metadata.labels[""]`},
	}
	for _, test := range tests {
		if got := test.path.String(); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
}

func TestPathIsAValue(t *testing.T) {
	base := Field("spec")
	a, b := base.Key("ingress"), base.Key("egress")
	if a.String() != "spec.ingress" || b.String() != "spec.egress" {
		t.Errorf("paths share memory: %s, %s", a, b)
	}
}
