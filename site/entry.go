package site

import (
	"cmp"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"github.com/undelivered/undelivered/internal/catalog"
)

// entry is what the page of a code, a reason or a blocklist shows, in the order in which
// a reader needs it.
type entry struct {
	Notice     notice
	StepsFrom  *ref // the reason whose steps these are, where the row has none of its own
	Roles      []role
	Causes     []cause
	Says       [][]run
	Then, Now  template.HTML // what was said in 2001, and what is so today
	Mistaken   []ref
	Confused   template.HTML
	More       template.HTML
	Meanings   []speaker
	Letter     []run
	LetterTo   string
	Facts      []fact
	Anatomy    []part
	Sources    []source
	Neighbours []group
	See        []ref

	// These are a blocklist's.
	Removal template.HTML
	Lookup  string
	Zones   []string
	Answers []answer
}

// notice is the head of an entry: the answer, and the three questions that follow it.
type notice struct {
	Label  string   // what kind of thing this is
	Kind   string   // how it stands in the standards; a kind of the catalogue
	Cells  []string // the code, digit by digit
	Title  string
	Answer template.HTML
	Mark   string // permanent, temporary, success, continue or mistaken; empty where it depends
	Final  template.HTML
	Move   string // whose move it is; empty where it depends
	About  string // who that is
	Retry  string
	Over   bool // whether there is nothing to be done, so that whose move it is is no question
}

// cause is a reason that is likely behind a code.
type cause struct {
	ref
	Answer string
	Move   string
}

// speaker is somebody with meanings of their own for a code.
type speaker struct {
	Name     string // empty for the standard itself
	Meanings []differs
}

// differs is one meaning.
type differs struct {
	Href    string
	Name    string
	Reason  *ref
	Differs bool // whether it is another reason than that of this page
}

// fact is a line of the table of facts.
type fact struct {
	Name string
	Refs []ref
	Text []string
}

// part is one place in a code: its digit and what it says there.
type part struct {
	Digit string
	Label string // first digit
	Name  string
	Href  string
}

// group is a list of links under a heading.
type group struct {
	ID     string
	Title  string
	Href   string // where to read more about the group
	Answer template.HTML
	Mark   string
	Refs   []ref
}

// answer is the meaning of an address that a blocklist answers with.
type answer struct {
	Code string
	Text template.HTML
}

// permanenceOf returns what the first digit says, where a row does not say otherwise.
func permanenceOf(own, code string) string {
	if own != "" || code == "" {
		return own
	}
	switch code[0] {
	case '1', '3':
		return "continue"
	case '2':
		return "success"
	case '4':
		return "temporary"
	case '5':
		return "permanent"
	}
	return ""
}

// planReply plans the page of a reply code.
func (b *book) planReply(r *catalog.Reply) *plan {
	mark := permanenceOf(r.Permanence, r.ID)
	if r.Kind == "mistaken" {
		mark = "mistaken"
	}
	return &plan{
		Page: Page{
			ID: "replies/" + r.ID, Path: "codes/" + r.ID + ".html", Kind: "reply", Code: r.ID,
			Title: r.ID + ": " + r.Name, Description: b.description(r.Answer),
		},
		short: r.Name, mark: mark, group: "replies",
		make: func(s *sheet) (string, any) { return "entry", s.reply(r, mark) },
	}
}

