package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"

	"github.com/undelivered/undelivered/site/links"
)

const checkUsage = `Usage: undelivered check [--codes FILE] [--content DIR]

Checks that every fact in codes.yaml is whole and has a source, that every reference
leads somewhere, that the decoder recognises every example as its row says, and that
the site made of it has no dead link. It says all that is wrong at once, with the line,
or else counts what there is. It writes nothing.`

func checkCommand(ctx context.Context, args []string, std stdio) error {
	f := flags("check", checkUsage, std)
	b := buildFlags{
		codes:   f.String("codes", "", "the `file` with the knowledge (default: codes.yaml here or above)"),
		content: f.String("content", "", "the `folder` with guides and page texts (default: content here or above)"),
		baseURL: new(string),
		keep:    new(string),
		forget:  new(bool),
	}
	if err := parse(f, args, std, 0); err != nil {
		return err
	}
	k, err := load(*b.codes, *b.content, true)
	if err != nil {
		return err
	}
	// Pages are made of a catalogue that is right; one with mistakes would fail for the same
	// mistakes once more.
	if err := k.problems.Err(); err != nil {
		for _, c := range k.claims {
			if c.Holds < c.Rows {
				fmt.Fprintf(std.out, "only %d of %d %s\n", c.Holds, c.Rows, c.Text)
			}
		}
		return err
	}
	s, err := b.generate(ctx, k)
	if err != nil {
		return err
	}
	if err := errors.Join(links.Check(s.Files, "/")...); err != nil {
		return err
	}
	t := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "rows\texamples\tsources\t ")
	counts := k.catalog.Count()
	for _, c := range append(counts, counts.Total()) {
		fmt.Fprintf(t, "%d\t%d\t%d\t %s\n", c.Rows, c.Examples, c.Sources, c.Section)
	}
	t.Flush()
	for _, c := range k.claims {
		if c.Holds < c.Rows {
			return fmt.Errorf("undelivered: only %d of %d %s, though nothing was found wrong; report this as a mistake of the program", c.Holds, c.Rows, c.Text)
		}
		fmt.Fprintf(std.out, "all %d %s\n", c.Rows, c.Text)
	}
	fmt.Fprintf(std.out, "%d pages, and every link on them leads somewhere\n", len(s.Pages))
	return nil
}
