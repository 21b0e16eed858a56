package packed

import (
	"slices"
	"strings"
)

// mostWords is how many words are written short. More would cost more than they save.
const mostWords = 1000

// shortener writes words short, those that save most in the prose that it was made for.
type shortener struct {
	words []string // in the order of their codes
	codes [256]int // as in the section of that name
	code  map[string]string
}

// newShortener chooses the words of prose. The same prose gives the same words.
func newShortener(prose []string) *shortener {
	var used [256]bool
	for _, mark := range []string{rowMark, fieldMark, listMark, StepMark} {
		used[mark[0]] = true
	}
	count := map[string]int{}
	for _, text := range prose {
		for i := range len(text) {
			used[text[i]] = true
		}
		eachWord(text, func(word string, is bool) {
			if is {
				count[word]++
			}
		})
	}
	var free []byte
	for c := 1; c < 256; c++ {
		if !used[c] {
			free = append(free, byte(c))
		}
	}
	s := &shortener{code: map[string]string{}}
	for w, n := range count {
		if n > 1 {
			s.words = append(s.words, w)
		}
	}
	saved := func(w string) int { return (10*len(w)-16)*count[w] - 10*len(w) }
	slices.SortFunc(s.words, func(x, y string) int {
		if d := saved(y) - saved(x); d != 0 {
			return d
		}
		return strings.Compare(x, y)
	})
	s.words = s.words[:min(len(s.words), mostWords)]
	pairs := 0
	for pairs < len(free) && len(free)-pairs+pairs*seconds < len(s.words) {
		pairs++
	}
	ones := min(len(free)-pairs, len(s.words))
	s.words = s.words[:min(len(s.words), ones+pairs*seconds)]
	slices.Sort(s.words[ones:]) // alike words beside one another
	for i, w := range s.words {
		if i < ones {
			s.codes[free[i]] = i + 1
			s.code[w] = string(free[i : i+1])
			continue
		}
		first, second := (i-ones)/seconds, (i-ones)%seconds
		c := free[len(free)-pairs+first]
		if second == 0 {
			s.codes[c] = paired + i + 1
		}
		s.code[w] = string([]byte{c, byte(firstSecond + second)})
	}
	return s
}

// field writes a field short that is a text, or a list.
func (s *shortener) field(text string) string {
	if !strings.Contains(text, StepMark) {
		return s.shorten(text)
	}
	items := strings.Split(text, listMark)
	for i, item := range items {
		key, rest, more := strings.Cut(item, StepMark)
		if items[i] = key; more {
			items[i] += StepMark + s.shorten(rest)
		}
	}
	return strings.Join(items, listMark)
}

// shorten writes text as [Knowledge.expand] reads it.
func (s *shortener) shorten(text string) string {
	var out []byte
	eachWord(text, func(word string, is bool) {
		if c, ok := s.code[word]; ok && is {
			word = c
		}
		out = append(out, word...)
	})
	return string(out)
}

// eachWord calls found for each word of text, a run of two or more ASCII letters with the
// space before it, and for what is between words.
func eachWord(text string, found func(stretch string, word bool)) {
	letter := func(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
	last := 0
	for at := 0; at < len(text); {
		start := at
		if text[at] == ' ' {
			at++
		}
		from := at
		for at < len(text) && letter(text[at]) {
			at++
		}
		if at-from >= 2 {
			if last < start {
				found(text[last:start], false)
			}
			found(text[start:at], true)
			last = at
		} else if at == start {
			at++
		}
	}
	if last < len(text) {
		found(text[last:], false)
	}
}
