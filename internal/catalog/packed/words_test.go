package packed

import (
	"strings"
	"testing"
)

func TestShorten(t *testing.T) {
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	var many strings.Builder // more words than have a byte each
	for i := range 2000 {
		word := string([]byte{'a' + byte(i%26), 'a' + byte(i/26%26), 'a' + byte(i/676)})
		many.WriteString(strings.Repeat(" "+word+"word", 3) + ".")
	}
	for name, text := range map[string]string{
		"empty":        "",
		"no word":      "550 5.1.1 \x1c\x1f\x1e",
		"once":         "user unknown",
		"often":        strings.Repeat("user unknown, User  Unknown\x1c", 20),
		"in one word":  "unknownunknown unknown unknowns",
		"not ASCII":    strings.Repeat("宛先が不明です Empfänger unbekannt ", 9),
		"every byte":   strings.Repeat(string(every), 3),
		"spaces":       "  a  bb   ccc  bb ",
		"many words":   many.String(),
		"ends in word": strings.Repeat(" mailbox", 8),
	} {
		t.Run(name, func(t *testing.T) {
			want := strings.NewReplacer(rowMark, " ", fieldMark, " ").Replace(text)
			if got := written(t, text); got != want {
				t.Fatalf("%d bytes come back as %d: %q", len(want), len(got), got)
			}
			short := newShortener([]string{text}).shorten(text)
			if short != newShortener([]string{text}).shorten(text) {
				t.Error("the same text gives other bytes")
			}
			if len(text) > 400 && name != "every byte" && len(short) >= len(text) {
				t.Errorf("%d bytes are shortened to %d", len(text), len(short))
			}
		})
	}
}

// written returns text as it is read from the knowledge.
func written(t *testing.T, text string) string {
	k := open(t, func(b *Builder) { b.Add(Texts, "id", text, "and no prose") })
	row, _ := k.Find(Texts, "id")
	if got := row.Field(FieldText + 1); got != "and no prose" {
		t.Errorf("the field behind it is %q", got)
	}
	return row.Field(FieldText)
}

// FuzzExpand writes out what was not written short by us, and what was.
func FuzzExpand(f *testing.F) {
	f.Add("", "")
	f.Add("\x01\x00 a\x80b", "the user is unknown and the user is gone")
	f.Add("\x00\x01\x81word\x1c\x1c\x81 \x81", "\x80\x81")
	f.Fuzz(func(t *testing.T, data, text string) {
		k := open(t, func(b *Builder) { b.Add(Texts, "id", text, text) })
		k.expand(data)
		for c := range k.codes {
			k.codes[c] = uint16(len(data) * c * c)
		}
		k.expand(data)
		want := strings.NewReplacer(rowMark, " ", fieldMark, " ").Replace(text)
		if got := written(t, text); got != want {
			t.Fatalf("%q comes back as %q", want, got)
		}
	})
}
