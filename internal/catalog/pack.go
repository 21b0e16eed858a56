package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/undelivered/undelivered/internal/catalog/packed"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// Pack returns the part of the catalogue that the decoder needs, in the form in which it
// carries it. What only pages show (sources, examples, "more") is left out, and prose is
// plain text.
func (c *Catalog) Pack() []byte {
	b := &packed.Builder{}
	p := &packer{c: c, b: b}
	for _, t := range c.Texts {
		b.Add(packed.Texts, t.ID, t.Text)
	}
	var roles []string
	for _, a := range c.Actors {
		b.Set(packed.Actors, a.ID, map[int]string{packed.FieldName: a.Name, packed.ActorMove: a.Move, packed.ActorRole: a.Role})
		if a.Role != "" {
			roles = append(roles, a.ID)
		}
	}
	b.Add(packed.Texts, "roles", packed.List(roles))
	for _, r := range c.Replies {
		b.Set(packed.Replies, r.ID, map[int]string{
			packed.FieldName: r.Name, packed.FieldAnswer: plain(r.Answer), packed.FieldPermanence: r.Permanence, packed.FieldReason: r.Reason,
			packed.FieldActor: r.Actor, packed.FieldRetry: r.Retry, packed.FieldSteps: steps(r.Steps), packed.FieldKind: r.Kind,
		})
	}
	for _, e := range c.Enhanced {
		b.Set(packed.Enhanced, e.ID, map[int]string{
			packed.FieldName: e.Name, packed.FieldAnswer: plain(e.Answer), packed.FieldPermanence: e.Permanence, packed.FieldReason: e.Reason,
			packed.FieldActor: e.Actor, packed.FieldRetry: e.Retry, packed.FieldSteps: steps(e.Steps), packed.FieldKind: e.Kind,
			packed.FieldVariants: variants(e.Variants), packed.FieldClasses: packed.List(e.Classes), packed.EnhancedOtherwise: e.Otherwise,
		})
	}
	for _, r := range c.Reasons {
		elsewhere := ""
		if r.Elsewhere {
			elsewhere = "elsewhere"
		}
		b.Set(packed.Reasons, r.ID, map[int]string{
			packed.FieldName: r.Name, packed.FieldAnswer: plain(r.Answer), packed.FieldPermanence: r.Permanence, packed.FieldActor: r.Actor,
			packed.FieldRetry: r.Retry, packed.FieldSteps: steps(r.Steps), packed.ReasonFinal: plain(r.Final),
			packed.ReasonMessage: r.Message, packed.ReasonMessageTo: r.MessageTo, packed.ReasonReturned: r.Returned, packed.ReasonRefused: r.Refused, packed.ReasonAtHome: r.AtHome, packed.ReasonElsewhere: elsewhere, packed.ReasonWindow: r.Window,
		})
	}
	for _, cmd := range c.Commands {
		var instead []string
		for _, i := range cmd.Instead {
			instead = append(instead, i.ID+packed.StepMark+i.Reason)
		}
		b.Add(packed.Commands, cmd.ID, cmd.Vague, packed.List(instead))
	}
	// Words of one language, and of those the ones with the same meaning, stand together, which makes
	// the download smaller.
	for _, ph := range c.Phrases {
		kind := packed.KindPhrase
		if ph.Weak {
			kind = packed.KindWeak
		}
		p.pattern(ph.ID, ph.Language, kind, "", ph.Reason, ph.Permanence, ph.Actor, ph.When)
	}
	for _, h := range c.Headings {
		says := plain(h.Answer)
		if h.Window {
			says = packed.HeadingWindow
		}
		p.keep(h.ID, h.Language, packed.KindHeading, h.Outcome, says)
	}
	p.windows()
	p.together()
	for _, w := range c.Vocabulary {
		b.Pattern(w, packed.KindWord)
	}
	for _, w := range c.Topics {
		b.Pattern(w, packed.KindTopic)
	}
	p.providers("clients", c.Clients)
	p.providers("providers", c.Providers)
	p.codes()
	for _, l := range c.Blocklists {
		b.Set(packed.Blocklists, l.ID, map[int]string{
			packed.FieldName: l.Name, packed.FieldAnswer: plain(l.Answer), packed.BlocklistRemoval: plain(l.Removal),
			packed.BlocklistLookup: l.Lookup, packed.BlocklistStatus: l.Status,
		})
		for _, m := range append(append([]string{}, l.Marks...), l.Zones...) {
			b.Pattern(m, packed.KindBlocklist, l.ID, cmp.Or(l.Reason, "blocked-reputation"), "", l.Actor)
		}
	}
	return b.Bytes()
}

