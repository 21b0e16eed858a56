package site

import (
	"bytes"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// markdownName returns the name of the Markdown copy of a page, or an empty string for
// 404.html, which nobody asks for.
func markdownName(page string) string {
	if page == "404.html" {
		return ""
	}
	return strings.TrimSuffix(page, ".html") + ".md"
}

// mainOf returns the main part of a finished page, nil where it has none.
func mainOf(page []byte) (*html.Node, error) {
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return nil, err
	}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.Data == "main" {
			return n, nil
		}
	}
	return nil, nil
}

// markdown returns the main part of a finished page as Markdown (CommonMark with tables),
// for people and programs that want the words alone. Links to pages lead to their Markdown
// copies. It is made from the page, so that it cannot say anything else.
func markdown(main *html.Node, end string) []byte {
	w := &markdownWriter{}
	w.blocks(main)
	w.block(end)
	return []byte(w.b.String())
}

// markdownWriter writes blocks, each on lines that begin with the indent.
type markdownWriter struct {
	b      strings.Builder
	indent string
	lead   string // in place of the indent on the first line: a list item's mark
}

// unread reports whether an element is not for the copy: what only looks, or only works in
// a browser.
func unread(n *html.Node) bool {
	switch n.Data {
	case "script", "style", "svg", "nav", "button", "input", "template", "undelivered-explainer":
		return true
	}
	if n.Data == "header" || n.Data == "footer" {
		return n.Parent != nil && n.Parent.Data == "body"
	}
	return attr(n, "aria-hidden") == "true" || slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "hidden" }) || hasClass(n, "paste") || hasClass(n, "label")
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			if a.Val == "" {
				return key
			}
			return a.Val
		}
	}
	return ""
}

func hasClass(n *html.Node, class string) bool {
	for _, c := range strings.Fields(attr(n, "class")) {
		if c == class {
			return true
		}
	}
	return false
}

// isBlock reports whether an element begins on a line of its own.
func isBlock(n *html.Node) bool {
	if n.Type != html.ElementNode {
		return false
	}
	switch n.Data {
	case "main", "article", "section", "header", "footer", "aside", "div", "details", "summary", "figure", "figcaption",
		"h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "dl", "dt", "dd", "pre", "table", "blockquote", "hr":
		return true
	}
	return false
}

// block writes one block, a blank line before it.
func (w *markdownWriter) block(text string) {
	if text == "" {
		return
	}
	if w.lead == "" && w.b.Len() > 0 {
		w.b.WriteString(strings.TrimRight(w.indent, " ") + "\n")
	}
	w.lines(text)
}

// lines writes the lines of a block.
func (w *markdownWriter) lines(text string) {
	for line := range strings.SplitSeq(text, "\n") {
		indent := w.indent
		if w.lead != "" {
			indent, w.lead = w.lead, ""
		}
		w.b.WriteString(strings.TrimRight(indent+line, " ") + "\n")
	}
}

// blocks writes what is in an element, text between its blocks as paragraphs.
func (w *markdownWriter) blocks(n *html.Node) {
	var loose []*html.Node
	flush := func() {
		var text inline
		for _, l := range loose {
			text.node(l)
		}
		loose = nil
		w.block(escapeStart(text.String()))
	}
	for c := range n.ChildNodes() {
		switch {
		case c.Type == html.ElementNode && unread(c):
		case isBlock(c):
			flush()
			w.element(c)
		default:
			loose = append(loose, c)
		}
	}
	flush()
}

func (w *markdownWriter) element(n *html.Node) {
	switch n.Data {
	case "h1", "h2", "h3", "h4", "h5", "h6":
		w.block(strings.Repeat("#", int(n.Data[1]-'0')) + " " + line(n))
	case "p":
		text := line(n)
		if hasClass(n, "for") && text != "" {
			text = "**" + text + "**"
		}
		w.block(escapeStart(text))
	case "summary", "dt":
		w.block("**" + line(n) + "**")
	case "pre":
		fence := "```"
		text := strings.Trim(verbatim(n), "\n")
		for strings.Contains(text, fence) {
			fence += "`"
		}
		w.block(fence + "\n" + text + "\n" + fence)
	case "hr":
		w.block("---")
	case "ul", "ol":
		w.list(n)
	case "dl":
		w.terms(n)
	case "table":
		w.table(n)
	case "blockquote":
		inner := &markdownWriter{indent: w.indent + "> "}
		inner.blocks(n)
		w.block(strings.TrimSuffix(strings.ReplaceAll("\n"+inner.b.String(), "\n"+w.indent+">", "\n>")[1:], "\n"))
	default:
		w.blocks(n)
	}
}

