package explain_test

import (
	"strings"
	"testing"

	"github.com/undelivered/undelivered/internal/charsets"
	"github.com/undelivered/undelivered/internal/explain"
	"github.com/undelivered/undelivered/internal/testkit"
)

// BenchmarkExplain explains a line, a bounce of 8 KB, and a megabyte of mail with a bounce at
// its start.
func BenchmarkExplain(b *testing.B) {
	c, err := testkit.Read("../bounce/testdata/postfix-report.txt")
	if err != nil {
		b.Fatal(err)
	}
	fill := func(size int) string {
		body := "--4XvB2p6Z1Bz9rxL.1763939703/mail.example.org--"
		line := "Hello Bob, the figures for the mailbox quota are in the message; the server sends them again by 5:50.\n"
		return strings.Replace(c.Text, body, strings.Repeat(line, (size-len(c.Text))/len(line))+body, 1)
	}
	for _, size := range []struct{ name, text string }{
		{"line", "550 5.1.1 <bob@example.com>: Recipient address rejected: User unknown in virtual mailbox table"},
		{"8KB", fill(8 << 10)},
		{"1MB", fill(1 << 20)},
	} {
		b.Run(size.name, func(b *testing.B) {
			e := open(b)
			b.SetBytes(int64(len(size.text)))
			b.ReportAllocs()
			for b.Loop() {
				e.Explain(size.text, charsets.All{})
			}
		})
	}
}

// BenchmarkOpen opens the knowledge, which a page waits for.
func BenchmarkOpen(b *testing.B) {
	data, err := knowledge()
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := explain.Open(data); err != nil {
			b.Fatal(err)
		}
	}
}
