package config

import (
	"slices"

	"github.com/nplint/nplint/lint"
)

// Options returns nplint's own options with what the configuration says
// otherwise.
func (c *Config) Options() *lint.Options {
	o := lint.DefaultOptions()
	o.Preset, _ = lint.ParsePreset(c.Preset) // checked by Parse; "" leaves the first one
	o.Complete = c.Complete
	o.CNI, o.CNIVersion, _ = lint.ParseCNI(c.CNI)
	o.Severities = map[string]lint.Severity{}
	for name, written := range c.Rules {
		if severity, err := lint.ParseSeverity(written); err == nil {
			o.Severities[name] = severity
		}
	}
	o.RegoTimeout, o.RegoConfig = c.Rego.Timeout, c.Rego.Config
	a := c.Assume
	o.PartialPolicies = a.Policies == "partial"
	o.PodCIDRs, o.ServiceCIDRs = a.PodCIDRs, a.ServiceCIDRs
	o.DNSProvided = a.DNS.Provided
	if a.DNS.Peers != nil {
		o.DNSPeers = nil
		for _, p := range a.DNS.Peers {
			o.DNSPeers = append(o.DNSPeers, lint.DNSPeer(p))
		}
	}
	replace(&o.DNSPorts, a.DNS.Ports)
	replace(&o.SystemNamespaces, a.SystemNamespaces)
	replace(&o.IngressControllers, a.IngressControllers)
	replace(&o.OperatorLabels, a.OperatorLabels)
	replace(&o.SensitivePorts, a.SensitivePorts)
	return o
}

// replace sets a list where something is written for it.
func replace[T any](list *[]T, written []T) {
	if written != nil {
		*list = written
	}
}

// WithDefaults returns the configuration with nplint's own values in all that it
// leaves open: what is in effect.
func (c *Config) WithDefaults() *Config {
	out, o := *c, c.Options()
	out.Version = 1
	out.Preset = o.Preset.String()
	if out.FailOn == "" {
		out.FailOn = lint.Warning.String()
	}
	if out.Assume.Policies == "" {
		out.Assume.Policies = "complete"
	}
	out.Assume.DNS.Peers = nil
	for _, p := range o.DNSPeers {
		out.Assume.DNS.Peers = append(out.Assume.DNS.Peers, DNSPeer(p))
	}
	out.Assume.DNS.Ports = o.DNSPorts
	out.Assume.SystemNamespaces = o.SystemNamespaces
	out.Assume.IngressControllers = o.IngressControllers
	out.Assume.OperatorLabels = slices.Sorted(slices.Values(o.OperatorLabels))
	out.Assume.SensitivePorts = o.SensitivePorts
	return &out
}
