package graph

import "encoding/binary"

// keyRoom is enough for the keys of most selectors, so that they can be looked
// up without being allocated.
const keyRoom = 256

// appendKey appends a key that only selectors have that ask for the same.
func (s Selector) appendKey(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(s.keys)))
	for i, key := range s.keys {
		set := s.sets[i]
		kind := byte('a')
		if set.negated {
			kind++
		}
		if set.absent {
			kind += 2
		}
		b = appendText(append(b, kind), key)
		b = binary.AppendUvarint(b, uint64(len(set.values)))
		for _, value := range set.values {
			b = appendText(b, value)
		}
	}
	return b
}

func appendText(b []byte, text string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

// appendPeerKey appends a key that only peers of pods have that match the same in
// a policy of a namespace.
func appendPeerKey(b []byte, n *Namespace, peer *Peer) []byte {
	switch {
	case peer.Relative:
		return append(b, 'r')
	case peer.Namespaces == nil:
		b = binary.AppendUvarint(append(b, 'l'), uint64(n.ordinal))
	default:
		b = peer.Namespaces.appendKey(append(b, 'p'))
	}
	return peer.PodSelector().appendKey(b)
}
