package explain_test

import (
	"html"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/undelivered/undelivered/internal/charsets"
	"github.com/undelivered/undelivered/internal/explain"
)

// What a dress is for.
const (
	ofAll    = iota
	ofText   // as people see it
	ofSource // of a message from a mail system
)

// dresses are what happens to a text on its way to a paste. None of them changes what it says.
var dresses = []struct {
	name   string
	of     int
	put    func(text string) string
	unlike func(text string) bool // texts that it would change
}{
	{"with CRLF", ofAll, func(t string) string { return strings.ReplaceAll(t, "\n", "\r\n") }, nil},
	{"with CR", ofAll, func(t string) string { return strings.ReplaceAll(t, "\n", "\r") }, nil},
	{"behind a byte order mark", ofAll, func(t string) string { return "\ufeff" + t }, nil},
	{"quoted", ofAll, each("> "), nil},
	{"quoted twice", ofAll, each(">> "), nil},
	{"indented", ofAll, each("    "), nil},
	{"with spaces at the ends of lines", ofText, func(t string) string { return strings.ReplaceAll(t, "\n", "  \n") }, nil},
	{"with an empty line behind each", ofText, func(t string) string { return strings.ReplaceAll(t, "\n", "\n\n") }, onePart},
	{"wrapped", ofText, wrapped, wrappedBefore},
	{"set as code", ofText, func(t string) string { return "```\n" + t + "\n```" }, few},
	{"in a page, as it was typed", ofText, func(t string) string { return "<pre>" + html.EscapeString(t) + "</pre>" }, nil},
	{"in a page, with breaks", ofText, func(t string) string {
		t = strings.NewReplacer("\n", "<br>\n", "\t", "&nbsp;&nbsp;", "  ", "&nbsp;&nbsp;").Replace(html.EscapeString(t))
		return "<div>" + t + "</div>"
	}, nil},
	{"asked about", ofText, func(t string) string {
		return "Hello,\n\nI get this every time. What does it mean?\n\n" + t + "\n\nThanks,\nAnna\n"
	}, few},
	{"signed", ofText, func(t string) string {
		return t + "\n\n--\nAnna Berg, Example Pty Ltd, 12 Main St, Perth WA 6000\n"
	}, few},
	{"below a question", ofSource, func(t string) string { return "Hello, this is the source of it:\n\n" + t }, nil},
	{"attached", ofSource, func(t string) string {
		return "From: Anna <anna@example.net>\nTo: help@example.net\nSubject: what is this\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=outer\n\n" +
			"--outer\nContent-Type: text/plain\n\nPlease look at the attached mail.\n\n--outer\nContent-Type: message/rfc822\n\n" + t + "\n--outer--\n"
	}, nil},
}

// width is what mail programs wrap a text at.
const width = 68

// wrapped is a text as mail programs wrap it: longer lines part at a space.
func wrapped(text string) string {
	var lines []string
	for _, line := range strings.Split(text, "\n") {
		for len(line) > width && line[0] != ' ' && line[0] != '\t' {
			at := strings.LastIndexByte(line[:width+1], ' ')
			if at < 0 {
				at = strings.IndexByte(line, ' ')
			}
			if at < 0 {
				break
			}
			lines = append(lines, line[:at])
			line = line[at+1:]
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// wrappedBefore reports whether a text was wrapped before, a little wider, so that its lines end up
// of any length, or is a statement of a program, whose lines nobody's mail program puts together.
func wrappedBefore(text string) bool {
	longest := 0
	for _, line := range strings.Split(text, "\n") {
		longest = max(longest, len(line))
	}
	return longest > width && longest <= 80 || strings.HasSuffix(text, "}")
}

// few reports whether a text is hardly more than a code, which alone is one that somebody looks up,
// and among words is any number.
func few(text string) bool { return len(text) < 32 }

// onePart reports whether a text has no empty line of its own, by which to see that others are not.
func onePart(text string) bool {
	return strings.Count(text, "\n\n") == 0 || strings.Count(text, "\n") < 6
}

func each(mark string) func(string) string {
	return func(t string) string { return mark + strings.ReplaceAll(t, "\n", "\n"+mark) }
}

var (
	fromSystem = regexp.MustCompile(`(?i)^(?:.+\n)*From:.*(?:daemon|postmaster|delivery)`)
	ofMail     = regexp.MustCompile(`(?im)^(?:--|Content-Type:|<html|<div|<p>|Return-Path:|Received:|From: .*\nTo:)`)
)

// TestDresses reads the cases again as they come to a paste.
func TestDresses(t *testing.T) {
	e := open(t)
	all := append(cases(t, "testdata"), cases(t, filepath.Join("..", "bounce", "testdata"))...)
	for _, c := range all {
		text := strings.TrimRight(c.Text, "\n")
		if strings.Contains(text, "\r") {
			continue // it has one already
		}
		naked := e.Explain(text, charsets.All{})
		if naked.Outcome == "reply" {
			continue // among words nobody sees it for one
		}
		source := fromSystem.MatchString(text)
		for _, d := range dresses {
			if d.unlike != nil && d.unlike(text) || d.of == ofSource && !source || d.of == ofText && ofMail.MatchString(text) {
				continue
			}
			if got, want := short(e.Explain(d.put(text), charsets.All{})), short(naked); got != want {
				t.Errorf("%s %s:\n%s\nelse\n%s", c.Name, d.name, got, want)
			}
		}
	}
}

// short is what an explanation says of each recipient.
func short(res *explain.Result) string {
	s := res.Outcome
	for _, f := range res.Findings {
		s += "\n\t" + strings.Join([]string{f.Recipient, f.Reply, f.Enhanced, f.Permanence, f.Reason}, " ")
	}
	return s
}
