package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/undelivered/undelivered/internal/charsets"
	"github.com/undelivered/undelivered/internal/explain"
)

const explainUsage = `Usage: undelivered explain [--json] [--mbox] [--codes FILE] [FILE ...]

Explains each file, or standard input where none is given: a bounce with or without
its headers, an SMTP reply, a log line, a mail program's error message, a bare code.
A file named - is standard input. Of a folder every file in it is explained, of a mailbox
file (named .mbox, or with --mbox) every message.

With --json it prints one JSON object a line, a line for each text in their order.`

func explainCommand(ctx context.Context, args []string, std stdio) error {
	f := flags("explain", explainUsage, std)
	asJSON := f.Bool("json", false, "print JSON, one object a line")
	mbox := f.Bool("mbox", false, "the files are mailboxes: explain each message in them")
	codes := f.String("codes", "", "the `file` with the knowledge (default: codes.yaml here or above)")
	if err := parse(f, args, std, -1); err != nil {
		return err
	}
	k, err := load(*codes, "", false)
	if err != nil {
		return err
	}
	if err := k.problems.Err(); err != nil {
		return err
	}
	names, err := files(f.Args())
	if err != nil {
		return err
	}
	out := bufio.NewWriter(std.out)
	defer out.Flush()
	n := 0
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return err
		}
		text, err := readText(name, std.in)
		if err != nil {
			return err
		}
		texts := []string{text}
		if *mbox || strings.EqualFold(filepath.Ext(name), ".mbox") {
			texts = messages(text)
		}
		for i, text := range texts {
			result := k.explain.Explain(text, charsets.All{})
			if name != "-" {
				result.File = name
			}
			if *asJSON {
				out.Write(append(result.AppendJSON(nil), '\n'))
				continue
			}
			if n++; n > 1 {
				fmt.Fprintln(out)
			}
			switch {
			case len(texts) > 1:
				fmt.Fprintf(out, "== %s, message %d\n", name, i+1)
			case len(names) > 1:
				fmt.Fprintf(out, "== %s\n", name)
			}
			writeResult(out, result)
		}
	}
	return out.Flush()
}

// files returns the files that the arguments name, in their order: for a folder the files
// in it and below, sorted, but not those whose names begin with a dot; standard input where
// there are no arguments.
func files(args []string) ([]string, error) {
	if len(args) == 0 {
		return []string{"-"}, nil
	}
	var names []string
	for _, arg := range args {
		info, err := os.Stat(arg)
		if arg == "-" || err != nil || !info.IsDir() {
			names = append(names, arg) // what cannot be read is said when it is its turn
			continue
		}
		err = filepath.WalkDir(arg, func(name string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case name != arg && strings.HasPrefix(entry.Name(), "."):
				if entry.IsDir() {
					return fs.SkipDir
				}
			case entry.Type().IsRegular():
				names = append(names, name)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return names, nil
}

// messages parts a mailbox file into its messages (RFC 4155): each begins with a line "From ",
// at the start or behind an empty line.
func messages(mbox string) []string {
	var all []string
	start, blank := 0, true
	for at := 0; at < len(mbox); {
		end := strings.IndexByte(mbox[at:], '\n') + 1
		if end == 0 {
			end = len(mbox) - at
		}
		line := mbox[at : at+end]
		if blank && strings.HasPrefix(line, "From ") && at > start {
			all = append(all, mbox[start:at])
			start = at
		}
		blank = strings.TrimRight(line, "\r\n") == ""
		at += end
	}
	return append(all, mbox[start:])
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
