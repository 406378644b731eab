package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// patience is how long a run may take before it shows what it does.
const patience = 500 * time.Millisecond

// progress keeps what a run does and how long that takes. On a terminal a run
// that takes long shows it in one line, which the end clears.
type progress struct {
	w     io.Writer // nil where nothing is shown
	delay time.Duration

	mu      sync.Mutex
	begun   time.Time
	since   time.Time // when the stage began
	stage   string
	text    string
	shown   bool
	timer   *time.Timer
	order   []string
	elapsed map[string]time.Duration
}

// newProgress shows progress on standard error if that is a terminal on which
// lines can be cleared, and nobody asked for silence.
func newProgress(std streams, quiet bool) *progress {
	p := &progress{delay: patience, begun: time.Now(), elapsed: map[string]time.Duration{}}
	if _, ok := terminal(std.err); ok && !quiet && os.Getenv("CI") == "" && os.Getenv("TERM") != "dumb" {
		p.w = std.err
		p.timer = time.AfterFunc(p.delay, func() {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.draw()
		})
	}
	return p
}

// begin begins a stage, and says what it works on. Without progress it does
// nothing.
func (p *progress) begin(stage, on string) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.finish()
	p.stage, p.text = stage, stage
	if on != "" {
		p.text += " " + on
	}
	p.draw()
}

// finish adds up the time of the stage that ends.
func (p *progress) finish() {
	now := time.Now()
	if p.stage != "" {
		if _, known := p.elapsed[p.stage]; !known {
			p.order = append(p.order, p.stage)
		}
		p.elapsed[p.stage] += now.Sub(p.since)
	}
	p.since = now
}

func (p *progress) draw() {
	if p.w == nil || p.stage == "" || time.Since(p.begun) < p.delay {
		return
	}
	fmt.Fprintf(p.w, "\r\x1b[Knplint: %s", p.text)
	p.shown = true
}

// end clears the line; nothing is shown any more.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.finish()
	if p.timer != nil {
		p.timer.Stop()
	}
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
	p.w, p.stage, p.shown = nil, "", false
}

// times says where the time went.
func (p *progress) times() string {
	var parts []string
	for _, stage := range p.order {
		parts = append(parts, fmt.Sprintf("%s %.2f s", stage, p.elapsed[stage].Seconds()))
	}
	return "time: " + strings.Join(parts, ", ")
}
