// Package lint is the vocabulary of nplint: rules, the pass that runs one over
// a bundle, and the diagnostics that it reports. Its shape is that of
// golang.org/x/tools/go/analysis.
//
// [Run] schedules rules over one bundle, [Merge] joins what several bundles
// gave. Reading files, evaluating connections and printing are the work of
// other packages.
package lint
