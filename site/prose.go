package site

import (
	"bytes"
	"html/template"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// prose turns Markdown into HTML for a page. It may be used by several goroutines at a time.
type prose struct {
	parser   parser.Parser
	renderer renderer.Renderer
}

// newProse sets goldmark up without raw HTML: what looks like a tag in our sources is an
// address in angle brackets, and has to be read, not obeyed.
func newProse() *prose {
	md := goldmark.New(
		goldmark.WithParser(parser.NewParser(
			parser.WithBlockParsers(
				util.Prioritized(parser.NewThematicBreakParser(), 200),
				util.Prioritized(parser.NewListParser(), 300),
				util.Prioritized(parser.NewListItemParser(), 400),
				util.Prioritized(parser.NewCodeBlockParser(), 500),
				util.Prioritized(parser.NewATXHeadingParser(), 600),
				util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
				util.Prioritized(parser.NewBlockquoteParser(), 800),
				util.Prioritized(parser.NewParagraphParser(), 1000),
			),
			parser.WithInlineParsers(
				util.Prioritized(parser.NewCodeSpanParser(), 100),
				util.Prioritized(parser.NewLinkParser(), 200),
				util.Prioritized(parser.NewAutoLinkParser(), 300),
				util.Prioritized(parser.NewEmphasisParser(), 500),
			),
			parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
		)),
		goldmark.WithRenderer(renderer.NewRenderer(renderer.WithNodeRenderers(util.Prioritized(html.NewRenderer(), 1000)))),
		goldmark.WithExtensions(
			// Cells are not aligned, since goldmark does it with styles, which our policy stops.
			extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignNone)),
			extension.Typographer,
		),
	)
	md.Parser().AddOptions(parser.WithASTTransformers(util.Prioritized(linker{}, 100)))
	return &prose{md.Parser(), md.Renderer()}
}

// passage is a piece of Markdown and where it comes from.
type passage struct {
	text     []byte
	file     string
	line     int  // of the text's start
	exact    bool // lines of the text are lines of the file
	headings bool // whether it may have headings
}

// spot returns where in the source the byte at pos stands.
func (p *passage) spot(pos int) spot {
	line := p.line
	if p.exact && pos > 0 {
		line += bytes.Count(p.text[:min(pos, len(p.text))], []byte("\n"))
	}
	return spot{p.file, line}
}

// convert returns p as HTML for the page of s. A single paragraph comes without its tags.
func (s *sheet) convert(p *passage) template.HTML {
	pc := parser.NewContext(parser.WithIDs(&headingIDs{sheet: s}))
	pc.Set(sheetKey, s)
	pc.Set(passageKey, p)
	doc := s.prose.parser.Parse(text.NewReader(p.text), parser.WithContext(pc))
	if one := doc.FirstChild(); one != nil && one.NextSibling() == nil && one.Kind() == ast.KindParagraph && !p.headings {
		bare := ast.NewTextBlock()
		for c := one.FirstChild(); c != nil; {
			next := c.NextSibling()
			bare.AppendChild(bare, c)
			c = next
		}
		doc.ReplaceChild(doc, one, bare)
	}
	var w bytes.Buffer
	if err := s.prose.renderer.Render(&w, p.text, doc); err != nil {
		s.fail(p.spot(0), "%v", err)
	}
	return template.HTML(bytes.TrimSpace(w.Bytes()))
}

var (
	sheetKey   = parser.NewContextKey()
	passageKey = parser.NewContextKey()
)

// linker leads links to the pages that their ids name, and gives headings their ids and
// links.
type linker struct{}

func (linker) Transform(doc *ast.Document, _ text.Reader, pc parser.Context) {
	s := pc.Get(sheetKey).(*sheet)
	p := pc.Get(passageKey).(*passage)
	var headings []*ast.Heading
	var addresses []*ast.AutoLink
	ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			headings = append(headings, n)
		case *ast.Link:
			if in(n, ast.KindHeading) {
				s.fail(p.spot(n.Pos()), "a link in a heading; headings are links to themselves, so move it below")
			}
			dest := s.resolve(p.spot(n.Pos()), string(n.Destination))
			n.Destination = []byte(dest)
		case *ast.AutoLink:
			if n.AutoLinkType == ast.AutoLinkEmail {
				addresses = append(addresses, n)
			} else {
				s.resolve(p.spot(n.Pos()), string(n.URL(p.text)))
			}
		case *ast.Image:
			s.fail(p.spot(n.Pos()), "a picture: %q; pages have none, so describe it in words", n.Destination)
		}
		return ast.WalkContinue, nil
	})
	for _, n := range addresses {
		// <bob@example.com> stands for what a server said, and is nobody to write to.
		said := ast.NewString(append(append([]byte{'<'}, n.Label(p.text)...), '>'))
		said.SetRaw(true)
		n.Parent().ReplaceChild(n.Parent(), n, said)
	}
	for _, h := range headings {
		at := p.spot(h.Pos())
		switch {
		case !p.headings:
			s.fail(at, "a heading inside prose that has one already; make it a sentence")
			continue
		case h.Level == 1:
			s.fail(at, "a heading of the first level; the title is that one, so start with ##")
			continue
		}
		words := plainText(h, p.text)
		id := string(pc.IDs().Generate([]byte(words), ast.KindHeading))
		h.SetAttributeString("id", []byte(id))
		link := ast.NewLink()
		link.Destination = []byte("#" + id)
		for c := h.FirstChild(); c != nil; {
			next := c.NextSibling()
			link.AppendChild(link, c)
			c = next
		}
		h.AppendChild(h, link)
		if h.Level == 2 {
			s.contents = append(s.contents, ref{Href: "#" + id, Title: words})
		}
	}
}

