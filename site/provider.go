package site

import (
	"cmp"
	"html/template"
	"strconv"
	"strings"

	"github.com/undelivered/undelivered/internal/catalog"
)

// mostCodes is how many codes of a provider one page shows in full. With more it takes
// too long to arrive and to read, and each reason's group gets a page of its own.
const mostCodes = 30

// providerPage is what the page of a provider or a mail program shows.
type providerPage struct {
	Title      string
	Part       string // of a page that shows some of its codes: which
	Kind       string
	Answer     template.HTML
	More       template.HTML
	Links      []ref
	Facts      []fact
	Contents   []codeGroup
	Codes      []providerCode
	Sources    []source
	See        []ref
	Neighbours []ref
}

// codeGroup is a part of the list of its codes.
type codeGroup struct {
	ID    string
	Title string // empty where there is but one group
	Codes []codeLink
}

// codeLink leads to a code. ID is given where the code is on another page, so that a link
// to it on this one leads to the list.
type codeLink struct {
	ref
	ID string
}

// providerPart is a page with some codes of a provider.
type providerPart struct {
	group string // of reasons; empty where all codes are on the provider's page
	file  string // id of the page: providers/gmail-sender
	title string
	codes []*catalog.Code
}

// providerCode is one of its codes or texts.
type providerCode struct {
	ID          string
	Code        string // reply and enhanced code, as far as it has them
	Name        string
	Mark        string
	Answer      template.HTML
	More        template.HTML
	Reason      *ref
	Move        string
	Retry       string
	Roles       []role
	Says        [][]run
	Unconfirmed bool
	Sources     sourceLine
	See         []ref
}

// addProvider plans the page of a provider, and further pages where it has many codes.
func (b *book) addProvider(section, kind string, p *catalog.Provider) {
	parts := b.parts(section, p)
	b.add(&plan{
		Page: Page{
			ID: section + "/" + p.ID, Path: section + "/" + p.ID + ".html", Kind: kind,
			Title: p.Name, Description: b.description(p.Answer),
		},
		group: section,
		make:  func(s *sheet) (string, any) { return "provider", s.provider(section, p, parts) },
	})
	b.speak(p)
	for _, part := range parts {
		if part.group == "" {
			continue
		}
		b.add(&plan{
			Page: Page{
				ID: part.file, Path: part.file + ".html", Kind: kind, Title: p.Name + ": " + part.title,
				Description: "Codes and texts of " + p.Name + ": " + part.title + ".",
			},
			group: section,
			make:  func(s *sheet) (string, any) { return "provider", s.providerPart(section, p, part) },
		})
	}
}

// parts divides the codes of a provider into pages, and notes where each code is.
func (b *book) parts(section string, p *catalog.Provider) []providerPart {
	page := section + "/" + p.ID
	var parts []providerPart
	if len(p.Codes) <= mostCodes {
		parts = []providerPart{{file: page, codes: p.Codes}}
	} else {
		for _, group := range groups {
			var codes []*catalog.Code
			for _, c := range p.Codes {
				if r := b.reasons[c.Reason]; r != nil && r.Group == group {
					codes = append(codes, c)
				}
			}
			pages := (len(codes) + mostCodes - 1) / mostCodes
			for n := range pages {
				part := providerPart{group: group, file: page + "-" + group, title: groupTitle(group)}
				part.codes = codes[n*len(codes)/pages : (n+1)*len(codes)/pages]
				if n > 0 {
					part.file += "-" + strconv.Itoa(n+1)
					part.title += ", part " + strconv.Itoa(n+1)
				}
				parts = append(parts, part)
			}
		}
	}
	for _, part := range parts {
		for _, c := range part.codes {
			b.places[page+"/"+c.ID] = part.file + "#" + c.ID
		}
	}
	return parts
}

