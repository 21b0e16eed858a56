package packed

import (
	"strings"
	"unicode/utf8"
)

// index finds the patterns that stand in a text. Of each pattern one run of 4, 8 or 12 bytes
// that begins at an [anchor], before or behind a gap, is filed under its hash; only where such a
// run stands in a text is the whole pattern compared. Neither the number of patterns nor the
// text's length makes a byte slower.
type index struct {
	filed   []uint32 // bits by hash: whether a pattern may have it; small, so that most runs, which no pattern has, are soon done with
	buckets []uint32 // by hash: a pattern plus one, or zero
	next    []uint32 // by pattern: the next one in its bucket plus one, or zero
	hash    []uint32 // by pattern: of the run that it is filed under
	offset  []uint8  // by pattern: where that begins
	row     []uint32 // by pattern: where its row begins; one more at the end
	length  []uint16 // by pattern: of its text
	literal []uint16 // by pattern: of what stands before its first gap
	meaning []uint32 // by pattern: the one whose row says what it means
	kind    []Kind   // by pattern
}

const (
	leastRun = 4
	mostRun  = 12
	maxGap   = 100 // bytes that a gap stands for

	longestPattern = 1000 // bytes
)

// filedBits is how many bits there are for each bucket.
const filedBits = 8

// A run is written as a byte: where it begins, and its length.
const (
	lengths    = mostRun / 4
	lastAnchor = 255/lengths - 1
)

// file makes the index. It reports whether the patterns and their runs are such as a [Builder]
// writes.
func (k *Knowledge) file(runs string) bool {
	t, x := &k.tables[Patterns], &k.patterns
	if len(runs) != t.n {
		return false
	}
	width := 64
	for width < t.n {
		width *= 2
	}
	x.buckets, x.filed = make([]uint32, width), make([]uint32, width*filedBits/32)
	x.next, x.hash, x.row, x.meaning = make([]uint32, t.n), make([]uint32, t.n), make([]uint32, t.n+1), make([]uint32, t.n)
	x.offset, x.kind = make([]uint8, t.n), make([]Kind, t.n)
	x.length, x.literal = make([]uint16, t.n), make([]uint16, t.n)
	at, meaning, kind := 0, 0, Kind(0)
	for i := range t.n {
		end := special(t.rows, at)
		literal := end - at
		for end < len(t.rows) && t.rows[end] == '{' {
			end = special(t.rows, end+1)
		}
		text := t.rows[at:end]
		if end+1 < len(t.rows) && t.rows[end] == fieldMark[0] {
			meaning, kind = i, Kind(t.rows[end+1])
			rest := strings.IndexByte(t.rows[end:], rowMark[0])
			end += max(rest, 0)
		}
		if end == len(t.rows) || t.rows[end] != rowMark[0] {
			return false
		}
		offset, size := int(runs[i])/lengths, (int(runs[i])%lengths+1)*4
		if len(text) > longestPattern || offset+size > len(text) {
			return false
		}
		h := hash(text[offset : offset+size])
		bucket := &x.buckets[h&uint32(width-1)]
		x.next[i], *bucket = *bucket, uint32(i)+1
		x.filed[h>>5&uint32(len(x.filed)-1)] |= 1 << (h & 31)
		x.hash[i], x.offset[i], x.row[i] = h, uint8(offset), uint32(at)
		x.length[i], x.literal[i] = uint16(len(text)), uint16(literal)
		x.meaning[i], x.kind[i] = uint32(meaning), kind
		at = end + 1
	}
	x.row[t.n] = uint32(at)
	return true
}

// special returns where in s the next mark or brace is from at on, or the end of s: a byte below a
// space, or a {. It looks at eight bytes at a time.
func special(s string, at int) int {
	const (
		each = 0x0101010101010101
		high = 0x80 * each
	)
	for ; at+8 <= len(s); at += 8 {
		w := uint64(word(s[at:])) | uint64(word(s[at+4:]))<<32
		// Taking sets a byte's highest bit where the byte was less, and then perhaps that of the next,
		// which the loop below finds to be nothing.
		if brace := w ^ '{'*each; ((w-' '*each)&^w|(brace-each)&^brace)&high != 0 {
			break
		}
	}
	for at < len(s) && s[at] >= ' ' && s[at] != '{' {
		at++
	}
	return at
}

// literal returns the part of a pattern before its first gap.
func literal(pattern string) string {
	if gap := strings.IndexByte(pattern, '{'); gap >= 0 {
		return pattern[:gap]
	}
	return pattern
}

