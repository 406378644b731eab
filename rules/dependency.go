package rules

import (
	"slices"
	"strconv"
	"strings"

	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

// dependency is a Service of the input that a container of a workload names.
type dependency struct {
	path    manifest.Path // of the variable or argument
	where   string        // the name of the variable, or "its arguments"
	service *graph.Service
	port    graph.ServicePort
}

// serviceNames finds Services that select workloads of the input by their names.
type serviceNames struct {
	graph  *graph.Graph
	byName map[*graph.Namespace]map[string]*graph.Service
}

func newServiceNames(g *graph.Graph) serviceNames {
	names := serviceNames{g, map[*graph.Namespace]map[string]*graph.Service{}}
	for _, s := range g.Services {
		if len(s.Workloads) == 0 {
			continue
		}
		if names.byName[s.Namespace] == nil {
			names.byName[s.Namespace] = map[string]*graph.Service{}
		}
		names.byName[s.Namespace][s.Name] = s
	}
	return names
}

// dependencies returns the Services of the input that a workload names in its
// environment, command and arguments, each once. The port is the one that
// is written, that of the scheme, or the only one that the Service has.
func (names serviceNames) dependencies(w *graph.Workload) []dependency {
	var found []dependency
	spec := w.Object.Value.At(w.SpecPath)
	for _, list := range [...]string{"containers", "initContainers"} {
		for i, c := range spec.Get(list).Items() {
			add := func(field string, j int, variable, where, value string) {
				for address := range strings.FieldsFuncSeq(value, betweenAddresses) {
					s, port, known := names.addressed(w, where, address)
					if !known || listsPeers(variable) || slices.Contains(s.Workloads, w) ||
						slices.ContainsFunc(found, func(d dependency) bool { return d.service == s }) {
						continue
					}
					path := w.SpecPath.Key(list).Item(i).Key(field).Item(j)
					found = append(found, dependency{path, where, s, port})
				}
			}
			for j, e := range c.Get("env").Items() {
				name := e.Get("name").Text()
				add("env", j, name, name, e.Get("value").Text())
			}
			for _, field := range [...]string{"command", "args"} {
				for j, a := range c.Get(field).Items() {
					flag, value, assigned := strings.Cut(a.Text(), "=")
					if !assigned {
						flag, value = "", a.Text()
					}
					add(field, j, flag, "its arguments", value)
				}
			}
		}
	}
	return found
}

func betweenAddresses(r rune) bool { return strings.ContainsRune(", ;|\"'", r) }

// listsPeers reports whether a variable names hosts for another purpose than to
// connect to them.
func listsPeers(variable string) bool {
	name := strings.ToUpper(variable)
	return slices.ContainsFunc([]string{
		"ALLOW", "AUDIENCE", "BLOCK", "CALLBACK", "CORS", "DENY", "EXTERNAL", "ISSUER", "NO_PROXY", "ORIGIN", "PUBLIC", "REDIRECT", "TRUSTED",
	}, func(part string) bool {
		return strings.Contains(name, part)
	})
}

// addressed returns the Service that an address means: a URL, host:port, or a host
// alone where the variable says that it is one.
func (names serviceNames) addressed(w *graph.Workload, variable, address string) (*graph.Service, graph.ServicePort, bool) {
	scheme, rest, hasScheme := strings.Cut(address, "://")
	if !hasScheme {
		rest = address
	}
	rest = rest[strings.LastIndexByte(rest, '@')+1:]
	if end := strings.IndexAny(rest, "/?"); end >= 0 {
		rest = rest[:end]
	}
	host, written, hasPort := strings.Cut(rest, ":")
	host = strings.TrimSuffix(strings.TrimSuffix(host, "."), ".cluster.local")
	name, qualified := strings.CutSuffix(host, ".svc")
	if !hasScheme && !hasPort && !qualified && !namesHost(variable) {
		return nil, graph.ServicePort{}, false
	}
	number := 0
	if hasPort {
		n, err := strconv.Atoi(written)
		if err != nil {
			return nil, graph.ServicePort{}, false
		}
		number = n
	} else if hasScheme {
		number = schemePorts[scheme]
	}
	service := names.find(w.Namespace, name)
	if service == nil {
		return nil, graph.ServicePort{}, false
	}
	port, known := portOf(service, number)
	return service, port, known
}

var schemePorts = map[string]int{"http": 80, "https": 443}

// namesHost reports whether a variable holds a host by its name.
func namesHost(variable string) bool {
	return slices.ContainsFunc([]string{"HOST", "ADDR", "ADDRESS", "ENDPOINT", "SERVER"}, func(suffix string) bool {
		return strings.HasSuffix(strings.ToUpper(variable), suffix)
	})
}

// find returns the Service that a name of one or two parts, or of a pod behind a
// headless Service, means within a namespace.
func (names serviceNames) find(own *graph.Namespace, name string) *graph.Service {
	parts := strings.Split(name, ".")
	switch len(parts) {
	case 1:
		return names.byName[own][parts[0]]
	case 2:
		if s := names.byName[names.graph.Namespace(parts[1])][parts[0]]; s != nil {
			return s
		}
		return onlyHeadless(names.byName[own][parts[1]])
	case 3:
		return onlyHeadless(names.byName[names.graph.Namespace(parts[2])][parts[1]])
	}
	return nil
}

func onlyHeadless(s *graph.Service) *graph.Service {
	if s == nil || !s.Headless {
		return nil
	}
	return s
}

// portOf returns the port of a Service with a number, or its only one where no
// number is known. What a headless Service does not list is still reached.
func portOf(s *graph.Service, number int) (graph.ServicePort, bool) {
	i := slices.IndexFunc(s.Ports, func(p graph.ServicePort) bool { return p.Port == number })
	switch {
	case number == 0 && len(s.Ports) == 1:
		return s.Ports[0], true
	case number != 0 && i >= 0:
		return s.Ports[i], true
	case number != 0 && s.Headless:
		return graph.ServicePort{Protocol: graph.TCP, Port: number, Target: number}, true
	}
	return graph.ServicePort{}, false
}
