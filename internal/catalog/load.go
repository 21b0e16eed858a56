package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// File is one file of knowledge: a name to use in messages, and what stands in it.
type File struct {
	Name string
	Data []byte
}

// Load reads codes.yaml, whose name is used in messages, and checks all that can be checked
// without a decoder: see [Catalog.CheckExamples] for the rest. Where there are problems the
// catalogue holds what could be read, rows in part among it, and is good for nothing but
// finding more problems. It and what its rows need are never nil.
func Load(name string, data []byte) (*Catalog, Problems) {
	return LoadFiles(File{name, data})
}

// LoadFiles is [Load] for knowledge that lies in several files. Each may hold any of the
// sections, and rows of all of them may name each other; no row may stand in two.
func LoadFiles(files ...File) (*Catalog, Problems) {
	l := &loader{
		catalog:    &Catalog{places: map[string]place{}},
		shapes:     shapes{},
		patterns:   map[string]*regexp.Regexp{},
		rowPlaces:  map[string]place{},
		unreadable: map[string]bool{},
		guesses:    mostGuesses,
	}
	for _, f := range files {
		l.file = f.Name
		if l.catalog.file == "" {
			l.catalog.file = f.Name
		}
		if root := l.parse(f.Data); root != nil {
			l.refuseClever(root)
			l.document(root)
		}
	}
	if !l.broken {
		l.check()
	}
	return l.catalog, l.problems.sorted()
}

type loader struct {
	file       string // the one being read
	catalog    *Catalog
	problems   Problems
	shapes     shapes
	patterns   map[string]*regexp.Regexp // of the forms used so far
	rowPlaces  map[string]place          // of rows of the sections, by path
	refs       []reference
	unreadable map[string]bool // sections that could not be read, so that what they hold is not known
	broken     bool            // a file is no YAML at all
	guesses    int             // how often the loader may still look for the word that was meant
}

// place is where something stands.
type place struct {
	file string
	line int
}

const (
	maxSize     = 8 << 20 // the knowledge is a tenth of this; YAML's nodes take 60 times their text
	mostSyntax  = 20      // problems with the syntax that are shown of one file
	mostGuesses = 500     // looking for the word that was meant takes time, and nobody reads 500
)

// report adds a problem of the file being read.
func (l *loader) report(line int, what, do string) {
	l.problems = append(l.problems, Problem{l.file, max(line, 1), what, do})
}

// reportAt adds a problem of the thing with this path.
func (l *loader) reportAt(path, what, do string) {
	at := l.catalog.place(path)
	l.problems = append(l.problems, Problem{at.file, at.line, what, do})
}

// parse returns the mapping that data holds, or nil where it holds none, which it reports.
func (l *loader) parse(data []byte) *yaml.Node {
	problems := len(l.problems)
	l.checkBytes(data)
	if len(l.problems) > problems {
		l.broken = true
		return nil
	}
	document, more, err := parseYAML(data)
	switch {
	case err == io.EOF:
		l.report(1, "the file is empty", `begin it with "version: 1", then the sections`)
	case err != nil:
		l.reportSyntax(data, err)
	case more > 0:
		l.report(more, "a second document begins here", "keep all sections in one document and take the line --- out")
	default:
		root := document.Content[0]
		if root.Kind == yaml.MappingNode {
			return root
		}
		if isNull(root) {
			l.report(1, "the file is empty", `begin it with "version: 1", then the sections`)
		} else {
			l.report(root.Line, "the file is "+kindName(root)+" where sections are wanted", `begin it with "version: 1", then the sections`)
		}
	}
	l.broken = true
	return nil
}

