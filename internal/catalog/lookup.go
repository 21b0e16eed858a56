package catalog

import (
	"net/url"
	"strings"
)

// Source returns the source with this id, or nil.
func (c *Catalog) Source(id string) *Source {
	return find(c.Sources, func(s *Source) bool { return s.ID == id })
}

// Actor returns the actor with this id, or nil.
func (c *Catalog) Actor(id string) *Actor {
	return find(c.Actors, func(a *Actor) bool { return a.ID == id })
}

// Reason returns the reason with this id, or nil.
func (c *Catalog) Reason(id string) *Reason {
	return find(c.Reasons, func(r *Reason) bool { return r.ID == id })
}

// Reply returns the row of a reply code as 550, or nil.
func (c *Catalog) Reply(code string) *Reply {
	return find(c.Replies, func(r *Reply) bool { return r.ID == code })
}

// EnhancedCode returns the row of an enhanced status code, or nil. The code may have a
// class, as 5.1.1, or X in its place.
func (c *Catalog) EnhancedCode(code string) *Enhanced {
	_, detail, _ := strings.Cut(code, ".")
	return find(c.Enhanced, func(e *Enhanced) bool { return e.ID == "X."+detail })
}

func find[T any](rows []*T, is func(*T) bool) *T {
	for _, r := range rows {
		if is(r) {
			return r
		}
	}
	return nil
}

// Citation is what a page shows of the source of a fact.
type Citation struct {
	ID      string // the source's id
	Name    string
	Short   string // the name, where the source has no shorter one
	Section string // empty where the whole source is meant
	URL     string // where that section can be read; empty where it is not on the web
	Checked string // the day of the last comparison, as 2026-11-24
	Note    string
}

// Cite resolves a reference to a source. It is false where there is no such source.
func (c *Catalog) Cite(ref Ref) (Citation, bool) {
	id, section, _ := strings.Cut(string(ref), " ")
	s := c.Source(id)
	if s == nil {
		return Citation{}, false
	}
	cite := Citation{
		ID: s.ID, Name: s.Name, Short: s.Short, Section: strings.TrimSpace(section),
		URL: s.URL, Checked: s.Checked, Note: s.Note,
	}
	if cite.Short == "" {
		cite.Short = cite.Name
	}
	if cite.Section != "" && s.Section != "" {
		cite.URL += strings.ReplaceAll(s.Section, "{}", url.PathEscape(cite.Section))
	}
	return cite, true
}
