package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

const plainPolicy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: x}\nspec: {podSelector: {}}\n"

// TestNothingIsFetchedOrStarted gives the command every kind of input that asks
// for the network or for a program: URL is a server that counts, PROGRAM is a
// program that leaves a file behind. Each folder must be named in the output,
// because something of it is missing.
func TestNothingIsFetchedOrStarted(t *testing.T) {
	inputs := map[string]string{
		"resource":        "resources: [x.yaml, 'URL/x.yaml']\n",
		"repository":      "resources: [x.yaml, 'git::URL/r.git?ref=main']\n",
		"git-host":        "resources: [x.yaml, github.com/o/r]\n",
		"scp":             "resources: [x.yaml, 'someone@127.0.0.1:o/r.git']\n",
		"base":            "resources: [x.yaml]\nbases: ['URL/base.git']\n",
		"component":       "resources: [x.yaml]\ncomponents: ['URL/component.git']\n",
		"patch":           "resources: [x.yaml]\npatches:\n- path: URL/patch.yaml\n",
		"merge-patch":     "resources: [x.yaml]\npatchesStrategicMerge: ['URL/patch.yaml']\n",
		"json-patch":      "resources: [x.yaml]\npatchesJson6902:\n- target: {version: v1, kind: NetworkPolicy, name: x}\n  path: URL/patch.yaml\n",
		"replacement":     "resources: [x.yaml]\nreplacements:\n- path: URL/replacement.yaml\n",
		"crd":             "resources: [x.yaml]\ncrds: ['URL/crd.json']\n",
		"configuration":   "resources: [x.yaml]\nconfigurations: ['URL/config.yaml']\n",
		"schema":          "resources: [x.yaml]\nopenapi: {path: 'URL/schema.json'}\n",
		"transformer":     "resources: [x.yaml]\ntransformers: ['URL/t.yaml']\n",
		"inline":          "resources: [x.yaml]\ntransformers:\n- |-\n  apiVersion: builtin\n  kind: PatchTransformer\n  metadata: {name: p}\n  path: URL/patch.yaml\n",
		"chart":           "resources: [x.yaml]\nhelmCharts:\n- {name: c, repo: URL, version: 1.0.0}\n",
		"chart-generator": "resources: [x.yaml]\ngenerators:\n- |-\n  apiVersion: builtin\n  kind: HelmChartInflationGenerator\n  metadata: {name: c}\n  name: c\n  repo: URL\n",
		"generator":       "resources: [x.yaml]\ngenerators:\n- |-\n  apiVersion: example.com/v1\n  kind: G\n  metadata:\n    name: g\n    annotations: {config.kubernetes.io/function: 'exec: {path: PROGRAM}'}\n",
		"program":         "resources: [x.yaml]\ntransformers:\n- |-\n  apiVersion: example.com/v1\n  kind: T\n  metadata:\n    name: t\n    annotations: {config.kubernetes.io/function: 'exec: {path: PROGRAM}'}\n",
		"container":       "resources: [x.yaml]\ntransformers:\n- |-\n  apiVersion: example.com/v1\n  kind: T\n  metadata:\n    name: t\n    annotations: {config.kubernetes.io/function: 'container: {image: 127.0.0.1/t}'}\n",
		"validator":       "resources: [x.yaml]\nvalidators:\n- |-\n  apiVersion: example.com/v1\n  kind: V\n  metadata:\n    name: v\n    annotations: {config.kubernetes.io/function: 'exec: {path: PROGRAM}'}\n",
	}
	var requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests.Add(1) }))
	defer server.Close()
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	trace := filepath.Join(dir, "started")
	for _, name := range []string{"git", "helm", "docker", "kustomize", "program"} {
		write("bin/"+name, "#!/bin/sh\necho $0 >>"+trace+"\n")
	}
	for name, text := range inputs {
		text = strings.NewReplacer("URL", server.URL, "PROGRAM", filepath.Join(dir, "bin", "program")).Replace(text)
		write("trees/"+name+"/kustomization.yaml", text)
		write("trees/"+name+"/x.yaml", plainPolicy)
	}
	write("charts/lookup/Chart.yaml", "apiVersion: v2\nname: lookup\nversion: 1.0.0\ndependencies:\n- {name: c, version: 1.0.0, repository: '"+server.URL+"'}\n")
	write("charts/lookup/templates/x.yaml", `apiVersion: v1
kind: Pod
metadata:
  name: a{{ getHostByName "localhost" }}{{ (lookup "v1" "Namespace" "" "default").metadata }}
`)
	write("charts/environment/Chart.yaml", "apiVersion: v2\nname: environment\nversion: 1.0.0\n")
	write("charts/environment/templates/x.yaml", "a: {{ env \"SECRET\" }}{{ expandenv \"$SECRET\" }}\n")

	command := exec.Command("nplint", "--exit-zero", "-o", "concise", "trees", "charts")
	command.Dir = dir
	command.Env = append(os.Environ(), "SECRET=told", "KUBECONFIG="+filepath.Join(dir, "none"))
	for i, entry := range command.Env {
		if strings.HasPrefix(entry, "PATH=") {
			command.Env[i] = "PATH=" + filepath.Join(dir, "bin") + string(filepath.ListSeparator) + strings.TrimPrefix(entry, "PATH=")
		}
	}
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if n := requests.Load(); n > 0 {
		t.Errorf("%d requests", n)
	}
	if started, err := os.ReadFile(trace); err == nil {
		t.Errorf("started: %s", started)
	}
	if strings.Contains(string(out), "told") {
		t.Error("a template sees the environment")
	}
	for name := range inputs {
		if !strings.Contains(string(out), "trees/"+name+"/") {
			t.Errorf("nothing is said of what %s leaves out", name)
		}
	}
	for _, name := range []string{"lookup", "environment"} {
		if !strings.Contains(string(out), "charts/"+name+"/") {
			t.Errorf("nothing is said of the chart %s", name)
		}
	}
}
