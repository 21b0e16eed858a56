package site

import (
	"html/template"
	"strings"

	"github.com/undelivered/undelivered/internal/catalog"
)

// textual is what a page shows that is mostly Markdown: a guide, the home page, the text
// above an index.
type textual struct {
	Title    string
	Lead     string
	Text     template.HTML
	Contents []ref
	Groups   []group // of an index
	Tables   []table // of the index of enhanced codes
	Pictures [][]part
	Digits   []digitTable
	See      []card
	Sources  []source
	Credit   template.HTML
	Widget   bool // whether the home page has the widget
	Codes    string
}

// card is a page shown with its description.
type card struct {
	ref
	Description string
}

// table is one subject of the index of enhanced codes.
type table struct {
	group
	Rows []row
}

// row is one enhanced code of it, with a page for each class.
type row struct {
	Code    string
	Name    string
	Kind    string
	Classes []ref
}

// digitTable is all values of one place of a code.
type digitTable struct {
	ID     string
	Values []digitValue
}

type digitValue struct {
	ID        string
	Digit     string
	Name      string
	Mark      string
	Answer    template.HTML
	More      template.HTML
	Then, Now template.HTML
	Sources   sourceLine
}

// text returns what a document of content/ holds, as far as every page shows it.
func (s *sheet) text(d *document) *textual {
	t := &textual{Title: smart(d.Title), Lead: smart(d.Description)}
	t.Text = s.convert(&passage{text: d.body, file: d.file, line: d.line, exact: true, headings: true})
	t.Contents = s.contents
	t.Sources = s.sources(spot{d.file, d.keys["sources"]}, d.Sources)
	if d.Credit != "" {
		t.Credit = s.convert(&passage{text: []byte(d.Credit), file: d.file, line: d.keys["credit"]})
	}
	for i, r := range s.refs(spot{d.file, d.keys["see"]}, d.See) {
		c := card{ref: r}
		if p, heading := s.find(d.See[i]); p != nil && heading == "" {
			c.Description = smart(p.Description)
		}
		t.See = append(t.See, c)
	}
	return t
}

func textPage(d *document) func(*sheet) (string, any) {
	return func(s *sheet) (string, any) {
		t := s.text(d)
		if len(t.Contents) < 4 {
			t.Contents = nil // a page that short is its own table of contents
		}
		return "text", t
	}
}

func homePage(d *document) func(*sheet) (string, any) {
	return func(s *sheet) (string, any) {
		t := s.text(d)
		_, t.Widget = s.config.Assets[widgetScript]
		if p := s.pages["replies"]; p != nil {
			t.Codes = s.relative(s.plan, p)
		}
		for _, p := range s.nav {
			t.Groups = append(t.Groups, group{Title: p.short, Href: s.relative(s.plan, p), Answer: template.HTML(template.HTMLEscapeString(smart(p.Description)))})
		}
		return "home", t
	}
}

// indexPage makes an index of an introduction and groups of links.
func indexPage(fill func(s *sheet, t *textual)) func(d *document) func(*sheet) (string, any) {
	return func(d *document) func(*sheet) (string, any) {
		return func(s *sheet) (string, any) {
			t := s.text(d)
			fill(s, t)
			return "index", t
		}
	}
}

var repliesPage = indexPage(func(s *sheet, t *textual) {
	// Failures first: nobody looks a success up in a hurry.
	for _, first := range []string{"5", "4", "3", "2", "1", "6"} {
		g := group{ID: "first-" + first, Title: first + "xx"}
		if d := s.digits["first-digits/"+first]; d != nil {
			g.Title += ": " + smart(d.Name)
			g.Answer = s.md("first-digits/"+first+"/answer", d.Answer)
		}
		for _, r := range s.catalog.Replies {
			if r.ID[:1] == first && r.Kind != "mistaken" {
				link := s.refTo(s.pages["replies/"+r.ID])
				link.Note = r.Kind
				g.Refs = append(g.Refs, link)
			}
		}
		if len(g.Refs) > 0 {
			g.Mark = permanenceOf("", first)
			t.Groups = append(t.Groups, g)
		}
	}
	g := group{ID: "mistaken", Mark: "mistaken"}
	for _, r := range s.catalog.Replies {
		if r.Kind == "mistaken" {
			g.Refs = append(g.Refs, s.refTo(s.pages["replies/"+r.ID]))
		}
	}
	if len(g.Refs) > 0 {
		t.Groups = append(t.Groups, g)
	}
})

