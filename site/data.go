package site

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"strings"

	"github.com/undelivered/undelivered/internal/catalog"
)

// dataFiles are the files for other programs.
var dataFiles = []struct{ name, about string }{
	{"codes.json", "everything, with the pages of each row"},
	{catalog.DataSchemaName, "the JSON Schema of codes.json"},
	{"codes.csv", "every code in one table"},
	{"codes.yaml", "the file that all of this is made of"},
	{"llms.txt", "this list"},
}

// publishes reports whether name is one of the files that are no pages, but to be had. codes.yaml
// is there only where it was handed in.
func (b *book) publishes(name string) bool {
	if name == wholeName || name == zipName {
		return true
	}
	for _, f := range dataFiles {
		if f.name == name {
			return name != "codes.yaml" || len(b.config.Codes) > 0
		}
	}
	return false
}

// data makes the files for other programs, by name: codes.json with its schema, codes.csv,
// codes.yaml as it stands, and llms.txt. What is wrong is what was wrong on the pages.
func (b *book) data() map[string][]byte {
	files := map[string][]byte{
		"codes.json":           b.catalog.JSON(b.publication()),
		catalog.DataSchemaName: catalog.DataSchema(),
		"codes.csv":            b.table(),
		"llms.txt":             b.overview(),
	}
	if b.publishes("codes.yaml") {
		files["codes.yaml"] = b.config.Codes
	}
	return files
}

// publication tells the catalogue where its rows are on the site.
func (b *book) publication() catalog.Publication {
	p := catalog.Publication{Prose: func(_ string, m catalog.Markdown) string { return b.relink(string(m)) }}
	if b.base != nil {
		p.Home = b.base.String()
	}
	p.Pages = func(at string) []string {
		section, id, _ := strings.Cut(at, "/")
		switch section {
		case "enhanced":
			var pages []string
			for _, e := range b.catalog.Enhanced {
				if e.ID == id {
					for _, class := range e.Classes {
						pages = append(pages, b.pages["enhanced/"+class+e.ID[1:]].Path)
					}
				}
			}
			return pages
		case "providers", "clients":
			at = strings.Replace(at, "/codes/", "/", 1)
		}
		if page := b.address(at); page != "" {
			return []string{page}
		}
		return nil
	}
	return p
}

// address returns the file of the page that an id names, with the heading if it has one, or
// an empty string where there is none.
func (b *book) address(id string) string {
	p, heading := b.find(id)
	switch {
	case p == nil:
		return ""
	case heading != "":
		return p.Path + "#" + heading
	}
	return p.Path
}

// relink leads the links in Markdown, which name pages by their ids, to the files of the
// pages, as seen from the root of the site.
func (b *book) relink(markdown string) string {
	var w strings.Builder
	for {
		i := strings.Index(markdown, "](")
		if i < 0 {
			break
		}
		i += len("](")
		w.WriteString(markdown[:i])
		markdown = markdown[i:]
		j := strings.IndexAny(markdown, ") ")
		if j < 0 {
			break
		}
		dest := markdown[:j]
		id, heading, _ := strings.Cut(dest, "#")
		if page := b.address(id); page != "" {
			if dest = page; heading != "" {
				dest = b.pages[id].Path + "#" + heading
			}
		}
		w.WriteString(dest)
		markdown = markdown[j:]
	}
	w.WriteString(markdown)
	return w.String()
}

