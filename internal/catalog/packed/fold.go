package packed

import (
	"unicode/utf8"
	"unsafe"
)

// Fold returns text as phrases are compared: lower case, Latin letters without accents, every run
// of white space one space, typographic quotes and hyphens plain, no space between ideographs or
// kana, where a line break is no space.
func Fold(text string) string { return fold(text, nil) }

// Folded is a folded text that knows where each of its bytes came from.
type Folded struct {
	Text   string
	source string
	shifts []shift // ascending; before the first, each byte is at its own place
}

// shift says that from the byte at of the folded text on, to the next shift, each byte came
// from the one that is as far from the byte from of the source.
type shift struct{ at, from int }

// FoldText folds text.
func FoldText(text string) Folded {
	t := Folded{source: text}
	t.Text = fold(text, &t.shifts)
	return t
}

// fold folds text, and notes where its bytes came from where shifts is there.
func fold(text string, shifts *[]shift) string {
	f := folder{text: text}
	b := make([]byte, 0, len(text)+8)
	delta := 0 // how much farther on the source is
	for {
		if from := f.at; f.plain() { // as most are
			if from-len(b) != delta && shifts != nil {
				delta = from - len(b)
				*shifts = append(*shifts, shift{len(b), from})
			}
			n := len(b)
			b = append(b, text[from:f.at]...)
			for i, stretch := 0, b[n:]; i < len(stretch); i++ {
				if c := stretch[i]; c-'A' <= 'Z'-'A' {
					stretch[i] = c + 'a' - 'A'
				}
			}
			f.last = rune(b[len(b)-1])
			continue
		}
		r, place, ok := f.next()
		if !ok {
			break
		}
		if place-len(b) != delta && shifts != nil {
			delta = place - len(b)
			*shifts = append(*shifts, shift{len(b), place})
		}
		b = utf8.AppendRune(b, r)
	}
	return unsafe.String(unsafe.SliceData(b), len(b)) // nobody writes to b any more
}

// Place returns where in the source the byte at of the folded text came from; the end of
// the source for the end of the text.
func (t *Folded) Place(at int) int {
	if at >= len(t.Text) {
		return len(t.source)
	}
	low, high := 0, len(t.shifts) // the first shift beyond at
	for low < high {
		if mid := int(uint(low+high) >> 1); t.shifts[mid].at > at {
			high = mid
		} else {
			low = mid + 1
		}
	}
	place := at
	if low > 0 {
		s := t.shifts[low-1]
		place = s.from + at - s.at
	}
	if low < len(t.shifts) { // inside a letter that has become longer
		place = min(place, t.shifts[low].from-1)
	}
	return place
}

// folder walks through text and returns its folded runes, each with the place it comes from.
type folder struct {
	text string
	at   int
	last rune // the folded rune before
}

// plain walks to the end of a stretch of ASCII characters with single spaces between them, and
// reports whether there is one.
func (f *folder) plain() bool {
	from := f.at
	for ; f.at < len(f.text); f.at++ {
		switch c := f.text[f.at]; {
		case c > ' ' && c < utf8.RuneSelf:
		case c != ' ' || f.at+1 == len(f.text) || f.text[f.at+1] <= ' ' || f.text[f.at+1] >= utf8.RuneSelf:
			return f.at > from
		}
	}
	return f.at > from
}

func (f *folder) next() (r rune, place int, ok bool) {
	place = f.at
	space := false
	for f.at < len(f.text) {
		c := f.text[f.at]
		var size int
		if c < utf8.RuneSelf {
			r, size = rune(c), 1
			if 'A' <= c && c <= 'Z' {
				r += 'a' - 'A'
			}
		} else {
			r, size = utf8.DecodeRuneInString(f.text[f.at:])
			r = foldRune(r)
		}
		if r == ' ' || r == '\n' || r == '\t' || r == '\r' {
			if !space {
				place = f.at
			}
			space = true
			f.at += size
			continue
		}
		if r == 0 { // invisible: it neither parts words nor stands in them
			f.at += size
			continue
		}
		if space && !(joined(f.last) && joined(r)) {
			f.last = ' '
			return ' ', place, true
		}
		place = f.at
		f.at += size
		f.last = r
		return r, place, true
	}
	if space {
		f.last = ' '
		return ' ', place, true
	}
	return 0, 0, false
}

