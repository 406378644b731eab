package rules

import (
	"slices"
	"strings"

	"github.com/nplint/nplint/lint/graph"
)

// policyName is what the words of a policy's name promise.
type policyName struct {
	words []string
	// Verb is the word that says what the policy does, "" where none does or
	// where others make it ambiguous.
	Verb string
	// Denies says whether Verb is one that denies or one that allows.
	Denies bool
}

var (
	denyVerbs  = wordSet("deny denies denyall isolate isolates isolation")
	allowVerbs = wordSet("allow allows allowall permit permits")
	// blockVerbs may also be things or answers; traffic makes verbs of them.
	blockVerbs = wordSet("block blocks drop drops no reject rejects")
	traffic    = wordSet("all any egress external everything inbound incoming ingress internet outbound outgoing traffic")
	// afterNo may follow "no egress" without changing its meaning.
	afterNo = wordSet("access allowed at external for from internet to traffic")
	// turns are words that turn the meaning of a verb around, or limit it.
	turns = wordSet("against bypass but cancel disable disabled disallow except exception exceptions exclude excluded " +
		"excluding exempt free full ignore keep list listed lists never nobody non none nor not nothing only open opt " +
		"override overrides partial plus remove restriction restrictions skip still un undo unless unlimited " +
		"unrestricted until with without yet zero")
	// parts follow "ingress" and "egress" where these are part of a name.
	parts = wordSet("agent class controller controllers gateway gateways gw haproxy ip ips lb nginx node nodes operator " +
		"pod pods proxies proxy router routers svc traefik")
	// fillers may stand between a verb and a direction.
	fillers = wordSet("all and any default everything external internet outside public traffic world")
)

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}

var directionWords = map[string]graph.Direction{
	"ingress": graph.Ingress, "inbound": graph.Ingress, "incoming": graph.Ingress,
	"egress": graph.Egress, "outbound": graph.Egress, "outgoing": graph.Egress,
}

// readPolicyName reads the name of a policy. Words that name its subject or its
// namespace promise nothing.
func readPolicyName(p *graph.Policy) policyName {
	own := func(w string) bool {
		return hasWord(p.Namespace.Name, w) || slices.ContainsFunc(p.Subject.Keys(), func(key string) bool {
			value, _ := p.Subject.Pinned(key)
			return hasWord(value, w)
		})
	}
	n := policyName{words: slices.DeleteFunc(nameWords(p.Name), own)}
	allow := ""
	for i, w := range n.words {
		switch {
		case n.denies(i):
			n.Verb, n.Denies = w, true
		case turns[w] || w == "no":
			return policyName{}
		case allowVerbs[w]:
			allow = w
		}
	}
	switch {
	case n.Denies && allow != "":
		return policyName{}
	case !n.Denies:
		n.Verb = allow
	}
	return n
}

func nameWords(name string) []string { return strings.FieldsFunc(strings.ToLower(name), betweenWords) }

func hasWord(name, word string) bool {
	for w := range strings.FieldsFuncSeq(strings.ToLower(name), betweenWords) {
		if w == word {
			return true
		}
	}
	return false
}

func betweenWords(r rune) bool { return r == '-' || r == '.' || r == '_' }

// denies reports whether the word at i says that something is denied.
func (n policyName) denies(i int) bool {
	object, next := n.word(i+1), n.word(i+2)
	switch {
	case denyVerbs[n.word(i)]:
		return true
	case !blockVerbs[n.word(i)] || !traffic[object] || parts[next]:
		return false
	}
	return n.word(i) != "no" || next == "" || afterNo[next]
}

// direction returns the direction that the word at i stands for: not the one of
// an ingress controller, or of traffic from one.
func (n policyName) direction(i int) (graph.Direction, bool) {
	d, found := directionWords[n.word(i)]
	before := n.word(i - 1)
	return d, found && !parts[n.word(i+1)] && before != "from" && before != "to" && before != "via"
}

// mentions reports whether the name speaks of a direction.
func (n policyName) mentions(d graph.Direction) bool {
	for i := range n.words {
		if named, found := n.direction(i); found && named == d {
			return true
		}
	}
	return false
}

// deniesDirection reports whether a verb that denies and a direction belong
// together: deny-all-egress, egress-deny.
func (n policyName) deniesDirection(d graph.Direction) bool {
	for i := range n.words {
		named, found := n.direction(i)
		if found && named == d && (n.deniesTowards(i, -1) || n.deniesTowards(i, 1)) {
			return true
		}
	}
	return false
}

func (n policyName) deniesTowards(i, step int) bool {
	for i += step; ; i += step {
		if n.denies(i) {
			return true
		}
		if _, direction := n.direction(i); !direction && !fillers[n.word(i)] {
			return false
		}
	}
}

// has reports whether one of some words is in the name.
func (n policyName) has(list ...string) bool {
	return slices.ContainsFunc(n.words, func(w string) bool { return slices.Contains(list, w) })
}

func (n policyName) word(i int) string {
	if i < 0 || i >= len(n.words) {
		return ""
	}
	return n.words[i]
}