func (s *sheet) reply(r *catalog.Reply, mark string) *entry {
	at := "replies/" + r.ID
	e := &entry{
		Notice: notice{
			Label: "reply", Kind: r.Kind, Cells: strings.Split(r.ID, ""), Title: smart(r.Name),
			Answer: s.md(at+"/answer", r.Answer), Mark: mark,
			Over: mark == "success" || mark == "continue",
		},
		Then: s.md(at+"/in-2001", r.In2001), Now: s.md(at+"/today", r.Today),
		More:    s.md(at+"/more", r.More),
		Says:    examples(r.Examples, append([]string{r.ID}, r.Enhanced...)...),
		Sources: s.sources(s.at(at+"/sources"), r.Sources),
		See:     s.refs(s.at(at+"/see"), r.See),
	}
	s.advise(e, at, &r.Advice, r.Reason, r.Likely)
	if len(r.Commands) > 0 {
		e.Facts = append(e.Facts, fact{Name: "commands", Text: r.Commands})
	}
	var with []ref
	for _, code := range r.Enhanced {
		if p, _ := s.find("enhanced/" + code); p != nil {
			with = append(with, s.refTo(p))
		} else {
			with = append(with, ref{Code: code, Mark: permanenceOf("", code)})
		}
	}
	if len(with) > 0 {
		e.Facts = append(e.Facts, fact{Name: "enhanced", Refs: with})
	}
	if r.Kind != "mistaken" {
		e.Anatomy = s.replyParts(r)
	}
	e.Meanings = s.meaningsOf(s.meanings[r.ID], r.Kind, r.Reason, r.Name)
	same := group{ID: "same-digits", Title: r.ID[:2] + "x"}
	for _, other := range s.catalog.Replies {
		if other.ID[:2] == r.ID[:2] && other != r {
			same.Refs = append(same.Refs, s.refTo(s.pages["replies/"+other.ID]))
		}
	}
	s.neighbours(e, same, r.Reason)
	return e
}

// replyParts takes a reply code apart (RFC 5321 section 4.2.1).
func (s *sheet) replyParts(r *catalog.Reply) []part {
	first, second := "first-digits/"+r.ID[:1], "second-digits/"+r.ID[1:2]
	return []part{
		s.part(r.ID[:1], "first-digit", first),
		s.part(r.ID[1:2], "second-digit", second),
		{Digit: r.ID[2:], Label: "third-digit", Name: smart(r.Name)},
	}
}

// part returns a place of a code that a row of digits explains.
func (s *sheet) part(digit, label, id string) part {
	p := part{Digit: digit, Label: label}
	if d := s.digits[id]; d != nil {
		p.Name = smart(d.Name)
		if page, heading := s.find(id); page != nil {
			p.Href = s.relative(s.plan, page) + "#" + heading
		}
	}
	return p
}

// planEnhanced plans the page of an enhanced status code in one class.
func (b *book) planEnhanced(e *catalog.Enhanced, class string) *plan {
	code := class + e.ID[1:]
	name, text, reason := e.Name, e.Answer, reasonIn(e, class)
	for _, v := range e.Variants {
		if v.ID == class {
			name, text = cmp.Or(v.Name, name), cmp.Or(v.Answer, text)
		}
	}
	mark := permanenceOf(e.Permanence, code)
	if e.Kind == "mistaken" {
		mark = "mistaken"
	}
	return &plan{
		Page: Page{
			ID: "enhanced/" + code, Path: "enhanced/" + code + ".html", Kind: "enhanced", Code: code,
			Title: code + ": " + name, Description: b.description(text),
		},
		short: name, mark: mark, group: "enhanced",
		make: func(s *sheet) (string, any) {
			return "entry", s.enhancedEntry(e, class, code, name, mark, text, reason)
		},
	}
}

// reasonIn returns the reason of an enhanced status code in one class.
func reasonIn(e *catalog.Enhanced, class string) string {
	for _, v := range e.Variants {
		if v.ID == class && v.Reason != "" {
			return v.Reason
		}
	}
	return e.Reason
}

