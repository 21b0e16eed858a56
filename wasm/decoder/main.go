//go:build js && wasm

// Command decoder is the program that the widget runs in the browser. It takes the knowledge
// once and then answers each text with the JSON of [explain.Result].
//
// Its host works with its memory and with what it exports, which is smaller and quicker than
// package syscall/js:
//
//	room(n)         returns where n bytes may be written, for the function called next
//	open()          takes the knowledge from there; returns 0, or 1 and the answer says why
//	suppose()       takes the id of a reason from there, or nothing: the next text's failures
//	                have that reason, whatever it says
//	explain(utf16)  takes a text from there; the answer is its JSON. Evidence is counted in
//	                UTF-16 code units, as JavaScript counts, or for 0 in bytes
//	answer()        returns where the answer stands
//	size()          returns how long it is, in bytes
//
// A text that breaks the decoder is answered with an object whose "error" says how.
//
// The host gives it, under the module name "undelivered",
//
//	decode(label, n, data, m)  takes m bytes in the legacy charset that n bytes name, and
//	                           returns the length of their UTF-8, or -1 for a charset that it
//	                           does not know
//	decoded(to)                writes that UTF-8
package main

import (
	"unsafe"

	"github.com/undelivered/undelivered/internal/bounce"
	"github.com/undelivered/undelivered/internal/explain"
	"github.com/undelivered/undelivered/wasm/answer"
)

// A program without syscall/js keeps its state between calls in variables.
var (
	input, output []byte
	explainer     *explain.Explainer
	supposed      string
)

// largeAnswer is how much memory of an answer is kept for the next, in bytes: enough for some
// ten recipients.
const largeAnswer = 1 << 16

func main() { select {} }

//go:wasmexport room
func room(n int32) unsafe.Pointer {
	input = make([]byte, n)
	return unsafe.Pointer(unsafe.SliceData(input))
}

//go:wasmexport open
func open() int32 {
	e, err := explain.Open(input)
	input = nil
	if err != nil {
		output = []byte(err.Error())
		return 1
	}
	e.Most = 500 // a page with more is slow, and nobody reads them
	explainer = e
	return 0
}

//go:wasmexport suppose
func suppose() {
	supposed = string(input)
	input = nil
}

//go:wasmexport explain
func explainInput(asUTF16 int32) {
	text := unsafe.String(unsafe.SliceData(input), len(input)) // nobody writes to it any more
	input = nil
	if cap(output) > largeAnswer {
		output = nil
	}
	output = answer.AppendJSON(output[:0], text, asUTF16 != 0, func(text string) *explain.Result {
		return explainer.Suppose(text, supposed, charsets{})
	})
}

//go:wasmexport answer
func answerAt() unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(output)) }

//go:wasmexport size
func answerSize() int32 { return int32(len(output)) }

// charsets are those of the browser, which knows every legacy charset of mail but UTF-7.
type charsets struct{}

var _ bounce.Charsets = charsets{}

//go:wasmimport undelivered decode
func decode(label unsafe.Pointer, n int32, data unsafe.Pointer, m int32) int32

//go:wasmimport undelivered decoded
func decoded(to unsafe.Pointer)

func (charsets) Decode(label string, data []byte) (string, bool) {
	n := decode(unsafe.Pointer(unsafe.StringData(label)), int32(len(label)), unsafe.Pointer(unsafe.SliceData(data)), int32(len(data)))
	if n < 0 {
		return "", false
	}
	text := make([]byte, n)
	decoded(unsafe.Pointer(unsafe.SliceData(text)))
	return string(text), true
}
