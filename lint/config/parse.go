package config

import (
	"errors"
	"regexp"
	"strings"
	"time"

	yaml "go.yaml.in/yaml/v3"

	"github.com/nplint/nplint/lint"
)

// Parse reads a configuration. name is the file's name in errors; there is one
// for every mistake, in the order of the file. Whether the rules that it names
// exist is for [Config.CheckRules] to say.
func Parse(name string, data []byte) (*Config, error) {
	c := &Config{name: name}
	r := &reader{name: name}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return c, r.syntax(err)
	}
	root := &yaml.Node{Kind: yaml.MappingNode, Line: 1}
	if len(doc.Content) > 0 {
		root = doc.Content[0]
	}
	r.config(root, c)
	return c, errors.Join(r.errs...)
}

func (r *reader) config(n *yaml.Node, c *Config) {
	r.fields(n,
		field{"version", func(n *yaml.Node) { c.Version = r.number(n, 1, 1) }},
		field{"preset", func(n *yaml.Node) {
			c.Preset = r.text(n)
			_, err := lint.ParsePreset(c.Preset)
			r.refuse(n, "preset", err)
		}},
		field{"select", func(n *yaml.Node) { c.Select = c.ruleWords(r, n, anyRule) }},
		field{"ignore-rules", func(n *yaml.Node) { c.IgnoreRules = c.ruleWords(r, n, anyRule) }},
		field{"rules", func(n *yaml.Node) { c.Rules = r.rules(n, c) }},
		field{"fail-on", func(n *yaml.Node) {
			c.FailOn = r.text(n)
			_, err := lint.ParseSeverity(c.FailOn)
			r.refuse(n, "fail-on", err)
		}},
		field{"exclude", func(n *yaml.Node) { c.Exclude = r.texts(n) }},
		field{"namespace", func(n *yaml.Node) { c.Namespace = r.text(n) }},
		field{"complete", func(n *yaml.Node) { c.Complete = r.boolean(n) }},
		field{"cni", func(n *yaml.Node) {
			c.CNI = r.text(n)
			_, _, err := lint.ParseCNI(c.CNI)
			r.refuse(n, "cni", err)
		}},
		field{"bundles", func(n *yaml.Node) { c.Bundles = r.bundles(n) }},
		field{"assume", func(n *yaml.Node) { r.assume(n, &c.Assume) }},
		field{"workloadKinds", func(n *yaml.Node) { c.WorkloadKinds = r.workloadKinds(n) }},
		field{"rego", func(n *yaml.Node) { r.rego(n, &c.Rego) }},
		field{"ignore", func(n *yaml.Node) { c.Ignore = r.ignores(n, c) }},
		field{"baseline", func(n *yaml.Node) { c.Baseline = r.text(n) }},
	)
	if c.Version == 0 && len(r.errs) == 0 {
		r.mistake(n, "there is no version; write version: 1")
	}
}

func (r *reader) rules(n *yaml.Node, c *Config) map[string]string {
	rules := map[string]string{}
	r.entries(n, func(key, value *yaml.Node) {
		severity := r.text(value)
		if _, err := lint.ParseSeverity(severity); err != nil && severity != "off" {
			r.mistake(value, "rules.%s: %v, or off", key.Value, err)
		}
		rules[key.Value] = severity
		c.words = append(c.words, word{key.Value, key.Line, oneRule})
	})
	return rules
}

func (r *reader) bundles(n *yaml.Node) (bundles []Bundle) {
	seen := map[string]bool{}
	r.items(n, func(i int, n *yaml.Node) {
		var b Bundle
		r.fields(n,
			field{"name", func(n *yaml.Node) { b.Name = r.text(n) }},
			field{"paths", func(n *yaml.Node) { b.Paths = r.texts(n) }},
			field{"charts", func(n *yaml.Node) { b.Charts = r.charts(n) }},
		)
		switch {
		case b.Name == "":
			r.mistake(n, "bundles[%d] has no name", i)
		case seen[b.Name]:
			r.mistake(n, "bundles[%d]: there is another bundle %q", i, b.Name)
		case len(b.Paths)+len(b.Charts) == 0:
			r.mistake(n, "bundle %q has neither paths nor charts", b.Name)
		}
		seen[b.Name] = true
		bundles = append(bundles, b)
	})
	return bundles
}

func (r *reader) charts(n *yaml.Node) (charts []Chart) {
	r.items(n, func(_ int, n *yaml.Node) {
		var c Chart
		r.fields(n,
			field{"path", func(n *yaml.Node) { c.Path = r.text(n) }},
			field{"values", func(n *yaml.Node) { c.Values = r.texts(n) }},
			field{"namespace", func(n *yaml.Node) { c.Namespace = r.text(n) }},
			field{"release", func(n *yaml.Node) { c.Release = r.text(n) }},
		)
		if c.Path == "" {
			r.mistake(n, "a chart has no path; name its folder")
		}
		charts = append(charts, c)
	})
	return charts
}

