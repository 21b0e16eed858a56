package site

import (
	"bytes"
	"cmp"
	"fmt"
	"html/template"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html"

	"github.com/undelivered/undelivered/internal/catalog"
)

// sheet is one page while it is made.
type sheet struct {
	*book
	plan      *plan
	errs      []error
	fragments []fragment
	contents  []ref // the headings of its Markdown
	ids       map[string]bool
}

// fragment is a link to a heading, to be looked up when all pages are there.
type fragment struct {
	spot spot
	dest string // as it was written
	path string
	id   string
}

func (s *sheet) fail(at spot, format string, args ...any) {
	s.errs = append(s.errs, &fault{at, fmt.Sprintf(format, args...)})
}

// claim takes an id for a heading, or returns false where the page has it already.
func (s *sheet) claim(id string) bool {
	if s.ids == nil {
		s.ids = map[string]bool{}
		for _, taken := range []string{"main", "title", "contents", "sources", "read-on", "credit", "menu", "meant"} {
			s.ids[taken] = true
		}
	}
	if s.ids[id] {
		return false
	}
	s.ids[id] = true
	return true
}

// widgetScript is the asset that pages with the widget name.
const widgetScript = "v1/widget.js"

// frame is what the layout of every page needs.
type frame struct {
	Page
	Home      string // address of the home page
	Style     string
	Icon      string
	Picture   string // address of the picture for those who link to the page, in full
	Touch     string // address of the icon for home screens
	Search    string // address of what tells browsers how to search here
	Data      template.JS
	Site      Settings
	Ours      string // where the project is, on sites of another name
	Keeper    string // address of the script that has the site kept
	Manifest  string // and of the manifest, from there
	Script    string // address of the widget's script, on the page that has it
	Box       bool   // whether the header has the search box
	Find      string // address of the search's script
	Index     string // and of what it searches, from there
	Canonical string
	Markdown  string // address of the page's copy in Markdown
	Nav       []ref
	Foot      []ref
	Up        ref // the index that this page is in
	Body      any
}

// render makes the page. What is wrong is in s.errs afterwards.
func (s *sheet) render(t *theme) (page []byte) {
	defer func() {
		if p := recover(); p != nil {
			s.fail(s.origin(), "no page could be made of this: %v; take out what was changed last, and report it as a mistake of the program", p)
		}
	}()
	layout, body := s.plan.make(s)
	page, err := t.page(layout, s.frame(body))
	if err != nil {
		s.fail(s.origin(), "no page could be made of this: %v; take out what was changed last, and report it as a mistake of the program", err)
	}
	return page
}

// origin returns where the row or the document begins of which the page is made.
func (s *sheet) origin() spot {
	if d := s.docs[s.plan.ID]; d != nil {
		return spot{d.file, 1}
	}
	id := s.plan.ID
	if section, code, _ := strings.Cut(id, "/"); section == "enhanced" && len(code) > 1 {
		id = section + "/X" + code[1:]
	}
	return s.at(id)
}

// copy makes the Markdown copy of the page from its main part, nil where it has none.
func (s *sheet) copy(main *html.Node) []byte {
	if main == nil || markdownName(s.plan.Path) == "" {
		return nil
	}
	return markdown(main, s.colophon(s.plan))
}

func (s *sheet) frame(body any) *frame {
	f := &frame{
		Page:      s.plan.Page,
		Home:      s.relative(s.plan, s.pages["home"]),
		Style:     s.file(s.plan, "style.css"),
		Icon:      s.file(s.plan, "icon.svg"),
		Touch:     s.file(s.plan, "icons/180.png"),
		Site:      s.settings,
		Data:      s.structured(s.plan),
		Manifest:  manifestName,
		Keeper:    s.file(s.plan, "offline.js"),
		Find:      s.file(s.plan, searchScript),
		Index:     searchIndex,
		Canonical: s.canonical(s.plan),
		Body:      body,
	}
	if name := markdownName(s.plan.Path); name != "" {
		f.Markdown = s.file(s.plan, name)
	}
	if s.plan.Kind == "home" {
		if _, ok := s.config.Assets[widgetScript]; ok {
			f.Script = widgetScript
		}
	}
	if s.base != nil {
		f.Picture = s.base.String() + "picture.png"
		f.Search = s.file(s.plan, openSearchName)
	}
	if s.settings.Name != ourName {
		f.Ours = ourAddress
	}
	f.Box = f.Script == ""
	for _, p := range s.nav {
		f.Nav = append(f.Nav, s.refTo(p))
	}
	for _, p := range s.plans {
		if p.Kind == "text" && p.ID != "404" {
			f.Foot = append(f.Foot, s.refTo(p))
		}
	}
	if g := s.pages[s.plan.group]; g != nil {
		f.Up = s.refTo(g)
	}
	return f
}

