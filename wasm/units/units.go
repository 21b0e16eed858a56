// Package units turns places in a Go string into places in the same string as JavaScript
// counts them.
package units

import (
	"slices"
	"unicode/utf8"

	"github.com/undelivered/undelivered/internal/explain"
)

// UTF16 turns the evidence of r from offsets in bytes of text to offsets in UTF-16 code
// units, in place and in one pass over the text, however many findings there are. An offset
// within a character is taken for the character's end, one outside the text for its nearest
// end. A byte that is not UTF-8 counts as one unit.
func UTF16(text string, r *explain.Result) {
	var offsets []*int
	for i := range r.Findings {
		for j := range r.Findings[i].Evidence {
			e := &r.Findings[i].Evidence[j]
			offsets = append(offsets, &e.Start, &e.End)
		}
	}
	slices.SortFunc(offsets, func(a, b *int) int { return *a - *b })
	at, units := 0, 0
	for _, offset := range offsets {
		for at < *offset && at < len(text) {
			if text[at] < utf8.RuneSelf {
				at++
				units++
				continue
			}
			c, size := utf8.DecodeRuneInString(text[at:])
			at += size
			units++
			if c > 0xffff {
				units++ // a surrogate pair
			}
		}
		*offset = units
	}
}