func foldRune(r rune) rune {
	switch r {
	case '‘', '’', '‚', '´', '`':
		return '\''
	case '“', '”', '„', '«', '»':
		return '"'
	case '‐', '‑', '‒', '–', '—':
		return '-'
	case '\u00a0', '\u2002', '\u2003', '\u2007', '\u2009', '\u202f', '\u3000', '\u2028', '\u2029', '\u0085':
		return ' '
	case '\u0300', '\u0301', '\u0302', '\u0303', '\u0306', '\u0307', '\u0308', '\u030a', '\u030b', '\u030c', '\u0323', '\u0327', '\u0328':
		return 0 // an accent behind its letter
	case '\u064b', '\u064c', '\u064d', '\u064e', '\u064f', '\u0650', '\u0651', '\u0652', '\u0640':
		return 0 // an Arabic vowel, which some texts write and some do not
	case '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad', '\u200e', '\u200f':
		return 0
	}
	if 0xff01 <= r && r <= 0xff5e { // fullwidth forms, in Japanese and Chinese texts
		r -= 0xfee0
	}
	return baseLetter(lowerRune(r))
}

// baseLetter returns a Latin letter without its accent: many systems write their words without,
// and a text whose charset was lost often has them so.
func baseLetter(r rune) rune {
	c := byte('.')
	switch {
	case 0xdf <= r && r < 0x180:
		c = latinBases[r-0xdf]
	case 0x1e00 <= r && r < 0x1f00:
		c = additionalBases[r-0x1e00]
	case r == 0x1a0 || r == 0x1a1: // Vietnamese letters with a horn
		c = 'o'
	case r == 0x1af || r == 0x1b0:
		c = 'u'
	}
	if c != '.' {
		return rune(c)
	}
	return r
}

// The base letters of U+00DF to U+017F and of Latin Extended Additional, U+1E00 to U+1EFF; a dot
// where a letter has none.
const (
	latinBases = ".aaaaaa.ceeeeiiiidnooooo.ouuuuy.yaaaaaaccccccccdd.deeeeeeeeeegggggggghh.hiiiiiiiiii..jjkkkllllll.l.lnnnnnnn.noooooo..rrrrrrsssssssstttt.tuuuuuuuuuuuuwwyyyzzzzzzs"

	additionalBases = "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwy......" +
		"aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......"
)

// lowerRune returns the lower case of a letter of the scripts that mail systems write in:
// Latin, Greek, Cyrillic and Armenian. The tables of package unicode would cost the download
// more than all the rest of this file.
func lowerRune(r rune) rune {
	switch {
	case 'A' <= r && r <= 'Z': // of a fullwidth form
		return r + 32
	case r < 0xc0:
	case r <= 0xde && r != 0xd7, 0x391 <= r && r <= 0x3ab && r != 0x3a2, 0x410 <= r && r <= 0x42f:
		return r + 32
	case r == 0x130: // the Turkish dotted I
		return 'i'
	case r == 0x178:
		return 0xff
	case 0x139 <= r && r <= 0x148, 0x179 <= r && r <= 0x17e:
		return r + r&1
	case 0x100 <= r && r <= 0x177, 0x460 <= r && r <= 0x481, 0x48a <= r && r <= 0x4bf, 0x4d0 <= r && r <= 0x52f, 0x1e00 <= r && r <= 0x1e95, 0x1ea0 <= r && r <= 0x1eff, 0x218 <= r && r <= 0x21b:
		if r != 0x138 {
			return r | 1
		}
	case r == 0x386:
		return 0x3ac
	case 0x388 <= r && r <= 0x38a:
		return r + 37
	case r == 0x38c:
		return 0x3cc
	case r == 0x38e || r == 0x38f:
		return r + 63
	case 0x400 <= r && r <= 0x40f:
		return r + 80
	case 0x531 <= r && r <= 0x556:
		return r + 48
	}
	return r
}

// joined reports whether r belongs to a script that is written without spaces.
func joined(r rune) bool {
	return 0x3000 < r && r < 0xa000 || 0xf900 <= r && r < 0xfb00
}
