package catalog

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Problem is something in codes.yaml that must be mended.
type Problem struct {
	File string // the name that [Load] was given
	Line int    // counted from 1
	What string // what is wrong
	Do   string // what to do about it
}

// String returns the problem as a compiler would print it: file:line: what; what to do.
func (p Problem) String() string {
	return p.File + ":" + strconv.Itoa(p.Line) + ": " + p.What + "; " + p.Do
}

// Problems are all that is wrong, found in one go.
type Problems []Problem

// Error returns a line for each problem, sorted by file and line, each once.
func (p Problems) Error() string {
	lines := make([]string, 0, len(p))
	for _, problem := range p.sorted() {
		lines = append(lines, problem.String())
	}
	return strings.Join(lines, "\n")
}

// Err returns p as an error, nil where there is no problem.
func (p Problems) Err() error {
	if len(p) == 0 {
		return nil
	}
	return p
}

// sorted returns the problems by file and line, each once.
func (p Problems) sorted() Problems {
	p = slices.Clone(p)
	slices.SortStableFunc(p, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.What, b.What), cmp.Compare(a.Do, b.Do))
	})
	return slices.Compact(p)
}

// quote puts a text from the file into a message: on one line, and shortened where it is
// long.
func quote(s string) string {
	const most = 80
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > most {
		n := most
		for n > 0 && s[n]&0xC0 == 0x80 { // not inside a rune
			n--
		}
		s = s[:n] + "…"
	}
	return strconv.Quote(s)
}

// list joins words as a sentence does: a, b and c.
func list(words []string, and string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " " + and + " " + words[last]
}

// nearest returns the word that s is most likely a misspelling of, or the empty string.
func nearest(s string, words []string) string {
	best, least := "", min(3, max(1, len(s)/3))+1
	for _, w := range words {
		if d := distance(s, w, least); d < least {
			best, least = w, d
		}
	}
	return best
}

// distance returns how many letters must be put in, taken out, changed or swapped with
// their neighbour to make b of a, or limit where it is limit or more.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	before := make([]int, len(b)+1)
	last := make([]int, len(b)+1)
	row := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := last[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			row[j] = min(change, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], limit)
}
