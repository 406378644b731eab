package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/nplint/nplint/rego"
)

func newRegoNew(std streams) *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:     "new NAME",
		Short:   "write a rule to start from, its test and its fixtures",
		Example: "  nplint rego new db-stays-home && nplint rego test policy",
		Args:    cobra.ExactArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return writeRule(std, args[0], dir) },
	}
	cmd.Flags().StringVar(&dir, "dir", "policy", "`DIR` to write to")
	return cmd
}

// writeRule writes the files of a new rule, unless one of them is there.
func writeRule(std streams, name, dir string) error {
	files, err := rego.New(name)
	if err != nil {
		return err
	}
	names := slices.Sorted(maps.Keys(files))
	for _, file := range names {
		if path := filepath.Join(dir, file); exists(path) {
			return fmt.Errorf("write a new rule: %s is there already", path)
		}
	}
	for _, file := range names {
		path := filepath.Join(dir, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return fmt.Errorf("write a new rule: %w", err)
		}
		if err := os.WriteFile(path, []byte(files[file]), 0o666); err != nil {
			return fmt.Errorf("write a new rule: %w", err)
		}
		fmt.Fprintln(std.out, "wrote", filepath.ToSlash(path))
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
