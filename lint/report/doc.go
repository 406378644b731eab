// Package report writes what a run has to say, one file per output format.
//
// Every format says the same: each diagnostic, what was not analysed, and the
// counts. Text and Concise are for people: they hide diagnostics below a
// severity, say how many, and never let a control character of the input reach
// the terminal. JSON and SARIF hold everything.
package report
