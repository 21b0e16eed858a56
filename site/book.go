package site

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/undelivered/undelivered/internal/catalog"
)

// book knows which pages there are, before any of them is written. Nothing in it changes
// while pages are made.
type book struct {
	config   Config
	base     *url.URL // nil where unknown
	settings Settings
	plans    []*plan
	pages    map[string]*plan  // by the id of the page
	files    map[string]*plan  // by the file of the page
	places   map[string]string // ids that are a heading of a page: page id # heading
	docs     map[string]*document
	nav      []*plan
	prose    *prose
	deflater *deflater

	catalog  *catalog.Catalog
	replies  map[string]*catalog.Reply
	enhanced map[string]*catalog.Enhanced
	reasons  map[string]*catalog.Reason
	actors   map[string]*catalog.Actor
	digits   map[string]*catalog.Digit // by section/id: first-digits/5
	meanings map[string][]meaning      // by the code that a provider's match names: 550, or 7.26 of any class
	users    map[string][]*plan        // the codes that have a reason, by the reason
	speakers map[string][]*plan        // the providers that have words for a reason, by the reason
	phrases  map[string][]*catalog.Phrase
}

// meaning is a provider's own meaning of a code.
type meaning struct {
	section  string // providers or clients
	provider *catalog.Provider
	code     *catalog.Code
}

func (m meaning) id() string { return m.section + "/" + m.provider.ID + "/" + m.code.ID }

// plan is a page to be made.
type plan struct {
	Page
	short string // the name in lists and in the navigation
	mark  string // permanence, or another mark of shape and word
	group string // the page of which this is a part
	make  func(s *sheet) (layout string, body any)
}

// newBook lays the site out.
func newBook(c Config, base *url.URL, settings Settings) (*book, error) {
	docs, err := readContent(c, settings)
	if err != nil {
		return nil, err
	}
	b := &book{
		config: c, base: base, settings: settings, catalog: c.Catalog, docs: docs, prose: newProse(), deflater: &deflater{},
		pages:    map[string]*plan{},
		files:    map[string]*plan{},
		places:   map[string]string{},
		replies:  map[string]*catalog.Reply{},
		enhanced: map[string]*catalog.Enhanced{},
		reasons:  map[string]*catalog.Reason{},
		actors:   map[string]*catalog.Actor{},
		digits:   map[string]*catalog.Digit{},
		meanings: map[string][]meaning{},
		users:    map[string][]*plan{},
		speakers: map[string][]*plan{},
		phrases:  map[string][]*catalog.Phrase{},
	}
	for _, r := range c.Catalog.Replies {
		b.replies[r.ID] = r
	}
	for _, e := range c.Catalog.Enhanced {
		b.enhanced[e.ID] = e
	}
	for _, r := range c.Catalog.Reasons {
		b.reasons[r.ID] = r
	}
	for _, p := range c.Catalog.Phrases {
		if p.Example != nil {
			b.phrases[p.Reason] = append(b.phrases[p.Reason], p)
		}
	}
	for _, a := range c.Catalog.Actors {
		b.actors[a.ID] = a
	}
	b.digit("first-digits", "digits#first-", c.Catalog.FirstDigits)
	b.digit("second-digits", "digits#second-", c.Catalog.SecondDigits)
	b.digit("classes", "enhanced#class-", c.Catalog.Classes)
	b.digit("subjects", "enhanced#subject-", c.Catalog.Subjects)
	b.own("providers", c.Catalog.Providers)
	b.own("clients", c.Catalog.Clients)

	var errs []error
	text := func(name, id string) *document {
		d := docs[name]
		if d == nil {
			errs = append(errs, fmt.Errorf("%s/%s.md: this file is missing; it holds the text of the page %q", c.ContentName, name, id))
			d = &document{name: name}
		}
		return d
	}
	home := text("home", "home")
	b.add(&plan{Page: Page{ID: "home", Path: "index.html", Kind: "home", Title: home.Title, Description: home.Description}, short: "Start", make: homePage(home)})

	// index adds a section's own page, and with it the section to the navigation.
	index := func(id, file, short string, body func(d *document) func(*sheet) (string, any)) {
		d := text(id, id)
		p := &plan{Page: Page{ID: id, Path: file, Kind: "index", Title: d.Title, Description: d.Description}, short: short, make: body(d)}
		b.add(p)
		b.nav = append(b.nav, p)
	}
	if len(c.Catalog.Replies) > 0 {
		index("replies", "codes/index.html", "Reply codes", repliesPage)
		for _, r := range c.Catalog.Replies {
			b.add(b.planReply(r))
			b.use(r.Reason)
		}
	}
	if len(c.Catalog.Enhanced) > 0 {
		index("enhanced", "enhanced/index.html", "Enhanced codes", enhancedIndex)
		for _, e := range c.Catalog.Enhanced {
			for i, class := range e.Classes {
				p := b.planEnhanced(e, class)
				b.add(p)
				b.use(reasonIn(e, class))
				if i == 0 {
					b.pages["enhanced/"+e.ID] = p
				}
			}
		}
	}
	if len(c.Catalog.FirstDigits) > 0 {
		index("digits", "digits.html", "Digits", digitsPage)
	}
	if len(c.Catalog.Reasons) > 0 {
		index("reasons", "reasons/index.html", "Reasons", reasonsPage)
		for _, r := range c.Catalog.Reasons {
			b.add(b.planReason(r))
		}
	}
	if len(c.Catalog.Providers) > 0 {
		index("providers", "providers/index.html", "Providers", providersPage("providers", c.Catalog.Providers))
		for _, p := range c.Catalog.Providers {
			b.addProvider("providers", "provider", p)
		}
	}
	if len(c.Catalog.Clients) > 0 {
		index("clients", "clients/index.html", "Mail programs", providersPage("clients", c.Catalog.Clients))
		for _, p := range c.Catalog.Clients {
			b.addProvider("clients", "client", p)
		}
	}
	if len(c.Catalog.Blocklists) > 0 {
		index("blocklists", "blocklists/index.html", "Blocklists", blocklistsPage)
		for _, l := range c.Catalog.Blocklists {
			b.add(b.planBlocklist(l))
		}
	}
	if guides := b.guides(); len(guides) > 0 {
		index("guides", "guides/index.html", "Guides", guidesPage)
		for _, d := range guides {
			b.add(&plan{Page: Page{ID: d.name, Path: d.name + ".html", Kind: "guide", Title: d.Title, Description: d.Description}, group: "guides", make: textPage(d)})
		}
	}
	// Whatever else is in content/ is a page of its own; 404.html comes last, since it is
	// no part of the reference.
	for _, name := range sortedKeys(docs) {
		if b.pages[name] == nil && name != "home" && name != "404" && !strings.Contains(name, "/") && !isIndex(name) {
			d := docs[name]
			page := textPage
			if name == "embed" {
				page = embedPage
			}
			b.add(&plan{Page: Page{ID: name, Path: name + ".html", Kind: "text", Title: d.Title, Description: d.Description}, make: page(d)})
		}
	}
	lost := text("404", "404")
	b.add(&plan{Page: Page{ID: "404", Path: "404.html", Kind: "text", Title: lost.Title, Description: lost.Description}, make: textPage(lost)})
	return b, join(errs)
}

