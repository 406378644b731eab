package fix

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

// rootBeside returns the root of the objects in the folder of a file.
func rootBeside(b *manifest.Bundle, name string) string {
	for _, o := range b.Objects {
		if path.Dir(o.File().Name) == path.Dir(name) {
			return o.Root
		}
	}
	return ""
}

// strangers returns pods outside the input, and their namespaces, that some
// objects may meet: with the labels of every selector in them and with none, in
// every namespace that they are in or select and in one that they do not.
func strangers(b *manifest.Bundle, touched []*manifest.Object) []*manifest.Object {
	s := &selectors{pods: map[string]map[string]string{"": {}}, namespaces: map[string]map[string]string{}}
	var spaces []space
	for _, o := range touched {
		s.collect(o.Value)
		if own := (space{o.ID.Namespace, o.Root}); !slices.Contains(spaces, own) {
			spaces = append(spaces, own)
		}
	}
	var objects []*manifest.Object
	spaces = append(spaces, space{name: "nplint-elsewhere"})
	for i, key := range slices.Sorted(maps.Keys(s.namespaces)) {
		labels := s.namespaces[key]
		name := labels[graph.NameLabel]
		if name == "" {
			name = fmt.Sprintf("nplint-elsewhere-%d", i)
		}
		known := slices.ContainsFunc(b.Objects, func(o *manifest.Object) bool { return o.ID.Kind == "Namespace" && o.ID.Name == name })
		if !known {
			objects = append(objects, newObject(manifest.ID{APIVersion: "v1", Kind: "Namespace", Name: name}, "", labels, nil))
		}
		if place := (space{name: name}); !slices.Contains(spaces, place) {
			spaces = append(spaces, place)
		}
	}
	for _, place := range spaces {
		for i, key := range slices.Sorted(maps.Keys(s.pods)) {
			id := manifest.ID{APIVersion: "v1", Kind: "Pod", Namespace: place.name, Name: fmt.Sprintf("nplint-%d", i)}
			objects = append(objects, newObject(id, place.root, s.pods[key], s.ports))
		}
	}
	return objects
}

// space is a namespace, or the symbolic one of a root.
type space struct{ name, root string }

// selectors are the label selectors and the named ports of some objects, as
// labels that satisfy them.
type selectors struct {
	pods, namespaces map[string]map[string]string
	ports            []string
}

func (s *selectors) collect(v manifest.Value) {
	for _, item := range v.Items() {
		s.collect(item)
	}
	for _, e := range v.Members() {
		field := e.Value
		switch e.Key {
		case "namespaceSelector", "namespaces":
			add(s.namespaces, field)
		case "podSelector", "selector":
			add(s.pods, field)
		case "port":
			if name := field.Text(); field.Kind() == manifest.String && !slices.Contains(s.ports, name) {
				s.ports = append(s.ports, name)
			}
		}
		s.collect(field)
	}
}

// add adds labels that a selector matches.
func add(to map[string]map[string]string, selector manifest.Value) {
	labels := map[string]string{}
	maps.Copy(labels, selector.Get("matchLabels").Strings())
	for _, e := range selector.Get("matchExpressions").Items() {
		key := e.Get("key").Text()
		switch e.Get("operator").Text() {
		case "In":
			if values := e.Get("values").Items(); len(values) > 0 {
				labels[key] = values[0].Text()
			}
		case "Exists":
			labels[key] = "nplint"
		}
	}
	if len(labels) == 0 {
		return
	}
	var text strings.Builder
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		fmt.Fprintf(&text, "%s=%s,", key, labels[key])
	}
	to[text.String()] = labels
}

// newObject returns a Namespace or a Pod with labels, the latter with named
// ports.
func newObject(id manifest.ID, root string, labels map[string]string, ports []string) *manifest.Object {
	text := func(s string) manifest.Value { return manifest.Scalar(manifest.String, s, true) }
	var members []manifest.Member
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		members = append(members, manifest.Member{Key: key, Value: text(labels[key])})
	}
	var list []manifest.Value
	for i, name := range ports {
		list = append(list, manifest.MapOf([]manifest.Member{
			{Key: "name", Value: text(name)}, {Key: "containerPort", Value: manifest.Scalar(manifest.Int, fmt.Sprint(20000+i), false)},
		}))
	}
	o := manifest.NewObject(id, manifest.Document{File: &manifest.File{Name: "<nplint>"}}.In(nil))
	o.Root = root
	within := func(key string, v manifest.Value) manifest.Value {
		return manifest.MapOf([]manifest.Member{{Key: key, Value: v}})
	}
	container := within("ports", manifest.ListOf(list))
	o.Value = manifest.MapOf([]manifest.Member{
		{Key: "metadata", Value: within("labels", manifest.MapOf(members))},
		{Key: "spec", Value: within("containers", manifest.ListOf([]manifest.Value{container}))},
	})
	return o
}