// checkBytes reports what no text file should hold. YAML counts more characters as line
// ends than editors do, so the unusual ones would make every later line number wrong.
func (l *loader) checkBytes(data []byte) {
	if len(data) > maxSize {
		l.report(1, fmt.Sprintf("the file is larger than %d MB", maxSize>>20), "take out what is not knowledge")
		return
	}
	line, reported := 1, 0
	for i := 0; i < len(data); {
		r, size := rune(data[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(data[i:])
		}
		what := ""
		switch {
		case r == '\n':
			line++
		case r == '\r':
			if i+1 == len(data) || data[i+1] != '\n' {
				what = "a carriage return stands without its line feed"
			}
		case r == utf8.RuneError && size == 1:
			what = "the bytes are not UTF-8"
		case r == '\u0085' || r == '\u2028' || r == '\u2029':
			what = fmt.Sprintf("an unusual line end, U+%04X, stands here", r)
		case r < ' ' && r != '\t' || 0x7f <= r && r < 0xa0 || r == 0xfffe || r == 0xffff || r == '\ufeff' && i > 0:
			what = fmt.Sprintf("an invisible character, U+%04X, stands here", r)
		}
		if what != "" {
			l.report(line, what, "take it out, or save the file again as UTF-8 text")
			if reported++; reported == mostSyntax {
				return
			}
		}
		i += size
	}
}

// parseYAML returns the document in data, and the line of a second one or 0.
func parseYAML(data []byte) (document *yaml.Node, more int, err error) {
	defer func() {
		if r := recover(); r != nil { // a bug of the library is a problem of the file here
			document, err = nil, fmt.Errorf("%v", r)
		}
	}()
	d := yaml.NewDecoder(bytes.NewReader(data))
	document = &yaml.Node{}
	if err := d.Decode(document); err != nil {
		return nil, 0, err
	}
	var second yaml.Node
	switch err := d.Decode(&second); {
	case err == nil:
		return document, second.Line, nil
	case errors.Is(err, io.EOF):
		return document, 0, nil
	default:
		return nil, 0, err
	}
}

// reportSyntax reports where data, which the library refuses with err, is no YAML. The
// library names the line where the broken list or mapping begins, which may be thousands of
// lines above. So each section is tried alone, in it each row, and in a broken row the first
// line with which it breaks is looked for.
func (l *loader) reportSyntax(data []byte, err error) {
	lines := bytes.SplitAfter(data, []byte("\n"))
	if l.syntax(lines, 0, 0, mostSyntax) == 0 {
		l.report(l.breaks(lines, 0, err), "the file is no YAML: "+withoutLine(err), "mend this line or the ones above it")
	}
}

// syntax reports what is wrong in lines, whose parts stand at the given indentation and
// which follow after so many others, and returns the number of problems, at most limit.
func (l *loader) syntax(lines [][]byte, after, indent, limit int) int {
	found := 0
	for _, part := range parts(lines, indent) {
		if found == limit {
			break
		}
		text := lines[part.from:part.to]
		if indent == 0 && part.from > 0 && bytes.IndexByte(text[0], ':') < 0 {
			l.report(after+part.from+1, "this line begins where only a section's name may", "move it to the right, below the key that it belongs to")
			found++
			continue
		}
		_, _, err := parseYAML(bytes.Join(text, nil))
		if err == nil || err == io.EOF {
			continue
		}
		if indent == 0 && len(text) > 1 {
			if in := indentation(text[1:]); in > 0 {
				if n := l.syntax(text[1:], after+part.from+1, in, limit-found); n > 0 {
					found += n
					continue
				}
			}
		}
		line := l.breaks(text, after+part.from, err)
		what, do := explainSyntax(err, lines[line-after-1])
		before := text[:line-after-part.from-1]
		if _, _, e := parseYAML(bytes.Join(before, nil)); len(before) > 0 && e != nil && strings.Contains(e.Error(), "unexpected end of stream") {
			what = fmt.Sprintf("a quotation mark that opens here is closed in line %d only, which breaks there", line)
			do = "close it where the text ends"
			opened, _ := lineOf(e)
			line = after + part.from + min(max(opened, 1), len(before))
		}
		l.report(line, what, do)
		found++
	}
	return found
}

// breaks returns the first line up to which text is refused with the same words.
func (l *loader) breaks(text [][]byte, after int, err error) int {
	size := 0
	for _, line := range text {
		size += len(line)
	}
	if size > maxSize/8 { // it takes twenty times as long as reading it once
		if n, ok := lineOf(err); ok {
			return after + min(n, len(text))
		}
		return after + 1
	}
	n := sort.Search(len(text)-1, func(i int) bool {
		_, _, e := parseYAML(bytes.Join(text[:i+1], nil))
		return e != nil && e.Error() == err.Error()
	})
	return after + n + 1
}

// part is a run of lines: from, and up to but without to.
type part struct{ from, to int }

// parts splits lines before each that begins with a word at the given indentation.
func parts(lines [][]byte, indent int) []part {
	var all []part
	from := 0
	for i, line := range lines {
		if i > from && len(line) > indent && len(bytes.TrimLeft(line[:indent], " ")) == 0 && isWord(line[indent]) {
			all = append(all, part{from, i})
			from = i
		}
	}
	return append(all, part{from, len(lines)})
}

func isWord(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '"' || c == '\''
}

// indentation returns the indentation of the first line that is neither empty nor a comment.
func indentation(lines [][]byte) int {
	for _, line := range lines {
		text := bytes.TrimLeft(line, " ")
		if rest := bytes.TrimSpace(text); len(rest) > 0 && rest[0] != '#' {
			return len(line) - len(text)
		}
	}
	return 0
}

var libraryLine = regexp.MustCompile(`^yaml: (?:line ([0-9]+): )?`)

// lineOf returns the line that the library names, if it does.
func lineOf(err error) (int, bool) {
	m := libraryLine.FindStringSubmatch(err.Error())
	if m == nil || m[1] == "" {
		return 0, false
	}
	n, err := strconv.Atoi(m[1])
	return max(n, 1), err == nil
}

// withoutLine returns the library's words without the line that it names.
func withoutLine(err error) string { return libraryLine.ReplaceAllString(err.Error(), "") }

// explainSyntax puts the library's words into ours. The line is the one that it breaks at.
func explainSyntax(err error, line []byte) (what, do string) {
	message := withoutLine(err)
	has := func(words string) bool { return strings.Contains(message, words) }
	space := line[:len(line)-len(bytes.TrimLeft(line, " \t"))]
	switch {
	case bytes.IndexByte(space, '\t') >= 0:
		return "a tab stands in the indentation", "indent with spaces"
	case has("mapping values are not allowed"):
		return `a ": " stands where no value can begin`, `put the whole text in quotation marks if the colon belongs to it, or mend the indentation`
	case has("cannot start any token"):
		return "a text begins with a character that YAML keeps for itself", "put the text in quotation marks"
	case has("unknown anchor"), has("did not find expected alphabetic or numeric character"):
		return "a text begins with * or &, which YAML keeps for itself", "put the text in quotation marks"
	case has("unexpected end of stream"):
		return "a quotation mark that opens here is not closed", `close it; between single ones, write an apostrophe twice`
	case has("unknown escape character"):
		return `a backslash between double quotation marks begins nothing that YAML knows`, `write the backslash twice, or use single quotation marks`
	case has("expected ',' or"):
		return "a list or mapping in brackets is not closed, or lacks a comma", "close it, or put an item that holds a bracket in quotation marks"
	case has("'-' indicator"):
		return `this line stands in a list and does not begin with "- "`, `begin it with "- ", or mend its indentation`
	case has("expected key"), has("expected ':'"):
		return "this line does not fit the lines above it", `give it its neighbours' indentation, and look for a missing colon or a quotation mark inside or left open`
	case has("max depth"):
		return "the lists and mappings are nested too deep", "take out what is not knowledge"
	}
	return "this is no YAML: " + message, "mend this line or the one above it"
}

// refuseClever reports what YAML offers beyond plain lists and mappings, so that every row
// can be read, searched and edited where it stands.
func (l *loader) refuseClever(root *yaml.Node) {
	for todo := []*yaml.Node{root}; len(todo) > 0; {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		switch {
		case n.Kind == yaml.AliasNode:
			l.report(n.Line, "an alias, *"+n.Value+", stands here", "write out what it stands for, or put the text in quotation marks")
			continue
		case n.Anchor != "":
			l.report(n.Line, "an anchor, &"+n.Anchor+", stands here", "take it out, or put the text in quotation marks")
		case n.Tag == "!!merge":
			l.report(n.Line, "a merge key, <<, stands here", "write out what it brings in")
		case n.Style&yaml.TaggedStyle != 0:
			l.report(n.Line, "a tag, "+n.Tag+", stands here", "take it out, or put the text in quotation marks")
		}
		todo = append(todo, n.Content...)
	}
}

// isNull reports whether n is written as nothing, null or ~.
func isNull(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Tag == "!!null"
}

func kindName(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case isNull(n):
		return "empty"
	}
	return "text"
}

// Line returns the line where the thing with this path stands, or what is nearest above it.
// A path is the section, the row's key and on from there, as "replies/421",
// "phrases/user unknown" or "providers/gmail/codes/dkim/examples/0". A list counts from 0.
func (c *Catalog) Line(path string) int { return c.place(path).line }

// Has reports whether the file has something at a path as [Catalog.Line] takes it.
func (c *Catalog) Has(path string) bool {
	_, ok := c.places[path]
	return ok
}

// Place is [Catalog.Line] with the name of the file.
func (c *Catalog) Place(path string) (file string, line int) {
	at := c.place(path)
	return at.file, at.line
}

func (c *Catalog) place(path string) place {
	for {
		if at, ok := c.places[path]; ok {
			return at
		}
		cut := strings.LastIndexByte(path, '/')
		if cut < 0 {
			return place{c.file, 1}
		}
		path = path[:cut]
	}
}
