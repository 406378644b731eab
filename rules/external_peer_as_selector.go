package rules

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
)

var externalPeerAsSelector = &lint.Rule{
	Name: "external-peer-as-selector",
	Doc: `rule for what is outside the cluster selects pods

Selectors match pods. An empty namespaceSelector is every pod of the cluster and
nothing beyond it, so that a rule which should open the Internet with it leaves it
closed. What is outside is an ipBlock, such as 0.0.0.0/0 except the private ranges,
or a rule without peers.

Reported are rules to or from every pod of the namespace or of the cluster where the
policy's name, or a comment at the rule, speaks of what is outside: external,
internet, world, or a service such as S3 or GitHub.

Silent: where another rule of the direction admits addresses or everybody, where
name or comment also deny or limit something, and for the ports of DNS.

Not checked: peers that name certain pods, which may be a proxy or a gateway.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors`,
	Severity: lint.Warning,
	Tags:     []string{"peers"},
	Run:      runExternalPeerAsSelector,
}

func runExternalPeerAsSelector(pass *lint.Pass) (any, error) {
	eachRule(pass, func(p *graph.Policy, rule *graph.PolicyRule) {
		if rule.AllPeers || slices.ContainsFunc(rule.Peers, func(peer *graph.Peer) bool { return !anyPod(peer) && !everyLocalPod(peer) }) ||
			!rule.AllPorts && !slices.ContainsFunc(rule.Ports, func(port graph.PolicyPort) bool { return !meansDNS(pass.Options, port) }) ||
			slices.ContainsFunc(p.Side(rule.Direction).Rules, func(r *graph.PolicyRule) bool { return leadsOut(pass.Options, r) }) {
			return
		}
		word, where := outsideWord(p, rule)
		if word == "" {
			return
		}
		toward, stays := "to", "what is outside stays out of reach"
		if rule.Direction == graph.Ingress {
			toward, stays = "from", "nobody outside is admitted"
		}
		d := lint.Diagnostic{
			Certainty: lint.Possible, Object: p.Object, Path: rule.PeersPath,
			Message: fmt.Sprintf("%s %q, but a rule %s pods of the cluster is all that %s has for %s, so %s", where, word, toward, p, rule.Direction, stays),
		}
		if rule.Direction == graph.Egress {
			var except []any
			for _, r := range privateIPv4 {
				except = append(except, r.String())
			}
			d.Fixes = []lint.Fix{{Message: "admit addresses outside the cluster", Ops: []lint.Op{{
				Object: p.Object, Path: rule.PeersPath, Kind: lint.Set,
				Value: []any{map[string]any{"ipBlock": map[string]any{"cidr": "0.0.0.0/0", "except": except}}},
			}}}}
		}
		pass.Report(d)
	})
	return nil, nil
}

func everyLocalPod(peer *graph.Peer) bool {
	return !peer.Invalid && peer.Local() && peer.Pods.Everything()
}

// leadsOut reports whether a rule admits addresses, or everybody, on more than
// the ports of DNS.
func leadsOut(options *lint.Options, rule *graph.PolicyRule) bool {
	return (rule.AllPeers || slices.ContainsFunc(rule.Peers, func(peer *graph.Peer) bool { return peer.Block != nil })) &&
		(rule.AllPorts || slices.ContainsFunc(rule.Ports, func(port graph.PolicyPort) bool { return !meansDNS(options, port) }))
}

var (
	insideWords    = wordSet("dns internal namespace namespaces ns")
	outsideWords   = wordSet("dockerhub external github googleapis internet mailgun outside public s3 sendgrid slack smtp stripe twilio world")
	outsideComment = regexp.MustCompile(`\b(external|internet|outside (of )?(the|this|our) cluster|third[- ]party|s3|github|docker hub|smtp|stripe|slack)\b`)
	limiting       = regexp.MustCompile(`\b(no|not|never|deny|denies|denied|block|blocks|blocked|except|internal|instead|only|without|` +
		`in[- ]cluster|(in|within|inside) (the|this|our) cluster|namespaces?|dns|proxy|gateway|ingress)\b`)
)

// outsideWord returns the word of a policy's name, or of a comment at a rule, that
// speaks of what is outside the cluster, and where it stands.
func outsideWord(p *graph.Policy, rule *graph.PolicyRule) (word, where string) {
	name := readPolicyName(p)
	if !name.Denies && !slices.ContainsFunc(name.words, func(w string) bool { return turns[w] || blockVerbs[w] || insideWords[w] }) {
		for i, w := range name.words {
			if outsideWords[w] && !namesSomething(name.word(i+1)) && speaksOf(name, rule.Direction) {
				return w, "the name says"
			}
		}
	}
	comment := commentsOn(p, rule)
	if rule.Direction == graph.Egress && comment != "" && !limiting.MatchString(comment) {
		return outsideComment.FindString(comment), "a comment says"
	}
	return "", ""
}

// namesSomething reports whether a word makes a thing of the one before it, as in
// external-secrets.
func namesSomething(next string) bool {
	return slices.Contains([]string{"dns", "secret", "secrets", "name", "provisioner", "snapshotter", "attacher", "resizer", "db", "proxy", "gateway"}, next)
}

// speaksOf reports whether a name is about a direction: it says so, or says nothing
// of the other one.
func speaksOf(name policyName, d graph.Direction) bool {
	if name.mentions(d) {
		return true
	}
	if d == graph.Egress {
		return !name.mentions(graph.Ingress) && !name.has("from")
	}
	return name.has("from")
}
