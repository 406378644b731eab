package reach_test

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"testing/fstest"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/load"
	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/reach"
)

// subject is an engine that answers in the words of the oracle.
type subject struct {
	*reach.Engine
	workloads map[string]*graph.Workload // by namespace/name
}

// newSubject builds the engine of manifests.
func newSubject(text string, complete bool) (*subject, error) {
	objects, err := objectsOf(text)
	if err != nil {
		return nil, err
	}
	return subjectOf(objects, complete), nil
}

func objectsOf(text string) ([]*manifest.Object, error) {
	fsys := fstest.MapFS{"f.yaml": {Data: []byte(text)}}
	result, err := load.Load(context.Background(), load.Input{FS: fsys, Paths: []string{"f.yaml"}})
	if err != nil {
		return nil, err
	}
	if problems := result.Bundles[0].Problems; len(problems) > 0 {
		return nil, fmt.Errorf("the manifests do not parse: %v", problems)
	}
	return result.Bundles[0].Objects, nil
}

func subjectOf(objects []*manifest.Object, complete bool) *subject {
	g := graph.New(objects)
	o := lint.DefaultOptions()
	o.Complete = complete
	s := &subject{Engine: reach.New(g, o), workloads: make(map[string]*graph.Workload, len(g.Workloads))}
	for _, w := range g.Workloads {
		s.workloads[w.Namespace.Name+"/"+w.Name] = w
	}
	return s
}

// at returns the end that a name of the oracle means.
func (s *subject) at(name string) (reach.Endpoint, error) {
	if a, err := netip.ParseAddr(name); err == nil {
		return reach.Address(a), nil
	}
	if strings.HasPrefix(name, "node") {
		return reach.Node, nil
	}
	workload, _, _ := strings.Cut(name, "#")
	if s.workloads[workload] == nil {
		return reach.Endpoint{}, fmt.Errorf("no workload %s", workload)
	}
	return reach.Workload(s.workloads[workload]), nil
}

// allowed returns the engine's verdict between two ends by name.
func (s *subject) allowed(src, dst string) (reach.Verdict, error) {
	from, err := s.at(src)
	if err != nil {
		return reach.Verdict{}, err
	}
	to, err := s.at(dst)
	if err != nil {
		return reach.Verdict{}, err
	}
	return s.Allowed(from, to), nil
}

func conn(protocol string, port int) connset.Conn {
	p, ok := connset.ParseProtocol(protocol)
	if !ok {
		port = 0
	}
	return connset.Conn{Protocol: p, Port: port}
}