func enhancedIndex(d *document) func(*sheet) (string, any) {
	return func(s *sheet) (string, any) {
		t := s.text(d)
		var known []string
		for _, c := range s.catalog.Classes {
			t.Groups = append(t.Groups, group{
				ID: "class-" + c.ID, Title: c.ID + ": " + smart(c.Name), Mark: permanenceOf("", c.ID),
				Answer: s.md("classes/"+c.ID+"/answer", c.Answer),
			})
		}
		for _, sub := range s.catalog.Subjects {
			known = append(known, sub.ID)
			g := table{group: group{
				ID: "subject-" + sub.ID, Title: "X." + sub.ID + ": " + smart(sub.Name),
				Answer: s.md("subjects/"+sub.ID+"/answer", sub.Answer),
			}}
			t.Tables = append(t.Tables, g)
		}
		for _, e := range s.catalog.Enhanced {
			parts := strings.Split(e.ID, ".")
			r := row{Code: e.ID, Name: smart(e.Name), Kind: e.Kind}
			for _, class := range e.Classes {
				link := s.refTo(s.pages["enhanced/"+class+e.ID[1:]])
				r.Classes = append(r.Classes, link)
			}
			i := 0
			for i < len(known) && known[i] != parts[1] {
				i++
			}
			if i == len(known) {
				known = append(known, parts[1])
				t.Tables = append(t.Tables, table{group: group{ID: "subject-" + parts[1], Title: "X." + parts[1]}})
			}
			t.Tables[i].Rows = append(t.Tables[i].Rows, r)
		}
		return "enhanced", t
	}
}

func digitsPage(d *document) func(*sheet) (string, any) {
	return func(s *sheet) (string, any) {
		t := s.text(d)
		t.See = nil
		for _, id := range d.See {
			p, _ := s.find(id)
			switch section, _, _ := strings.Cut(id, "/"); {
			case p == nil: // reported by text
			case section == "replies":
				t.Pictures = append(t.Pictures, s.replyParts(s.replies[p.Code]))
			case section == "enhanced":
				row := s.enhanced["X"+p.Code[1:]]
				t.Pictures = append(t.Pictures, s.enhancedParts(row, strings.Split(p.Code, "."), p.short))
			}
		}
		t.Digits = append(t.Digits, s.digitTable("first", "first-digits", s.catalog.FirstDigits))
		if len(s.catalog.SecondDigits) > 0 {
			t.Digits = append(t.Digits, s.digitTable("second", "second-digits", s.catalog.SecondDigits))
		}
		return "digits", t
	}
}

func (s *sheet) digitTable(id, section string, digits []*catalog.Digit) digitTable {
	t := digitTable{ID: id}
	for _, d := range digits {
		at := section + "/" + d.ID
		v := digitValue{
			ID: id + "-" + d.ID, Digit: d.ID, Name: smart(d.Name), Answer: s.md(at+"/answer", d.Answer), More: s.md(at+"/more", d.More),
			Then: s.md(at+"/in-2001", d.In2001), Now: s.md(at+"/today", d.Today),
			Sources: s.sourceLine(s.at(at+"/sources"), d.Sources),
		}
		if id == "first" {
			v.Mark = permanenceOf("", d.ID)
		}
		t.Values = append(t.Values, v)
	}
	return t
}

// groups are what reasons can be about, in the order in which people ask.
var groups = []string{"address", "sender", "message", "traffic", "way", "none"}

var reasonsPage = indexPage(func(s *sheet, t *textual) {
	for _, id := range groups {
		g := group{ID: id}
		for _, r := range s.catalog.Reasons {
			if r.Group == id {
				link := s.refTo(s.pages["reasons/"+r.ID])
				if a := s.actors[r.Actor]; a != nil {
					link.Note = smart(a.Move)
				}
				g.Refs = append(g.Refs, link)
			}
		}
		if len(g.Refs) > 0 {
			t.Groups = append(t.Groups, g)
		}
	}
})

// groupTitle names a group of reasons.
func groupTitle(group string) string {
	switch group {
	case "address":
		return "About the address"
	case "sender":
		return "About the sender"
	case "message":
		return "About the message"
	case "traffic":
		return "About the traffic"
	case "way":
		return "On the way"
	}
	return "No failure of delivery"
}

// kinds are the kinds of providers, in the order in which people ask for them.
var kinds = []string{"mailbox", "filter", "service", "system", "network", "client"}

func providersPage(section string, list []*catalog.Provider) func(d *document) func(*sheet) (string, any) {
	return indexPage(func(s *sheet, t *textual) {
		for _, kind := range kinds {
			g := group{ID: kind}
			for _, p := range list {
				if p.Kind == kind {
					g.Refs = append(g.Refs, s.refTo(s.pages[section+"/"+p.ID]))
				}
			}
			if len(g.Refs) > 0 {
				t.Groups = append(t.Groups, g)
			}
		}
	})
}

var blocklistsPage = indexPage(func(s *sheet, t *textual) {
	for _, status := range []string{"active", "unsure", "closed"} {
		g := group{ID: status}
		for _, l := range s.catalog.Blocklists {
			if l.Status == status {
				g.Refs = append(g.Refs, s.refTo(s.pages["blocklists/"+l.ID]))
			}
		}
		if len(g.Refs) > 0 {
			t.Groups = append(t.Groups, g)
		}
	}
})

var guidesPage = indexPage(func(s *sheet, t *textual) {
	g := group{ID: "all"}
	for _, d := range s.guides() {
		link := s.refTo(s.pages[d.name])
		link.Note = smart(d.Description)
		g.Refs = append(g.Refs, link)
	}
	t.Groups = append(t.Groups, g)
})