func (s *sheet) provider(section string, p *catalog.Provider, parts []providerPart) *providerPage {
	at := section + "/" + p.ID
	v := &providerPage{
		Title: smart(p.Name), Kind: p.Kind, Answer: s.md(at+"/answer", p.Answer), More: s.md(at+"/more", p.More),
		Sources: s.sources(s.at(at+"/sources"), p.Sources),
		See:     s.refs(s.at(at+"/see"), p.See),
	}
	for _, l := range p.Links {
		v.Links = append(v.Links, ref{Href: l.URL, Title: smart(l.ID)})
	}
	if len(p.Domains) > 0 {
		v.Facts = append(v.Facts, fact{Name: "domains", Text: p.Domains})
	}
	if len(p.Hosts) > 0 {
		v.Facts = append(v.Facts, fact{Name: "hosts", Text: p.Hosts})
	}
	s.reserve()
	for _, part := range parts {
		g := codeGroup{ID: part.group}
		if part.group != "" {
			g.Title = groupTitle(part.group)
			s.claim(g.ID)
		}
		for _, c := range part.codes {
			s.claimCode(at, c)
			link := codeLink{ref: s.refTo(s.plan)}
			link.Code, link.Title, link.Mark = codeOf(c), smart(c.Name), s.markOf(c)
			link.Href = "#" + c.ID
			if part.group == "" {
				v.Codes = append(v.Codes, s.providerCode(at, c))
			} else {
				link.Href, link.ID = s.relative(s.plan, s.pages[part.file])+link.Href, c.ID
			}
			g.Codes = append(g.Codes, link)
		}
		last := len(v.Contents) - 1
		switch {
		case len(g.Codes) == 0:
		case last >= 0 && v.Contents[last].Title == g.Title:
			v.Contents[last].Codes = append(v.Contents[last].Codes, g.Codes...)
		default:
			v.Contents = append(v.Contents, g)
		}
	}
	catalogue := s.catalog.Providers
	if section == "clients" {
		catalogue = s.catalog.Clients
	}
	for _, other := range catalogue {
		if other != p && other.Kind == p.Kind {
			v.Neighbours = append(v.Neighbours, s.refTo(s.pages[section+"/"+other.ID]))
		}
	}
	return v
}

// providerPart makes a page with some codes of a provider.
func (s *sheet) providerPart(section string, p *catalog.Provider, part providerPart) *providerPage {
	at := section + "/" + p.ID
	v := &providerPage{Title: smart(p.Name), Part: part.title, Kind: p.Kind}
	s.reserve()
	for _, c := range part.codes {
		s.claimCode(at, c)
		v.Codes = append(v.Codes, s.providerCode(at, c))
	}
	v.See = append(v.See, s.refTo(s.pages[at]))
	return v
}

// reserve claims the headings that a provider's page has anyway.
func (s *sheet) reserve() {
	for _, id := range []string{"codes", "more", "neighbours"} {
		s.claim(id)
	}
}

func (s *sheet) claimCode(at string, c *catalog.Code) {
	if !s.claim(c.ID) {
		s.fail(s.at(at+"/codes/"+c.ID), "the code %q has the id of another heading of its page; rename it", c.ID)
	}
}

// codeOf returns the reply code and the enhanced code by which a code is recognised, or
// else a number of the provider's own, such as 0x800CCC0E, as its example writes it.
func codeOf(c *catalog.Code) string {
	if c.Match == nil {
		return ""
	}
	if code := strings.TrimSpace(c.Match.Reply + " " + c.Match.Enhanced); code != "" {
		return code
	}
	for _, words := range c.Match.Says {
		if strings.ContainsAny(words, " {") || !strings.ContainsAny(words, "0123456789") {
			continue
		}
		for _, e := range c.Examples {
			if i := strings.Index(strings.ToLower(e.Text), strings.ToLower(words)); i >= 0 && i+len(words) <= len(e.Text) {
				return strings.Trim(e.Text[i:i+len(words)], "[]()<>:;,")
			}
		}
	}
	return ""
}

// markOf returns whether a provider's code is permanent or temporary, or nothing where that
// depends on the class it comes in.
func (s *sheet) markOf(c *catalog.Code) string {
	lead := ""
	if c.Match != nil {
		lead = cmp.Or(c.Match.Enhanced, c.Match.Reply)
	}
	mark := permanenceOf(c.Permanence, lead)
	if r := s.reasons[c.Reason]; r != nil && !strings.HasPrefix(lead, "X") {
		mark = cmp.Or(mark, r.Permanence)
	}
	return mark
}

// providerCode makes the section of one code of the provider at path.
func (s *sheet) providerCode(path string, c *catalog.Code) providerCode {
	at := path + "/codes/" + c.ID
	v := providerCode{
		ID: c.ID, Code: codeOf(c), Name: smart(c.Name), Mark: s.markOf(c),
		Answer: s.md(at+"/answer", c.Answer), More: s.md(at+"/more", c.More),
		Unconfirmed: c.Unconfirmed,
		Sources:     s.sourceLine(s.at(at+"/sources"), c.Sources),
		See:         s.refs(s.at(at+"/see"), c.See),
	}
	var words []string
	if m := c.Match; m != nil {
		words = append(words, m.Reply, strings.TrimPrefix(m.Enhanced, "X."))
		for _, says := range m.Says {
			words = append(words, wordsOf(says)...)
		}
	}
	v.Says = examples(c.Examples, words...)
	actor := c.Actor
	if r := s.reasons[c.Reason]; r != nil {
		v.Reason = s.reasonRef(r.ID)
		actor = cmp.Or(actor, r.Actor)
	}
	if a := s.actors[actor]; a != nil {
		v.Move = smart(a.Move)
	}
	v.Retry = smart(c.Retry)
	v.Roles = s.roles(at, c.Steps, actor)
	return v
}
