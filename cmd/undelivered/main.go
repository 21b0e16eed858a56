// Undelivered explains mail errors and builds the site that does so in a browser.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
)

const usage = `Undelivered explains why mail came back or would not leave.

Usage:
  undelivered explain [--json] [--codes FILE] [FILE ...]
        explain a bounce, an SMTP reply or a mail program's error
  undelivered build [--codes FILE] [--content DIR] [--out DIR] [--base-url URL]
        write the reference site, with the decoder and the widget in it
  undelivered serve [--addr HOST:PORT] [the flags of build]
        build, serve and build again when a source changes; for development
  undelivered check [--codes FILE] [--content DIR]
        check codes.yaml, the content, every link and every example

"undelivered COMMAND --help" says more. Without --codes, codes.yaml is looked for
in the current folder and in those above it.

Examples:
  undelivered explain bounce.eml
  pbpaste | undelivered explain
  echo '550 5.7.1 Unable to relay' | undelivered explain --json
`

// command is one of the command's verbs. It returns an error that says all there is to say.
type command func(ctx context.Context, args []string, std stdio) error

type stdio struct {
	in       io.Reader
	out, err io.Writer
}

// errUsage is returned where the arguments were wrong and have been explained.
var errUsage = errors.New("usage")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], stdio{os.Stdin, os.Stdout, os.Stderr}))
}

// run returns the exit status: 0 for success, 1 where the work failed, 2 for wrong arguments.
func run(ctx context.Context, args []string, std stdio) int {
	commands := map[string]command{"explain": explainCommand, "build": buildCommand, "serve": serveCommand, "check": checkCommand}
	if len(args) == 0 {
		fmt.Fprint(std.err, usage)
		return 2
	}
	switch args[0] {
	case "help", "--help", "-help", "-h":
		fmt.Fprint(std.out, usage)
		return 0
	}
	do, ok := commands[args[0]]
	if !ok {
		fmt.Fprintf(std.err, "undelivered: there is no command %q\n\n%s", args[0], usage)
		return 2
	}
	switch err := do(ctx, args[1:], std); {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errUsage):
		return 2
	default:
		fmt.Fprintln(std.err, err)
		return 1
	}
}

// flags returns a flag set that prints about when asked for help.
func flags(name, about string, std stdio) *flag.FlagSet {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.SetOutput(std.err)
	f.Usage = func() {
		fmt.Fprintf(f.Output(), "%s\n\nFlags:\n", about)
		f.PrintDefaults()
	}
	return f
}

// parse parses args, with --help on standard output, and refuses more arguments than most.
func parse(f *flag.FlagSet, args []string, std stdio, most int) error {
	for _, a := range args {
		if a == "--help" || a == "-help" || a == "-h" {
			f.SetOutput(std.out)
		}
	}
	if err := f.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return errUsage
	}
	if most >= 0 && f.NArg() > most {
		fmt.Fprintf(std.err, "undelivered %s: %q is one argument too many; see undelivered %s --help\n", f.Name(), f.Arg(most), f.Name())
		return errUsage
	}
	return nil
}

// source returns the path of a file or folder of the project: the one that was asked for,
// else name in the current folder or the nearest one above it.
func source(asked, name string) (string, error) {
	if asked != "" {
		return asked, nil
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		path := filepath.Join(dir, name)
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
		above := filepath.Dir(dir)
		if above == dir {
			return "", fmt.Errorf("undelivered: there is no %s in this folder or above it; name it with --%s", name, flagOf[name])
		}
		dir = above
	}
}

var flagOf = map[string]string{"codes.yaml": "codes", "content": "content"}
