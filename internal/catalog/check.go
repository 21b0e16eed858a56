package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/undelivered/undelivered/internal/catalog/packed"
)

// check reports what is wrong between rows, and between the keys of one row.
func (l *loader) check() {
	c := l.catalog
	if at := c.place("version"); c.Version == 0 && c.places["version"].line == 0 {
		l.problems = append(l.problems, Problem{at.file, 1, "the file has no version", `begin it with "version: 1"`})
	} else if c.Version != 1 && c.Version != 0 {
		l.reportAt("version", fmt.Sprintf("the file is of version %d, which this program does not know", c.Version), "write version: 1")
	}
	for _, s := range c.Sources {
		path := "sources/" + s.ID
		switch {
		case s.Section == "":
		case strings.Count(s.Section, "{}") != 1:
			l.reportAt(path+"/section", fmt.Sprintf("\"section\" of %s is %s, which does not hold {} once", path, quote(s.Section)), "write {} where the section's number belongs")
		case s.URL == "":
			l.reportAt(path+"/section", fmt.Sprintf("%s has a \"section\" and no \"url\" to add it to", path), "add the url, or take the section out")
		}
	}
	for _, digits := range []struct {
		section string
		rows    []*Digit
	}{
		{"first-digits", c.FirstDigits}, {"second-digits", c.SecondDigits}, {"classes", c.Classes}, {"subjects", c.Subjects},
	} {
		for _, d := range digits.rows {
			l.checkThenAndNow(digits.section+"/"+d.ID, d.In2001, d.Today)
		}
	}
	for _, r := range c.Replies {
		l.checkThenAndNow("replies/"+r.ID, r.In2001, r.Today)
	}
	for _, e := range c.Enhanced {
		for _, v := range e.Variants {
			if !slices.Contains(e.Classes, v.ID) {
				path := "enhanced/" + e.ID
				l.reportAt(path+"/variants/"+v.ID, fmt.Sprintf("%s has a variant for class %s, which is not among its classes", path, v.ID), "add the class, or take the variant out")
			}
		}
	}
	for _, r := range c.Reasons {
		l.checkRoles(r)
	}
	l.checkPhrases()
	l.checkWindows()
	for _, p := range c.Providers {
		l.checkCodes("providers/"+p.ID, p)
	}
	for _, p := range c.Clients {
		l.checkCodes("clients/"+p.ID, p)
	}
	l.checkReferences()
}

func (l *loader) checkThenAndNow(path string, then, now Markdown) {
	switch {
	case then != "" && now == "":
		l.reportAt(path+"/in-2001", path+` has "in-2001" and no "today"`, "say in today what is so today")
	case now != "" && then == "":
		l.reportAt(path+"/today", path+` has "today" and no "in-2001"`, "say in in-2001 what the article said, or take today out")
	}
}

// checkRoles reports the roles that a reason has no steps for. A person who chooses a role
// must not be left with nothing to do.
func (l *loader) checkRoles(r *Reason) {
	if len(r.Steps) == 0 {
		return // reported already
	}
	path := "reasons/" + r.ID
	var missing []string
	for _, a := range l.catalog.Actors {
		if a.Role != "" && !slices.ContainsFunc(r.Steps, func(s *Role) bool { return s.ID == a.ID }) {
			missing = append(missing, a.ID)
		}
	}
	if len(missing) > 0 {
		l.reportAt(path+"/steps", `"steps" of `+path+" lacks "+list(missing, "and"), "add what these roles can do, if only whom to ask")
	}
}

// checkPhrases reports phrases that the decoder cannot tell apart.
func (l *loader) checkPhrases() {
	first := map[string]string{}
	for _, p := range l.catalog.Phrases {
		folded := packed.Fold(p.ID)
		if other, ok := first[folded]; ok {
			at := l.catalog.place("phrases/" + other)
			l.reportAt("phrases/"+p.ID, fmt.Sprintf("the phrase %s is the same as %s in %s:%d, but for case, accents, spaces and quotation marks", quote(p.ID), quote(other), at.file, at.line), "keep one of the two")
			continue
		}
		first[folded] = p.ID
	}
}

