package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"
	yaml "go.yaml.in/yaml/v3"

	"github.com/nplint/nplint/lint/config"
)

func newConfig(std streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "write, show and describe the configuration",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "init",
		Short: "write a configuration to start from into the working directory",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return initConfig(std) },
	})
	var file string
	show := &cobra.Command{
		Use:   "show",
		Short: "print the configuration in effect, nplint's own values included",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return showConfig(std, file) },
	}
	show.Flags().StringVar(&file, "config", "", "configuration `FILE` (default: .nplint.yaml, found upwards to the git root)")
	cmd.AddCommand(show, &cobra.Command{
		Use:   "schema",
		Short: "print the JSON schema of the configuration",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := std.out.Write(config.Schema)
			return err
		},
	})
	return cmd
}

func initConfig(std streams) (err error) {
	file, err := os.OpenFile(config.Name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already; `nplint config show` prints what it says", config.Name)
	}
	if err != nil {
		return fmt.Errorf("write the configuration: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if _, err = file.Write(config.Initial); err == nil {
		_, err = fmt.Fprintln(std.out, "wrote", config.Name)
	}
	return err
}

// showConfig prints the configuration with nplint's own values where the file
// says nothing; its paths are seen from the working directory.
func showConfig(std streams, file string) error {
	c, read, err := readConfig(file)
	if err != nil {
		return err
	}
	name := "no file; nplint's own values"
	if read != nil {
		name = read.Name
	}
	text, err := yaml.Marshal(c.WithDefaults())
	if err != nil {
		return fmt.Errorf("show the configuration: %w", err)
	}
	_, err = fmt.Fprintf(std.out, "# %s\n%s", name, text)
	return err
}