// windows adds the ideas, each by a letter, and what they tell.
func (p *packer) windows() {
	letter := map[string]string{}
	tongues := []string{AnyTongue}
	for i, idea := range p.c.Ideas {
		letter[idea.ID] = string(rune(packed.FirstIdea + i))
		for _, tongue := range idea.Words {
			n := slices.Index(tongues, tongue.ID)
			if n < 0 {
				n = len(tongues)
				tongues = append(tongues, tongue.ID)
			}
			for _, w := range tongue.Words {
				p.pattern(w, tongue.ID, packed.KindIdea, letter[idea.ID]+string(rune(packed.FirstIdea+n)))
			}
		}
	}
	for i, w := range p.c.Windows {
		var sets []string
		for _, together := range w.Ideas {
			letters := ""
			for _, id := range strings.Fields(together) {
				letters += letter[id]
			}
			sets = append(sets, letters)
		}
		strength := ""
		switch {
		case w.Weak:
			strength = "weak"
		case w.Alone:
			strength = "alone"
		}
		p.b.Add(packed.Windows, fmt.Sprintf("%03d", i), packed.List(sets), w.Reason, w.Outcome, w.ID, w.Actor, strength)
	}
}

// pattern keeps words of a language, and again as they are written without its own letters, to be
// added together with others.
func (p *packer) pattern(words, language string, kind packed.Kind, fields ...string) {
	p.keep(words, language, kind, fields...)
	if other := transliterated(words, language); other != words {
		p.keep(other, language, kind, fields...)
	}
}

func (p *packer) keep(words, language string, kind packed.Kind, fields ...string) {
	p.kept = append(p.kept, kept{slices.Index(kin[:], language), language, words, kind, fields})
}

// together adds the patterns that were kept.
func (p *packer) together() {
	slices.SortStableFunc(p.kept, func(x, y kept) int {
		return cmp.Or(cmp.Compare(x.place, y.place), strings.Compare(x.language, y.language), cmp.Compare(x.kind, y.kind), slices.Compare(x.fields, y.fields), strings.Compare(x.words, y.words))
	})
	for _, k := range p.kept {
		p.b.Pattern(k.words, k.kind, k.fields...)
	}
}

// kin are languages, each beside others that share words with it: what compresses the knowledge
// looks back no farther than the words of two or three. One that is not among them stands first.
var kin = [...]string{"", "en", AnyTongue, "de", "nl", "sv", "da", "no", "fi", "hu", "ro", "it", "fr", "es", "pt", "id", "vi", "tr", "pl", "sk", "cs", "hr", "sl", "uk", "ru", "bg", "el", "ar", "ja", "zh", "zht", "ko"}

// kept is a pattern that is not added yet.
type kept struct {
	place           int // of the language in kin
	language, words string
	kind            packed.Kind
	fields          []string
}

// transliterated returns German words as they are written where letters beyond ASCII are not at
// hand. Other languages leave accents away, which folding does too.
func transliterated(words, language string) string {
	if language != "de" {
		return words
	}
	return strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss").Replace(words)
}

type packer struct {
	c    *Catalog
	b    *packed.Builder
	kept []kept
}

// keyed is a provider's code with its path.
type keyed struct {
	key  string
	code *Code
}

// codes adds the codes of all providers in the order of their keys, and their texts, which
// name them by their number.
func (p packer) codes() {
	var all []keyed
	for section, providers := range map[string][]*Provider{"clients": p.c.Clients, "providers": p.c.Providers} {
		for _, v := range providers {
			for _, code := range v.Codes {
				all = append(all, keyed{section + "/" + v.ID + "/codes/" + code.ID, code})
			}
		}
	}
	slices.SortFunc(all, func(x, y keyed) int { return strings.Compare(x.key, y.key) })
	for i, k := range all {
		code, says := k.code, ""
		if len(code.Match.Says) > 0 {
			says = "says"
			if code.Match.Anywhere {
				says = "anywhere"
			}
		}
		weak := ""
		if code.Weak {
			weak = "weak"
		}
		p.b.Set(packed.Codes, k.key, map[int]string{
			packed.FieldName: code.Name, packed.FieldAnswer: plain(code.Answer), packed.FieldPermanence: code.Permanence, packed.FieldReason: code.Reason,
			packed.FieldActor: code.Actor, packed.FieldRetry: code.Retry, packed.FieldSteps: steps(code.Steps),
			packed.CodeReply: code.Match.Reply, packed.CodeEnhanced: code.Match.Enhanced, packed.CodeSays: says, packed.CodeWeak: weak,
		})
		for _, s := range code.Match.Says {
			p.b.Pattern(s, packed.KindCode, strconv.Itoa(i), code.Reason)
		}
	}
	p.numbers(all)
}

