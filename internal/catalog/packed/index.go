package packed

import "strings"

// index finds the patterns that stand in a text in one pass over it. Of each pattern one
// run of 8 or, in a short one, 4 bytes is filed under its hash; a text is read byte by byte,
// and only where such a run stands is the whole pattern compared. It costs a few bytes a
// pattern, and neither the number of patterns nor the text's length makes a byte slower.
type index struct {
	grams    [len(gramSizes)]grams
	patterns section // where each pattern's text begins
}

// gramSizes are the lengths of the runs, the longest first.
var gramSizes = [2]int{8, 4}

// grams is the index for one length of runs. A bucket holds the number of its first entry
// plus one, or zero; an entry is pattern<<9 | offset<<1 | last-of-bucket.
type grams struct{ buckets, entries section }

const (
	maxGap    = 100 // bytes that {any} stands for
	maxOffset = 1<<8 - 1
)

// Match is a pattern that stands in a folded text.
type Match struct {
	Pattern    int // its number, in the order in which they were added
	Start, End int // where it stands
}

// Match calls found for each pattern that stands in text, which must be folded, in the order
// of the places where their filed runs stand.
func (k *Knowledge) Match(text string, found func(Match)) {
	for i, size := range gramSizes {
		g := k.phrases.grams[i]
		if g.entries.n == 0 {
			continue
		}
		mask := uint32(g.buckets.n - 1)
		for at := 0; at+size <= len(text); at++ {
			entry := k.at(g.buckets, int(hash(text[at:at+size])&mask))
			if entry == 0 {
				continue
			}
			for {
				e := k.at(g.entries, int(entry-1))
				k.compare(text, at-int(e>>1&maxOffset), int(e>>9), found)
				if e&1 != 0 {
					break
				}
				entry++
			}
		}
	}
}

func hash(gram string) uint32 {
	h := uint32(2166136261)
	for i := 0; i < len(gram); i++ {
		h = (h ^ uint32(gram[i])) * 16777619
	}
	return h ^ h>>15
}

// compare reports the pattern where its first literal stands at the place start.
func (k *Knowledge) compare(text string, start, pattern int, found func(Match)) {
	if start < 0 || start > len(text) {
		return
	}
	p := k.text(k.at(k.phrases.patterns, pattern))
	end, ok := matchHere(text, start, p)
	if ok && boundary(text, start) {
		found(Match{pattern, start, end})
	}
}

// Pattern returns the text of pattern i.
func (k *Knowledge) Pattern(i int) string { return k.text(k.at(k.phrases.patterns, i)) }

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
