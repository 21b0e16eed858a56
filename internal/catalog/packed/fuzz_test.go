package packed

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzFold looks for a stretch of text whose folded form is not what stands between the
// same two places of the folded text, and so for evidence that would mark the wrong words.
func FuzzFold(f *testing.F) {
	for _, s := range []string{"", "User  UNKNOWN\r\n", "宛先 が\n不明", "😀 “x” ｅ　５", "a \u200b b\xff\xfe", "İ宛 \u00ad先 ", "\u3000\u3000a", "宛\u200b \u200b先"} {
		f.Add(s, 1, 3)
	}
	f.Fuzz(func(t *testing.T, text string, from, to int) {
		whole := FoldText(text)
		folded := whole.Text
		if Fold(folded) != folded && !strings.Contains(folded, "\u0307") {
			t.Fatalf("%q folds to %q, and that to %q", text, folded, Fold(folded))
		}
		var starts []int
		for at := range folded {
			starts = append(starts, at)
		}
		places := make([]int, len(starts))
		for i, at := range starts {
			places[i] = whole.Place(at)
		}
		if !slices.IsSorted(places) {
			t.Fatalf("the places of %q in %q are %v", folded, text, places)
		}
		if len(starts) == 0 || from < 0 || to < 0 {
			return
		}
		from, to = from%len(starts), to%len(starts)
		if from > to {
			from, to = to, from
		}
		// From the first rune to the end of the last one.
		_, size := utf8.DecodeRuneInString(text[places[to]:])
		_, last := utf8.DecodeRuneInString(folded[starts[to]:])
		stretch := text[places[from] : places[to]+size]
		if got, want := Fold(stretch), folded[starts[from]:starts[to]+last]; got != want {
			t.Fatalf("in %q, %q lies at %q, which folds to %q", text, want, stretch, got)
		}
	})
}

// FuzzMatch compares the index with a search that tries every pattern at every place.
func FuzzMatch(f *testing.F) {
	f.Add("user unknown\nquota", "550 User Unknown: over quota")
	f.Add("mailbox {any} full\nmailbox {word} full", "mailbox is full, mailbox fully of x full")
	f.Add("code {100-199}\ncode {number}", "code 150 code 200 code x")
	f.Add("宛先が\nメール", "宛先 が メール")
	f.Add("aaaa\naaaaaaaa\naaaa{any}aaaa", strings.Repeat("a", 30)+" aaaa aaaa")
	f.Add("user {any} not found here\nuser {word} was not found here\nuser {number} is {any} not found here", "user of user bob was not found here, user 5 is not found here not found here")
	f.Add("code {100-199} of the server\ncode {any}the server of the server", "code code 150 of the server of the server")
	f.Fuzz(func(t *testing.T, lines, text string) {
		if len(lines) > 400 || len(text) > 400 || strings.Count(lines, "{") > 8 {
			return // the plain search is slow
		}
		var b Builder
		var patterns []string
		for p := range strings.SplitSeq(lines, "\n") {
			if ValidPattern(p) == "" {
				b.Pattern(p, KindPhrase)
				patterns = append(patterns, Fold(p))
			}
		}
		k, err := Open(b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		text = Fold(text)
		var got, want []Match
		k.Match(text, func(m Match) { got = append(got, m) })
		for n, p := range patterns {
			for start := range len(text) {
				if end := plainMatch(text, start, p); end >= 0 && boundary(text, start) {
					want = append(want, Match{n, start, end})
				}
			}
		}
		order := func(x, y Match) int {
			if x.Pattern != y.Pattern {
				return x.Pattern - y.Pattern
			}
			return x.Start - y.Start
		}
		slices.SortFunc(got, order)
		slices.SortFunc(want, order)
		if !slices.Equal(got, want) {
			t.Fatalf("in %q the index finds %v of %q, the plain search %v", text, got, patterns, want)
		}
	})
}

// plainMatch says where the pattern ends that begins at start, or -1: the definition of
// patterns, as plainly as it can be written.
func plainMatch(text string, start int, p string) int {
	literal, rest, gap := strings.Cut(p, "{")
	if !strings.HasPrefix(text[start:], literal) {
		return -1
	}
	at := start + len(literal)
	if !gap {
		if boundary(text, at) {
			return at
		}
		return -1
	}
	name, rest, _ := strings.Cut(rest, "}")
	for n := 0; at+n <= len(text); n++ {
		taken := text[at : at+n]
		switch name {
		case "any":
			if n > maxGap {
				return -1
			}
		case "word":
			if n > maxGap || strings.Contains(taken, " ") {
				return -1
			}
			if n == 0 {
				continue
			}
		default:
			if strings.Trim(taken, "0123456789") != "" {
				return -1
			}
			if n > maxGap {
				return -1
			}
			if n == 0 || at+n < len(text) && '0' <= text[at+n] && text[at+n] <= '9' {
				continue // a number is taken whole
			}
			if name != "number" && !inRange(taken, name) {
				return -1
			}
		}
		if end := plainMatch(text, at+n, rest); end >= 0 {
			return end
		}
	}
	return -1
}

// FuzzOpen opens damaged bytes, as they are and under a checksum that is right, and asks for
// all that is in them.
func FuzzOpen(f *testing.F) {
	whole := sample()
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add(whole[:header])
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<14 {
			return
		}
		use(data)
		use(seal(data))
	})
}