// list writes a list. Items of one line stand close together.
func (w *markdownWriter) list(n *html.Node) {
	number, first := 0, true
	for item := range n.ChildNodes() {
		if item.Type != html.ElementNode || item.Data != "li" || unread(item) {
			continue
		}
		number++
		mark := "- "
		if n.Data == "ol" {
			mark = strconv.Itoa(number) + ". "
		}
		inner := &markdownWriter{indent: w.indent + strings.Repeat(" ", len(mark)), lead: w.indent + mark}
		if described(item) {
			inner.lines(line(item))
		} else {
			inner.blocks(item)
		}
		text := inner.b.String()
		if text == "" {
			continue
		}
		if first && w.lead == "" && w.b.Len() > 0 {
			w.b.WriteString(strings.TrimRight(w.indent, " ") + "\n")
		}
		if w.lead != "" { // a list right at the start of an item
			text = w.lead + strings.TrimPrefix(text, w.indent)
			w.lead = ""
		}
		first = false
		w.b.WriteString(text)
	}
}

// described reports whether a list's item is a few words with a paragraph about them, which
// reads better on one line.
func described(item *html.Node) bool {
	words := false
	for c := range item.ChildNodes() {
		switch {
		case !isBlock(c):
			words = true
		case c.Data == "p" && c.NextSibling == nil:
			return words
		default:
			return false
		}
	}
	return false
}

// terms writes a list of questions and answers, or of names and values, one a line.
func (w *markdownWriter) terms(n *html.Node) {
	var lines []string
	term := ""
	for d := range n.Descendants() {
		if d.Type != html.ElementNode {
			continue
		}
		switch d.Data {
		case "dt":
			term = strings.TrimSuffix(line(d), ":")
		case "dd":
			between := ": "
			if strings.HasSuffix(term, "?") {
				between = " "
			}
			lines = append(lines, "- **"+term+"**"+between+line(d))
		}
	}
	w.block(strings.Join(lines, "\n"))
}

// table writes a table. A cell that spans rows stands in the first of them.
func (w *markdownWriter) table(n *html.Node) {
	var lines []string
	var spans []int // rows for which the cell of a column goes on
	for row := range n.Descendants() {
		if row.Type != html.ElementNode || row.Data != "tr" {
			continue
		}
		var cells []string
		for cell := range row.ChildNodes() {
			if cell.Type != html.ElementNode || cell.Data != "td" && cell.Data != "th" {
				continue
			}
			for len(cells) < len(spans) && spans[len(cells)] > 0 {
				spans[len(cells)]--
				cells = append(cells, "")
			}
			span, _ := strconv.Atoi(attr(cell, "rowspan"))
			if len(cells) == len(spans) {
				spans = append(spans, 0)
			}
			spans[len(cells)] = max(span-1, 0)
			cells = append(cells, strings.ReplaceAll(line(cell), "|", `\|`))
		}
		lines = append(lines, strings.TrimSpace("| "+strings.Join(cells, " | ")+" |"))
		if len(lines) == 1 {
			lines = append(lines, "|"+strings.Repeat("---|", len(cells)))
		}
	}
	w.block(strings.Join(lines, "\n"))
}

