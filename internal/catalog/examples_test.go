package catalog

import (
	"slices"
	"strings"
	"testing"
)

// answers are what a decoder that is right says of the examples in testdata/codes.yaml.
func answers() map[string]Recognised {
	return map[string]Recognised{
		"Could not send your message. Error 421.": {Outcome: "reply", Reply: "421", Permanence: "temporary", Rows: []string{"replies/421"}},
		"550 User unknown <bob@example.com>": {
			Outcome: "reply", Reply: "550", Reason: "mailbox-unknown", Permanence: "permanent",
			Rows: []string{"replies/550", "phrases/user unknown"},
		},
		"550 5.1.1 User unknown": {Outcome: "reply", Reply: "550", Enhanced: "5.1.1", Reason: "mailbox-unknown", Rows: []string{"enhanced/X.1.1"}},
		"550 user unknown":       {Outcome: "reply", Reply: "550", Reason: "mailbox-unknown", Rows: []string{"phrases/user unknown"}},
		"Please try again in 300 seconds": {
			Outcome: "bounce", Reason: "greylisted", Permanence: "temporary", Rows: []string{"phrases/try again in {number} {word}"},
		},
		"502 Bad Gateway nginx": {Outcome: "none"},
		"550 5.7.30 DKIM check failed": {
			Outcome: "reply", Reply: "550", Enhanced: "5.7.30", Reason: "greylisted", Provider: "example-mail",
			Rows: []string{"providers/example-mail/codes/dkim"},
		},
		"421 too fast for us": {Outcome: "reply", Reply: "421", Reason: "greylisted", Rows: []string{"providers/example-mail/codes/rate"}},
		"554 refused, listed at bl.example.org": {
			Outcome: "reply", Reply: "554", Reason: "blocked-reputation", Rows: []string{"blocklists/example-list"},
		},
	}
}

