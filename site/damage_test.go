package site

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/undelivered/undelivered/internal/catalog"
	"github.com/undelivered/undelivered/internal/catalog/packed"
	"github.com/undelivered/undelivered/site/links"
)

// mutations are ways in which a file is damaged: by people, by editors, on the way and on
// purpose. Each damages the line given, or what is nearest to it.
var mutations = []struct {
	name string
	do   func(lines []string, at int) []string
}{
	{"a line out", func(l []string, at int) []string { return slices.Delete(l, at, at+1) }},
	{"five lines out", func(l []string, at int) []string { return slices.Delete(l, at, min(at+5, len(l))) }},
	{"a line twice", func(l []string, at int) []string { return slices.Insert(l, at, l[at]) }},
	{"two lines swapped", func(l []string, at int) []string {
		other := (at + 7) % len(l)
		l[at], l[other] = l[other], l[at]
		return l
	}},
	{"cut within a line", func(l []string, at int) []string { return append(l[:at], l[at][:len(l[at])/2]) }},
	{"too far right", inLine(func(s string) string { return " " + s })},
	{"too far left", inLine(func(s string) string { return strings.TrimPrefix(s, "  ") })},
	{"a tab", inLine(func(s string) string { return "\t" + strings.TrimLeft(s, " ") })},
	{"a list for a value", inValue(func(string) string { return "[a, b]" })},
	{"a mapping for a value", inValue(func(string) string { return "{a: b}" })},
	{"no value", inValue(func(string) string { return "" })},
	{"null", inValue(func(string) string { return "~" })},
	{"a huge number", inValue(func(string) string { return strings.Repeat("9", 400) })},
	{"not a number", inValue(func(string) string { return ".nan" })},
	{"true", inValue(func(string) string { return "true" })},
	{"a reference to nothing", inValue(func(v string) string { return strings.TrimSpace(v) + "-nothing" })},
	{"a link to nothing", inValue(func(string) string { return "See [it](replies/999), [it](guides/none) and [it](#none)." })},
	{"a script", inValue(func(string) string { return `'<script>alert(1)</script> [x](javascript:alert(1))'` })},
	{"a template", inValue(func(string) string { return `'{{.}} {{template "x"}} {any} {'` })},
	{"a heading", inValue(func(string) string { return `"# One\n\n## Two"` })},
	{"an open quotation mark", inValue(func(v string) string { return `"` + v })},
	{"an open bracket", inValue(func(v string) string { return "[" + v })},
	{"an unknown key", inKey(func(string) string { return "no-such-key" })},
	{"a key of nothing", inKey(func(string) string { return `""` })},
	{"a key of markup", inKey(func(string) string { return `"<b>/../x"` })},
	{"a long key", inKey(func(k string) string { return strings.Repeat(k, 300) })},
	{"no UTF-8", inLine(func(s string) string { return s + " \xff\xc0\xaf" })},
	{"a NUL", inLine(func(s string) string { return s + "\x00" })},
	{"a lone surrogate", inLine(func(s string) string { return s + "\xed\xa0\x80" })},
	{"bidi and zero width", inLine(func(s string) string { return s + " \u202e\u200b" })},
	{"a byte order mark within", inLine(func(s string) string { return "\ufeff" + s })},
	{"a byte order mark", func(l []string, _ int) []string { l[0] = "\ufeff" + l[0]; return l }},
	{"line ends of Windows", func(l []string, _ int) []string {
		for i := range l {
			l[i] += "\r"
		}
		return l
	}},
	{"line ends of old", func(l []string, _ int) []string { return []string{strings.Join(l, "\r")} }},
	{"an alias bomb", func(l []string, at int) []string {
		bomb := []string{"a0: &a0 [x, x]"}
		for i := range 40 {
			bomb = append(bomb, fmt.Sprintf("a%d: &a%d [*a%d, *a%d, *a%d, *a%d]", i+1, i+1, i, i, i, i))
		}
		return append(l, bomb...)
	}},
	{"a merge key", inLine(func(s string) string { return strings.Repeat(" ", indent(s)) + "<<: {a: b}\n" + s })},
	{"a tag", inValue(func(v string) string { return "!!binary " + v })},
	{"deep nesting", inValue(func(string) string { return strings.Repeat("[", 20000) })},
	{"deep mappings", inValue(func(string) string { return strings.Repeat("{a: ", 5000) })},
	{"a second document", inLine(func(s string) string { return "---\n" + s })},
	{"marks of a merge", inLine(func(s string) string { return "<<<<<<< ours\n" + s + "\n=======\n" + s + "\n>>>>>>> theirs" })},
	{"a long line", inLine(func(s string) string { return s + strings.Repeat(" x", 50000) })},
}

