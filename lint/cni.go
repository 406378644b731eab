package lint

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// CNIs are the network plugins of which nplint knows the documented behaviour.
var CNIs = []string{
	"antrea", "aws-vpc-cni", "azure-npm", "calico", "cilium", "flannel", "gke-dataplane-v2", "kindnet", "kube-router",
	"ovn-kubernetes", "weave",
}

// ParseCNI reads a network plugin as users write it: cilium, or cilium@1.15
// with the version that is installed.
func ParseCNI(s string) (name string, version Version, err error) {
	name, written, versioned := strings.Cut(s, "@")
	if name != "" && !slices.Contains(CNIs, name) {
		return "", Version{}, fmt.Errorf("unknown plugin %q: use one of %s", name, strings.Join(CNIs, ", "))
	}
	if !versioned {
		return name, Version{}, nil
	}
	version, err = ParseVersion(written)
	if err != nil || name == "" {
		return "", Version{}, fmt.Errorf("cannot read the version in %q: write it as in cilium@1.15", s)
	}
	return name, version, nil
}

// Version is that of a program. The zero Version is unknown.
type Version struct{ Major, Minor int }

// ParseVersion reads the first two numbers of a version: v1.15.3.
func ParseVersion(s string) (v Version, err error) {
	parts := strings.SplitN(strings.TrimPrefix(s, "v"), ".", 3)
	if v.Major, err = strconv.Atoi(parts[0]); err != nil {
		return Version{}, fmt.Errorf("version %q: %w", s, err)
	}
	if len(parts) > 1 {
		if v.Minor, err = strconv.Atoi(parts[1]); err != nil {
			return Version{}, fmt.Errorf("version %q: %w", s, err)
		}
	}
	return v, nil
}

// Known reports whether somebody said which version it is.
func (v Version) Known() bool { return v != Version{} }

// Before reports whether a version is known and older than another one.
func (v Version) Before(other Version) bool {
	return v.Known() && cmp.Or(cmp.Compare(v.Major, other.Major), cmp.Compare(v.Minor, other.Minor)) < 0
}

// String writes the version as 1.15, "" if it is unknown.
func (v Version) String() string {
	if !v.Known() {
		return ""
	}
	return fmt.Sprintf("%d.%d", v.Major, v.Minor)
}
