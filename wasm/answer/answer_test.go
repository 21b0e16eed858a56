package answer

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/undelivered/undelivered/internal/explain"
)

func TestJSONCountsAsJavaScriptDoes(t *testing.T) {
	const text = "😀 受信者 <bob@example.com>: 550 5.1.1"
	got := read(t, AppendJSON(nil, text, true, mark("550")))
	e := got.Findings[0].Evidence[0]
	if marked := string(utf16.Decode(utf16.Encode([]rune(text))[e.Start:e.End])); marked != "550" {
		t.Errorf("units %d to %d are %q, want \"550\"", e.Start, e.End, marked)
	}
}

func TestJSONOfBytesStaysInBytes(t *testing.T) {
	got := read(t, AppendJSON(nil, "\xfc\xe9: 550!", false, mark("550")))
	if e := got.Findings[0].Evidence[0]; e.Start != 4 || e.End != 7 {
		t.Errorf("evidence from %d to %d, want 4 to 7", e.Start, e.End)
	}
}

func TestJSONSurvivesAPanic(t *testing.T) {
	var short []int
	for _, test := range []struct {
		name string
		read func(string) *explain.Result
		want string
	}{
		{"a bug", func(string) *explain.Result { panic(errors.New("a bug")) }, "a bug"},
		{"words", func(string) *explain.Result { panic("words") }, "words"},
		{"neither", func(string) *explain.Result { panic(3) }, "something unexpected"},
		{"an index", func(text string) *explain.Result { return &explain.Result{Outcome: text[short[len(text)]:]} }, "index out of range"},
	} {
		var got struct{ Error string }
		if err := json.Unmarshal(AppendJSON(nil, "421", true, test.read), &got); err != nil || !strings.Contains(got.Error, test.want) {
			t.Errorf("%s: the answer says %q (%v), want %q", test.name, got.Error, err, test.want)
		}
	}
	read(t, AppendJSON(nil, "550", true, mark("550"))) // and the next text has its answer
}

func mark(what string) func(string) *explain.Result {
	return func(text string) *explain.Result {
		at := strings.Index(text, what)
		return &explain.Result{Findings: []explain.Finding{{Evidence: []explain.Evidence{{Start: at, End: at + len(what)}}}}}
	}
}

func read(t *testing.T, answer []byte) explain.Result {
	t.Helper()
	var r explain.Result
	if err := json.Unmarshal(answer, &r); err != nil {
		t.Fatalf("%v in %s", err, answer)
	}
	return r
}
