// Package rego makes lint rules of modules written in Rego, the language of the
// Open Policy Agent.
//
// A module sees the bundle as one JSON document, [Input], and asks the engine
// through the builtins nplint.*. It has no network, clock, environment,
// randomness or files, and a limited time. README.md is the guide for those who
// write modules.
package rego