func indent(s string) int { return len(s) - len(strings.TrimLeft(s, " ")) }

func inLine(do func(string) string) func([]string, int) []string {
	return func(lines []string, at int) []string { lines[at] = do(lines[at]); return lines }
}

var pair = regexp.MustCompile(`^( *(?:- )?)("[^"]*"|[^"#:\[\]{} ][^:]*):( .*|)$`)

// inPart changes the first line from at on that has a key, and a value where one is wanted.
func inPart(valued bool, do func(before, key, value string) string) func([]string, int) []string {
	return func(lines []string, at int) []string {
		for i := range lines {
			i = (at + i) % len(lines)
			if m := pair.FindStringSubmatch(lines[i]); m != nil && (m[3] != "" || !valued) {
				lines[i] = do(m[1], m[2], strings.TrimPrefix(m[3], " "))
				return lines
			}
		}
		return lines
	}
}

func inValue(do func(string) string) func([]string, int) []string {
	return inPart(true, func(before, key, value string) string { return before + key + ": " + do(value) })
}

func inKey(do func(string) string) func([]string, int) []string {
	return inPart(false, func(before, key, value string) string { return before + do(key) + ": " + value })
}

// TestDamaged damages codes.yaml in many ways, the same ones each time. Each is told with a
// line of the file that is there, or makes a whole site: one that opens, in which every tag is
// closed, every link leads somewhere and nothing runs.
func TestDamaged(t *testing.T) {
	const places = 8 // of each damage
	data, err := os.ReadFile("testdata/codes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	whole := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	pages, dice := bare(), rand.New(rand.NewPCG(1, 2))
	tried, refused, made := map[string]bool{string(data): true}, 0, 0
	for _, m := range mutations {
		told, built := 0, 0
		for range places {
			text := strings.Join(m.do(slices.Clone(whole), dice.IntN(len(whole))), "\n") + "\n"
			if tried[text] {
				continue
			}
			tried[text] = true
			start := time.Now()
			problems, site := fromText(t, text, pages)
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("%s: it took %v", m.name, took)
			}
			if problems != "" {
				told++
				checkPlaces(t, m.name, text, problems)
				continue
			}
			built++
			for _, err := range links.Check(site.Files, "/") {
				t.Errorf("%s: %v", m.name, err)
			}
			for _, p := range site.Pages {
				harmless(t, m.name+": "+p.Path, site.Files[p.Path])
			}
		}
		if told+built == 0 {
			t.Errorf("%s changes nothing", m.name)
		}
		refused += told
		made += built
		t.Logf("%-25s %2d told, %2d built", m.name, told, built)
	}
	t.Logf("%d ways: %d told, %d built", refused+made, refused, made)
	if refused+made < 200 || refused < 100 || made < 20 {
		t.Errorf("%d told and %d built are too few to show something", refused, made)
	}
}

// fromText makes a site of a codes.yaml, or returns what is said of it.
func fromText(t testing.TB, text string, pages fs.FS) (problems string, s *Site) {
	t.Helper()
	c, wrong := catalog.Load("codes.yaml", []byte(text))
	if err := wrong.Err(); err != nil {
		return err.Error(), nil
	}
	if _, err := packed.Open(c.Pack()); err != nil {
		t.Errorf("what was found right cannot be opened: %v", err)
	}
	s, err := Generate(Config{Catalog: c, Content: pages, Assets: maps.Clone(assets), Codes: []byte(text)})
	if err != nil {
		return err.Error(), nil
	}
	return "", s
}

var atLine = regexp.MustCompile(`^codes\.yaml:([1-9][0-9]*): .+`)

// checkPlaces fails where a message names no line of the text.
func checkPlaces(t *testing.T, name, text, problems string) {
	t.Helper()
	last := bytes.Count([]byte(text), []byte("\n")) + 1
	for problem := range strings.Lines(problems) {
		m, line := atLine.FindStringSubmatch(problem), 0
		if m != nil {
			fmt.Sscan(m[1], &line)
		}
		if line < 1 || line > last {
			t.Errorf("%s: of a file of %d lines it is said %q", name, last, problem)
		}
	}
}