// isIndex reports whether name is a section's own page, which is there only with the section.
func isIndex(name string) bool {
	return slices.Contains([]string{"replies", "enhanced", "digits", "reasons", "providers", "clients", "blocklists", "guides"}, name)
}

func (b *book) add(p *plan) {
	p.Title = smart(p.Title)
	p.short = cmp.Or(smart(p.short), p.Title)
	b.plans = append(b.plans, p)
	b.pages[p.ID] = p
	b.files[p.Path] = p
}

// use notes that the page just added is about a code with this reason.
func (b *book) use(reason string) {
	if reason != "" {
		b.users[reason] = append(b.users[reason], b.plans[len(b.plans)-1])
	}
}

// speak notes for which reasons the provider, whose page was just added, has words.
func (b *book) speak(p *catalog.Provider) {
	page := b.plans[len(b.plans)-1]
	for _, c := range p.Codes {
		if list := b.speakers[c.Reason]; len(list) == 0 || list[len(list)-1] != page {
			b.speakers[c.Reason] = append(list, page)
		}
	}
}

func (b *book) digit(section, place string, digits []*catalog.Digit) {
	for _, d := range digits {
		b.digits[section+"/"+d.ID] = d
		b.places[section+"/"+d.ID] = place + d.ID
	}
}

// own notes what providers mean by codes, so that the page of a code can show it.
func (b *book) own(section string, providers []*catalog.Provider) {
	for _, p := range providers {
		for _, c := range p.Codes {
			m := meaning{section, p, c}
			if c.Match == nil {
				continue
			}
			switch {
			case c.Match.Enhanced != "":
				for _, detail := range details(c.Match.Enhanced) {
					b.meanings[detail] = append(b.meanings[detail], m)
				}
			case c.Match.Reply != "":
				b.meanings[c.Match.Reply] = append(b.meanings[c.Match.Reply], m)
			}
		}
	}
}

// guides returns the guides in the order that their front matter gives.
func (b *book) guides() []*document {
	var guides []*document
	for _, name := range sortedKeys(b.docs) {
		if strings.HasPrefix(name, "guides/") {
			guides = append(guides, b.docs[name])
		}
	}
	slices.SortStableFunc(guides, func(x, y *document) int {
		return cmp.Or(cmp.Compare(cmp.Or(x.Order, 1<<30), cmp.Or(y.Order, 1<<30)), cmp.Compare(x.Title, y.Title))
	})
	return guides
}

// find returns the page that an id names and the heading on it, if any.
func (b *book) find(id string) (p *plan, heading string) {
	if place, ok := b.places[id]; ok {
		id, heading, _ = strings.Cut(place, "#")
	}
	return b.pages[id], heading
}

// relative returns the address of the page to, as a link on the page from names it.
func (b *book) relative(from, to *plan) string { return b.file(from, to.Path) }

// file returns the address of a file as a link on the page from names it.
func (b *book) file(from *plan, name string) string {
	if from.Path == "404.html" {
		if b.base != nil {
			return b.base.EscapedPath() + name
		}
		return "/" + name
	}
	dir, file := path.Split(name)
	here, _ := path.Split(from.Path)
	if dir == here {
		return file
	}
	return strings.Repeat("../", strings.Count(here, "/")) + name
}

// canonical returns the address of a page on the web, empty where that is not known.
func (b *book) canonical(p *plan) string {
	if b.base == nil || p.Path == "404.html" {
		return ""
	}
	return b.base.String() + strings.TrimSuffix(p.Path, "index.html")
}

// sitemap lists the pages for search engines (sitemaps.org protocol 0.9).
func (b *book) sitemap() []byte {
	var w bytes.Buffer
	w.WriteString(xml.Header + `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + "\n")
	for _, p := range b.plans {
		if address := b.canonical(p); address != "" {
			w.WriteString("<url><loc>")
			xml.EscapeText(&w, []byte(address))
			w.WriteString("</loc></url>\n")
		}
	}
	w.WriteString("</urlset>\n")
	return w.Bytes()
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
