package packed

import (
	"unicode"
	"unicode/utf8"
)

// Fold returns text as phrases are compared: lower case, every run of white space one space,
// typographic quotes and hyphens plain, no space between ideographs or kana, where a line
// break is no space.
func Fold(text string) string {
	b := make([]byte, 0, len(text)+8)
	f := folder{text: text}
	for {
		r, _, ok := f.next()
		if !ok {
			return string(b)
		}
		b = utf8.AppendRune(b, r)
	}
}

// Unfold returns where in text the given offsets of Fold(text) lie. The offsets must be in
// ascending order; the answer has one place for each.
func Unfold(text string, offsets []int) []int {
	places := make([]int, len(offsets))
	f := folder{text: text}
	at, i := 0, 0
	for i < len(offsets) {
		r, place, ok := f.next()
		if !ok {
			break
		}
		at += utf8.RuneLen(r)
		for i < len(offsets) && offsets[i] < at {
			places[i] = place
			i++
		}
	}
	for ; i < len(offsets); i++ {
		places[i] = len(text)
	}
	return places
}

// folder walks through text and returns its folded runes, each with the place it comes from.
type folder struct {
	text string
	at   int
	last rune // the folded rune before
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
	case '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad', '\u200e', '\u200f':
		return 0
	}
	if 0xff01 <= r && r <= 0xff5e { // fullwidth forms, in Japanese and Chinese texts
		r -= 0xfee0
	}
	return unicode.ToLower(r)
}

// joined reports whether r belongs to a script that is written without spaces.
func joined(r rune) bool {
	return 0x3000 < r && r < 0xa000 || 0xf900 <= r && r < 0xfb00
}
