package packed

import "unsafe"

// The commonest words of the knowledge's prose are written short: as one byte that the prose
// does not have, or as two. A compressed download looks back 32 KB, and the words of this text
// stand farther apart; so it gains a tenth.
//
// For each byte two bytes of codes say what it is: zero, itself; a number, the word of that
// number less one; and with paired, the first of two bytes, the number being that of the word
// whose second byte is firstSecond. The first part of an item of a list is not written short:
// it is a key.

const (
	paired      = 1 << 15
	firstSecond = ' ' // none of the marks
	seconds     = 256 - firstSecond
)

// expand writes the words of prose out.
func (k *Knowledge) expand(short string) string {
	var b []byte
	last := 0 // what is to be copied as it stands
	for i := 0; i < len(short); i++ {
		code := int(k.codes[short[i]])
		if code == 0 {
			continue
		}
		if b == nil {
			b = make([]byte, 0, 2*len(short)+16)
		}
		if last < i {
			b = append(b, short[last:i]...)
		}
		if code&paired != 0 && i+1 < len(short) {
			i++
			code = code&^paired + int(short[i]) - firstSecond
		}
		if 0 < code && code <= len(k.words) {
			b = append(b, k.words[code-1]...)
		}
		last = i + 1
	}
	if b == nil {
		return short
	}
	b = append(b, short[last:]...)
	return unsafe.String(unsafe.SliceData(b), len(b)) // nobody writes to b any more
}
