// Package testdata holds the fixtures. The command shows those of a rule as its
// example, so that what is explained is what is tested.
package testdata

import "embed"

// Rules holds rules/<name>/bad.yaml, or a folder rules/<name>/bad, for every
// rule.
//
//go:embed rules/*/bad*
var Rules embed.FS
