// Package config reads .nplint.yaml. Every mistake in it is an error with file
// and line: a key that is silently ignored is worse than none.
package config

import (
	"io/fs"
	"net/netip"
	"path"
	"time"
)

// Name is the name of the configuration file.
const Name = ".nplint.yaml"

// Config is what a configuration file says. Fields that it does not mention are
// zero. Paths and patterns are relative to the file's folder.
type Config struct {
	Version int `yaml:"version"`
	// Preset and FailOn are named as on the command line.
	Preset string `yaml:"preset"`
	// Select and IgnoreRules hold rules and tags.
	Select      []string `yaml:"select"`
	IgnoreRules []string `yaml:"ignore-rules"`
	// Rules sets the severity of single rules, or switches them off.
	Rules  map[string]string `yaml:"rules"`
	FailOn string            `yaml:"fail-on"`
	// Exclude holds patterns of files and folders not to read.
	Exclude   []string `yaml:"exclude"`
	Namespace string   `yaml:"namespace,omitempty"`
	Complete  bool     `yaml:"complete"`
	// CNI is the network plugin as on the command line: cilium@1.15.
	CNI string `yaml:"cni,omitempty"`
	// Bundles says what is analysed together, instead of what nplint would find
	// out by itself.
	Bundles       []Bundle       `yaml:"bundles"`
	Assume        Assume         `yaml:"assume"`
	WorkloadKinds []WorkloadKind `yaml:"workloadKinds"`
	Rego          Rego           `yaml:"rego,omitempty"`
	Ignore        []Ignore       `yaml:"ignore"`
	// Baseline is the file of the findings that are accepted for now.
	Baseline string `yaml:"baseline,omitempty"`

	name  string // of the file
	words []word // that name rules
}

// Bundle is one cluster's view of the input.
type Bundle struct {
	Name   string   `yaml:"name"`
	Paths  []string `yaml:"paths"`
	Charts []Chart  `yaml:"charts"`
}

// Chart is a chart and what it is rendered with.
type Chart struct {
	Path      string   `yaml:"path"`
	Values    []string `yaml:"values"`
	Namespace string   `yaml:"namespace,omitempty"`
	Release   string   `yaml:"release,omitempty"`
}

// Assume says what holds in the cluster beside the input. A list stands in
// place of nplint's own.
type Assume struct {
	// Policies is "complete" if the input holds all policies of the cluster,
	// "partial" if it does not.
	Policies           string         `yaml:"policies"`
	PodCIDRs           []netip.Prefix `yaml:"podCIDRs"`
	ServiceCIDRs       []netip.Prefix `yaml:"serviceCIDRs"`
	DNS                DNS            `yaml:"dns"`
	SystemNamespaces   []string       `yaml:"systemNamespaces"`
	IngressControllers []string       `yaml:"ingressControllers"`
	OperatorLabels     []string       `yaml:"operatorLabels"`
	SensitivePorts     []int          `yaml:"sensitivePorts"`
}

// DNS says what answers the cluster's name resolution, and whether somebody
// else adds the policies for it.
type DNS struct {
	Peers    []DNSPeer `yaml:"peers"`
	Ports    []int     `yaml:"ports"`
	Provided bool      `yaml:"provided"`
}

// DNSPeer is pods of a namespace, or a range of addresses.
type DNSPeer struct {
	Namespace string            `yaml:"namespace,omitempty"`
	Labels    map[string]string `yaml:"labels,omitempty"`
	CIDR      netip.Prefix      `yaml:"cidr,omitempty"`
}

// WorkloadKind is a kind of custom resource that owns pods. Template is the
// dotted path of its pod template, spec.template where nothing is said.
type WorkloadKind struct {
	Group    string `yaml:"group"`
	Kind     string `yaml:"kind"`
	Template string `yaml:"template"`
}

// Rego says where modules are, how long one may take, and what they read as
// data.nplint.config.
type Rego struct {
	Dirs    []string       `yaml:"dirs"`
	Timeout time.Duration  `yaml:"timeout,omitempty"`
	Config  map[string]any `yaml:"config,omitempty"`
}

// Ignore suppresses findings of some rules about some objects, or in some
// files, that cannot carry a comment.
type Ignore struct {
	Rules []string `yaml:"rules"`
	// Objects are patterns of Kind/namespace/name.
	Objects []string `yaml:"objects"`
	Files   []string `yaml:"files"`
	Reason  string   `yaml:"reason"`
	// Until is the last day, YYYY-MM-DD, "" for ever.
	Until string `yaml:"until,omitempty"`
	// Line is where the entry stands.
	Line int `yaml:"-"`
}

// In returns the configuration with its paths seen from another folder, of
// which dir is the way to the configuration's.
func (c *Config) In(dir string) *Config {
	out := *c
	out.Exclude, out.Rego.Dirs = joined(dir, c.Exclude), joined(dir, c.Rego.Dirs)
	if c.Baseline != "" {
		out.Baseline = path.Join(dir, c.Baseline)
	}
	out.Bundles, out.Ignore = nil, nil
	for _, b := range c.Bundles {
		seen := Bundle{Name: b.Name, Paths: joined(dir, b.Paths)}
		for _, chart := range b.Charts {
			chart.Path, chart.Values = path.Join(dir, chart.Path), joined(dir, chart.Values)
			seen.Charts = append(seen.Charts, chart)
		}
		out.Bundles = append(out.Bundles, seen)
	}
	for _, i := range c.Ignore {
		i.Files = joined(dir, i.Files)
		out.Ignore = append(out.Ignore, i)
	}
	return &out
}

func joined(dir string, paths []string) []string {
	var out []string
	for _, p := range paths {
		out = append(out, path.Join(dir, p))
	}
	return out
}

// Find returns the name of the configuration file that holds for a folder: the
// nearest one upwards to the root of the git repository, "" if there is none.
func Find(fsys fs.FS, dir string) string {
	for ; ; dir = path.Dir(dir) {
		if info, err := fs.Stat(fsys, path.Join(dir, Name)); err == nil && !info.IsDir() {
			return path.Join(dir, Name)
		}
		if _, err := fs.Stat(fsys, path.Join(dir, ".git")); err == nil || dir == "." {
			return ""
		}
	}
}
