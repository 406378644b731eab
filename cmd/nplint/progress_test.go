package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestProgress(t *testing.T) {
	var out bytes.Buffer
	p := &progress{w: &out, begun: time.Now(), elapsed: map[string]time.Duration{}}
	p.begin("read", "")
	p.begin("check", "bundle prod, 1 of 2")
	p.end()
	const want = "\r\x1b[Knplint: read\r\x1b[Knplint: check bundle prod, 1 of 2\r\x1b[K"
	if out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
	p.begin("write", "")
	p.end()
	if out.String() != want {
		t.Errorf("shown after the end: %q", out.String())
	}
	if times := p.times(); !strings.HasPrefix(times, "time: read ") || !strings.Contains(times, " s, check ") || !strings.Contains(times, " s, write ") {
		t.Error(times)
	}
}

// TestNoProgress checks that a short run shows nothing, nor one that does not
// write to a terminal.
func TestNoProgress(t *testing.T) {
	var out bytes.Buffer
	short := &progress{w: &out, delay: time.Hour, begun: time.Now(), elapsed: map[string]time.Duration{}}
	short.begin("read", "")
	short.end()
	pipe := newProgress(streams{err: &out}, false)
	pipe.delay = 0
	pipe.begin("read", "")
	pipe.end()
	if out.Len() > 0 {
		t.Errorf("%q", out.String())
	}
}