func (s *sheet) enhancedEntry(row *catalog.Enhanced, class, code, name, mark string, text catalog.Markdown, reason string) *entry {
	at := "enhanced/" + row.ID
	from := at + "/answer"
	for _, v := range row.Variants {
		if v.ID == class && v.Answer != "" {
			from = at + "/variants/" + class + "/answer"
		}
	}
	parts := strings.Split(code, ".")
	e := &entry{
		Notice: notice{
			Label: "enhanced", Kind: row.Kind, Cells: []string{parts[0], ".", parts[1], ".", parts[2]}, Title: smart(name),
			Answer: s.md(from, text), Mark: mark, Over: mark == "success",
		},
		More:    s.md(at+"/more", row.More),
		Says:    examples(exampleOf(row.Examples, code), append([]string{code}, row.Replies...)...),
		Sources: s.sources(s.at(at+"/sources"), row.Sources),
		See:     s.refs(s.at(at+"/see"), row.See),
	}
	s.advise(e, at, &row.Advice, reason, row.Likely)
	var with []ref
	for _, r := range row.Replies {
		// A registered pair has one class: 450 does not come with 5.1.1.
		if r[:1] != class && slices.ContainsFunc(row.Replies, func(other string) bool { return other[:1] == class }) {
			continue
		}
		if p, _ := s.find("replies/" + r); p != nil {
			with = append(with, s.refTo(p))
		} else {
			with = append(with, ref{Code: r, Mark: permanenceOf("", r)})
		}
	}
	if len(with) > 0 {
		e.Facts = append(e.Facts, fact{Name: "replies", Refs: with})
	}
	if row.Kind != "mistaken" {
		e.Anatomy = s.enhancedParts(row, parts, name)
	}
	var meanings []meaning
	for _, m := range s.meanings[row.ID[2:]] {
		if want := m.code.Match.Enhanced[0]; want == 'X' || want == class[0] {
			meanings = append(meanings, m)
		}
	}
	// The row speaks for the registry, where a class has come to mean something else.
	if row.Reason != "" {
		reason, name = row.Reason, row.Name
	}
	e.Meanings = s.meaningsOf(meanings, row.Kind, reason, name)
	same := group{ID: "same-digits", Title: class + "." + parts[1]}
	for _, other := range row.Classes {
		if other != class {
			same.Refs = append(same.Refs, s.refTo(s.pages["enhanced/"+other+row.ID[1:]]))
		}
	}
	for _, other := range s.catalog.Enhanced {
		if other != row && strings.HasPrefix(other.ID, "X."+parts[1]+".") {
			if p := s.pages["enhanced/"+class+other.ID[1:]]; p != nil {
				same.Refs = append(same.Refs, s.refTo(p))
			}
		}
	}
	s.neighbours(e, same, reason)
	return e
}

// enhancedParts takes an enhanced status code apart (RFC 3463 section 2).
func (s *sheet) enhancedParts(row *catalog.Enhanced, parts []string, name string) []part {
	return []part{
		s.part(parts[0], "class", "classes/"+parts[0]),
		s.part(parts[1], "subject", "subjects/"+parts[1]),
		{Digit: parts[2], Label: "detail", Name: smart(name)},
	}
}

// exampleOf returns the examples that name code.
func exampleOf(list []*catalog.Example, code string) []*catalog.Example {
	var own []*catalog.Example
	for _, e := range list {
		if strings.Contains(e.Text, code) {
			own = append(own, e)
		}
	}
	return own
}

// advise fills in whose move it is, the steps and the causes, from the row's own advice
// or else from its reason.
func (s *sheet) advise(e *entry, at string, own *catalog.Advice, reason string, likely []string) {
	if e.Notice.Over {
		return // the row speaks of failures, in its other classes
	}
	r := s.reasons[reason]
	actor, retry := own.Actor, own.Retry
	if r != nil {
		actor, retry = cmp.Or(actor, r.Actor), cmp.Or(retry, r.Retry)
	}
	s.whose(&e.Notice, actor)
	e.Notice.Retry = smart(retry)
	switch {
	case len(own.Steps) > 0:
		e.Roles = s.roles(at, own.Steps, actor)
	case r != nil:
		from := s.refTo(s.pages["reasons/"+r.ID])
		e.StepsFrom = &from
		e.Roles = s.roles("reasons/"+r.ID, r.Steps, actor)
	}
	if r != nil && e.StepsFrom == nil {
		e.Causes = append(e.Causes, s.cause(r))
	}
	if r != nil {
		e.Mistaken = s.reasonRefs(r.Mistaken)
		e.Confused = s.md("reasons/"+r.ID+"/confused", r.Confused)
	}
	for _, id := range likely {
		if l := s.reasons[id]; l != nil && l != r {
			e.Causes = append(e.Causes, s.cause(l))
		}
	}
}

// whose fills in whose move it is.
func (s *sheet) whose(n *notice, actor string) {
	if a := s.actors[actor]; a != nil {
		n.Move, n.About = smart(a.Move), smart(a.About)
	}
}

