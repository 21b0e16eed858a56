package answer

import (
	"unicode/utf8"

	"github.com/undelivered/undelivered/internal/explain"
)

// stride is how far apart in the text the places are that one pass over it notes down.
const stride = 256

// place is a place between two characters.
type place struct{ bytes, units int }

// UTF16 turns the evidence of r from offsets in bytes of text to offsets in UTF-16 code
// units, in place and in one pass over the text, however many findings there are. An offset
// within a character is taken for the character's end, one outside the text for its nearest
// end. A byte that is not UTF-8 counts as one unit.
func UTF16(text string, r *explain.Result) {
	var known []place // known[i] is the first place at or after byte i*stride
	for i := range r.Findings {
		for j := range r.Findings[i].Evidence {
			if known == nil {
				known = survey(text)
			}
			e := &r.Findings[i].Evidence[j]
			e.Start = units(text, known, e.Start)
			e.End = units(text, known, e.End)
		}
	}
}

func survey(text string) []place {
	known := make([]place, 0, len(text)/stride+1)
	var at place
	for i := 0; i <= len(text); i += stride {
		at = at.walk(text, i)
		known = append(known, at)
	}
	return known
}

func units(text string, known []place, offset int) int {
	offset = min(max(0, offset), len(text))
	return known[offset/stride].walk(text, offset).units
}

// walk returns the first place at or after both p and an offset in bytes.
func (p place) walk(text string, offset int) place {
	for p.bytes < offset && p.bytes < len(text) {
		if p.bytes+8 <= min(offset, len(text)) && ascii(text[p.bytes:p.bytes+8]) {
			p.bytes += 8
			p.units += 8
			continue
		}
		if text[p.bytes] < utf8.RuneSelf {
			p.bytes++
			p.units++
			continue
		}
		c, size := utf8.DecodeRuneInString(text[p.bytes:])
		p.bytes += size
		p.units++
		if c > 0xffff {
			p.units++ // a surrogate pair
		}
	}
	return p
}

// ascii reports whether the first eight bytes are ASCII characters.
func ascii(s string) bool {
	w := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	return w&0x8080808080808080 == 0
}
