package answer

import (
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/undelivered/undelivered/internal/explain"
)

func TestUTF16(t *testing.T) {
	tests := []struct {
		name, text, mark string
	}{
		{"nothing before", "550 no such user", "550"},
		{"two bytes, one unit", "Zurück: 550 no such user", "550"},
		{"three bytes, one unit", "配信できませんでした 550 5.1.1 ユーザー", "5.1.1"},
		{"four bytes, two units", "😀👍🏽 550 5.1.1 User unknown", "User unknown"},
		{"a joined family", "👨‍👩‍👧 <bob@example.com>: 552", "552"},
		{"the mark itself", "x 受信者が不明です😀 y", "受信者が不明です😀"},
		{"a replacement for a lone surrogate", "\uFFFD 421", "421"},
		{"not UTF-8", "\xff\xfe 421", "421"},
		{"to the end", "é 452", "452"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			start := strings.Index(test.text, test.mark)
			r := result(start, start+len(test.mark))
			UTF16(test.text, r)
			units := utf16.Encode([]rune(test.text))
			e := r.Findings[0].Evidence[0]
			if got := string(utf16.Decode(units[e.Start:e.End])); got != test.mark {
				t.Errorf("units %d to %d are %q, want %q", e.Start, e.End, got, test.mark)
			}
		})
	}
}

func TestUTF16ManyFindings(t *testing.T) {
	// Findings share the text, and their evidence lies anywhere, also in one another's.
	text := strings.Repeat("é😀a", 10)
	r := result(7, 14)
	r.Findings = append(r.Findings, result(0, 3).Findings[0], explain.Finding{}, result(7, 21).Findings[0])
	UTF16(text, r)
	for i, want := range [][2]int{{4, 8}, {0, 3}, {}, {4, 12}} {
		if i == 2 {
			continue
		}
		e := r.Findings[i].Evidence[0]
		if e.Start != want[0] || e.End != want[1] {
			t.Errorf("finding %d: %d to %d, want %d to %d", i, e.Start, e.End, want[0], want[1])
		}
	}
}

func TestUTF16FarIn(t *testing.T) {
	// Longer than the stride, with characters of four bytes across each of its ends.
	text := strings.Repeat("a😀é受", 200) + "550"
	at := len(text) - 3
	for start := 0; start <= at; start += 10 {
		r := result(start, start+5)
		UTF16(text, r)
		if e := r.Findings[0].Evidence[0]; e.Start != start/2 || (start < at && e.End != start/2+3) {
			t.Fatalf("%d to %d became %d to %d", start, start+5, e.Start, e.End)
		}
	}
}

func TestUTF16Outside(t *testing.T) {
	for _, test := range []struct{ start, end, wantStart, wantEnd int }{
		{-1, 2, 0, 1},
		{0, 99, 0, 2},
		{1, 2, 1, 1}, // within a character
		{9, 9, 2, 2},
	} {
		r := result(test.start, test.end)
		UTF16("éa", r)
		if e := r.Findings[0].Evidence[0]; e.Start != test.wantStart || e.End != test.wantEnd {
			t.Errorf("%d to %d became %d to %d, want %d to %d", test.start, test.end, e.Start, e.End, test.wantStart, test.wantEnd)
		}
	}
}

func result(start, end int) *explain.Result {
	return &explain.Result{Findings: []explain.Finding{{Evidence: []explain.Evidence{{Start: start, End: end}}}}}
}

// FuzzUTF16 compares the offsets with those that counting the units of all that stands before
// gives.
func FuzzUTF16(f *testing.F) {
	f.Add("é😀a", 1, 3)
	f.Add("\xff550", -4, 99)
	f.Add(strings.Repeat("a😀é受\xf0\x9f", 60), 255, 300)
	f.Fuzz(func(t *testing.T, text string, start, end int) {
		r := result(start, end)
		UTF16(text, r)
		e := r.Findings[0].Evidence[0]
		for _, place := range []struct{ bytes, units int }{{start, e.Start}, {end, e.End}} {
			at := 0 // the first place between two characters that is not before it
			for at < min(place.bytes, len(text)) {
				_, size := utf8.DecodeRuneInString(text[at:])
				at += size
			}
			if want := len(utf16.Encode([]rune(text[:at]))); place.units != want {
				t.Errorf("byte %d of %q is at unit %d, want %d", place.bytes, text, place.units, want)
			}
		}
	})
}
