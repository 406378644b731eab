package graph

import "github.com/nplint/nplint/lint/manifest"

// paths extends paths and remembers them: most objects of a kind have fields at
// the same places.
type paths map[extension]manifest.Path

// extension is a step from a path, which is known by its memory.
type extension struct {
	from  *manifest.Step
	steps int
	by    manifest.Step
}

func (p paths) key(path manifest.Path, key string) manifest.Path {
	return p.extend(path, manifest.Step{Key: key, Index: -1})
}

func (p paths) item(path manifest.Path, index int) manifest.Path {
	return p.extend(path, manifest.Step{Index: index})
}

func (p paths) extend(path manifest.Path, step manifest.Step) manifest.Path {
	e := extension{&path[0], len(path), step}
	known, ok := p[e]
	if !ok {
		known = append(path[:len(path):len(path)], step)
		p[e] = known
	}
	return known
}
