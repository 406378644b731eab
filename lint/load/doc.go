// Package load turns files into bundles: fs.FS and paths in, objects out, and
// nothing else read or started.
//
// All that is costly to import for reading (Kustomize, Helm) lives here and
// nowhere else.
package load