// checkWindows reports windows that tell nothing, or ask for ideas that are not there.
func (l *loader) checkWindows() {
	c := l.catalog
	known := keys(c.Ideas, func(i *Idea) string { return i.ID })
	if len(known) > packed.MostIdeas {
		l.reportAt("ideas/"+known[packed.MostIdeas], fmt.Sprintf("there are %d ideas, and the decoder tells %d apart", len(known), packed.MostIdeas), "put two of them together")
	}
	tongues := map[string]bool{AnyTongue: true}
	for _, idea := range c.Ideas {
		for _, t := range idea.Words {
			if tongues[t.ID] = true; len(tongues) > packed.MostTongues {
				l.reportAt("ideas/"+idea.ID+"/words/"+t.ID, fmt.Sprintf("this is one language more than the %d that the decoder tells apart", packed.MostTongues-1), "leave one out")
				delete(tongues, t.ID)
			}
		}
	}
	for _, w := range c.Windows {
		path := "windows/" + w.ID
		if (w.Reason == "") == (w.Outcome == "") {
			l.reportAt(path, path+` must have either "reason" or "outcome"`, "say what the ideas tell together")
		}
		if l.unreadable["ideas"] {
			continue
		}
		for i, together := range w.Ideas {
			for _, id := range strings.Fields(together) {
				if !slices.Contains(known, id) {
					l.reportAt(fmt.Sprintf("%s/ideas/%d", path, i), fmt.Sprintf("%q in \"ideas\" of %s is not in ideas", id, path), cmp.Or(l.guess(id, known, ""), "add it there, or name one that is there"))
				}
			}
		}
	}
}

// checkCodes reports codes of a provider that can never be recognised.
func (l *loader) checkCodes(path string, p *Provider) {
	first := map[string]string{}
	for _, code := range p.Codes {
		m, at := code.Match, path+"/codes/"+code.ID
		if m.Reply == "" && m.Enhanced == "" && len(m.Says) == 0 {
			if _, ok := l.catalog.places[at+"/match/anywhere"]; ok { // an empty one is reported already
				l.reportAt(at+"/match", `"match" of `+at+" names nothing to recognise it by", "add reply, enhanced or says")
			}
			continue
		}
		if m.Anywhere && len(m.Says) == 0 {
			l.reportAt(at+"/match/anywhere", `"match" of `+at+` has "anywhere" and no "says"`, "add the words by which it is recognised anywhere")
			continue
		}
		var says []string
		for _, s := range m.Says {
			says = append(says, packed.Fold(s))
		}
		slices.Sort(says)
		key := m.Reply + " " + m.Enhanced + " " + strings.Join(says, "\n")
		if other, ok := first[key]; ok {
			l.reportAt(at+"/match", fmt.Sprintf("%s is recognised by exactly what %s in line %d is recognised by", at, other, l.catalog.Line(path+"/codes/"+other+"/match")), "say what tells the two apart, or keep one")
			continue
		}
		first[key] = code.ID
	}
}

// pageSections are the sections whose rows have pages of their own.
var pageSections = []string{"replies", "enhanced", "reasons", "providers", "clients", "blocklists"}

// checkReferences reports each id that no row has.
func (l *loader) checkReferences() {
	c := l.catalog
	known := map[string][]string{
		"sources":    keys(c.Sources, func(s *Source) string { return s.ID }),
		"actors":     keys(c.Actors, func(a *Actor) string { return a.ID }),
		"replies":    keys(c.Replies, func(r *Reply) string { return r.ID }),
		"enhanced":   keys(c.Enhanced, func(e *Enhanced) string { return e.ID }),
		"reasons":    keys(c.Reasons, func(r *Reason) string { return r.ID }),
		"providers":  keys(c.Providers, func(p *Provider) string { return p.ID }),
		"clients":    keys(c.Clients, func(p *Provider) string { return p.ID }),
		"blocklists": keys(c.Blocklists, func(b *Blocklist) string { return b.ID }),
	}
	has := map[string]bool{}
	for section, ids := range known {
		for _, id := range ids {
			has[section+"/"+id] = true
		}
	}
	for _, ref := range l.refs {
		section, id := ref.to, ref.id
		switch section {
		case "sources":
			id, _, _ = strings.Cut(id, " ")
		case "pages":
			var deep bool
			section, id, deep = strings.Cut(ref.id, "/")
			if ref.id == "digits" || section == "guides" && id != "" && !strings.Contains(id, "/") {
				continue // the site knows its guides
			}
			if !deep || !slices.Contains(pageSections, section) {
				l.reportRef(ref, "names no page", "write it as replies/550, enhanced/X.1.1, reasons/mailbox-full, providers/gmail, clients/outlook, blocklists/spamhaus, guides/NAME or digits")
				continue
			}
		}
		if has[section+"/"+id] || l.unreadable[section] {
			continue
		}
		meant := ""
		if section != "replies" && section != "enhanced" { // a number next to it is no better
			meant = l.guess(id, known[section], "")
		}
		if class, rest, _ := strings.Cut(id, "."); section == "enhanced" && len(class) == 1 && has["enhanced/X."+rest] {
			meant = `did you mean "X.` + rest + `"?`
		}
		if meant == "" {
			meant = "add it there, or name one that is there"
		}
		l.reportRef(ref, "is not in "+section, meant)
	}
}

func (l *loader) reportRef(ref reference, what, do string) {
	l.problems = append(l.problems, Problem{ref.at.file, ref.at.line, ref.where.are(ref.id, what), do})
}

// keys returns the ids of rows.
func keys[T any](rows []T, id func(T) string) []string {
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = id(r)
	}
	return ids
}