// table lists every code as CSV (RFC 4180), with what its row leaves to its reason or to its
// first digit filled in.
func (b *book) table() []byte {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.UseCRLF = true
	w.Write([]string{"kind", "provider", "id", "code", "name", "meaning", "standing", "permanence", "actor", "reason", "page", "sources", "checked"})
	row := func(kind, provider, id, code, name string, meaning catalog.Markdown, standing, permanence string, own *catalog.Advice, reason, page string, refs []catalog.Ref) {
		actor := own.Actor
		if r := b.reasons[reason]; r != nil && permanence != "success" && permanence != "continue" {
			actor = cmp.Or(actor, r.Actor)
		}
		var names []string
		checked := ""
		for _, ref := range refs {
			c, ok := b.catalog.Cite(ref)
			if !ok {
				continue
			}
			if c.Section != "" {
				c.Short += ", section " + c.Section
			}
			names = append(names, c.Short)
			if checked == "" || c.Checked < checked {
				checked = c.Checked
			}
		}
		w.Write([]string{kind, provider, id, code, name, b.plain(string(meaning)), standing, permanence, actor, reason, page, strings.Join(names, "; "), checked})
	}
	final := func(mark string) string {
		if mark == "mistaken" {
			return ""
		}
		return mark
	}
	for _, r := range b.catalog.Replies {
		p := b.pages["replies/"+r.ID]
		row("reply", "", "replies/"+r.ID, r.ID, r.Name, r.Answer, r.Kind, cmp.Or(r.Permanence, final(p.mark)), &r.Advice, r.Reason, p.Path, r.Sources)
	}
	for _, e := range b.catalog.Enhanced {
		for _, class := range e.Classes {
			code := class + e.ID[1:]
			p, name, meaning := b.pages["enhanced/"+code], e.Name, e.Answer
			for _, v := range e.Variants {
				if v.ID == class {
					name, meaning = cmp.Or(v.Name, name), cmp.Or(v.Answer, meaning)
				}
			}
			row("enhanced", "", p.ID, code, name, meaning, e.Kind, cmp.Or(e.Permanence, final(p.mark)), &e.Advice, reasonIn(e, class), p.Path, e.Sources)
		}
	}
	own := func(kind, section string, list []*catalog.Provider) {
		for _, p := range list {
			for _, c := range p.Codes {
				id := section + "/" + p.ID + "/" + c.ID
				standing := ""
				if c.Unconfirmed {
					standing = "unconfirmed"
				}
				s := &sheet{book: b}
				row(kind, p.ID, id, codeOf(c), c.Name, c.Answer, standing, s.markOf(c), &c.Advice, c.Reason, b.address(id), c.Sources)
			}
		}
	}
	own("provider", "providers", b.catalog.Providers)
	own("client", "clients", b.catalog.Clients)
	w.Flush()
	return out.Bytes()
}

// overview is llms.txt (llmstxt.org): what there is, for programs that read Markdown.
func (b *book) overview() []byte {
	var w bytes.Buffer
	home := b.pages["home"]
	fmt.Fprintf(&w, "# %s\n\n> %s\n\n", escapeText(b.settings.Name), smart(home.Description))
	w.WriteString("Each page explains one error of mail: what happened, whether it is final, whose move it is, and what to do. " +
		"Beside each page there is a copy in Markdown, to which the links below lead. " +
		"A code means what its provider means by it: where a page of a code has a table of who means what, and the provider is known, take the provider’s meaning.\n")
	link := func(p *plan) {
		title := p.Title
		fmt.Fprintf(&w, "- [%s](%s): %s\n", escapeText(title), b.absolute(markdownName(p.Path)), p.Description)
	}
	for _, section := range b.nav {
		fmt.Fprintf(&w, "\n## %s\n\n", section.short)
		link(section)
		for _, p := range b.plans {
			if p.group == section.ID {
				link(p)
			}
		}
	}
	w.WriteString("\n## Data\n\n")
	for _, f := range dataFiles {
		if b.publishes(f.name) {
			fmt.Fprintf(&w, "- [%s](%s): %s\n", f.name, b.absolute(f.name), f.about)
		}
	}
	w.WriteString("\n## Optional\n\n")
	link(home)
	for _, p := range b.plans {
		if p.Kind == "text" && p.ID != "404" {
			link(p)
		}
	}
	return w.Bytes()
}

// absolute returns the address of a file of the site, in full where it is known.
func (b *book) absolute(name string) string {
	if b.base == nil {
		return name
	}
	return b.base.String() + name
}

// colophon is the end of a page's Markdown copy.
func (b *book) colophon(p *plan) string {
	home := b.pages["home"]
	text := "---\n\nThis page for a browser: [" + p.Path + "](" + b.file(p, p.Path) + ")."
	if p != home {
		text += " All of it: [" + escapeText(b.settings.Name) + "](" + b.file(p, markdownName(home.Path)) + ")."
	}
	return text
}
