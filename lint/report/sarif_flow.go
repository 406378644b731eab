package report

import (
	"fmt"

	"github.com/owenrumney/go-sarif/v2/sarif"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/reach"
)

// mostSteps bounds how many policies and rules of one side a flow shows.
const mostSteps = 4

// witnessFlow walks the connection that proves a diagnostic, as code scanning shows
// paths: from the source by the policies of its side and those of the other to
// the destination.
func witnessFlow(r *Report, d *lint.Diagnostic) *sarif.CodeFlow {
	x, known := r.Explanations[d.Witness]
	if d.Witness == nil || !known {
		return nil
	}
	f := &flowWriter{report: r, home: d.Origin.Span, x: x}
	f.end(x.Source, fmt.Sprintf("%s sends %s", x.Source, x.Asked))
	f.side(x.Egress, graph.Egress, x.Source, x.Destination)
	f.side(x.Ingress, graph.Ingress, x.Destination, x.Source)
	f.end(x.Destination, witness(d.Witness))
	return &sarif.CodeFlow{
		Message:     message(unlinked(witness(d.Witness))),
		ThreadFlows: []*sarif.ThreadFlow{{Locations: f.steps}},
	}
}

type flowWriter struct {
	report *Report
	home   manifest.Span // stands for what is not in the input
	x      reach.Explanation
	steps  []*sarif.ThreadFlowLocation
}

func (f *flowWriter) add(s manifest.Span, text string) {
	location := physical(f.report, s)
	location.Message = message(unlinked(text))
	f.steps = append(f.steps, &sarif.ThreadFlowLocation{Location: location})
}

// end adds the pods of an endpoint, where they are defined.
func (f *flowWriter) end(p reach.Endpoint, text string) {
	if w := p.Workload(); w != nil {
		f.add(w.Object.At(w.LabelsPath).Span, text)
		return
	}
	f.add(f.home, text)
}

// side adds who isolates the pods of one side, and what decides there.
func (f *flowWriter) side(r reach.Reasons, d graph.Direction, subject, peer reach.Endpoint) {
	for _, p := range r.Isolating[:min(len(r.Isolating), mostSteps)] {
		f.add(p.Object.At(isolationPath(p, d)).Span, fmt.Sprintf("%s isolates %s for %s", p, subject, d))
	}
	if subject.Governed() && len(r.Isolating)+len(r.Uncertain)+len(r.Rules) == 0 && !r.Open {
		f.end(subject, fmt.Sprintf("no policy isolates %s for %s", subject, d))
	}
	for _, reason := range r.Rules[:min(len(r.Rules), mostSteps)] {
		f.add(reason.Policy.Object.At(reason.Path).Span, describeReason(reason, peer))
	}
	for _, miss := range r.Misses[:min(len(r.Misses), mostSteps)] {
		f.add(miss.Policy.Object.At(missPath(miss)).Span, describeMiss(miss, peer))
	}
}
