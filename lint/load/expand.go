package load

import (
	yaml "go.yaml.in/yaml/v3"
)

// maxExpanded is how many values a document may have once its aliases are
// followed. The largest real objects have some ten thousand.
const maxExpanded = 1 << 20

// expandsTooFar returns the first alias through which a document grows beyond
// maxExpanded values, or that stands within its own anchor; nil if there is
// none. It costs one step per node, however often the node is referred to.
func expandsTooFar(root *yaml.Node) *yaml.Node {
	e := expansion{sizes: map[*yaml.Node]int{}}
	e.size(root)
	return e.culprit
}

type expansion struct {
	sizes   map[*yaml.Node]int
	culprit *yaml.Node
}

func (e *expansion) size(node *yaml.Node) int {
	if node.Kind == yaml.AliasNode {
		size, known := e.sizes[node.Alias]
		if !known || size > maxExpanded {
			e.blame(node)
		}
		return size
	}
	size := 1
	for _, child := range node.Content {
		if size += e.size(child); size > maxExpanded {
			e.blame(child)
			size = maxExpanded + 1
		}
	}
	if node.Anchor != "" {
		e.sizes[node] = size
	}
	return size
}

func (e *expansion) blame(node *yaml.Node) {
	if e.culprit == nil {
		e.culprit = node
	}
}
