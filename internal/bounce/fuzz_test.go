package bounce_test

import (
	"strings"
	"testing"

	"github.com/undelivered/undelivered/internal/bounce"
	"github.com/undelivered/undelivered/internal/charsets"
)

// FuzzRead looks for a text that crashes the reader, for a thing found that does not stand
// where it is said to, and for a place that leads out of the given text.
func FuzzRead(f *testing.F) {
	for _, c := range cases(f) {
		f.Add(c.Text)
	}
	for _, text := range []string{
		"=@", "to=@a.b", "to=<@", "\x1b$B", "=?a?b?c?==?", "--\nContent-:", "<!--", "&#x110000;", "&#", "=\n=", "5.", "550-", "@[", "220 ", "\xff@\xff.\xff",
		"Content-Type: multipart/mixed\nFrom: a\n\n--a\nContent-Type: multipart/mixed; boundary=a\n\n--a\n",
		"From: a\nTo: b\nContent-Type: text/plain; charset=utf-16\n\n\xfe",
		"Final-Recipient:\nOriginal-Recipient: a\nAction:\nStatus:\nDiagnostic-Code:",
		"(expanded from: <a@b.c>)\na@b.c", "delivery 1: failure: ", "2026-11-24T,FAIL,", " ** ", "1tExyz-0001Ab-2C **", " rejected RCPT <H=",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, c := range []bounce.Charsets{charsets.All{}, nil} {
			r := bounce.Read(text, c)
			in := func(what string, s bounce.Span) {
				if s.Start < 0 || s.Start > s.End || s.End > len(r.Text) {
					t.Fatalf("%s stands at %v of a text of %d bytes", what, s, len(r.Text))
				}
				if source := r.Source(s); source.Start < 0 || source.Start > source.End || source.End > len(text) {
					t.Fatalf("%s, at %v, leads to %v of %d given bytes", what, s, source, len(text))
				} else if r.Text == text && source != s {
					t.Fatalf("%s, at %v, leads to %v though nothing was decoded", what, s, source)
				}
			}
			is := func(what, value string, s bounce.Span) {
				in(what, s)
				if value != "" && !strings.EqualFold(r.Text[s.Start:s.End], value) {
					t.Fatalf("%s is %q, and at its place stands %q", what, value, r.Text[s.Start:s.End])
				}
			}
			end := 0
			for _, p := range r.Parts {
				in("a part", p.Span)
				if p.Start < end {
					t.Fatalf("a part begins at %d, before the last one ends at %d", p.Start, end)
				}
				end = p.End
			}
			for i := range r.Failures {
				f := &r.Failures[i]
				if !f.At.Empty() || !strings.Contains(strings.ToLower(text), "x-failed-recipients") {
					is("the recipient", f.Recipient, f.At)
				}
				is("the reply", f.Reply.Value, f.Reply.Span)
				is("the enhanced code", f.Enhanced.Value, f.Enhanced.Span)
				is("the status", f.Status.Value, f.Status.Span)
				is("the host", f.RemoteHost, f.HostAt)
				in("the diagnostic", f.Statement.Span)
				in("what is said", f.Words)
				in("the context", f.Context)
				if wait, ok := r.Wait(f); ok {
					in("the time to wait", wait)
				}
			}
			for at := range len(r.Text) + 2 {
				if at > 64 && at < len(r.Text) {
					continue
				}
				in("a place", bounce.Span{Start: min(at, len(r.Text)), End: min(at, len(r.Text))})
			}
		}
	})
}
