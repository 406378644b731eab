package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/config"
	"github.com/nplint/nplint/lint/ignore"
	"github.com/nplint/nplint/lint/load"
	"github.com/nplint/nplint/lint/report"
)

// flags are the flags of the lint command as they are written.
type flags struct {
	outputs   []string
	selected  []string
	ignored   []string
	preset    string
	show      string
	failOn    string
	color     string
	exclude   []string
	values    []string
	namespace string
	bundle    string
	config    string
	cni       string
	rego      []string

	registry []*lint.Rule // the built-in rules and those of --rego and the configuration
	trouble  error        // with the latter; the others are run all the same

	options *lint.Options   // of the configuration
	bundles []config.Bundle // with paths relative to the working directory
	kinds   []load.WorkloadKind
	ignores []ignore.Entry

	baseline, newFrom string

	fix  string
	diff bool

	progress *progress

	staged, complete, exitZero, allowEmpty, quiet, verbose bool
}

func (f *flags) register(cmd *cobra.Command) {
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.StringArrayVarP(&f.outputs, "output", "o", nil, "print `FORMAT[=FILE]`: "+strings.Join(formatNames(), ", ")+"; repeatable (default text)")
	f.registerRules(cmd)
	fs.StringVar(&f.show, "show", "warning", "least `SEVERITY` that text and concise print: error, warning or info")
	fs.StringVar(&f.failOn, "fail-on", "warning", "least `SEVERITY` that makes the exit status 1")
	fs.BoolVar(&f.exitZero, "exit-zero", false, "exit with 0 in spite of findings")
	fs.BoolVar(&f.allowEmpty, "allow-empty", false, "accept an input without manifests")
	f.registerWorld(cmd)
	f.registerBaseline(cmd)
	fs.StringVar(&f.fix, "fix", "", "apply fixes that are safe, or `CLASS` of them: safe (the same connections), tighten (fewer), all")
	fs.Lookup("fix").NoOptDefVal = "safe"
	fs.BoolVar(&f.diff, "diff", false, "only show what --fix would write, or all fixes without it")
	fs.StringVar(&f.newFrom, "new-from", "", "report only findings that are not in the git revision `REV`")
	fs.BoolVar(&f.staged, "staged", false, "lint what is staged for the next commit, report only what is not in HEAD")
	f.registerInput(cmd)
	fs.StringVar(&f.color, "color", "auto", "colour: auto, always or never")
	fs.BoolVarP(&f.quiet, "quiet", "q", false, "print findings only")
	fs.BoolVarP(&f.verbose, "verbose", "v", false, "say what was read, what was passed over, and where the time went")
}

// registerRules registers the flags that say which rules run.
func (f *flags) registerRules(cmd *cobra.Command) {
	fs := cmd.Flags()
	fs.StringSliceVar(&f.selected, "select", nil, "run only these `RULES` or tags")
	fs.StringSliceVar(&f.ignored, "ignore", nil, "do not run these `RULES` or tags")
	fs.StringVar(&f.preset, "preset", "recommended", "rules to run: recommended, strict or all")
}

// registerWorld registers the flags that say what the input is part of.
func (f *flags) registerWorld(cmd *cobra.Command) {
	fs := cmd.Flags()
	fs.StringVar(&f.bundle, "bundle", "", "look only at the bundle `NAME`, where the input holds alternatives")
	fs.StringVar(&f.cni, "cni", "", "`PLUGIN[@VERSION]` of the cluster's network: "+strings.Join(lint.CNIs, ", "))
	fs.BoolVar(&f.complete, "complete", false, "take the input for all that the cluster holds")
}

// registerInput registers the flags that say what is read.
func (f *flags) registerInput(cmd *cobra.Command) {
	fs := cmd.Flags()
	fs.StringVarP(&f.namespace, "namespace", "n", "", "`NAMESPACE` of objects that name none")
	fs.StringSliceVar(&f.values, "values", nil, "`FILE` of values for the one chart under the paths; repeatable")
	fs.StringSliceVar(&f.exclude, "exclude", nil, "do not read files and folders that match a `GLOB`, such as 'tests/**'")
	f.registerRego(cmd)
}

// registerRego registers the flags that say which rules there are beside the
// built-in ones.
func (f *flags) registerRego(cmd *cobra.Command) {
	fs := cmd.Flags()
	fs.StringSliceVar(&f.rego, "rego", nil, "know the rules of the Rego modules in `DIR` too; repeatable")
	fs.StringVar(&f.config, "config", "", "configuration `FILE` (default: .nplint.yaml, found upwards to the git root)")
}

// settings are the flags after they are checked.
type settings struct {
	outputs      []output
	registry     []*lint.Rule
	trouble      error        // with Rego modules
	rules        []*lint.Rule // those that run
	options      *lint.Options
	show, failOn lint.Severity
	ignores      []ignore.Entry
	today        time.Time
	progress     *progress
}

func (f *flags) check(registry []*lint.Rule) (*settings, error) {
	s, err := f.checkRules(registry)
	if err != nil {
		return nil, err
	}
	if s.show, err = lint.ParseSeverity(f.show); err != nil {
		return nil, fmt.Errorf("--show: %w", err)
	}
	if s.failOn, err = lint.ParseSeverity(f.failOn); err != nil {
		return nil, fmt.Errorf("--fail-on: %w", err)
	}
	if s.outputs, err = parseOutputs(f.outputs); err != nil {
		return nil, fmt.Errorf("--output: %w", err)
	}
	if _, err := report.UseColor(f.color, os.LookupEnv, false); err != nil {
		return nil, fmt.Errorf("--color: %w", err)
	}
	return s, nil
}

// checkRules checks the flags that say which rules run, and on what they rely.
func (f *flags) checkRules(registry []*lint.Rule) (*settings, error) {
	options, err := f.world()
	if err != nil {
		return nil, err
	}
	s := &settings{registry: registry, trouble: f.trouble, options: options, ignores: f.ignores, progress: f.progress}
	if s.options.Preset, err = lint.ParsePreset(f.preset); err != nil {
		return nil, fmt.Errorf("--preset: %w", err)
	}
	if s.today, err = today(); err != nil {
		return nil, err
	}
	s.rules, err = selectRules(registry, s.options, f.selected, f.ignored)
	return s, err
}

// world returns the options that say what the input is part of.
func (f *flags) world() (*lint.Options, error) {
	options := f.options
	options.Complete = f.complete
	var err error
	if options.CNI, options.CNIVersion, err = lint.ParseCNI(f.cni); err != nil {
		name, _, _ := strings.Cut(f.cni, "@")
		return nil, fmt.Errorf("--cni: %w%s", err, lint.Suggest(name, lint.CNIs))
	}
	return options, nil
}
