package answer

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/undelivered/undelivered/internal/catalog"
	"github.com/undelivered/undelivered/internal/explain"
)

// FuzzJSON answers a text as the widget has it answered. It looks for an answer that is no
// JSON, that could not stand in a page as it is, and for evidence that marks other letters
// when it is counted in UTF-16 code units than in bytes.
func FuzzJSON(f *testing.F) {
	data, err := os.ReadFile("../../codes.yaml")
	if err != nil {
		f.Fatal(err)
	}
	c, problems := catalog.Load("codes.yaml", data)
	if err := problems.Err(); err != nil {
		f.Fatal(err)
	}
	e, err := explain.Open(c.Pack())
	if err != nil {
		f.Fatal(err)
	}
	e.Most = 20
	explainText := func(text string) *explain.Result { return e.Explain(text, nil) }
	for _, text := range []string{
		"", "hello", "😀 受信者 <bob@example.com>: 550 5.1.1 User unknown", "\xff <b&\u2028>@example.com>: 550 5.1.1 \"User\" unknown\x00\x7f",
		"Final-Recipient: rfc822; é😀@example.com\nAction: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 5.2.2 </script>Mailbox full\n",
		"450 4.7.1 Greylisted, please try again in 300 seconds\r\n\r\n<carol@example.net>: 452 4.2.2 Mailbox full",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<14 {
			return
		}
		inUnits, inBytes := AppendJSON(nil, text, true, explainText), AppendJSON(nil, text, false, explainText)
		type answer struct {
			Error    string
			Outcome  string
			Findings []struct{ Evidence []explain.Evidence }
		}
		var a, b answer
		for _, each := range []struct {
			json []byte
			to   *answer
		}{{inUnits, &a}, {inBytes, &b}} {
			if err := json.Unmarshal(each.json, each.to); err != nil || each.to.Error != "" || each.to.Outcome == "" {
				t.Fatalf("the answer is %s (%v)", each.json, err)
			}
			if !utf8.Valid(each.json) || bytes.ContainsAny(each.json, "<>&\n\u2028\u2029") {
				t.Fatalf("the answer cannot stand in a page: %q", each.json)
			}
		}
		if len(a.Findings) > e.Most || len(a.Findings) != len(b.Findings) {
			t.Fatalf("%d findings, and %d in bytes", len(a.Findings), len(b.Findings))
		}
		if !utf8.ValidString(text) {
			return // a page never has such a text
		}
		units := utf16.Encode([]rune(text))
		for i := range a.Findings {
			for j, u := range a.Findings[i].Evidence {
				v := b.Findings[i].Evidence[j]
				if u.Start < 0 || u.Start >= u.End || u.End > len(units) {
					t.Fatalf("evidence at units %d to %d of %d", u.Start, u.End, len(units))
				}
				if got, want := string(utf16.Decode(units[u.Start:u.End])), text[v.Start:v.End]; got != want {
					t.Errorf("counted in units %q is marked, in bytes %q", got, want)
				}
			}
		}
	})
}
