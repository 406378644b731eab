// Package testdata holds the fixtures. The command shows those of a rule as its
// example, so that what is explained is what is tested.
package testdata

import "embed"

// Rules holds rules/<name>/bad.yaml for every rule.
//
//go:embed rules/*/bad.yaml
var Rules embed.FS
