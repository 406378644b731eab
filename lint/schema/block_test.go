package schema_test

import (
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/schema"
)

// blocks reads all documents of the tests, as it does those of a run.
var blocks schema.Blocks

// compareBlock reads a document in both ways and reports whether the fast one
// could. Where it could, both must agree in everything.
func compareBlock(t testing.TB, text string) bool {
	t.Helper()
	var found *schema.Type
	var head manifest.ID
	value, ok := blocks.Read([]byte(text), 0, func(apiVersion, kind string) *schema.Type {
		head = manifest.ID{APIVersion: apiVersion, Kind: kind}
		found = schema.Lookup(head.Group(), kind)
		return found
	})
	if !ok {
		return false
	}
	doc := manifest.Document{File: &manifest.File{Data: []byte(text)}, End: len(text)}
	node, err := doc.Parse()
	if err != nil || node == nil {
		t.Fatalf("the parser refuses what was read: %v\n%s", err, text)
	}
	want, _, facts := schema.Decode(node, found)
	if len(facts) > 0 {
		t.Fatalf("there are facts about what was read: %v\n%s", facts, text)
	}
	if !value.Equal(want) {
		t.Fatalf("got %+v\nwant %+v\n%s", value, want, text)
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, written := node.Content[i].Value, node.Content[i+1].Value
		if key == "apiVersion" && written != head.APIVersion || key == "kind" && written != head.Kind {
			t.Fatalf("%s is %q, taken for %v\n%s", key, written, head, text)
		}
	}
	return true
}

const blockText = `
# a comment
apiVersion: networking.k8s.io/v1   # another
kind: NetworkPolicy
metadata:
    name: "web"
    namespace: shop
    labels: {app: web, tier: "x"}
spec:
    podSelector:
      matchLabels:
        app.kubernetes.io/name: 'web'
        empty: ""
      matchExpressions:
      - key: tier
        operator: In
        values: [a, "b", c-d]
      -   key: x
          operator: Exists
    policyTypes: [Ingress, Egress]
    ingress:
      -
        from:
          - ipBlock:
              cidr: 10.0.0.0/8
              except:
              - 10.1.0.0/16
        ports:
        - port: 80
          protocol: TCP
        - {port: http}
    egress: []
`

const podText = `apiVersion: v1
kind: Pod
metadata:
  name: web
  managedFields:
  - manager: x
    fieldsType: FieldsV1
spec:
  containers:
  - name: web
    command: ["sh", "-c"]
    lifecycle:
    - |
      kind: Other
        more

      # not a comment
    - >-
     one
     two
    ports:
    - containerPort: 80
      name: http
    resources:
      limits: {cpu: 1.5}
  tolerations: []
status:
  phase: Running
`

// documents returns the documents of the project's fixtures.
func documents(t testing.TB) []string {
	t.Helper()
	texts := []string{blockText, podText}
	err := filepath.WalkDir("../../testdata", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(name) != ".yaml" {
			return err
		}
		data, err := os.ReadFile(name)
		texts = append(texts, strings.Split(string(data), "\n---\n")...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

func TestBlockReadsManifests(t *testing.T) {
	read := 0
	texts := documents(t)
	for _, text := range texts {
		if compareBlock(t, text) {
			read++
		}
	}
	if !compareBlock(t, blockText) || !compareBlock(t, podText) || read < len(texts)/2 {
		t.Errorf("of %d documents, %d could be read", len(texts), read)
	}
}

// tries returns how many changed documents to try: what the variable
// NPLINT_DOCUMENTS says, if it is set.
func tries(usual int) int {
	if n, err := strconv.Atoi(os.Getenv("NPLINT_DOCUMENTS")); err == nil {
		return n
	}
	return usual
}

// TestBlockAgrees changes documents in ways that matter to YAML.
func TestBlockAgrees(t *testing.T) {
	count := tries(20_000)
	random := rand.New(rand.NewPCG(1, uint64(count)))
	texts := documents(t)
	read := 0
	for range count {
		if compareBlock(t, mutate(random, texts)) {
			read++
		}
	}
	if read < count/20 {
		t.Errorf("of %d documents, %d could be read: too few to compare", count, read)
	}
	t.Logf("of %d documents, %d could be read", count, read)
}

var pieces = []string{
	" ", "  ", "\n", "\n\n", ": ", ":", "- ", "-", " #", "#", "'", "\"", "[", "]", "{", "}", ", ", ",", "|", ">", "|-", "null",
	"~", "true", "yes", "1", "0x1", "1e3", "080", "1.0", "<<", "&a", "*a", "!!str ", "? ", "%", "@", "---", "...", "\t", "\r",
	"kind: Pod\n", "spec:\n", "  - a\n", "  a: b\n", "''", `\`, "é", ".inf", "2001-01-01", "=", "0o7", "+1", "1_000",
}

// mutate makes a few changes to one of the texts.
func mutate(random *rand.Rand, texts []string) string {
	text := texts[random.IntN(len(texts))]
	for range 1 + random.IntN(3) {
		at := random.IntN(len(text) + 1)
		piece := pieces[random.IntN(len(pieces))]
		switch random.IntN(6) {
		case 0:
			text = text[:at] + piece + text[at:]
		case 1:
			end := min(len(text), at+1+random.IntN(3))
			text = text[:at] + text[end:]
		case 2:
			end := min(len(text), at+len(piece))
			text = text[:at] + piece + text[end:]
		default:
			text = mutateLine(random, text, piece)
		}
	}
	return text
}

// mutateLine indents, repeats, moves or cuts a line, or changes its value.
func mutateLine(random *rand.Rand, text, piece string) string {
	lines := strings.SplitAfter(text, "\n")
	i := random.IntN(len(lines))
	switch random.IntN(6) {
	case 0:
		lines[i] = " " + lines[i]
	case 1:
		lines[i] = strings.TrimPrefix(lines[i], " ")
	case 2:
		lines[i] += lines[i]
	case 3:
		j := random.IntN(len(lines))
		lines[i], lines[j] = lines[j], lines[i]
	case 4:
		lines[i] = ""
	default:
		if key, _, found := strings.Cut(lines[i], ":"); found {
			lines[i] = key + ": " + piece + "\n"
		}
	}
	return strings.Join(lines, "")
}

// FuzzBlock compares both readers on any text.
func FuzzBlock(f *testing.F) {
	f.Add(blockText)
	f.Add("apiVersion: v1\nkind: Pod\nmetadata:\n  labels:\n    a: \"b\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		compareBlock(t, text)
		compareFind(t, rand.New(rand.NewPCG(1, 1)), text, 3)
	})
}