// verbatim returns the text of an element as it stands, blanks to fill in set in brackets.
func verbatim(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type != html.TextNode {
			continue
		}
		if d.Parent.Data == "var" {
			b.WriteString("[" + d.Data + "]")
		} else {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// line returns what is in an element as Markdown without blocks. Facts that a page sets off
// by their looks are set off by dots.
func line(n *html.Node) string {
	var text inline
	dots := hasClass(n, "line")
	for c := range n.ChildNodes() {
		if dots && c.Type == html.ElementNode && c.Data != "span" && text.b.Len() > 0 {
			text.space = true
			text.write("·")
			text.space = true
		}
		text.node(c)
	}
	return text.String()
}

// inline is Markdown without blocks while it is written. A run of spaces becomes one.
type inline struct {
	b     strings.Builder
	space bool
}

func (t *inline) String() string { return t.b.String() }

func (t *inline) write(s string) {
	if s == "" {
		return
	}
	if t.space && t.b.Len() > 0 && !strings.HasSuffix(t.b.String(), "\n") {
		t.b.WriteByte(' ')
	}
	t.space = false
	t.b.WriteString(s)
}

// stop ends the sentence before a block that is written on the same line.
func (t *inline) stop() {
	t.space = true
	said := strings.TrimRight(t.b.String(), "*_ ")
	if said != "" && !strings.ContainsAny(said[len(said)-1:], ".,:;?!\n") {
		t.b.WriteByte('.')
	}
}

// words writes text, its spaces joined.
func (t *inline) words(s string, escape func(string) string) {
	for i, word := range strings.FieldsFunc(s, isSpace) {
		if i > 0 || isSpace(rune(s[0])) {
			t.space = true
		}
		t.write(escape(word))
	}
	if s != "" && isSpace(rune(s[len(s)-1])) {
		t.space = true
	}
}

func isSpace(r rune) bool { return r == ' ' || r == '\n' || r == '\t' || r == '\r' }

func (t *inline) node(n *html.Node) {
	switch {
	case n.Type == html.TextNode:
		t.words(n.Data, escapeText)
		return
	case n.Type != html.ElementNode || unread(n):
		return
	}
	around := func(mark string) {
		if inner := line(n); inner != "" {
			t.write(mark + inner + mark)
		}
	}
	switch n.Data {
	case "a":
		text, dest := line(n), attr(n, "href")
		switch {
		case text == "":
		case dest == "" || strings.HasPrefix(dest, "#"):
			t.write(text)
		default:
			t.write("[" + text + "](" + markdownLink(dest) + ")")
		}
	case "code", "samp", "kbd":
		text := strings.Join(strings.Fields(verbatim(n)), " ")
		ticks := "`"
		for strings.Contains(text, ticks) {
			ticks += "`"
		}
		if len(ticks) > 1 {
			text = " " + text + " "
		}
		if strings.TrimSpace(text) != "" {
			t.write(ticks + text + ticks)
		}
	case "b", "strong", "dt":
		around("**")
	case "em", "i", "var":
		around("*")
	case "br":
		t.space = false
		t.b.WriteString("\\\n")
	case "ul", "ol": // within a line of its own, as a value
		first := true
		for item := range n.ChildNodes() {
			if item.Type == html.ElementNode && item.Data == "li" {
				if text := line(item); text != "" {
					if !first {
						t.b.WriteByte(',')
						t.space = true
					}
					first = false
					t.write(text)
				}
			}
		}
	default:
		switch {
		case hasClass(n, "mark"):
			if text := line(n); text != "" {
				t.write("**" + text + ".**")
			}
		case hasClass(n, "tag"):
			if text := line(n); text != "" {
				t.write("(" + text + ")")
			}
		default:
			if isBlock(n) {
				t.stop()
			}
			for c := range n.ChildNodes() {
				t.node(c)
			}
			if isBlock(n) {
				t.space = true
			}
		}
	}
}

// markdownLink returns where a link of a page leads from the page's Markdown copy.
func markdownLink(dest string) string {
	if strings.Contains(dest, ":") {
		return strings.NewReplacer("(", "%28", ")", "%29").Replace(dest)
	}
	file, _, _ := strings.Cut(dest, "#")
	if path.Ext(file) == ".html" && path.Base(file) != "404.html" && file != wholeName && !strings.Contains(file, path.Dir(widgetScript)+"/") {
		return strings.TrimSuffix(file, ".html") + ".md"
	}
	return file
}

// escapeText escapes what Markdown would take for more than a word.
func escapeText(word string) string {
	if !strings.ContainsAny(word, "\\`*_[]<&") {
		return word
	}
	var b strings.Builder
	for i, c := range []byte(word) {
		switch c {
		case '\\', '`', '*', '[', ']', '<':
			b.WriteByte('\\')
		case '&': // unless it stands alone, it may be an entity
			if i+1 < len(word) && (word[i+1] == '#' || isWordByte(word[i+1])) && strings.IndexByte(word[i:], ';') > 0 {
				b.WriteByte('\\')
			}
		case '_':
			if i == 0 || i == len(word)-1 || !isWordByte(word[i-1]) || !isWordByte(word[i+1]) {
				b.WriteByte('\\')
			}
		}
		b.WriteByte(c)
	}
	return b.String()
}

func isWordByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// escapeStart escapes what at the start of a paragraph would make it something else.
func escapeStart(text string) string {
	if text == "" {
		return text
	}
	switch text[0] {
	case '#', '>', '+', '-', '=', '~':
		return `\` + text
	}
	digits := len(text) - len(strings.TrimLeft(text, "0123456789"))
	if digits > 0 && digits < len(text) && (text[digits] == '.' || text[digits] == ')') && (digits+1 == len(text) || text[digits+1] == ' ') {
		return text[:digits] + `\` + text[digits:]
	}
	return text
}
