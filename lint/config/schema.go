package config

import _ "embed"

// Schema is the JSON schema of a configuration, for editors.
//
//go:embed schema.json
var Schema []byte

// Initial is a configuration to start from. It names the schema.
//
//go:embed initial.yaml
var Initial []byte
