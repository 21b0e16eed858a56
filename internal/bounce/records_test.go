package bounce

import (
	"slices"
	"strings"
	"testing"
)

func TestRecords(t *testing.T) {
	many := strings.Repeat("{}\n", mostRecords+1)
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"an array", ` [ {"a":"}","b":{"c":[{}]}},` + "\n" + `{"d":"\"}{"} ] `, []string{`{"a":"}","b":{"c":[{}]}}`, `{"d":"\"}{"}`}},
		{"a line each", "{\"a\":1}\n{\"b\":2}\n", []string{`{"a":1}`, `{"b":2}`}},
		{"one", `{"a":1}`, []string{`{"a":1}`}},
		{"cut", `[{"a":1},{"b":`, []string{`{"a":1}`, `{"b":`}},
		{"a string without an end", `[{"a":1},{"b":"}]`, []string{`{"a":1}`, `{"b":"}]`}},
		{"numbers", `[1, 2]`, nil},
		{"between words", "Look:\n{\"a\":1}\n{\"b\":2}\nand more", []string{`{"a":1}`, `{"b":2}`}},
		{"a table below words", "Our bounces, as exported:\n\nemail,reason\nbob@example.com,no\n\nWhat now?", []string{"bob@example.com,no"}},
		{"many", many, nil},
		{"nothing", " \n", nil},
		{"a table", "Email,Bounce Reason\nbob@example.com,550 no\ncarol@example.net,\"552 full, sorry\"\n", []string{"bob@example.com,550 no", `carol@example.net,"552 full, sorry"`}},
		{"a table with tabs", "status\trecipient\n5.1.1\tbob@example.com\n", []string{"5.1.1\tbob@example.com"}},
		{"names in German", "E-Mail;Grund\nbob@example.com;unbekannt\n", []string{"bob@example.com;unbekannt"}},
		{"a row without an address", "email,reason\nbob@example.com,no\nTotal,1\n", nil},
		{"a row without a mark", "email,reason\nbob@example.com,no\ncarol@example.net\n", nil},
		{"no column for what became of it", "email,name\nbob@example.com,Bob\n", nil},
		{"one column", "email status\nbob@example.com no\n", nil},
		{"words", "Hello, my mail has an error, look:\nbob@example.com, 550\n", nil},
		{"a sentence", "My mail, with this error.\nbob@example.com, 550\n", nil},
	} {
		var got []string
		for _, s := range (&Report{Text: test.text}).Records() {
			got = append(got, test.text[s.Start:s.End])
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}