// numbers adds the enhanced status codes that only one provider gives, and made itself: those
// with a detail of three digits, and those that are known to be in no register. Such a number
// tells who speaks.
func (p packer) numbers(all []keyed) {
	made := map[string]bool{}
	for _, e := range p.c.Enhanced {
		made[e.ID] = e.Kind == "unregistered" || e.Kind == "mistaken"
	}
	by := map[string]string{} // a code's provider; empty where there are several
	for _, k := range all {
		if k.code.Match.Enhanced == "" || len(k.code.Match.Says) > 0 {
			continue
		}
		provider, _, _ := strings.Cut(k.key, "/codes/")
		for _, number := range enhancedIn(k.code.Match.Enhanced) {
			if detail := number[strings.LastIndexByte(number, '.')+1:]; len(detail) < 3 && !made["X"+number[1:]] {
				continue
			}
			if other, ok := by[number]; ok && other != provider {
				by[number] = ""
			} else {
				by[number] = provider
			}
		}
	}
	for number, provider := range by {
		if provider != "" {
			p.b.Add(packed.Numbers, number, provider)
		}
	}
}

// enhancedIn lists the codes that a pattern of enhanced codes stands for: X for any class, a
// range in the last part.
func enhancedIn(pattern string) (numbers []string) {
	low, high, ranged := strings.Cut(pattern, "-")
	dot := strings.LastIndexByte(low, '.')
	first, err := strconv.Atoi(low[dot+1:])
	last := first
	if ranged {
		last, _ = strconv.Atoi(high[strings.LastIndexByte(high, '.')+1:])
	}
	if err != nil {
		return nil
	}
	classes := []string{pattern[:1]}
	if classes[0] == "X" {
		classes = []string{"2", "4", "5"}
	}
	for _, class := range classes {
		for n := first; n <= last; n++ {
			numbers = append(numbers, class+low[1:dot+1]+strconv.Itoa(n))
		}
	}
	return numbers
}

func (p packer) providers(section string, providers []*Provider) {
	for _, v := range providers {
		path := section + "/" + v.ID
		p.b.Set(packed.Providers, path, map[int]string{packed.FieldName: v.Name, packed.ProviderKind: v.Kind})
		for _, h := range v.Hosts {
			p.b.Add(packed.Hosts, strings.ToLower(h), path)
		}
		for _, d := range v.Domains {
			p.b.Add(packed.Domains, strings.ToLower(d), path)
		}
		for _, m := range v.Marks {
			p.b.Pattern(m, packed.KindMark, path)
		}
		for _, n := range v.Called {
			p.b.Pattern(n, packed.KindName, path)
		}
	}
}

func steps(roles []*Role) string {
	var items []string
	for _, r := range roles {
		item := r.ID
		for _, s := range r.Steps {
			item += packed.StepMark + plain(s)
		}
		items = append(items, item)
	}
	return packed.List(items)
}

func variants(all []*Variant) string {
	var items []string
	for _, v := range all {
		items = append(items, strings.Join([]string{v.ID, v.Name, plain(v.Answer), v.Reason}, packed.StepMark))
	}
	return packed.List(items)
}

// plain returns Markdown without its marks: the text of links and emphasis, paragraphs
// parted by an empty line, a dash before an item.
func plain(m Markdown) string {
	if !strings.ContainsAny(string(m), "[*_`\\\n<&") {
		return strings.TrimSpace(string(m))
	}
	source := []byte(m)
	var b strings.Builder
	ast.Walk(goldmark.DefaultParser().Parse(text.NewReader(source)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.Text:
			if entering {
				b.Write(n.Segment.Value(source))
				if n.SoftLineBreak() {
					b.WriteByte(' ')
				} else if n.HardLineBreak() {
					b.WriteByte('\n')
				}
			}
		case *ast.String:
			if entering {
				b.Write(n.Value)
			}
		case *ast.AutoLink:
			if entering {
				b.Write(n.Label(source))
			}
		case *ast.ListItem:
			if entering {
				b.WriteString("- ")
			}
		case *ast.CodeBlock, *ast.FencedCodeBlock:
			if entering {
				lines := n.Lines()
				for i := range lines.Len() {
					line := lines.At(i)
					b.Write(line.Value(source))
				}
				b.WriteByte('\n')
			}
		case *ast.Paragraph, *ast.Heading:
			if !entering {
				b.WriteString("\n\n")
			}
		case *ast.TextBlock:
			if !entering {
				b.WriteByte('\n')
			}
		}
		return ast.WalkContinue, nil
	})
	return strings.TrimSpace(b.String())
}
