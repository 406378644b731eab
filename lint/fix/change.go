package fix

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/schema"
)

// Change is a fix as edits of files that are proved to say what it means.
type Change struct {
	Edits   []Edit
	NewFile *lint.NewFile
	docs    []*changed
}

// changed is a document with the operations on it.
type changed struct {
	*document
	ops     []plain
	objects []*manifest.Object // that they are about
	edited  manifest.Document
}

// ErrByHand says of a fix that it only tells the reader what to do.
var ErrByHand = errors.New("it has to be done by hand")

// Plan returns the change that a fix makes. An error says why the fix can only
// be shown.
func Plan(f lint.Fix) (*Change, error) {
	c := &Change{NewFile: f.NewFile}
	if f.NewFile == nil && len(f.Ops)+len(f.Erase) == 0 {
		return nil, ErrByHand
	}
	for _, op := range f.Ops {
		if err := c.add(op); err != nil {
			return nil, fmt.Errorf("%s: %w", op.Path, err)
		}
	}
	for _, comment := range f.Erase {
		c.Edits = append(c.Edits, erase(comment))
	}
	for _, d := range c.docs {
		for _, op := range d.ops {
			edits, err := d.edits(op)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", op.path, err)
			}
			for _, e := range edits {
				if slices.ContainsFunc(c.Edits, func(other Edit) bool { return overlap(e, other) }) {
					return nil, fmt.Errorf("%s: its edits overlap", op.path)
				}
			}
			c.Edits = append(c.Edits, edits...)
		}
	}
	if len(c.Edits) == 0 && c.NewFile == nil {
		return nil, errors.New("there is nothing to change")
	}
	for _, d := range c.docs {
		if err := d.verify(c.Edits); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// erase deletes a comment, with its line where it stands alone there.
func erase(comment manifest.Span) Edit {
	data := comment.File.Data
	from := lineStart(data, comment.Start)
	if before := bytes.TrimRight(data[from:comment.Start], " \t"); len(before) > 0 {
		return Edit{File: comment.File, Start: from + len(before), End: comment.End}
	}
	return Edit{File: comment.File, Start: from, End: lineEnd(data, comment.End)}
}

// add takes in one operation of a rule.
func (c *Change) add(op lint.Op) error {
	doc, within, ok := op.Object.Document()
	if !ok {
		return errors.New("the text is rendered from a template or built from other files; change it there")
	}
	i := slices.IndexFunc(c.docs, func(d *changed) bool { return d.Document == doc })
	if i < 0 {
		parsed, err := parse(doc)
		if err != nil {
			return err
		}
		i = len(c.docs)
		c.docs = append(c.docs, &changed{document: parsed})
	}
	d := c.docs[i]
	path := append(within[:len(within):len(within)], op.Path...)
	ops, err := settle(treeOf(d.document.root), path, op)
	if err != nil {
		return err
	}
	d.ops = append(d.ops, ops...)
	if !slices.Contains(d.objects, op.Object) {
		d.objects = append(d.objects, op.Object)
	}
	return nil
}

// verify makes the edits of the document and compares what it says then with
// what it should.
func (d *changed) verify(all []Edit) error {
	want := treeOf(d.document.root)
	spots := make([]spot, len(d.ops))
	for i, op := range d.ops {
		var ok bool
		if spots[i], ok = want.spot(op.path); !ok {
			return fmt.Errorf("%s: %w", op.path, errAbsent)
		}
	}
	for i, op := range d.ops {
		spots[i].do(op)
	}
	var own []Edit
	length := 0
	for _, e := range all {
		if e.File.Name == d.File.Name && d.Start <= e.Start && e.End <= d.End {
			own = append(own, e)
			length += len(e.Text) - (e.End - e.Start)
		}
	}
	file := &manifest.File{Name: d.File.Name, Data: apply(d.File.Data, own)}
	d.edited = manifest.Document{File: file, Start: d.Start, End: d.End + length}
	node, err := d.edited.Parse()
	if err != nil || node == nil {
		return errors.New("the edited text does not parse")
	}
	if got := treeOf(node).String(); got != want.String() {
		return errors.New("the edited text does not say what is meant")
	}
	return nil
}

// replacement returns an object as the change leaves it, nil if it does not
// touch it. The object may have been read again: it is known by its place.
func (c *Change) replacement(o *manifest.Object) *manifest.Object {
	doc, path, ok := o.Document()
	if !ok {
		return nil
	}
	for _, d := range c.docs {
		for _, touched := range d.objects {
			_, within, _ := touched.Document()
			if doc.File.Name == d.File.Name && doc.Start == d.Start && within.String() == path.String() {
				return rewritten(o, d.edited, path)
			}
		}
	}
	return nil
}

// rewritten returns an object with the fields that another text has for it.
func rewritten(o *manifest.Object, doc manifest.Document, path manifest.Path) *manifest.Object {
	node, err := doc.Parse()
	if err != nil {
		return nil
	}
	found, _ := manifest.Find(node, path)
	id := o.ID
	for _, field := range []struct {
		path manifest.Path
		to   *string
	}{
		{manifest.Field("apiVersion"), &id.APIVersion}, {manifest.Field("kind"), &id.Kind},
		{manifest.Field("metadata", "namespace"), &id.Namespace}, {manifest.Field("metadata", "name"), &id.Name},
	} {
		// What resolved the namespace stands unless the change writes another one.
		if e, depth := manifest.Find(found.Value, field.path); depth == len(field.path) && e.Value.Value != o.Value.At(field.path).Text() {
			*field.to = e.Value.Value
		}
	}
	t := schema.Lookup(id.Group(), id.Kind)
	switch {
	case t == nil && o.Template != nil:
		t = schema.Templated(o.Template)
	case t == nil:
		id.APIVersion, id.Kind = o.ID.APIVersion, o.ID.Kind
		t = schema.Lookup(id.Group(), id.Kind)
	}
	n := manifest.NewObject(id, doc.In(path))
	n.Root, n.Tree, n.Beside, n.Template = o.Root, o.Tree, o.Beside, o.Template
	n.Value, n.Written, n.Facts = schema.Decode(found.Value, t)
	return n
}
