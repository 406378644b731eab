// Package apiserver compares what nplint says about the syntax of policies with
// the decoder and the validation of the API server itself.
package apiserver

import (
	"context"
	"fmt"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/schema"
	"github.com/nplint/nplint/rules"
)

// refusing are the rules that say that the server refuses a policy.
var refusing = map[string]bool{
	"duplicate-yaml-key": true, "invalid-cidr": true, "invalid-enum-value": true, "invalid-metadata": true,
	"invalid-peer": true, "invalid-port": true, "invalid-selector": true, "unknown-field": true, "wrong-scalar-type": true,
}

// finding is one error of those rules.
type finding struct{ rule, path string }

// lintPolicies returns the findings about each text.
func lintPolicies(texts []string) ([][]finding, error) {
	bundle := &manifest.Bundle{}
	index := map[*manifest.Object]int{}
	for i, text := range texts {
		file := &manifest.File{Name: fmt.Sprintf("%d.yaml", i), Data: []byte(text)}
		doc := manifest.Document{File: file, End: len(file.Data)}
		id := manifest.ID{APIVersion: "networking.k8s.io/v1", Kind: "NetworkPolicy"}
		o := manifest.NewObject(id, doc.In(nil))
		if err := decode(o, doc); err != nil {
			return nil, fmt.Errorf("%w in:\n%s", err, text)
		}
		o.ID.Name = o.Value.Get("metadata").Get("name").Text()
		o.ID.Namespace = o.Value.Get("metadata").Get("namespace").Text()
		bundle.Objects = append(bundle.Objects, o)
		index[o] = i
	}
	var selected []*lint.Rule
	for _, rule := range rules.All() {
		if refusing[rule.Name] {
			selected = append(selected, rule)
		}
	}
	diagnostics, err := lint.Run(context.Background(), selected, bundle, graph.New(bundle.Objects), lint.DefaultOptions())
	if err != nil {
		return nil, err
	}
	findings := make([][]finding, len(texts))
	for _, d := range diagnostics {
		if d.Severity == lint.Error {
			i := index[d.Object]
			findings[i] = append(findings[i], finding{d.Rule.Name, d.Path.String()})
			for _, related := range d.Related { // of the same cause
				findings[i] = append(findings[i], finding{d.Rule.Name, related.Path.String()})
			}
		}
	}
	return findings, nil
}

// decode reads a policy as package load does.
func decode(o *manifest.Object, doc manifest.Document) error {
	t := schema.Lookup(o.ID.Group(), o.ID.Kind)
	value, usual := new(schema.Blocks).Read(doc.Text(), 0, func(string, string) *schema.Type { return t })
	if usual {
		o.Value, o.Written = value, value
		return nil
	}
	node, err := doc.Parse()
	if err != nil {
		return err
	}
	o.Value, o.Written, o.Facts = schema.Decode(node, t)
	return nil
}
