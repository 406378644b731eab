package reach_test

import (
	"maps"
	"slices"
)

// shrink returns the smallest manifests that it finds, by leaving out one part
// after the other, of which fails still is true.
func shrink(docs []doc, fails func([]doc) bool) []doc {
	for again := true; again; {
		again = false
		for i := len(docs) - 1; i >= 0; i-- {
			if smaller := slices.Delete(slices.Clone(docs), i, i+1); fails(smaller) {
				docs, again = smaller, true
				continue
			}
			for j := 0; ; j++ {
				n := j
				smaller, found := without(docs[i], "", &n)
				if !found {
					break
				}
				if try := slices.Clone(docs); fails(replace(try, i, smaller.(doc))) {
					docs, again = try, true
					j = -1
				}
			}
		}
	}
	return docs
}

func replace(docs []doc, i int, d doc) []doc {
	docs[i] = d
	return docs
}

// optional are the fields without which a manifest is as valid.
var optional = []string{
	"labels", "matchLabels", "matchExpressions", "ingress", "egress", "from", "to", "ports", "protocols", "except", "endPort",
	"initContainers", "hostNetwork", "status", "policyTypes", "podSelector", "restartPolicy", "protocol",
}

// filled are the lists that may not be empty.
var filled = []string{"values", "networks", "domainNames", "containers", "from", "to", "protocols", "ports"}

// without returns a copy of a value without its n-th removable part; found is
// false, and n is reduced by the number of parts, if it has fewer.
func without(value any, key string, n *int) (smaller any, found bool) {
	switch v := value.(type) {
	case doc:
		keys := slices.Sorted(maps.Keys(v))
		for _, k := range keys {
			if key == "labels" || key == "matchLabels" || slices.Contains(optional, k) &&
				(k != "from" && k != "to" || v["action"] == nil) && (k != "podSelector" || key == "spec") {
				if *n == 0 {
					copied := maps.Clone(v)
					delete(copied, k)
					return copied, true
				}
				*n--
			}
			if part, found := without(v[k], k, n); found {
				copied := maps.Clone(v)
				copied[k] = part
				return copied, true
			}
		}
	case []any:
		for i := range v {
			if len(v) > 1 || !slices.Contains(filled, key) {
				if *n == 0 {
					return slices.Delete(slices.Clone(v), i, i+1), true
				}
				*n--
			}
			if part, found := without(v[i], "", n); found {
				copied := slices.Clone(v)
				copied[i] = part
				return copied, true
			}
		}
	}
	return value, false
}
