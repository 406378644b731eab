package connset

import "strconv"

// Protocol is the protocol of a connection.
type Protocol uint8

// The protocols. Other stands for all that have no ports, such as ICMP: network
// policies are defined for the first three only.
const (
	TCP Protocol = iota
	UDP
	SCTP
	Other
)

// Protocols lists those that have ports.
var Protocols = [...]Protocol{TCP, UDP, SCTP}

// ParseProtocol reads a protocol as manifests spell it; ok is false for one
// that has no ports.
func ParseProtocol(s string) (p Protocol, ok bool) {
	for _, p := range Protocols {
		if p.String() == s {
			return p, true
		}
	}
	return Other, false
}

// String returns the protocol as manifests spell it.
func (p Protocol) String() string { return [...]string{"TCP", "UDP", "SCTP", "OTHER"}[p] }

// Conn is one connection: a protocol and the port that it is opened to, 0 for
// Other.
type Conn struct {
	Protocol Protocol
	Port     int
}

// String writes the connection as messages quote it: 53/UDP.
func (c Conn) String() string {
	if c.Protocol == Other {
		return "a protocol without ports"
	}
	return strconv.Itoa(c.Port) + "/" + c.Protocol.String()
}

// ports is the size of the port space: connections are numbered protocol by
// protocol, so that the unused port 0 keeps the protocols apart.
const ports = 1 << 16

func (c Conn) number() uint32 { return uint32(c.Protocol)*ports + uint32(c.Port) }

func connOf(number uint32) Conn {
	return Conn{Protocol: Protocol(number / ports), Port: int(number % ports)}
}