func (s *sheet) cause(r *catalog.Reason) cause {
	c := cause{ref: s.refTo(s.pages["reasons/"+r.ID]), Answer: firstSentence(s.plain(string(r.Answer)))}
	if a := s.actors[r.Actor]; a != nil {
		c.Move = smart(a.Move)
	}
	return c
}

func (s *sheet) reasonRefs(ids []string) []ref {
	var refs []ref
	for _, id := range ids {
		if p := s.pages["reasons/"+id]; p != nil {
			refs = append(refs, s.refTo(p))
		}
	}
	return refs
}

// meaningsOf returns what providers mean by a code, each meaning once, beside what the
// standard means by it where somebody differs from that. Those who differ come first.
func (s *sheet) meaningsOf(list []meaning, kind, reason, name string) []speaker {
	standard := reason != "" && slices.Contains([]string{"standard", "historic", "registered", "deprecated"}, kind)
	var speakers []speaker
	var last *catalog.Provider
	differ := func(sp speaker) bool {
		return slices.ContainsFunc(sp.Meanings, func(d differs) bool { return d.Differs })
	}
	for _, m := range list {
		d := differs{Name: smart(m.code.Name), Reason: s.reasonRef(m.code.Reason), Differs: standard && m.code.Reason != reason}
		if p, heading := s.find(m.id()); p != nil {
			d.Href = s.relative(s.plan, p) + "#" + heading
		}
		if m.provider != last {
			speakers = append(speakers, speaker{Name: smart(m.provider.Name)})
			last = m.provider
		}
		sp := &speakers[len(speakers)-1]
		if !slices.ContainsFunc(sp.Meanings, func(other differs) bool { return other.Name == d.Name && other.Differs == d.Differs }) {
			sp.Meanings = append(sp.Meanings, d)
		}
	}
	slices.SortStableFunc(speakers, func(a, b speaker) int { return cmp.Compare(rank(differ(a)), rank(differ(b))) })
	if slices.ContainsFunc(speakers, differ) {
		own := speaker{Meanings: []differs{{Name: smart(name), Reason: s.reasonRef(reason)}}}
		speakers = append([]speaker{own}, speakers...)
	}
	return speakers
}

func (s *sheet) reasonRef(id string) *ref {
	p := s.pages["reasons/"+id]
	if p == nil {
		return nil
	}
	r := s.refTo(p)
	return &r
}

// neighbours adds the codes beside this one: those that begin as it does, and those with
// the same reason.
func (s *sheet) neighbours(e *entry, same group, reason string) {
	if len(same.Refs) > 0 {
		e.Neighbours = append(e.Neighbours, same)
	}
	if reason == "" {
		return
	}
	alike := group{ID: "same-reason"}
	for _, p := range s.users[reason] {
		if p != s.plan {
			alike.Refs = append(alike.Refs, s.refTo(p))
		}
	}
	if len(alike.Refs) > 0 {
		e.Neighbours = append(e.Neighbours, alike)
	}
}

// planReason plans the page of a reason.
func (b *book) planReason(r *catalog.Reason) *plan {
	return &plan{
		Page: Page{
			ID: "reasons/" + r.ID, Path: "reasons/" + r.ID + ".html", Kind: "reason",
			Title: r.Name, Description: b.description(r.Answer),
		},
		short: r.Name, mark: r.Permanence, group: "reasons",
		make: func(s *sheet) (string, any) { return "entry", s.reason(r) },
	}
}

// mostExamples is how many servers' words a reason's page shows: enough to know the kind.
const mostExamples = 8