// anchor reports whether a run may begin at the place, by which a pattern is found: where a
// word of ASCII letters and digits begins, at another character, but not at a space.
func anchor(text string, at int) bool {
	switch c := text[at]; {
	case wordByte(c):
		return at == 0 || !wordByte(text[at-1])
	case c < utf8.RuneSelf:
		return c != ' '
	default:
		return utf8.RuneStart(c)
	}
}

// Match is a pattern that stands in a folded text.
type Match struct {
	Pattern    int // its number, in the order in which they were added
	Start, End int // where it stands
}

// Match calls found for each pattern that stands in text, which must be folded, in one pass
// over it.
func (k *Knowledge) Match(text string, found func(Match)) {
	x := &k.patterns
	mask, filed := uint32(len(x.buckets)-1), uint32(len(x.filed)-1)
	for at := 0; at+leastRun <= len(text); at++ {
		c := text[at]
		if c == ' ' || c&0xc0 == 0x80 { // no [anchor]
			continue
		}
		if wordByte(c) && at > 0 && wordByte(text[at-1]) {
			for at+1 < len(text) && wordByte(text[at+1]) { // nor is the rest of the word
				at++
			}
			continue
		}
		h := mix(0, word(text[at:]))
		for size := leastRun; ; {
			var i uint32
			if x.filed[h>>5&filed]>>(h&31)&1 != 0 {
				i = x.buckets[h&mask]
			}
			for ; i != 0; i = x.next[i-1] {
				if n := int(i - 1); x.hash[n] == h {
					p, start := k.Pattern(n), at-int(x.offset[n])
					literal := p[:x.literal[n]]
					if int(x.offset[n]) > len(literal) {
						k.behindGap(text, at, n, found)
						continue
					}
					if start < 0 || !strings.HasPrefix(text[start:], literal) || !boundary(text, start) {
						continue
					}
					end := start + len(literal)
					if len(literal) == len(p) {
						if x.kind[n] == KindIdea && !inside(text, start) || x.kind[n] != KindIdea && boundary(text, end) {
							found(Match{n, start, end})
						}
					} else if end, _, ok := matchHere(text, end, p[len(literal):], -1); ok {
						found(Match{n, start, end})
					}
				}
			}
			if size += 4; size > mostRun || at+size > len(text) {
				break
			}
			h = mix(h, word(text[at+size-4:]))
		}
	}
}

// behindGap calls found for each place where a pattern begins whose run, which stands at the
// place, is behind a gap.
func (k *Knowledge) behindGap(text string, at, n int, found func(Match)) {
	p, first, offset := k.Pattern(n), int(k.patterns.literal[n]), int(k.patterns.offset[n])
	open := strings.LastIndexByte(p[:offset], '}') + 1
	at -= offset - open
	if at < 0 || !strings.HasPrefix(text[at:], literal(p[open:])) {
		return
	}
	low := max(0, at-open-strings.Count(p[:open], "}")*maxGap)
	for start := at - first; start >= low; start-- {
		if !strings.HasPrefix(text[start:], p[:first]) || !boundary(text, start) {
			continue
		}
		if end, through, ok := matchHere(text, start+first, p[first:], len(p)-open); ok && through == at {
			found(Match{n, start, end})
		}
	}
}

// hash returns the hash of a run of 4, 8 or 12 bytes.
func hash(run string) (h uint32) {
	for ; run != ""; run = run[4:] {
		h = mix(h, word(run))
	}
	return h
}

func mix(h, w uint32) uint32 {
	h = (h ^ w) * 0x9e3779b1
	return h ^ h>>15
}

// Pattern returns the text of pattern i.
func (k *Knowledge) Pattern(i int) string {
	x := &k.patterns
	return k.tables[Patterns].rows[x.row[i] : int(x.row[i])+int(x.length[i])]
}

func (k *Knowledge) pattern(i int) (row string) {
	starts := k.patterns.row
	return k.tables[Patterns].rows[starts[i] : starts[i+1]-1]
}

// Weight says how much of a text pattern i determines: its bytes outside braces.
func (k *Knowledge) Weight(i int) int {
	weight, inside := 0, false
	for _, c := range []byte(k.Pattern(i)) {
		switch {
		case c == '{':
			inside = true
		case c == '}':
			inside = false
		case !inside:
			weight++
		}
	}
	return weight
}

// Meaning returns the row that says what pattern i means: its fields behind the first.
func (k *Knowledge) Meaning(i int) Fields { return Fields(k.pattern(int(k.patterns.meaning[i]))) }

