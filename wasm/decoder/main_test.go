//go:build js && wasm

package main

import (
	"encoding/json"
	"errors"
	"strings"
	"syscall/js"
	"testing"

	"github.com/undelivered/undelivered/internal/explain"
)

func TestAnswerCountsAsJavaScriptDoes(t *testing.T) {
	const text = "😀 受信者 <bob@example.com>: 550 5.1.1"
	got := read(t, answer(js.ValueOf(text), mark("550")))
	e := got.Findings[0].Evidence[0]
	if marked := js.Global().Get("String").New(text).Call("slice", e.Start, e.End).String(); marked != "550" {
		t.Errorf("units %d to %d are %q, want \"550\"", e.Start, e.End, marked)
	}
}

func TestAnswerToBytesStaysInBytes(t *testing.T) {
	array := js.Global().Get("Uint8Array").New(8)
	js.CopyBytesToJS(array, []byte("\xfc\xe9: 550!"))
	got := read(t, answer(array, mark("550")))
	if e := got.Findings[0].Evidence[0]; e.Start != 4 || e.End != 7 {
		t.Errorf("evidence from %d to %d, want 4 to 7", e.Start, e.End)
	}
}

func TestAnswerSurvivesAPanic(t *testing.T) {
	for _, test := range []struct {
		name string
		with any
		want string
	}{
		{"a bug", errors.New("a bug"), "a bug"},
		{"words", "words", "words"},
		{"neither", 3, "something unexpected"},
	} {
		got := js.ValueOf(answer(js.ValueOf("421"), func(string) *explain.Result { panic(test.with) }))
		if got.Type() != js.TypeObject || got.Get("error").String() != test.want {
			t.Errorf("panic with %s: answer %v, want the error %q", test.name, got, test.want)
		}
	}
	var short []int
	got := js.ValueOf(answer(js.ValueOf("421"), func(text string) *explain.Result {
		return &explain.Result{Outcome: text[short[len(text)]:]}
	}))
	if got.Type() != js.TypeObject || !strings.Contains(got.Get("error").String(), "index out of range") {
		t.Errorf("an index out of range: answer %v, want its error", got)
	}
	read(t, answer(js.ValueOf("550"), mark("550"))) // and the next text has its answer
}

func TestCharsets(t *testing.T) {
	decode := js.FuncOf(func(_ js.Value, args []js.Value) any {
		if args[0].String() != "shift_jis" {
			return nil
		}
		return js.Global().Get("TextDecoder").New(args[0]).Call("decode", args[1])
	})
	defer decode.Release()
	c := charsets{js.ValueOf(map[string]any{"decode": decode})}
	if got, ok := c.Decode("shift_jis", []byte("\x8e\xf3\x90\x4d\x8e\xd2")); !ok || got != "受信者" {
		t.Errorf("Shift_JIS: %q, %v", got, ok)
	}
	if got, ok := c.Decode("x-unknown", []byte("a")); ok {
		t.Errorf("a charset that nobody knows was decoded to %q", got)
	}
}

func mark(what string) func(string) *explain.Result {
	return func(text string) *explain.Result {
		at := strings.Index(text, what)
		return &explain.Result{Findings: []explain.Finding{{Evidence: []explain.Evidence{{Start: at, End: at + len(what)}}}}}
	}
}

func read(t *testing.T, answer any) explain.Result {
	t.Helper()
	text, ok := answer.(string)
	if !ok {
		t.Fatalf("the answer is %v, want JSON", answer)
	}
	var r explain.Result
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatal(err)
	}
	return r
}
