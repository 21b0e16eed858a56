package main

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzMessages wants a mailbox parted without a byte lost, added or moved, and only where a
// message begins.
func FuzzMessages(f *testing.F) {
	for _, mbox := range []string{
		"", "\n", "From ", "From a\n\nFrom b\n", "From a\r\n\r\nFrom b\r\n", "text\n\nFrom a\n\n>From b\n", "\nFrom a\nFrom b\n\nFrom c", "From a\n \nFrom b", "\x00\n\nFrom \xff",
	} {
		f.Add(mbox)
	}
	f.Fuzz(func(t *testing.T, mbox string) {
		all := messages(mbox)
		if got := strings.Join(all, ""); got != mbox || len(all) == 0 {
			t.Fatalf("%q is parted into %q", mbox, all)
		}
		for i, one := range all {
			if i > 0 && (!strings.HasPrefix(one, "From ") || !strings.HasSuffix(strings.ReplaceAll(all[i-1], "\r", ""), "\n")) {
				t.Errorf("a message begins within another: %q", all)
			}
		}
	})
}

// FuzzWrap wants every word kept, in its order, and no line longer than a terminal but for
// a word that is.
func FuzzWrap(f *testing.F) {
	f.Add("Ask the recipient's provider.")
	f.Add(strings.Repeat("é😀 ", 60) + strings.Repeat("x", 100) + " y")
	f.Add("\xff\u00a0\u202e \t\n")
	f.Fuzz(func(t *testing.T, text string) {
		const lead = "  1. "
		rest, ok := strings.CutPrefix(wrap(text, lead), lead)
		if got, want := strings.Join(strings.Fields(rest), " "), strings.Join(strings.Fields(text), " "); !ok || got != want {
			t.Fatalf("%q becomes %q", want, got)
		}
		for line := range strings.SplitSeq(lead+rest, "\n") {
			words := strings.Fields(strings.TrimPrefix(line, lead))
			if utf8.RuneCountInString(line) > 78 && len(words) > 1 {
				t.Errorf("a line is too long: %q", line)
			}
		}
	})
}