// ref is a link to a page.
type ref struct {
	Href  string
	Code  string // the code or id, where the page is about one
	Title string
	Mark  string // permanence or the like
	Note  string // a few words more
	Here  bool   // whether it is the page itself, or the section that it belongs to
}

func (s *sheet) refTo(p *plan) ref {
	title := p.short
	return ref{
		Href: s.relative(s.plan, p), Code: p.Code, Title: title, Mark: p.mark,
		Here: p == s.plan || p.ID == s.plan.group,
	}
}

// refs returns links to the pages that ids name.
func (s *sheet) refs(at spot, ids []string) []ref {
	var refs []ref
	for _, id := range ids {
		p, heading := s.find(id)
		if p == nil {
			s.fail(at, "see %q: there is no such page; %s", id, s.hint(id))
			continue
		}
		r := s.refTo(p)
		if heading != "" {
			r.Href += "#" + heading
			if d := s.digits[id]; d != nil {
				r.Title = smart(d.Name)
			}
			if rest, ok := strings.CutPrefix(id, p.ID+"/"); ok {
				for _, m := range s.meanings[rest] {
					r.Title += ": " + smart(m.code.Name)
				}
			}
		}
		refs = append(refs, r)
	}
	return refs
}

// at returns where in codes.yaml the value at path stands.
func (s *sheet) at(path string) spot {
	file, line := s.catalog.Place(path)
	return spot{file, line}
}

// md returns prose of codes.yaml, which stands there at path, as HTML.
func (s *sheet) md(path string, m catalog.Markdown) template.HTML {
	if m == "" {
		return ""
	}
	at := s.at(path)
	return s.convert(&passage{text: []byte(m), file: at.file, line: at.line})
}

// source is a source as a page cites it.
type source struct {
	Name    string
	Short   string
	Section string
	URL     string
	Checked string
	Note    string
}

// sources returns the sources that refs name.
func (s *sheet) sources(at spot, refs []catalog.Ref) []source {
	var list []source
	for _, r := range refs {
		c, ok := s.catalog.Cite(r)
		if !ok {
			s.fail(at, "source %q: there is no such source; add it to sources in codes.yaml, or mend the name", string(r))
			continue
		}
		list = append(list, source{smart(c.Name), smart(c.Short), c.Section, c.URL, day(c.Checked), smart(c.Note)})
	}
	return list
}

// sourceLine is sources on one line, the day that they have in common said once.
type sourceLine struct {
	List    []source
	Checked string
}

func (s *sheet) sourceLine(at spot, refs []catalog.Ref) sourceLine {
	l := sourceLine{List: s.sources(at, refs)}
	for i, one := range l.List {
		if i > 0 && one.Checked != l.Checked {
			l.Checked = ""
			return l
		}
		l.Checked = one.Checked
	}
	for i := range l.List {
		l.List[i].Checked = ""
	}
	return l
}

// day writes a date as people do: 24 November 2026.
func day(s string) string {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return s
	}
	return t.Format("2 January 2006")
}

// role is what one actor does.
type role struct {
	ID    string
	Name  string
	Steps []template.HTML
	Moves bool // whether it is this actor's move
}

