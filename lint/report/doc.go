// Package report writes what a run has to say, one file per output format.
//
// Every format says the same: each diagnostic, what was not analysed, and where
// there is a place for them the counts. Text, Concise, Markdown and GitHub are
// for people: they hide diagnostics below a severity. No format for people lets
// a control character of the input through. The others hold everything. Those
// for other services name files from the root of the repository.
package report
