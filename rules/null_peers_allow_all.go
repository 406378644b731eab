package rules

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

var nullPeersAllowAll = &lint.Rule{
	Name: "null-peers-allow-all",
	Doc: `empty list of peers admits everybody

A rule whose "from" or "to" is null or an empty list reads as if it admitted
nobody, and admits everybody, in the cluster and outside. A chart's value that
is not set has the same effect. Whoever means everybody leaves the key out, or
says so in a comment; whoever means nobody leaves the rule out.

Not checked: rules of policies whose name, or a comment on or above the line,
says that everybody is meant, and rules without the key.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#allow-all-ingress-traffic`,
	Severity: lint.Warning,
	Tags:     []string{"peers"},
	Requires: []*lint.Rule{writtenParts},
	Run:      runNullPeersAllowAll,
}

func runNullPeersAllowAll(pass *lint.Pass) (any, error) {
	for rule := range inPlace(partsOf(pass).rules) {
		peers := rule.get(peersField(rule))
		if !peers.value.Exists() || !peers.value.Empty() || peers.value.Kind() == manifest.Map || meansEverybody(peers) {
			continue
		}
		written, ports := "null", "every port"
		if peers.value.Kind() == manifest.List {
			written = "an empty list"
		}
		if !rule.value.Get("ports").Empty() {
			ports = "its ports"
		}
		path := peers.path()
		pass.Report(lint.Diagnostic{
			Object: peers.object, Path: path,
			Message: fmt.Sprintf("%s of %s is %s, so the rule admits everybody, in the cluster and outside, on %s", path, objectName(peers.object), written, ports),
			Fixes:   []lint.Fix{{Message: "name the peers, or remove the key if everybody is meant"}},
		})
	}
	return nil, nil
}

// everybody are words with which people say that a rule is for everybody.
var everybody = regexp.MustCompile(`(?i)\b(all|any(one|body|where|thing)?|every(one|body|where|thing|body)?|external(ly)?|internet|open|outside|public(ly)?|world|unrestricted)\b`)

// meansEverybody reports whether the policy's name or a comment says that an
// empty list of peers is meant to admit everybody.
func meansEverybody(peers part) bool {
	words := strings.NewReplacer("-", " ", ".", " ").Replace(peers.object.ID.Name)
	if everybody.MatchString(words) && !strings.Contains(words, "deny") {
		return true
	}
	return everybody.MatchString(commentAt(peers.object.At(peers.path()).Span))
}

// commentAt returns the comments on the line of a place and directly above it.
func commentAt(span manifest.Span) string {
	data := span.File.Data
	end := span.End
	if i := bytes.IndexByte(data[end:], '\n'); i >= 0 {
		end += i
	} else {
		end = len(data)
	}
	_, comment, _ := strings.Cut(string(data[span.End:end]), "#")
	before := data[:span.Start]
	for {
		i := bytes.LastIndexByte(before, '\n')
		if i < 0 {
			return comment
		}
		before = before[:i]
		line := bytes.TrimSpace(before[bytes.LastIndexByte(before, '\n')+1:])
		if !bytes.HasPrefix(line, []byte("#")) {
			return comment
		}
		comment += " " + string(line)
	}
}
