// Package fix turns the fixes that rules propose into edits of the files that
// people write, and says of each what it does to connections.
//
// A rule names fields; this package knows how they are written. Comments, blank
// lines, quotes, indentation and line endings elsewhere stay as they are. What
// the edited text says must be what was meant, or the fix is only shown. So are
// fixes of what a template rendered or a Kustomize tree built, and of text that
// an anchor shares.
package fix