// roles returns steps by role, the catalogue's order of actors kept.
func (s *sheet) roles(path string, steps []*catalog.Role, actor string) []role {
	var list []role
	for _, a := range s.catalog.Actors {
		for _, r := range steps {
			if r.ID != a.ID || len(r.Steps) == 0 {
				continue
			}
			v := role{ID: a.ID, Name: smart(a.Name), Moves: a.ID == actor}
			for _, step := range r.Steps {
				v.Steps = append(v.Steps, s.md(path+"/steps/"+r.ID, step))
			}
			list = append(list, v)
		}
	}
	// Who has the move comes first, so that nobody reads three lists that are not theirs.
	slices.SortStableFunc(list, func(a, b role) int { return cmp.Compare(rank(a.Moves), rank(b.Moves)) })
	return list
}

func rank(first bool) int {
	if first {
		return 0
	}
	return 1
}

// run is a part of a server's words, set off where it is what the page is about.
type run struct {
	Text string
	Mark bool
}

var lineEnds = regexp.MustCompile(`[ \t\x{a0}]+\n`)

// said returns a server's words with the given words in them set off, without spaces at the ends of
// lines.
func said(text string, words ...string) []run {
	text = lineEnds.ReplaceAllString(strings.TrimSpace(text), "\n")
	type span struct{ from, to int }
	var spans []span
	lower := strings.ToLower(text)
	if len(lower) != len(text) {
		lower = text // a letter whose other case has another length: compare exactly
	}
	for _, w := range words {
		w = strings.ToLower(w)
		if w == "" {
			continue
		}
		for from := 0; ; {
			i := strings.Index(lower[from:], w)
			if i < 0 {
				break
			}
			i += from
			from = i + len(w)
			if bounded(lower, i, from) {
				spans = append(spans, span{i, from})
			}
		}
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Or(a.from-b.from, b.to-a.to) })
	var runs []run
	done := 0
	for _, sp := range spans {
		if sp.from < done {
			continue
		}
		if sp.from > done {
			runs = append(runs, run{Text: text[done:sp.from]})
		}
		runs = append(runs, run{text[sp.from:sp.to], true})
		done = sp.to
	}
	if done < len(text) {
		runs = append(runs, run{Text: text[done:]})
	}
	return runs
}

// bounded reports whether s[i:j] is not part of a longer word or number.
func bounded(s string, i, j int) bool {
	word := func(c byte) bool {
		return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= utf8.RuneSelf
	}
	if i > 0 && word(s[i]) && (word(s[i-1]) || s[i-1] == '.') {
		return false
	}
	if j < len(s) && word(s[j-1]) && (word(s[j]) || s[j] == '.' && j+1 < len(s) && word(s[j+1])) {
		return false
	}
	return true
}

// examples returns what servers say, with the words set off.
func examples(list []*catalog.Example, words ...string) [][]run {
	var all [][]run
	for _, e := range list {
		if e != nil && strings.TrimSpace(e.Text) != "" {
			all = append(all, said(e.Text, words...))
		}
	}
	return all
}

// description makes the description of a page from prose: whole sentences, as many as fit
// into what search engines show.
func (b *book) description(m catalog.Markdown) string {
	const most = 160
	rest := b.plain(string(m))
	out := firstSentence(rest)
	for {
		rest = strings.TrimSpace(strings.TrimPrefix(rest, firstSentence(rest)))
		next := firstSentence(rest)
		if next == "" || len(out)+1+len(next) > most {
			return out
		}
		out += " " + next
	}
}

// letter is a message ready to send, its blanks set off.
func letter(text string) []run {
	var runs []run
	for text != "" {
		i := strings.IndexByte(text, '{')
		j := -1
		if i >= 0 {
			j = strings.IndexByte(text[i:], '}')
		}
		if j < 0 {
			return append(runs, run{Text: text})
		}
		if i > 0 {
			runs = append(runs, run{Text: text[:i]})
		}
		runs = append(runs, run{text[i+1 : i+j], true})
		text = text[i+j+1:]
	}
	return runs
}

// execute runs a template into a string of bytes.
func execute(t *template.Template, name string, data any) ([]byte, error) {
	var w bytes.Buffer
	err := t.ExecuteTemplate(&w, name, data)
	return w.Bytes(), err
}