func TestCheckExamples(t *testing.T) {
	const do = "; mend the example, its row or the row that misleads"
	for _, test := range []struct {
		name    string
		file    func(text string) string // what is changed in the file, if anything
		example string                   // the example of which the decoder says something else
		says    func(*Recognised)
		want    string // without the name of the file; empty for no problem
	}{
		{name: "all is right"},
		{
			name: "another reply code", example: "Could not send your message. Error 421.",
			says: func(r *Recognised) { r.Reply = "" },
			want: `57: the example "Could not send your message. Error 421." of replies/421 must give the reply code 421, and gives the reply code unknown (believed: replies/421)`,
		},
		{
			name: "the reason and permanence that the example asks for", example: "550 User unknown <bob@example.com>",
			says: func(r *Recognised) { r.Reason, r.Permanence, r.Rows = "greylisted", "temporary", nil },
			want: `70: the example "550 User unknown <bob@example.com>" of replies/550 must give the reason mailbox-unknown and the permanence permanent, and gives the reason greylisted and the permanence temporary`,
		},
		{
			name:    "a number that is no reply code gives its row",
			file:    func(text string) string { return strings.Replace(text, "kind: standard", "kind: mistaken", 1) },
			example: "Could not send your message. Error 421.",
			says:    func(r *Recognised) { r.Reply = "" },
		},
		{
			name:    "a number that is no reply code, and its row is missing",
			file:    func(text string) string { return strings.Replace(text, "kind: standard", "kind: mistaken", 1) },
			example: "Could not send your message. Error 421.",
			says:    func(r *Recognised) { r.Rows = nil },
			want:    `57: the example "Could not send your message. Error 421." of replies/421 must give the row replies/421, and gives it not`,
		},
		{
			name: "another enhanced code", example: "550 5.1.1 User unknown",
			says: func(r *Recognised) { r.Enhanced = "5.1.10" },
			want: `88: the example "550 5.1.1 User unknown" of enhanced/X.1.1 must give the enhanced code 5.1.1 or 4.1.1, and gives the enhanced code 5.1.10 (believed: enhanced/X.1.1)`,
		},
		{
			name: "the reason of the row", example: "550 5.1.1 User unknown",
			says: func(r *Recognised) { r.Reason = "" },
			want: `88: the example "550 5.1.1 User unknown" of enhanced/X.1.1 must give the reason mailbox-unknown, and gives the reason unknown (believed: enhanced/X.1.1)`,
		},
		{
			name: "the reason of the class", example: "550 5.1.1 User unknown",
			says: func(r *Recognised) { r.Enhanced = "4.1.1" },
			want: `88: the example "550 5.1.1 User unknown" of enhanced/X.1.1 must give the reason greylisted, and gives the reason mailbox-unknown (believed: enhanced/X.1.1)`,
		},
		{
			name: "another phrase", example: "550 user unknown",
			says: func(r *Recognised) { r.Rows = []string{"phrases/unknown"} },
			want: `126: the example "550 user unknown" of phrases/user unknown must give the row phrases/user unknown, and gives it not (believed: phrases/unknown)`,
		},
		{
			name: "a text that is no mail error", example: "502 Bad Gateway nginx",
			says: func(r *Recognised) { r.Outcome = "reply" },
			want: `140: the example "502 Bad Gateway nginx" of headings/502 bad gateway must give the outcome none, and gives the outcome reply`,
		},
		{
			name: "another provider", example: "550 5.7.30 DKIM check failed",
			says: func(r *Recognised) { r.Provider, r.Rows = "gmail", nil },
			want: `164: the example "550 5.7.30 DKIM check failed" of providers/example-mail/codes/dkim must give the provider example-mail and the row providers/example-mail/codes/dkim, and gives the provider gmail and it not`,
		},
		{
			name: "no blocklist", example: "554 refused, listed at bl.example.org",
			says: func(r *Recognised) { r.Rows = nil },
			want: `193: the example "554 refused, listed at bl.example.org" of blocklists/example-list must give the row blocklists/example-list, and gives it not`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := fixture(t)
			if test.file != nil {
				text = test.file(text)
			}
			c, problems := Load("codes.yaml", []byte(text))
			if err := problems.Err(); err != nil {
				t.Fatal(err)
			}
			asked := map[string]bool{}
			known := answers()
			problems = c.CheckExamples(func(text string) Recognised {
				asked[text] = true
				r, ok := known[text]
				if !ok {
					t.Errorf("asked for %q, which is no example", text)
				}
				if text == test.example {
					test.says(&r)
				}
				return r
			})
			if len(asked) != len(known) {
				t.Errorf("asked for %d examples of %d", len(asked), len(known))
			}
			want := ""
			if test.want != "" {
				want = "codes.yaml:" + test.want + do
			}
			if got := problems.Error(); got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

func TestCount(t *testing.T) {
	counts := loadFixture(t).Count()
	want := Counts{
		{"sources", 2, 0, 0},
		{"texts", 2, 0, 0},
		{"actors", 3, 0, 0},
		{"first-digits", 1, 0, 1},
		{"second-digits", 0, 0, 0},
		{"replies", 2, 2, 3},
		{"classes", 0, 0, 0},
		{"subjects", 0, 0, 0},
		{"enhanced", 1, 1, 1},
		{"reasons", 2, 0, 2},
		{"commands", 0, 0, 0},
		{"phrases", 2, 2, 2},
		{"headings", 1, 1, 1},
		{"ideas", 0, 0, 0},
		{"windows", 0, 0, 0},
		{"vocabulary", 2, 0, 0},
		{"topics", 0, 0, 0},
		{"providers", 1, 0, 1},
		{"providers/codes", 2, 2, 2},
		{"clients", 1, 0, 1},
		{"blocklists", 1, 1, 1},
	}
	if !slices.Equal(counts, want) {
		t.Errorf("got  %v\nwant %v", counts, want)
	}
	if got := counts.Total(); got != (Count{"all", 23, 9, 15}) {
		t.Errorf("in all %v", got)
	}
}
