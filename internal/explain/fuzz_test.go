package explain_test

import (
	"strings"
	"testing"

	"github.com/undelivered/undelivered/internal/bounce"
	"github.com/undelivered/undelivered/internal/charsets"
)

// FuzzExplain looks for a text that crashes the decoder, for evidence out of the text or in
// the middle of a letter, for a code that does not stand in what can be read, and for more
// findings than were asked for.
func FuzzExplain(f *testing.F) {
	e := open(f)
	few := *e
	few.Most = 2
	for _, dir := range []string{"testdata", "../bounce/testdata"} {
		for _, c := range cases(f, dir) {
			f.Add(c.Text)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<16 {
			return
		}
		res := e.Explain(text, charsets.All{})
		check(t, text, res)
		readable := bounce.Read(text, charsets.All{}).Text
		for _, found := range res.Findings {
			for _, code := range []string{found.Reply, found.Enhanced} {
				if !strings.Contains(readable, code) {
					t.Errorf("the code %q stands nowhere in %q", code, readable)
				}
			}
		}
		some := few.Explain(text, charsets.All{})
		check(t, text, some)
		if n := len(some.Findings); n > few.Most || n+some.Unlisted != len(res.Findings) {
			t.Errorf("of %d findings %d are listed, and %d said to be left out", len(res.Findings), n, some.Unlisted)
		}
		check(t, text, e.Explain(text, nil))
	})
}