func (r *reader) assume(n *yaml.Node, a *Assume) {
	r.fields(n,
		field{"policies", func(n *yaml.Node) {
			a.Policies = r.text(n)
			if a.Policies != "complete" && a.Policies != "partial" {
				r.mistake(n, "assume.policies is %q; use complete or partial", a.Policies)
			}
		}},
		field{"podCIDRs", func(n *yaml.Node) { a.PodCIDRs = r.prefixes(n) }},
		field{"serviceCIDRs", func(n *yaml.Node) { a.ServiceCIDRs = r.prefixes(n) }},
		field{"dns", func(n *yaml.Node) { r.dns(n, &a.DNS) }},
		field{"systemNamespaces", func(n *yaml.Node) { a.SystemNamespaces = r.texts(n) }},
		field{"ingressControllers", func(n *yaml.Node) { a.IngressControllers = r.texts(n) }},
		field{"operatorLabels", func(n *yaml.Node) { a.OperatorLabels = r.texts(n) }},
		field{"sensitivePorts", func(n *yaml.Node) { a.SensitivePorts = r.ports(n) }},
	)
}

func (r *reader) dns(n *yaml.Node, d *DNS) {
	r.fields(n,
		field{"peers", func(n *yaml.Node) { d.Peers = r.dnsPeers(n) }},
		field{"ports", func(n *yaml.Node) { d.Ports = r.ports(n) }},
		field{"provided", func(n *yaml.Node) { d.Provided = r.boolean(n) }},
	)
}

func (r *reader) dnsPeers(n *yaml.Node) []DNSPeer {
	peers := []DNSPeer{}
	r.items(n, func(_ int, n *yaml.Node) {
		var p DNSPeer
		r.fields(n,
			field{"namespace", func(n *yaml.Node) { p.Namespace = r.text(n) }},
			field{"labels", func(n *yaml.Node) {
				p.Labels = map[string]string{}
				r.entries(n, func(key, value *yaml.Node) { p.Labels[key.Value] = r.text(value) })
			}},
			field{"cidr", func(n *yaml.Node) { p.CIDR = r.prefix(n) }},
		)
		if pods := p.Namespace != "" || len(p.Labels) > 0; pods == p.CIDR.IsValid() {
			r.mistake(n, "a DNS peer is either a namespace with labels or a cidr")
		}
		peers = append(peers, p)
	})
	return peers
}

// fieldPath is a dotted path that leads to a pod template.
var fieldPath = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9]*)*$`)

func (r *reader) workloadKinds(n *yaml.Node) (kinds []WorkloadKind) {
	r.items(n, func(_ int, n *yaml.Node) {
		k := WorkloadKind{Template: "spec.template"}
		r.fields(n,
			field{"group", func(n *yaml.Node) { k.Group = r.text(n) }},
			field{"kind", func(n *yaml.Node) { k.Kind = r.text(n) }},
			field{"template", func(n *yaml.Node) { k.Template = r.text(n) }},
		)
		switch {
		case k.Kind == "" || k.Group == "" || strings.Contains(k.Group, "/"):
			r.mistake(n, "a workload kind needs a kind and a group without version, such as kind: Sandbox, group: agents.x-k8s.io")
		case !fieldPath.MatchString(k.Template):
			r.mistake(n, "template is %q; write the path of the pod template, such as spec.template", k.Template)
		}
		kinds = append(kinds, k)
	})
	return kinds
}

func (r *reader) rego(n *yaml.Node, g *Rego) {
	r.fields(n,
		field{"dirs", func(n *yaml.Node) { g.Dirs = r.texts(n) }},
		field{"timeout", func(n *yaml.Node) {
			d, err := time.ParseDuration(r.text(n))
			if g.Timeout = d; err != nil || d <= 0 {
				r.mistake(n, "rego.timeout is %q; write a duration such as 5s", n.Value)
			}
		}},
		field{"config", func(n *yaml.Node) {
			if r.is(n, yaml.MappingNode, "a map") {
				r.refuse(n, "rego.config", n.Decode(&g.Config))
			}
		}},
	)
}

func (r *reader) ignores(n *yaml.Node, c *Config) (ignores []Ignore) {
	r.items(n, func(_ int, n *yaml.Node) {
		i := Ignore{Line: n.Line}
		r.fields(n,
			field{"rules", func(n *yaml.Node) { i.Rules = c.ruleWords(r, n, oneRule) }},
			field{"objects", func(n *yaml.Node) { i.Objects = r.patterns(n, 3) }},
			field{"files", func(n *yaml.Node) { i.Files = r.patterns(n, 0) }},
			field{"reason", func(n *yaml.Node) { i.Reason = r.text(n) }},
			field{"until", func(n *yaml.Node) {
				i.Until = r.scalar(n)
				if _, err := time.Parse(time.DateOnly, i.Until); err != nil {
					r.mistake(n, "until is %q; write a date such as 2026-12-31", i.Until)
				}
			}},
		)
		switch {
		case len(i.Rules) == 0:
			r.mistake(n, "an entry of ignore names no rules")
		case len(i.Objects)+len(i.Files) == 0:
			r.mistake(n, "an entry of ignore names neither objects nor files; ignore-rules switches rules off altogether")
		case strings.TrimSpace(i.Reason) == "":
			r.mistake(n, "an entry of ignore has no reason; say why the findings may stay")
		}
		ignores = append(ignores, i)
	})
	return ignores
}