func in(n ast.Node, kind ast.NodeKind) bool {
	for ; n != nil; n = n.Parent() {
		if n.Kind() == kind {
			return true
		}
	}
	return false
}

// resolve returns where a link written as dest leads from the page of s.
func (s *sheet) resolve(at spot, dest string) string {
	if strings.HasPrefix(dest, "#") {
		s.fragments = append(s.fragments, fragment{at, dest, s.plan.Path, dest[1:]})
		return dest
	}
	if u, err := url.Parse(dest); err != nil || u.Scheme != "" || u.Host != "" {
		switch {
		case err != nil:
			s.fail(at, "link to %q: this is no address; mend it", dest)
		case u.Scheme == "mailto" && u.Opaque != "", (u.Scheme == "http" || u.Scheme == "https") && u.Host != "":
		default:
			s.fail(at, "link to %q: only https, http and mailto lead out of the site; write one of them, or the id of a page", dest)
		}
		return dest
	}
	if s.publishes(dest) {
		return s.file(s.plan, dest)
	}
	id, heading, _ := strings.Cut(dest, "#")
	p, place := s.find(id)
	if p == nil {
		s.fail(at, "link to %q: there is no such page; %s", dest, s.hint(id))
		return dest
	}
	if heading == "" {
		heading = place
	}
	href := s.relative(s.plan, p)
	if heading != "" {
		s.fragments = append(s.fragments, fragment{at, dest, p.Path, heading})
		href += "#" + heading
	}
	return href
}

// hint says what may have been meant by an id that leads nowhere.
func (b *book) hint(id string) string {
	clean := strings.TrimSuffix(strings.TrimLeft(id, "./"), ".html")
	clean = strings.TrimSuffix(clean, "/index")
	if rest, ok := strings.CutPrefix(clean, "codes"); ok {
		clean = "replies" + rest
	}
	if p, _ := b.find(clean); p != nil && clean != id {
		return "write " + strconv.Quote(clean)
	}
	return "write the id of one, as replies/550, enhanced/5.1.1, reasons/mailbox-full or guides/greylisting"
}

// headingIDs makes ids of headings, each once on a page.
type headingIDs struct{ sheet *sheet }

func (h *headingIDs) Generate(value []byte, _ ast.NodeKind) []byte {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(string(value)) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '.':
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(r)
		case r == '\'' || r == '’':
		default:
			gap = true
		}
	}
	base := strings.Trim(b.String(), ".-")
	if base == "" {
		base = "part"
	}
	id := base
	for i := 2; !h.sheet.claim(id); i++ {
		id = base + "-" + strconv.Itoa(i)
	}
	return []byte(id)
}

func (h *headingIDs) Put([]byte) {}

// plain returns Markdown as plain text on one line.
func (b *book) plain(markdown string) string {
	src := []byte(markdown)
	pc := parser.NewContext()
	quiet := &sheet{book: b, plan: &plan{}}
	pc.Set(sheetKey, quiet)
	pc.Set(passageKey, &passage{text: src})
	doc := b.prose.parser.Parse(text.NewReader(src), parser.WithContext(pc))
	return strings.Join(strings.Fields(plainText(doc, src)), " ")
}

func plainText(n ast.Node, src []byte) string {
	var b strings.Builder
	ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.Text:
			if entering {
				b.Write(n.Value(src))
				if n.SoftLineBreak() || n.HardLineBreak() {
					b.WriteByte(' ')
				}
			}
		case *ast.String:
			if entering {
				b.WriteString(punctuation.Replace(string(n.Value)))
			}
		case *ast.AutoLink:
			if entering {
				b.Write(n.Label(src))
			}
		case *ast.CodeBlock, *ast.FencedCodeBlock:
			if entering {
				b.Write(n.Lines().Value(src))
			}
		default:
			if !entering && n.Type() == ast.TypeBlock {
				b.WriteByte(' ')
			}
		}
		return ast.WalkContinue, nil
	})
	return strings.TrimSpace(b.String())
}

// punctuation undoes the entities of goldmark's typographer.
var punctuation = strings.NewReplacer("&lsquo;", "‘", "&rsquo;", "’", "&ldquo;", "“", "&rdquo;", "”",
	"&ndash;", "–", "&mdash;", "—", "&hellip;", "…", "&laquo;", "«", "&raquo;", "»")

// smart sets apostrophes and quotation marks in a plain text as the typographer does in
// prose.
func smart(s string) string {
	if !strings.ContainsAny(s, `'"`) {
		return s
	}
	var b strings.Builder
	before := ' '
	for _, r := range s {
		open := unicode.IsSpace(before) || strings.ContainsRune("([“‘", before)
		switch {
		case r == '\'' && open:
			r = '‘'
		case r == '\'':
			r = '’'
		case r == '"' && open:
			r = '“'
		case r == '"':
			r = '”'
		}
		b.WriteRune(r)
		before = r
	}
	return b.String()
}

// firstSentence returns the first sentence of a plain text.
func firstSentence(s string) string {
	for i := 0; i+1 < len(s); i++ {
		if (s[i] == '.' || s[i] == '?' || s[i] == '!') && s[i+1] == ' ' && (i+2 >= len(s) || !unicode.IsLower(rune(s[i+2]))) {
			return s[:i+1]
		}
	}
	return s
}
