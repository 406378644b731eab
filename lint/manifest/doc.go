// Package manifest holds what was read: files, the objects in them, and the
// place of every field.
//
// It knows nothing of graphs or rules. A rule names a field by object and
// [Path]; only this package knows where that is.
package manifest
