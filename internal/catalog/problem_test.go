package catalog

import (
	"strings"
	"testing"
)

func TestProblems(t *testing.T) {
	var none Problems
	if none.Err() != nil || none.Error() != "" {
		t.Error("no problems are an error")
	}
	problems := Problems{
		{"codes.yaml", 10, "b is wrong", "mend b"},
		{"codes.yaml", 9, "c is wrong", "mend c"},
		{"codes.yaml", 10, "a is wrong", "mend a"},
		{"a.yaml", 100, "d is wrong", "mend d"},
		{"codes.yaml", 10, "b is wrong", "mend b"},
	}
	want := `a.yaml:100: d is wrong; mend d
codes.yaml:9: c is wrong; mend c
codes.yaml:10: a is wrong; mend a
codes.yaml:10: b is wrong; mend b`
	if got := problems.Err().Error(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	if problems[0].What != "b is wrong" {
		t.Error("printing has put the problems into another order")
	}
}

func TestQuote(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"550", `"550"`},
		{"two\n  lines", `"two lines"`},
		{`a "word"`, `"a \"word\""`},
		{strings.Repeat("x", 81), `"` + strings.Repeat("x", 80) + `…"`},
		{strings.Repeat("é", 41), `"` + strings.Repeat("é", 40) + `…"`},
		{"x" + strings.Repeat("é", 40), `"x` + strings.Repeat("é", 39) + `…"`}, // 80 is inside the last
	} {
		if got := quote(test.text); got != test.want {
			t.Errorf("quote(%q) = %s, want %s", test.text, got, test.want)
		}
	}
}

func TestNearest(t *testing.T) {
	words := []string{"name", "answer", "sources", "see", "mailbox-unknown", "mailbox-full"}
	for _, test := range []struct{ word, want string }{
		{"anwser", "answer"}, // two letters swapped
		{"Name", "name"},
		{"source", "sources"},
		{"sea", "see"},
		{"so", ""},
		{"mailbox-unknwon", "mailbox-unknown"},
		{"mailbox_full", "mailbox-full"},
		{"mailbox", ""},
		{"", ""},
		{strings.Repeat("answer", 100), ""},
	} {
		if got := nearest(test.word, words); got != test.want {
			t.Errorf("nearest(%q) = %q, want %q", test.word, got, test.want)
		}
	}
}
