package packed

import "strings"

// index finds the patterns that stand in a text in one pass over it. Of each pattern one
// run of 8 or, in a short one, 4 bytes is filed under its hash; a text is read byte by byte,
// and only where such a run stands is the whole pattern compared. Neither the number of
// patterns nor the text's length makes a byte slower. Of the runs of a pattern the one is
// taken that the fewest patterns have, so that few are compared in vain.
type index struct {
	buckets [len(gramSizes)][]uint32 // by hash: a pattern plus one, or zero
	next    []uint32                 // by pattern: the next one in its bucket plus one, or zero
	meaning []uint32                 // by pattern: the row that says what it means
	offset  []uint8                  // by pattern: where its filed run begins
}

// gramSizes are the lengths of the runs, the longest first.
var gramSizes = [2]int{8, 4}

const (
	maxGap    = 100 // bytes that {any} stands for
	maxOffset = 96  // how far into a pattern its filed run may begin
)

// file makes the index. It reports whether the patterns are such as [Builder.Pattern] writes.
func (k *Knowledge) file() bool {
	n := k.Len(Patterns)
	x := &k.patterns
	x.next, x.meaning, x.offset = make([]uint32, n), make([]uint32, n), make([]uint8, n)
	width := 64
	for width < 4*n {
		width *= 2
	}
	mask := uint32(width - 1)
	// How many patterns have a run, by its hash; where hashes meet, the count is too high,
	// which only makes the choice a little worse.
	count := make([]uint16, width)
	for i := range n {
		p, size := k.literal(i)
		if size == 0 {
			return false
		}
		for at := 0; at+size <= len(p) && at <= maxOffset; at++ {
			count[hash(p[at:at+size])&mask]++
		}
	}
	for class := range x.buckets {
		x.buckets[class] = make([]uint32, width)
	}
	meaning := uint32(0)
	for i := range n {
		p, size := k.literal(i)
		best := hash(p[:size]) & mask
		for at := 1; at+size <= len(p) && at <= maxOffset; at++ {
			if h := hash(p[at:at+size]) & mask; count[h] < count[best] {
				best, x.offset[i] = h, uint8(at)
			}
		}
		bucket := &x.buckets[gramClass(size)][best]
		x.next[i], *bucket = *bucket, uint32(i)+1
		if strings.IndexByte(string(k.Row(Patterns, i)), fieldMark[0]) >= 0 {
			meaning = uint32(i)
		}
		x.meaning[i] = meaning
	}
	return true
}

// literal returns the part of pattern i before its first gap, and the size of the run that
// it is filed under; zero where it is too short for any.
func (k *Knowledge) literal(i int) (literal string, size int) {
	literal = k.Pattern(i)
	if gap := strings.IndexByte(literal, '{'); gap >= 0 {
		literal = literal[:gap]
	}
	for _, size := range gramSizes {
		if len(literal) >= size {
			return literal, size
		}
	}
	return literal, 0
}

func gramClass(size int) int {
	if size == gramSizes[0] {
		return 0
	}
	return 1
}

// Match is a pattern that stands in a folded text.
type Match struct {
	Pattern    int // its number, in the order in which they were added
	Start, End int // where it stands
}

// Match calls found for each pattern that stands in text, which must be folded.
func (k *Knowledge) Match(text string, found func(Match)) {
	for class, size := range gramSizes {
		buckets := k.patterns.buckets[class]
		mask := uint32(len(buckets) - 1)
		for at := 0; at+size <= len(text); at++ {
			for i := buckets[hash(text[at:at+size])&mask]; i != 0; i = k.patterns.next[i-1] {
				start := at - int(k.patterns.offset[i-1])
				if start < 0 || !boundary(text, start) {
					continue
				}
				if end, ok := matchHere(text, start, k.Pattern(int(i-1))); ok {
					found(Match{int(i - 1), start, end})
				}
			}
		}
	}
}

// hash returns the hash of a run of 4 or 8 bytes.
func hash(run string) uint32 {
	h := word(run) * 0x9e3779b1
	if len(run) == 8 {
		h = (h ^ h>>15 ^ word(run[4:])) * 0x85ebca77
	}
	return h ^ h>>15
}

// Pattern returns the text of pattern i.
func (k *Knowledge) Pattern(i int) string { return k.Row(Patterns, i).Field(0) }

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
func (k *Knowledge) Meaning(i int) Row { return k.Row(Patterns, int(k.patterns.meaning[i])) }

// boundary reports whether a word may begin or end at the place: not inside a run of ASCII
// letters or digits.
func boundary(text string, at int) bool {
	return at == 0 || at == len(text) || !(wordByte(text[at-1]) && wordByte(text[at]))
}

func wordByte(c byte) bool {
	return 'a' <= c && c <= 'z' || '0' <= c && c <= '9'
}

// matchHere compares a pattern with text from start on and returns where it ends, which is
// where a word may end. A gap takes as little as it can.
func matchHere(text string, start int, p string) (end int, ok bool) {
	at := start
	for p != "" {
		open := strings.IndexByte(p, '{')
		if open < 0 {
			open = len(p)
		}
		if !strings.HasPrefix(text[at:], p[:open]) {
			return 0, false
		}
		at += open
		p = p[open:]
		if p == "" {
			break
		}
		closing := strings.IndexByte(p, '}')
		if closing < 0 {
			return 0, false
		}
		name := p[1:closing]
		p = p[closing+1:]
		switch name {
		case "any", "word":
			// The rest is tried at each place that the gap may end at.
			for n := 0; n <= maxGap && at+n <= len(text); n++ {
				if name == "any" || n > 0 {
					if end, ok := matchHere(text, at+n, p); ok {
						return end, true
					}
				}
				if name == "word" && at+n < len(text) && text[at+n] == ' ' {
					break
				}
			}
			return 0, false
		default: // number, or a range
			n := 0
			for at+n < len(text) && '0' <= text[at+n] && text[at+n] <= '9' {
				n++
			}
			if n == 0 || name != "number" && !inRange(text[at:at+n], name) {
				return 0, false
			}
			at += n
		}
	}
	return at, boundary(text, at)
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
	if longest < gramSizes[len(gramSizes)-1] {
		return "it has no run of four bytes outside braces, so ordinary words would match it"
	}
	if len(first) < gramSizes[len(gramSizes)-1] {
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
