//go:build js && wasm

// Command decoder is the program that the widget runs in the browser. It takes the knowledge
// once and then answers each text with the JSON of [explain.Result], in which evidence is
// counted in UTF-16 code units, as JavaScript counts.
//
// Its host gives it a global object "undelivered", on a scope of its own, with
//
//	knowledge         the packed knowledge, a Uint8Array
//	decode(label, b)  the bytes b in a legacy charset as text, or null
//	ready(explain)    called once; explain takes a string or, for a file that is not UTF-8,
//	                  a Uint8Array, whose evidence then stays in bytes, and returns the JSON
//	                  or, where the text broke the decoder, an object whose "error" says how
//	failed(why)       called instead of ready where the knowledge cannot be used
package main

import (
	"syscall/js"

	"github.com/undelivered/undelivered/internal/explain"
	"github.com/undelivered/undelivered/wasm/units"
)

func main() {
	host := js.Global().Get("undelivered")
	explainer, err := explain.Open(bytes(host.Get("knowledge")))
	if err != nil {
		host.Call("failed", err.Error())
		return
	}
	charsets := charsets{host}
	host.Call("ready", js.FuncOf(func(_ js.Value, args []js.Value) any {
		return answer(args[0], func(text string) *explain.Result {
			return explainer.Explain(text, charsets)
		})
	}))
	select {}
}

// answer returns what read finds in input. A panic would end the program and leave every
// later text without an answer, so it becomes an answer itself.
func answer(input js.Value, read func(text string) *explain.Result) (json any) {
	defer func() {
		if p := recover(); p != nil {
			what := "something unexpected"
			switch p := p.(type) {
			case error:
				what = p.Error()
			case string:
				what = p
			}
			json = map[string]any{"error": what}
		}
	}()
	if input.Type() != js.TypeString {
		return string(read(string(bytes(input))).AppendJSON(nil))
	}
	text := input.String()
	result := read(text)
	units.UTF16(text, result)
	return string(result.AppendJSON(nil))
}

func bytes(array js.Value) []byte {
	b := make([]byte, array.Get("length").Int())
	js.CopyBytesToGo(b, array)
	return b
}

// charsets are those of the browser, which knows every legacy charset of mail but UTF-7.
type charsets struct{ host js.Value }

func (c charsets) Decode(label string, data []byte) (string, bool) {
	array := js.Global().Get("Uint8Array").New(len(data))
	js.CopyBytesToJS(array, data)
	text := c.host.Call("decode", label, array)
	if text.Type() != js.TypeString {
		return "", false
	}
	return text.String(), true
}
