package main

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
)

// isolate takes the network and all programs away from the libraries that
// build trees and charts, whatever an input asks of them. What they would fetch
// is dropped from the input before; this is for what that may miss.
func isolate() {
	git, errGit = exec.LookPath("git")
	http.DefaultTransport = refuse{}
	os.Setenv("PATH", "")
}

// git is the path of the one program that nplint starts, and only for plumbing.
var git, errGit = "git", error(nil)

type refuse struct{}

// RoundTrip refuses every request.
func (refuse) RoundTrip(r *http.Request) (*http.Response, error) {
	return nil, fmt.Errorf("nplint does not use the network: %s was not fetched", r.URL)
}
