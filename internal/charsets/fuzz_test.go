package charsets

import (
	"testing"
	"unicode/utf8"
)

// FuzzDecode looks for bytes that crash a decoder, that come out of it as something else than
// UTF-8, or as far more than went in.
func FuzzDecode(f *testing.F) {
	for _, label := range []string{"utf-8", "iso-8859-1", "iso-2022-jp", "shift_jis", "euc-kr", "gb18030", "big5", "koi8-r", "utf-16le", "utf-16", "x-user-defined", "replacement", "no-such", ""} {
		f.Add(label, []byte("550 5.1.1 \xff\xfe\x1b$B<u\x1b(B \x81\x30\x81\x30\x80\x00"))
	}
	f.Fuzz(func(t *testing.T, label string, data []byte) {
		text, ok := (All{}).Decode(label, data)
		switch {
		case !ok && text != "":
			t.Fatalf("%q is not known, and yet gives %q", label, text)
		case !utf8.ValidString(text):
			t.Fatalf("%q gives what is no UTF-8: %q", label, text)
		case len(text) > 6*len(data)+3: // two characters of three bytes each, and U+FFFD at the end
			t.Fatalf("%q makes %d bytes of %d", label, len(text), len(data))
		}
		if again, _ := (All{}).Decode(label, data); again != text {
			t.Fatalf("%q gives %q, and then %q", label, text, again)
		}
	})
}
