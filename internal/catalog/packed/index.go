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
	start   []uint32 // by pattern: where its text begins; one more at the end
	texts   string
	runs    string   // by pattern: the run that it is filed under
	meaning []uint32 // by pattern: which row of Patterns says what it means
	row     []uint32 // by row of Patterns: where it begins
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
	runLengths = 4 // of which three are used, so that nothing need be divided
	lastAnchor = 255/runLengths - 1
)

// file makes the index. It reports whether the patterns, their runs and what they mean are such as a
// [Builder] writes. It has little to do for each of fifteen thousand patterns, since a browser runs it
// before it has compiled it well.
func (k *Knowledge) file(texts, lengths, sizes, runs string) bool {
	n, x := len(runs), &k.patterns
	width := 64
	for width < n {
		width *= 2
	}
	x.buckets, x.filed = make([]uint32, width), make([]uint32, width*filedBits/32)
	x.next, x.start, x.meaning = make([]uint32, n), make([]uint32, n+1), make([]uint32, n)
	x.texts, x.runs = texts, runs
	filed, from := uint32(len(x.filed)-1), 0
	for i := range n {
		length, rest, ok := sum(lengths)
		lengths = rest
		run := int(runs[i])
		at, size := from+run/runLengths, run%runLengths
		if x.start[i] = uint32(from); !ok || length > longestPattern || at+4*(size+1) > from+length || from+length > len(texts) || size > 2 {
			return false
		}
		h := mix(0, word(texts[at:]))
		if size > 0 {
			h = mix(h, word(texts[at+4:]))
		}
		if size > 1 {
			h = mix(h, word(texts[at+8:]))
		}
		bucket := &x.buckets[h&uint32(width-1)]
		x.next[i], *bucket = *bucket, uint32(i)+1
		x.filed[h>>5&filed] |= 1 << (h & 31)
		from += length
	}
	x.start[n] = uint32(from)
	return x.mean(sizes, &k.tables[Patterns])
}

// mean notes what each pattern means, and reports whether the sizes are such as a [Builder] writes.
func (x *index) mean(sizes string, t *table) bool {
	x.row = make([]uint32, t.n)
	rest, i := t.rows, 0
	for row := range x.row {
		x.row[row] = uint32(len(t.rows) - len(rest))
		meaning, more := next(rest)
		if rest = more; meaning == "" {
			return false
		}
		size, behind, ok := sum(sizes)
		if sizes = behind; !ok || size > len(x.meaning)-i {
			return false
		}
		for range size {
			x.meaning[i] = uint32(row)
			i++
		}
	}
	return i == len(x.meaning)
}

// sum reads a number that appendSum wrote, and returns what stands behind it; it reports whether
// there is one.
func sum(b string) (n int, rest string, ok bool) {
	for at := range len(b) {
		if n += int(b[at]); b[at] < 255 {
			return n, b[at+1:], true
		}
	}
	return 0, "", false
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
		first := word(text[at:])
		h := mix(0, first)
		for size := leastRun; ; {
			var i uint32
			if x.filed[h>>5&filed]>>(h&31)&1 != 0 {
				i = x.buckets[h&mask]
			}
			for ; i != 0; i = x.next[i-1] {
				n := int(i - 1)
				run := int(x.runs[n])
				offset := run / runLengths
				if from := int(x.start[n]) + offset; run%runLengths != size/4-1 || word(x.texts[from:]) != first || x.texts[from:from+size] != text[at:at+size] {
					continue
				}
				p, start := k.Pattern(n), at-offset
				literal := literal(p)
				if offset > len(literal) {
					k.behindGap(text, at, n, found)
					continue
				}
				if start < 0 || !strings.HasPrefix(text[start:], literal) || !boundary(text, start) {
					continue
				}
				end := start + len(literal)
				if len(literal) == len(p) {
					if idea := k.Kind(n) == KindIdea; idea && !inside(text, start) || !idea && boundary(text, end) {
						found(Match{n, start, end})
					}
				} else if end, _, ok := matchHere(text, end, p[len(literal):], -1); ok {
					found(Match{n, start, end})
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
	p, offset := k.Pattern(n), int(k.patterns.runs[n])/runLengths
	first := len(literal(p))
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

func mix(h, w uint32) uint32 {
	h = (h ^ w) * 0x9e3779b1
	return h ^ h>>15
}

// Pattern returns the text of pattern i.
func (k *Knowledge) Pattern(i int) string {
	x := &k.patterns
	return x.texts[x.start[i]:x.start[i+1]]
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

// Meaning returns what pattern i means: the row of Patterns.
func (k *Knowledge) Meaning(i int) Fields {
	meaning, _ := next(k.tables[Patterns].rows[k.patterns.row[k.patterns.meaning[i]]:])
	return Fields(meaning)
}

// Kind returns what pattern i is for.
func (k *Knowledge) Kind(i int) Kind {
	return Kind(k.tables[Patterns].rows[k.patterns.row[k.patterns.meaning[i]]])
}

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
