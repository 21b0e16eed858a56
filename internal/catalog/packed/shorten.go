package packed

import (
	"slices"
	"strings"
)

// mostWords is how many words are written short. More would cost more than they save.
const mostWords = 1000

// shorten writes text as [Open] expands it. The same text gives the same bytes.
func shorten(text string) []byte {
	var used [256]bool
	for i := range len(text) {
		used[text[i]] = true
	}
	var free []byte
	for c := 1; c < 256; c++ {
		if !used[c] && byte(c) != rowMark[0] {
			free = append(free, byte(c))
		}
	}
	count := map[string]int{}
	eachWord(text, func(word string, is bool) {
		if is {
			count[word]++
		}
	})
	var words []string
	for w, n := range count {
		if n > 1 {
			words = append(words, w)
		}
	}
	saved := func(w string) int { return (10*len(w)-16)*count[w] - 10*len(w) }
	slices.SortFunc(words, func(x, y string) int {
		if d := saved(y) - saved(x); d != 0 {
			return d
		}
		return strings.Compare(x, y)
	})
	words = words[:min(len(words), mostWords)]
	pairs := 0
	for pairs < len(free) && len(free)-pairs+pairs*seconds < len(words) {
		pairs++
	}
	ones := min(len(free)-pairs, len(words))
	words = words[:min(len(words), ones+pairs*seconds)]
	slices.Sort(words[ones:]) // alike words beside one another
	code := map[string]string{}
	out := append([]byte{byte(ones), byte(pairs)}, free[:ones]...)
	out = append(out, free[len(free)-pairs:]...)
	for i, w := range words {
		if i < ones {
			code[w] = string(free[i : i+1])
		} else {
			j := i - ones
			code[w] = string([]byte{free[len(free)-pairs+j/seconds], byte(firstSecond + j%seconds)})
		}
		out = append(append(out, w...), rowMark...)
	}
	out = append(out, rowMark...)
	eachWord(text, func(word string, is bool) {
		if c, ok := code[word]; ok && is {
			word = c
		}
		out = append(out, word...)
	})
	return out
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
