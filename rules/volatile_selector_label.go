package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
)

var volatileSelectorLabel = &lint.Rule{
	Name: "volatile-selector-label",
	Doc: `selector depends on a label that changes with every release

Controllers put a new pod-template-hash on the pods of every rollout, and labels
such as helm.sh/chart and app.kubernetes.io/version change with every version. A
policy that selects by them lets go of its pods when the next version is rolled
out: they are unprotected, or no longer admitted, without any change to the
policy. Select by labels that say what the pods are.

Reported are the labels known for it, and values that look like a version
(1.4.2) or, under a key that speaks of versions, like a commit.

Silent: where a selector only asks whether the label exists, or excludes values;
pod names and indexes of StatefulSets, which stay the same.

https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#pod-template-hash-label`,
	Severity: lint.Warning,
	Tags:     []string{"selectors"},
	Run:      runVolatileSelectorLabel,
}

func runVolatileSelectorLabel(pass *lint.Pass) (any, error) {
	eachSelector(pass, func(s usedSelector) {
		for _, key := range s.Keys() {
			when := changes(s.Selector, key)
			if when == "" {
				continue
			}
			path := labelPath(s.policy.Object, s.at(), key)
			values, _ := s.Values(key)
			pass.Report(lint.Diagnostic{
				Object: s.policy.Object, Path: path,
				Message: fmt.Sprintf("%s %s %s by %s: %s, which changes with every %s, so that it then %s other %s or none",
					s.who(), s.verb, s.nouns, key, strings.Join(values, ", "), when, s.verb, s.nouns),
				Fixes: []lint.Fix{{
					Message: "select without " + key,
					Ops:     []lint.Op{{Object: s.policy.Object, Path: path, Kind: lint.Remove}},
				}},
			})
		}
	})
	return nil, nil
}

// volatileKeys are labels whose values do not last, and what ends them.
var volatileKeys = map[string]string{
	"app.kubernetes.io/version":          "version of the application",
	"batch.kubernetes.io/controller-uid": "run of the Job",
	"controller-revision-hash":           "rollout",
	"controller-uid":                     "run of the Job",
	"helm.sh/chart":                      "version of the chart",
	"pod-template-generation":            "rollout",
	"pod-template-hash":                  "rollout",
	"rollouts-pod-template-hash":         "rollout",
}

var (
	semanticVersion = regexp.MustCompile(`^(.+-)?v?\d+\.\d+\.\d+([-+_][-+_.0-9A-Za-z]+)?$`)
	commit          = regexp.MustCompile(`^[0-9a-f]{7,40}$`)
	versionWords    = wordSet("build commit digest git hash image release revision sha tag version")
)

// changes says with what the values change that a selector asks of a key, "" if
// they last.
func changes(s graph.Selector, key string) string {
	values, listed := s.Values(key)
	if !listed || len(values) == 0 || s.Invalid {
		return ""
	}
	if when := volatileKeys[key]; when != "" {
		return when
	}
	for _, value := range values {
		if !versioned(value) && !(isCommit(value) && namesVersion(key)) {
			return ""
		}
	}
	return "release"
}

func versioned(value string) bool {
	return strings.Count(value, ".") >= 2 && semanticVersion.MatchString(value)
}

func isCommit(value string) bool {
	return commit.MatchString(value) && strings.ContainsAny(value, "0123456789") && strings.ContainsAny(value, "abcdef")
}

// namesVersion reports whether a key says that its value is that of a version.
func namesVersion(key string) bool {
	for w := range strings.FieldsFuncSeq(key, separates) {
		if versionWords[w] {
			return true
		}
	}
	return false
}

// transient reports whether a selector asks for a label that does not last, so
// that the pods of another release are as good as those that it names.
func transient(s graph.Selector) bool {
	return slices.ContainsFunc(s.Keys(), func(key string) bool { return changes(s, key) != "" })
}
