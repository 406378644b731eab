package load

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/nplint/nplint/lint/manifest"
)

const policyText = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: %s}\nspec: {podSelector: {}}\n"

func policy(name string) string { return fmt.Sprintf(policyText, name) }

// summary writes what was read, a line each: objects as file:line kind/name,
// problems as file:line: message, what was skipped as "skipped file: reason".
func summary(r *Result) []string {
	var lines []string
	for _, b := range r.Bundles {
		for _, o := range b.Objects {
			span := o.At(manifest.Field("kind")).Span
			lines = append(lines, fmt.Sprintf("%s:%d %s/%s", span.File.Name, span.File.Position(span.Start).Line, o.ID.Kind, o.ID.Name))
		}
		for _, p := range b.Problems {
			lines = append(lines, fmt.Sprintf("%s:%d: %s", p.Span.File.Name, p.Span.File.Position(p.Span.Start).Line, p.Message))
		}
		for _, s := range b.Skipped {
			lines = append(lines, "skipped "+s.File+": "+s.Reason)
		}
	}
	return lines
}

func files(texts map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, text := range texts {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

func mustLoad(t *testing.T, in Input) *Result {
	t.Helper()
	result, err := Load(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func TestText(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"one document", policy("a"), []string{"f.yaml:2 NetworkPolicy/a"}},
		{"many documents", policy("a") + "---\n" + policy("b") + "--- # c\n" + policy("c"),
			[]string{"f.yaml:2 NetworkPolicy/a", "f.yaml:7 NetworkPolicy/b", "f.yaml:12 NetworkPolicy/c"}},
		{"directives, end marker, comments", "%YAML 1.2\n---\n# one\n" + policy("a") + "...\n# nothing\n---\n",
			[]string{"f.yaml:5 NetworkPolicy/a"}},
		{"byte order mark and CRLF", "\xEF\xBB\xBF" + strings.ReplaceAll(policy("a")+"---\n"+policy("b"), "\n", "\r\n"),
			[]string{"f.yaml:2 NetworkPolicy/a", "f.yaml:7 NetworkPolicy/b"}},
		{"separator within a block scalar ends the document", "kind: ConfigMap\napiVersion: v1\ndata:\n  x: |\n    ---\n    kind: NetworkPolicy\n---\n" + policy("a"),
			[]string{"f.yaml:9 NetworkPolicy/a"}},
		{"JSON", `{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "a\/b"}}`,
			[]string{"f.yaml:1 NetworkPolicy/a/b"}},
		{"stream of JSON", "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"a\"}}\n{\"apiVersion\":\"v1\",\n\"kind\":\"Namespace\",\"metadata\":{\"name\":\"b\"}}",
			[]string{"f.yaml:1 Namespace/a", "f.yaml:3 Namespace/b"}},
		{"anchors and merge keys", "apiVersion: v1\nkind: Pod\nmetadata: &m\n  name: a\n---\napiVersion: v1\nkind: Pod\nbase: &b {name: c}\nmetadata:\n  <<: *b\n",
			[]string{"f.yaml:2 Pod/a", "f.yaml:7 Pod/c"}},
		{"quoted and indented keys", "  \"kind\": 'Pod' # p\n  \"apiVersion\": \"v1\"\n  metadata: {name: a}\n",
			[]string{"f.yaml:1 Pod/a"}},
		{"other kinds and other groups", "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n---\napiVersion: example.com/v1\nkind: Job\nmetadata: {name: b}\n", nil},
		{"no object at all", "hosts: all\ntasks: [a]\n", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := mustLoad(t, Input{FS: files(map[string]string{"f.yaml": test.text}), Paths: []string{"f.yaml"}})
			if diff := cmp.Diff(test.want, summary(r)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLists(t *testing.T) {
	want := []string{"f.yaml:5 NetworkPolicy/a", "f.yaml:9 NetworkPolicy/b"}
	texts := map[string]string{
		"cut": "apiVersion: v1\nkind: List\nitems:\n- apiVersion: networking.k8s.io/v1\n  kind: NetworkPolicy\n  metadata: {name: a}\n" +
			"# between\n- apiVersion: networking.k8s.io/v1\n  kind: NetworkPolicy\n  metadata:\n    name: b\nmetadata: {}\n",
		"indented": "apiVersion: v1\nkind: List\nitems:\n  - apiVersion: networking.k8s.io/v1\n    kind: NetworkPolicy\n    metadata: {name: a}\n" +
			"\n  - apiVersion: networking.k8s.io/v1\n    kind: NetworkPolicy\n    metadata: {name: b}\n",
		"anchors across items": "apiVersion: v1\nkind: List\nitems:\n- apiVersion: &v networking.k8s.io/v1\n  kind: NetworkPolicy\n  metadata: {name: a}\n" +
			"# between\n- apiVersion: *v\n  kind: NetworkPolicy\n  metadata: {name: b}\n",
		"JSON": "{\"apiVersion\": \"v1\",\n\"items\": [\n{\"apiVersion\": \"networking.k8s.io/v1\",\n\n\"kind\": \"NetworkPolicy\", \"metadata\": {\"name\": \"a\"}},\n" +
			"\n\n{\"apiVersion\": \"networking.k8s.io/v1\",\n\"kind\": \"NetworkPolicy\", \"metadata\": {\"name\": \"b\"}}], \"kind\": \"List\"}",
	}
	for name, text := range texts {
		t.Run(name, func(t *testing.T) {
			r := mustLoad(t, Input{FS: files(map[string]string{"f.yaml": text}), Paths: []string{"f.yaml"}})
			if diff := cmp.Diff(want, summary(r)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTypedList(t *testing.T) {
	text := "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicyList\nitems: [{apiVersion: networking.k8s.io/v1, metadata: {name: a}}]\n"
	r := mustLoad(t, Input{FS: files(map[string]string{"f.yaml": text}), Paths: []string{"f.yaml"}})
	if n := len(r.Bundles[0].Objects); n != 1 {
		t.Errorf("%d objects, want 1", n)
	}
}

func TestBadInput(t *testing.T) {
	five := policy("a") + "---\n" + policy("b") + "---\napiVersion: v1\nkind: Pod\nspec: [\n---\n" + policy("d") + "---\n" + policy("e")
	bomb := "apiVersion: v1\nkind: Pod\na: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c <= 'i'; c++ {
		p := string(c - 1)
		bomb += fmt.Sprintf("%c: &%c [*%s,*%s,*%s,*%s,*%s,*%s,*%s,*%s,*%s,*%s]\n", c, c, p, p, p, p, p, p, p, p, p, p)
	}
	tests := []struct {
		name, text string
		want       []string
	}{
		{"broken document among five", five, []string{
			"f.yaml:2 NetworkPolicy/a", "f.yaml:7 NetworkPolicy/b", "f.yaml:16 NetworkPolicy/d", "f.yaml:21 NetworkPolicy/e",
			"f.yaml:13: document does not parse: did not find expected node content"}},
		{"alias bomb", bomb + "---\n" + policy("z"), []string{
			"f.yaml:14 NetworkPolicy/z", "f.yaml:8: alias *e makes the document grow without end, which no reader accepts"}},
		{"alias of itself", "apiVersion: v1\nkind: Pod\nmetadata: &m {labels: *m}\n", []string{
			"f.yaml:3: alias *m makes the document grow without end, which no reader accepts"}},
		{"binary", "\x89PNG\x00\x00", []string{"f.yaml:1: file is not text that kubectl could apply: it holds NUL bytes"}},
		{"git-crypt", "\x00GITCRYPT\x00abc", []string{"skipped f.yaml: encrypted by git-crypt"}},
		{"not UTF-8", "apiVersion: v1\nkind: Pod\nmetadata: {name: \xff}\n", []string{"f.yaml:3: document is not UTF-8 text"}},
		{"template", "{{ if .x }}\n" + policy("a") + "{{ end }}\n", []string{"f.yaml:1: " + templateMessage}},
		{"template that parses", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .x }}\n", []string{"f.yaml:4: " + templateMessage}},
		{"broken, none of our business", "kind: [\n", nil},
		{"broken JSON", `{"apiVersion": "v1", "kind": "Pod", `, []string{"f.yaml:1: document does not parse: did not find expected node content"}},
		{"scalar where a map belongs", "apiVersion: v1\nkind: Pod\nmetadata: x\nspec: 1\n", []string{"f.yaml:2 Pod/"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := mustLoad(t, Input{FS: files(map[string]string{"f.yaml": test.text}), Paths: []string{"f.yaml"}})
			if diff := cmp.Diff(test.want, summary(r)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLargeDocument(t *testing.T) {
	large := "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {annotations: {x: " + strings.Repeat("x", 3<<20) + "}}\n"
	item := "- apiVersion: v1\n  kind: Namespace\n  metadata: {name: n}\n"
	list := "apiVersion: v1\nkind: List\nitems:\n" + strings.Repeat(item, 40000)
	r := mustLoad(t, Input{
		FS:          files(map[string]string{"large.yaml": large + "---\n" + policy("after"), "list.yaml": list}),
		Paths:       []string{"large.yaml", "list.yaml"},
		MaxDocument: 1 << 20,
	})
	b := r.Bundles[0]
	if len(b.Problems) != 1 || !strings.HasPrefix(b.Problems[0].Message, "document of 3 MiB is larger than the 1 MiB") {
		t.Errorf("problems: %v", b.Problems)
	}
	if len(b.Objects) != 40001 {
		t.Errorf("%d objects, want the policy after the large document and the 40,000 items of the large list", len(b.Objects))
	}
}

func TestWalk(t *testing.T) {
	fsys := files(map[string]string{
		"a/web.yaml":                  policy("web"),
		"a/notes.txt":                 policy("not-a-manifest"),
		"a/UPPER.YML":                 policy("upper"),
		"a/.hidden/x.yaml":            policy("hidden"),
		"a/vendor/x.yaml":             policy("vendored"),
		"a/node_modules/x.yaml":       policy("module"),
		"a/.gitignore":                "gen*\n!generic.yaml\n/local/\n# c\nq?.yaml\n",
		"a/gen.yaml":                  policy("generated"),
		"a/generic.yaml":              policy("generic"),
		"a/qx.yaml":                   policy("qx"),
		"a/sub/.gitignore":            "!qx.yaml\n",
		"a/sub/qx.yaml":               policy("sub-qx"),
		"a/sub/local/x.yaml":          policy("anchored-elsewhere"),
		"a/local/x.yaml":              policy("local"),
		"a/out/x.yaml":                policy("excluded"),
		"a/chart/Chart.yaml":          "name: x\nversion: 1.0.0\n",
		"a/chart/templates/x.yaml":    policy("{{ .Release.Name }}"),
		"a/chart/more.yaml":           policy("chart-file"),
		"a/chart2/Chart.yaml":         "name: y\n",
		"a/kust/kustomization.yaml":   "resources: [res.yaml, gone.yaml]\npatches: [{path: patch.yaml}]\n",
		"a/kust/res.yaml":             policy("res"),
		"a/kust/patch.yaml":           policy("res"),
		"a/kust/free.yaml":            policy("free"),
		"a/comp/kustomization.yaml":   "kind: Component\nresources: [c.yaml]\npatches: [{path: cp.yaml}]\n",
		"a/comp/c.yaml":               policy("component"),
		"a/comp/cp.yaml":              policy("component-patch"),
		"a/flux/kustomization.yaml":   "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n",
		"a/broken/kustomization.yaml": "resources: [\n",
	})
	r := mustLoad(t, Input{FS: fsys, Dir: "a", Paths: []string{"a"}, Exclude: []string{"a/out/**"}})
	got := summary(r)
	slices.Sort(got)
	want := []string{
		"UPPER.YML:2 NetworkPolicy/upper",
		"broken/kustomization.yaml:1: kustomization cannot be built: broken/kustomization.yaml does not parse: did not find expected node content",
		"chart/templates/x.yaml:2 NetworkPolicy/release-name",
		"chart2/Chart.yaml:1: chart cannot be rendered: validation: chart.metadata.version is required",
		"comp/c.yaml:2 NetworkPolicy/component",
		"flux/kustomization.yaml:2 Kustomization/",
		"generic.yaml:2 NetworkPolicy/generic",
		"kust/free.yaml:2 NetworkPolicy/free",
		"kust/res.yaml:2 NetworkPolicy/res",
		"skipped kust/kustomization.yaml:1: resources: gone.yaml is not in the input",
		"sub/local/x.yaml:2 NetworkPolicy/anchored-elsewhere",
		"sub/qx.yaml:2 NetworkPolicy/sub-qx",
		"web.yaml:2 NetworkPolicy/web",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	wantPassed := []string{"1 excluded", "3 ignored by .gitignore", "1 in a hidden folder", "2 in vendor or node_modules"}
	if diff := cmp.Diff(wantPassed, r.PassedReasons()); diff != "" {
		t.Error(diff)
	}
	var uses []string
	for _, u := range r.Files() {
		uses = append(uses, strings.TrimSpace(u.File+" | "+u.As+" | "+strings.Join(u.Bundles, " ")))
	}
	wantUses := []string{
		".hidden | in a hidden folder |",
		"UPPER.YML | plain manifest, objects that matter: 1 | default",
		"broken/kustomization.yaml | part of the Kustomize tree broken/kustomization.yaml | default",
		"chart/Chart.yaml | part of the chart chart | chart",
		"chart/templates/x.yaml | part of the chart chart | chart",
		"comp/c.yaml | plain manifest, objects that matter: 1 | default",
		"flux/kustomization.yaml | plain manifest, objects that matter: 1 | default",
		"gen.yaml | ignored by .gitignore |",
		"generic.yaml | plain manifest, objects that matter: 1 | default",
		"kust/free.yaml | plain manifest, objects that matter: 1 | default",
		"kust/kustomization.yaml | part of the Kustomize tree kust/kustomization.yaml | default",
		"kust/kustomization.yaml:1 | not analysed: resources: gone.yaml is not in the input |",
		"kust/patch.yaml | part of the Kustomize tree kust/kustomization.yaml | default",
		"kust/res.yaml | part of the Kustomize tree kust/kustomization.yaml | default",
		"local | ignored by .gitignore |",
		"node_modules | in vendor or node_modules |",
		"out | excluded |",
		"qx.yaml | ignored by .gitignore |",
		"sub/local/x.yaml | plain manifest, objects that matter: 1 | default",
		"sub/qx.yaml | plain manifest, objects that matter: 1 | default",
		"vendor | in vendor or node_modules |",
		"web.yaml | plain manifest, objects that matter: 1 | default",
	}
	if diff := cmp.Diff(wantUses, uses); diff != "" {
		t.Error(diff)
	}
}

func TestNamedPathsAreRead(t *testing.T) {
	fsys := files(map[string]string{
		".gitignore": "*\n", "x.txt": policy("x"), ".hidden/y.yaml": policy("y"),
		"chart/Chart.yaml": "name: c\n", "chart/templates/z.yaml": policy("z"),
	})
	r := mustLoad(t, Input{FS: fsys, Paths: []string{"x.txt", ".hidden", "chart/templates/z.yaml"}})
	want := []string{"x.txt:2 NetworkPolicy/x", ".hidden/y.yaml:2 NetworkPolicy/y", "chart/templates/z.yaml:2 NetworkPolicy/z"}
	if diff := cmp.Diff(want, summary(r)); diff != "" {
		t.Error(diff)
	}
}

func TestRootsAndNamespaces(t *testing.T) {
	fsys := files(map[string]string{
		"a/x.yaml": policy("x"), "b/y.yaml": policy("y"), "one.yaml": policy("one"), "two.yaml": policy("two"),
		"n.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: n}\n",
	})
	roots := map[string]string{}
	in := Input{FS: fsys, Paths: []string{"a", "b", "one.yaml", "two.yaml"}}
	for _, o := range mustLoad(t, in).Bundles[0].Objects {
		roots[o.ID.Name] = o.Root
	}
	if roots["x"] == roots["y"] || roots["one"] != roots["two"] {
		t.Errorf("roots: %v", roots)
	}
	in.Namespace, in.Paths = "shop", append(in.Paths, "n.yaml")
	for _, o := range mustLoad(t, in).Bundles[0].Objects {
		if namespaced := o.ID.Kind != "Namespace"; namespaced != (o.ID.Namespace == "shop") {
			t.Errorf("%s is in namespace %q", o.ID.Kind, o.ID.Namespace)
		}
	}
}

func TestUnreadable(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	link := func(to, name string) {
		t.Helper()
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Skip("no symbolic links here:", err)
		}
	}
	write("ok.yaml", policy("ok"))
	link("loop-b.yaml", "loop-a.yaml")
	link("loop-a.yaml", "loop-b.yaml")
	link(".", "self.yaml")
	link("ok.yaml", "again.yaml")
	link("gone", "dangling.yaml")
	r, err := Load(context.Background(), Input{FS: os.DirFS(dir), Paths: []string{".", "missing.yaml"}})
	want := []string{
		"ok.yaml:2 NetworkPolicy/ok",
		"skipped self.yaml: symbolic link to a folder is not followed; name it as a path of its own",
	}
	if diff := cmp.Diff(want, summary(r)); diff != "" {
		t.Error(diff)
	}
	for _, name := range []string{"loop-a.yaml", "loop-b.yaml", "dangling.yaml", "missing.yaml"} {
		if err == nil || !strings.Contains(err.Error(), "read "+name+":") {
			t.Errorf("no error names %s: %v", name, err)
		}
	}
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the error hides its cause: %v", err)
	}
}

func TestUnreadableFile(t *testing.T) {
	fsys := failing{files(map[string]string{"a.yaml": policy("a"), "locked.yaml": policy("b")})}
	r, err := Load(context.Background(), Input{FS: fsys, Paths: []string{"."}})
	if err == nil || !strings.Contains(err.Error(), "read locked.yaml: permission denied") {
		t.Errorf("error: %v", err)
	}
	if len(r.Bundles[0].Objects) != 1 {
		t.Errorf("the other file is not read: %v", summary(r))
	}
}

// TestReadsOnce counts how often each file is read.
func TestReadsOnce(t *testing.T) {
	fsys := counting{files(overlays), new(sync.Mutex), map[string]int{}}
	if _, err := Load(context.Background(), Input{FS: fsys, Paths: []string{"overlays", "base/policy.yaml", "."}}); err != nil {
		t.Fatal(err)
	}
	for name, n := range fsys.reads {
		if n > 1 {
			t.Errorf("%s is read %d times", name, n)
		}
	}
	if len(fsys.reads) < len(overlays) {
		t.Errorf("%d files are read, of %d", len(fsys.reads), len(overlays))
	}
}

type counting struct {
	fstest.MapFS
	mu    *sync.Mutex
	reads map[string]int
}

func (c counting) Open(name string) (fs.File, error) {
	if c.MapFS[name] != nil { // not a folder
		c.mu.Lock()
		c.reads[name]++
		c.mu.Unlock()
	}
	return c.MapFS.Open(name)
}

// failing refuses to read files named "locked".
type failing struct{ fstest.MapFS }

func (f failing) Open(name string) (fs.File, error) {
	if strings.Contains(name, "locked") {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return f.MapFS.Open(name)
}

func (f failing) ReadFile(name string) ([]byte, error) {
	file, err := f.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return f.MapFS.ReadFile(name)
}

func TestEmpty(t *testing.T) {
	r := mustLoad(t, Input{FS: files(map[string]string{"a/x.txt": "x"}), Paths: []string{"."}})
	if !r.Empty() {
		t.Error("an input without manifests is not empty")
	}
}

func TestDisplay(t *testing.T) {
	tests := []struct{ dir, name, want string }{
		{".", "a/b.yaml", "a/b.yaml"},
		{"home/me", "home/me/x.yaml", "x.yaml"},
		{"home/me", "home/you/x.yaml", "../you/x.yaml"},
		{"home/me", "etc/x.yaml", "../../etc/x.yaml"},
		{"home/me", "home/me", "."},
		{"home/me", "home", ".."},
		{"home/me", "home/meme/x.yaml", "../meme/x.yaml"},
	}
	for _, test := range tests {
		if got := display(test.dir, test.name); got != test.want {
			t.Errorf("display(%s, %s) = %s, want %s", test.dir, test.name, got, test.want)
		}
	}
}