func (s *sheet) reason(r *catalog.Reason) *entry {
	at := "reasons/" + r.ID
	e := &entry{
		Notice: notice{
			Label: "reason", Title: smart(r.Name), Answer: s.md(at+"/answer", r.Answer), Mark: r.Permanence,
			Final: s.md(at+"/final", r.Final), Retry: smart(r.Retry),
		},
		Roles:    s.roles(at, r.Steps, r.Actor),
		More:     s.md(at+"/more", r.More),
		Mistaken: s.reasonRefs(r.Mistaken),
		Confused: s.md(at+"/confused", r.Confused),
		Letter:   letter(strings.TrimSpace(smart(r.Message))),
		Sources:  s.sources(s.at(at+"/sources"), r.Sources),
		See:      s.refs(s.at(at+"/see"), r.See),
	}
	s.whose(&e.Notice, r.Actor)
	if a := s.actors[r.MessageTo]; a != nil {
		e.LetterTo = smart(a.Name)
	}
	for _, p := range s.phrases[r.ID] {
		if len(e.Says) == mostExamples {
			break
		}
		e.Says = append(e.Says, said(p.Example.Text, wordsOf(p.ID)...))
	}
	codes := group{ID: "codes"}
	for _, p := range s.users[r.ID] {
		codes.Refs = append(codes.Refs, s.refTo(p))
	}
	if len(codes.Refs) > 0 {
		e.Neighbours = append(e.Neighbours, codes)
	}
	providers := group{ID: "providers"}
	for _, p := range s.speakers[r.ID] {
		providers.Refs = append(providers.Refs, s.refTo(p))
	}
	if len(providers.Refs) > 0 {
		e.Neighbours = append(e.Neighbours, providers)
	}
	same := group{ID: "same-group", Title: r.Group}
	for _, other := range s.catalog.Reasons {
		if other.Group == r.Group && other != r {
			same.Refs = append(same.Refs, s.refTo(s.pages["reasons/"+other.ID]))
		}
	}
	if len(same.Refs) > 0 {
		e.Neighbours = append(e.Neighbours, same)
	}
	return e
}

// wordsOf returns the fixed words of a phrase, between its blanks.
func wordsOf(phrase string) []string {
	var words []string
	for phrase != "" {
		fixed, rest, _ := strings.Cut(phrase, "{")
		if fixed = strings.TrimSpace(fixed); fixed != "" {
			words = append(words, fixed)
		}
		_, phrase, _ = strings.Cut(rest, "}")
	}
	return words
}

// planBlocklist plans the page of a blocklist.
func (b *book) planBlocklist(l *catalog.Blocklist) *plan {
	return &plan{
		Page: Page{
			ID: "blocklists/" + l.ID, Path: "blocklists/" + l.ID + ".html", Kind: "blocklist",
			Title: l.Name, Description: b.description(l.Answer),
		},
		short: l.Name, mark: l.Status, group: "blocklists",
		make: func(s *sheet) (string, any) { return "entry", s.blocklist(l) },
	}
}

func (s *sheet) blocklist(l *catalog.Blocklist) *entry {
	at := "blocklists/" + l.ID
	e := &entry{
		Notice:  notice{Label: "blocklist", Title: smart(l.Name), Answer: s.md(at+"/answer", l.Answer), Mark: l.Status, Over: true},
		Removal: s.md(at+"/removal", l.Removal),
		Lookup:  l.Lookup,
		Zones:   l.Zones,
		Sources: s.sources(s.at(at+"/sources"), l.Sources),
	}
	if l.Example != nil {
		e.Says = examples([]*catalog.Example{l.Example}, append(append([]string{}, l.Marks...), l.Zones...)...)
	}
	for _, a := range l.Answers {
		e.Answers = append(e.Answers, answer{a.ID, s.md(at+"/answers/"+a.ID, a.Text)})
	}
	same := group{ID: "same-group"}
	for _, other := range s.catalog.Blocklists {
		if other != l {
			same.Refs = append(same.Refs, s.refTo(s.pages["blocklists/"+other.ID]))
		}
	}
	if len(same.Refs) > 0 {
		e.Neighbours = append(e.Neighbours, same)
	}
	return e
}

// details returns the details that a match's last part stands for: 7.606 to 7.649 for
// X.7.606-649.
func details(match string) []string {
	i := strings.LastIndexByte(match, '.')
	if len(match) < 3 || i < 2 {
		return nil
	}
	subject, last := match[2:i+1], match[i+1:]
	low, high, ranged := strings.Cut(last, "-")
	if !ranged {
		return []string{subject + last}
	}
	from, err1 := strconv.Atoi(low)
	to, err2 := strconv.Atoi(high)
	if err1 != nil || err2 != nil || to-from > 1000 {
		return nil
	}
	var all []string
	for n := from; n <= to; n++ {
		all = append(all, subject+strconv.Itoa(n))
	}
	return all
}
