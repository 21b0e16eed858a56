package site

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode"

	"github.com/undelivered/undelivered/internal/catalog"
)

// The files of the search. The script loads the index when somebody turns to the box.
const (
	searchScript = "find.js"
	searchIndex  = "find-index.js"
)

// found is a page, or a heading of one, as the search finds it. It is an array in the index,
// whose columns find.js names.
type found struct {
	address string // below the root
	kind    string
	codes   string // the codes that it is about, with spaces between them; the first is shown
	title   string
	mark    string // permanence, for the shape of the code
	text    string // what else is searched
}

// index makes the script that hands find.js all that can be found, in the order of the
// reference. Words are searched as they stand; what is told twice is kept once.
func (b *book) index() []byte {
	var rows [][]string
	add := func(f found) {
		rows = append(rows, []string{f.address, f.kind, f.codes, f.title, f.mark, keywords(f.codes+" "+f.title+" "+f.kind, f.text)})
	}
	for _, p := range b.plans {
		if p.ID == "404" {
			continue
		}
		f := found{address: p.Path, kind: b.kindOf(p), codes: p.Code, title: p.short, mark: p.mark, text: p.Description}
		_, id, _ := strings.Cut(p.ID, "/")
		switch p.Kind {
		case "reply":
			f.text += " " + id[:1] + "xx " + speaking(b.meanings[id])
		case "enhanced":
			detail := strings.SplitN(p.Code, ".", 2)[1]
			f.text += " x." + detail + " " + speaking(b.meanings[detail])
		case "reason":
			f.text += " " + b.sayings(id)
		case "blocklist":
			for _, l := range b.catalog.Blocklists {
				if l.ID == id {
					f.text += " " + strings.Join(l.Zones, " ") + " " + strings.Join(l.Marks, " ")
				}
			}
		case "provider":
			f.text += " " + namesOf(b.catalog.Providers, id)
		case "client":
			f.text += " " + namesOf(b.catalog.Clients, id)
		case "home":
			f.title = p.Title
		}
		if d := b.docs[p.ID]; d != nil {
			f.text += " " + b.headings(d)
		}
		add(f)
	}
	for _, section := range []string{"classes", "subjects", "first-digits", "second-digits"} {
		for _, d := range b.digitsOf(section) {
			f := found{address: b.address(section + "/" + d.ID), title: smart(d.Name), text: b.plain(string(d.Answer))}
			switch section {
			case "classes":
				f.codes, f.mark = d.ID+".X.X", permanenceOf("", d.ID)
			case "subjects":
				f.codes = "X." + d.ID
			case "first-digits":
				f.codes, f.mark = d.ID+"xx", permanenceOf("", d.ID)
			default:
				f.codes = "x" + d.ID + "x"
			}
			if p, _ := b.find(section + "/" + d.ID); p != nil {
				f.kind = p.short
				add(f)
			}
		}
	}
	own := func(section string, list []*catalog.Provider) {
		for _, p := range list {
			for _, c := range p.Codes {
				s := &sheet{book: b}
				add(found{
					address: b.address(section + "/" + p.ID + "/" + c.ID), kind: smart(p.Name), codes: codeOf(c), title: smart(c.Name),
					mark: s.markOf(c), text: strings.Join(p.Called, " ") + " " + saidBy(c),
				})
			}
		}
	}
	own("providers", b.catalog.Providers)
	own("clients", b.catalog.Clients)
	data, err := json.Marshal(rows)
	if err != nil {
		panic(err) // strings can be marshalled
	}
	return slices.Concat([]byte("document.currentScript.index="), data, []byte(";\n"))
}

// kindOf says in a list what kind of page it is: the name of the section that it is in.
func (b *book) kindOf(p *plan) string {
	if g := b.pages[p.group]; g != nil {
		return g.short
	}
	return ""
}

// speaking names the providers that have a meaning of their own for a code.
func speaking(meanings []meaning) string {
	var names []string
	for _, m := range meanings {
		names = append(names, m.provider.Name, strings.Join(m.provider.Called, " "))
	}
	return strings.Join(names, " ")
}

// sayings returns the words that servers often use for a reason: those of more than one phrase.
// A whole phrase is for the decoder.
func (b *book) sayings(reason string) string {
	count := map[string]int{}
	var often []string
	for _, phrase := range b.phrases[reason] {
		for _, word := range strings.Fields(keywords("", strings.Join(wordsOf(phrase.ID), " "))) {
			if count[word]++; count[word] == 2 {
				often = append(often, word)
			}
		}
	}
	return strings.Join(often, " ")
}

// headings are the headings of a document.
func (b *book) headings(d *document) string {
	var lines []string
	for line := range strings.Lines(string(d.body)) {
		if strings.HasPrefix(line, "#") {
			lines = append(lines, b.plain(strings.TrimLeft(line, "# ")))
		}
	}
	return strings.Join(lines, " ")
}

func (b *book) digitsOf(section string) []*catalog.Digit {
	switch section {
	case "classes":
		return b.catalog.Classes
	case "subjects":
		return b.catalog.Subjects
	case "first-digits":
		return b.catalog.FirstDigits
	}
	return b.catalog.SecondDigits
}

// namesOf returns what people call a provider, and the domains of its addresses.
func namesOf(list []*catalog.Provider, id string) string {
	for _, p := range list {
		if p.ID == id {
			return strings.Join(slices.Concat(p.Called, p.Domains), " ")
		}
	}
	return ""
}

// saidBy returns the words by which a provider's code is known.
func saidBy(c *catalog.Code) string {
	var words []string
	if c.Match != nil {
		for _, says := range c.Match.Says {
			words = append(words, wordsOf(says)...)
		}
	}
	return strings.Join(words, " ")
}

// keywords returns the words of text, each once and in small letters, that are not among those
// of shown, nor too short or too common to be searched for.
func keywords(shown, text string) string {
	seen := map[string]bool{}
	split := func(s string) []string {
		return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsNumber(r) && r != '.' && r != '-'
		})
	}
	for _, word := range split(shown) {
		seen[strings.Trim(word, ".-")] = true
	}
	var words []string
	for _, word := range split(text) {
		word = strings.Trim(word, ".-")
		if seen[word] || len(word) < 2 || common[word] {
			continue
		}
		seen[word] = true
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

// common are words that stand on every page.
var common = func() map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(`about an and are as at be been but by can for from had has have if in into is it its
		may not of on or so than that the their them then there they this to too was were what when which who will with you your`) {
		set[word] = true
	}
	return set
}()
