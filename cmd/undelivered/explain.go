package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/undelivered/undelivered/internal/charsets"
	"github.com/undelivered/undelivered/internal/explain"
)

const explainUsage = `Usage: undelivered explain [--json] [--codes FILE] [FILE ...]

Explains each file, or standard input where none is given: a bounce with or without
its headers, an SMTP reply, a log line, a mail program's error message, a bare code.
A file named - is standard input.

With --json it prints one JSON object a line, a line for each file in their order.`

func explainCommand(ctx context.Context, args []string, std stdio) error {
	f := flags("explain", explainUsage, std)
	asJSON := f.Bool("json", false, "print JSON, one object a line")
	codes := f.String("codes", "", "the `file` with the knowledge (default: codes.yaml here or above)")
	if err := parse(f, args, std, -1); err != nil {
		return err
	}
	k, err := load(*codes, false)
	if err != nil {
		return err
	}
	if err := k.problems.Err(); err != nil {
		return err
	}
	names := f.Args()
	if len(names) == 0 {
		names = []string{"-"}
	}
	out := bufio.NewWriter(std.out)
	defer out.Flush()
	for i, name := range names {
		if err := ctx.Err(); err != nil {
			return err
		}
		text, err := readText(name, std.in)
		if err != nil {
			return err
		}
		result := k.explain.Explain(text, charsets.All{})
		if name != "-" {
			result.File = name
		}
		if *asJSON {
			out.Write(append(result.AppendJSON(nil), '\n'))
			continue
		}
		if i > 0 {
			fmt.Fprintln(out)
		}
		if len(names) > 1 {
			fmt.Fprintf(out, "== %s\n", name)
		}
		writeResult(out, result)
	}
	return out.Flush()
}

func readText(name string, in io.Reader) (string, error) {
	if name == "-" {
		text, err := io.ReadAll(in)
		return string(text), err
	}
	text, err := os.ReadFile(name)
	return string(text), err
}

// writeResult writes a result for a person at a terminal.
func writeResult(w io.Writer, r *explain.Result) {
	if len(r.Findings) != 1 || r.Outcome != "bounce" {
		fmt.Fprintln(w, r.Verdict)
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		if i > 0 || len(r.Findings) != 1 || r.Outcome != "bounce" {
			fmt.Fprintln(w)
		}
		writeFinding(w, f)
	}
	for _, ask := range r.Ask {
		fmt.Fprintf(w, "\n%s\n", wrap(ask, ""))
	}
}

func writeFinding(w io.Writer, f *explain.Finding) {
	head := f.Title
	for _, part := range []string{f.Final, f.Move} {
		if part != "" {
			head += " · " + part
		}
	}
	fmt.Fprintln(w, head)
	if f.Recipient != "" {
		fmt.Fprintf(w, "To %s\n", f.Recipient)
	}
	fmt.Fprintf(w, "\n%s\n", wrap(f.Summary, ""))
	if len(f.Advice) > 0 {
		fmt.Fprintln(w, "\nWhat to do now:")
		for i, step := range f.Advice[0].Steps {
			fmt.Fprintln(w, wrap(step, fmt.Sprintf("  %d. ", i+1)))
		}
	}
	if f.Retry != "" {
		fmt.Fprintf(w, "\nTrying again: %s\n", wrap(f.Retry, ""))
	}
	for _, note := range f.Notes {
		fmt.Fprintf(w, "\nNote: %s\n", wrap(note, ""))
	}
	if len(f.Links) > 0 {
		fmt.Fprintln(w, "\nRead on:")
		for _, l := range f.Links {
			name := l.Title
			if l.Kind == "reply" || l.Kind == "enhanced" {
				name = l.Code + " " + l.Title
			}
			fmt.Fprintf(w, "  %s (%s)\n", name, l.Page)
		}
	}
}

// wrap breaks text into lines of at most 78 characters, the first behind lead, the others
// indented as far.
func wrap(text, lead string) string {
	var b strings.Builder
	b.WriteString(lead)
	column := len(lead)
	for i, word := range strings.Fields(text) {
		if i > 0 {
			if column+1+len([]rune(word)) > 78 {
				b.WriteString("\n" + strings.Repeat(" ", len(lead)))
				column = len(lead)
			} else {
				b.WriteByte(' ')
				column++
			}
		}
		b.WriteString(word)
		column += len([]rune(word))
	}
	return b.String()
}
