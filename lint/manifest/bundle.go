package manifest

// Bundle is one cluster's view of the input: the objects that are analysed
// together.
type Bundle struct {
	Name    string
	Files   []*File
	Objects []*Object
	// Alternative says that another bundle of the input holds policies: this one
	// may be a variant without them on purpose.
	Alternative bool
	// Problems are findings about text that did not become objects.
	Problems []Problem
	// Skipped is what the input holds and nplint did not analyse.
	Skipped []Skipped
}

// ProblemKind says what kept a text from becoming objects.
type ProblemKind uint8

const (
	// InvalidYAML is a document that does not parse.
	InvalidYAML ProblemKind = iota + 1
	// BuildFailed is a tree or chart that cannot be built.
	BuildFailed
)

// Problem is a defect of a file that is not tied to an object.
type Problem struct {
	Kind    ProblemKind
	Span    Span
	Message string
}

// Skipped names something of the input that was not analysed, and why.
type Skipped struct {
	File   string
	Reason string
}