// Kind returns what pattern i is for.
func (k *Knowledge) Kind(i int) Kind { return k.patterns.kind[i] }

// boundary reports whether a word may begin or end at the place: not inside a run of ASCII
// letters or digits.
func boundary(text string, at int) bool {
	return at == 0 || at == len(text) || !(wordByte(text[at-1]) && wordByte(text[at]))
}

// inside reports whether the place is inside a word of Greek or Cyrillic letters.
func inside(text string, at int) bool {
	return at > 1 && greek(text[at]) && greek(text[at-2])
}

// greek reports whether c is the first byte of such a letter (U+0370 to U+04FF).
func greek(c byte) bool { return 0xcd <= c && c <= 0xd3 }

func wordByte(c byte) bool {
	return 'a' <= c && c <= 'z' || '0' <= c && c <= '9'
}

// matchHere compares a pattern with text from start on and returns where it ends, which is
// where a word may end, and where in the text the part of the pattern begins that is so many
// bytes long as left says. A gap takes as little as it can.
func matchHere(text string, start int, p string, left int) (end, through int, ok bool) {
	at := start
	for {
		if len(p) == left {
			through = at
		}
		open := strings.IndexByte(p, '{')
		if open < 0 {
			open = len(p)
		}
		if !strings.HasPrefix(text[at:], p[:open]) {
			return 0, 0, false
		}
		at += open
		p = p[open:]
		if p == "" {
			return at, through, boundary(text, at)
		}
		closing := strings.IndexByte(p, '}')
		if closing < 0 {
			return 0, 0, false
		}
		name := p[1:closing]
		p = p[closing+1:]
		switch name {
		case "any", "word":
			// The rest is tried at each place that the gap may end at.
			next := literal(p)
			reach := text[at:min(len(text), at+maxGap+len(next))]
			n := 0
			if name == "word" {
				n = 1
				if space := strings.IndexByte(reach, ' '); space >= 0 {
					reach = reach[:min(len(reach), space+len(next))]
				}
			}
			for ; n <= len(reach); n++ {
				skip := strings.Index(reach[n:], next)
				if skip < 0 {
					break
				}
				n += skip
				if end, behind, ok := matchHere(text, at+n, p, left); ok {
					return end, max(through, behind), true
				}
			}
			return 0, 0, false
		default: // number, or a range
			n := 0
			for at+n < len(text) && '0' <= text[at+n] && text[at+n] <= '9' {
				n++
			}
			if n == 0 || n > maxGap || name != "number" && !inRange(text[at:at+n], name) {
				return 0, 0, false
			}
			at += n
		}
	}
}

// inRange reports whether the digits of number lie in a range written "100-199".
func inRange(number, bounds string) bool {
	low, high, _ := strings.Cut(bounds, "-")
	return !lessDigits(number, low) && !lessDigits(high, number)
}

// lessDigits compares numbers of any length written in digits.
func lessDigits(a, b string) bool {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	if len(a) != len(b) {
		return len(a) < len(b)
	}
	return a < b
}

// ValidPattern returns what is wrong with a pattern, or the empty string.
func ValidPattern(p string) string {
	p = Fold(p) // as it will be compared: a run of spaces is one byte
	for i := 0; i < len(p); i++ {
		if p[i] < ' ' {
			return "it holds a control character"
		}
	}
	if len(p) > longestPattern {
		return "it is longer than a thousand bytes"
	}
	if strings.HasPrefix(p, " ") {
		return "it begins with a space, which no run of words does"
	}
	longest := 0
	for rest := p; ; {
		literal, after, gap := strings.Cut(rest, "{")
		longest = max(longest, len(literal))
		if strings.IndexByte(literal, '}') >= 0 {
			return "a } stands without its {"
		}
		if !gap {
			break
		}
		name, after, closed := strings.Cut(after, "}")
		if !closed {
			return "a { is not closed"
		}
		switch low, high, isRange := strings.Cut(name, "-"); {
		case name == "any" || name == "word" || name == "number":
		case isRange && digits(low) && digits(high) && !lessDigits(high, low):
		default:
			return "{" + name + "} is not one of {any}, {word}, {number} and a range as {100-199}"
		}
		rest = after
	}
	first, _, _ := strings.Cut(p, "{")
	if longest < leastRun {
		return "it has no run of four bytes outside braces, so ordinary words would match it"
	}
	if len(first) < leastRun {
		return "it must begin with four bytes or more before the first brace"
	}
	return ""
}

func digits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
