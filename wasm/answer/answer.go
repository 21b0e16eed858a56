// Package answer turns an explanation into what JavaScript reads: JSON in which places are
// counted as JavaScript counts them, and an error instead of a panic.
package answer

import "github.com/undelivered/undelivered/internal/explain"

// AppendJSON appends to b the JSON of what read finds in text, with evidence counted in UTF-16
// code units where asUTF16 says so, else in bytes. A panic would end the program and leave every
// later text without an answer, so it becomes an answer itself: an object with an "error".
func AppendJSON(b []byte, text string, asUTF16 bool, read func(text string) *explain.Result) (json []byte) {
	defer func() {
		if p := recover(); p != nil {
			what := "something unexpected"
			switch p := p.(type) {
			case error:
				what = p.Error()
			case string:
				what = p
			}
			json = explain.AppendError(b, what)
		}
	}()
	result := read(text)
	if asUTF16 {
		UTF16(text, result)
	}
	return result.AppendJSON(b)
}
