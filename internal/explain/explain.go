// Package explain puts together what a text says (bounce) and what is known about it
// (catalog) into an answer for a person.
package explain

import (
	"strings"

	"github.com/undelivered/undelivered/internal/bounce"
	"github.com/undelivered/undelivered/internal/catalog/packed"
)

// Explainer explains texts with one state of the knowledge. It may be used by several
// goroutines at a time.
type Explainer struct {
	k *packed.Knowledge

	// Most is how many findings an answer has; those beyond are counted ([Result.Unlisted]).
	// Zero stands for more than any report names.
	Most int
}

// Open takes the knowledge in its packed form ([catalog.Catalog.Pack]), which must not be changed
// afterwards. It fails where the bytes are damaged or of another version.
func Open(knowledge []byte) (*Explainer, error) {
	k, err := packed.Open(knowledge)
	if err != nil {
		return nil, err
	}
	return &Explainer{k: k}, nil
}

// Explain says what text means. The charsets may be nil, which leaves legacy charsets
// undecoded.
func (e *Explainer) Explain(text string, charsets bounce.Charsets) *Result {
	return e.Suppose(text, "", charsets)
}

// Suppose says what text means where somebody knows better than its words why it failed: all
// its failures have the reason of that id, and it has at least one. Without an id that is
// known it is Explain.
func (e *Explainer) Suppose(text, reason string, charsets bounce.Charsets) *Result {
	r := reading{e: e, k: e.k, Report: bounce.Read(text, charsets)}
	if _, ok := e.k.Find(packed.Reasons, reason); ok {
		r.supposed = reason
	}
	res := r.explain()
	if several := r.several(res, text, charsets); several != nil {
		return several
	}
	return res
}

// explain says what the text means, taken for one.
func (r *reading) explain() *Result {
	r.match()
	return r.result()
}

// reading is the work on one text.
type reading struct {
	e *Explainer
	k *packed.Knowledge
	*bounce.Report
	hits   []hit
	client string // the mail program whose words stand in the text
	words  int    // how many of the catalogue's words for mail errors stand in the text
	topics int    // how many of those only mail has
	report bool   // the text is a report that delivery failed, not a server's reply alone
	// byProgram: no words but a mail program's tell of it, which could not hand the message over
	byProgram bool

	sentences []tongues // whose ideas were asked for

	start    int    // where the text begins in the one that was given
	supposed string // the reason that all failures have, whatever the text says
}

// hit is a pattern of the catalogue that tells something and stands in the readable text.
type hit struct {
	pattern int32
	kind    packed.Kind
	bounce.Span
}

// says returns a field of what a hit means.
func (r *reading) says(h *hit, field int) string {
	return r.k.Meaning(int(h.pattern)).Field(field)
}

// match finds all patterns in what the text itself says, and puts them in the order of where
// they begin. Of the words that mail errors are made of it only counts how many there are, and
// of the message that was sent it only asks whether its header looks forged.
func (r *reading) match() {
	text := r.Joined()
	r.hits = make([]hit, 0, 32) // more than most texts have
	r.Stretches(func(s bounce.Span, copied bool) {
		folded := packed.FoldText(text[s.Start:s.End])
		r.k.Match(folded.Text, func(m packed.Match) {
			kind := r.k.Kind(m.Pattern)
			if copied && (kind != packed.KindHeading || r.k.Meaning(m.Pattern).Field(packed.PatternRow) != "backscatter") {
				return
			}
			switch kind {
			case packed.KindTopic:
				r.topics++
				fallthrough
			case packed.KindWord:
				r.words++
				return
			case packed.KindIdea: // see [reading.window]
				return
			}
			span := bounce.Span{Start: s.Start + folded.Place(m.Start), End: s.Start + folded.Place(m.End-1) + 1}
			for span.End < s.End && r.Text[span.End]&0xc0 == 0x80 {
				span.End++ // to the end of the last letter
			}
			at := len(r.hits)
			r.hits = append(r.hits, hit{})
			for ; at > 0 && r.hits[at-1].Start > span.Start; at-- {
				r.hits[at] = r.hits[at-1]
			}
			r.hits[at] = hit{int32(m.Pattern), kind, span}
		})
	})
	r.inHeadings()
	for i := range r.hits {
		h := &r.hits[i]
		if r.client != "" || h.kind != packed.KindCode && h.kind != packed.KindMark {
			continue
		}
		if path, ok := strings.CutPrefix(r.path(h), "clients/"); ok {
			r.client, _, _ = strings.Cut(path, "/")
		}
	}
}

// inHeadings leaves out weak words that are a small part of a heading: "for an unknown reason"
// is not about an unknown mailbox.
func (r *reading) inHeadings() {
	kept := r.hits[:0]
	var heading bounce.Span
	for _, h := range r.hits {
		if h.kind == packed.KindHeading && h.End > heading.End {
			heading = h.Span
		}
		if h.kind != packed.KindWeak || h.End > heading.End || 4*(h.End-h.Start) > heading.End-heading.Start {
			kept = append(kept, h)
		}
	}
	r.hits = kept
}

// near returns the hits that begin within s.
func (r *reading) near(s bounce.Span) []hit {
	if s.Empty() {
		return nil
	}
	return r.hits[r.before(s.Start):r.before(s.End)]
}

// before returns how many hits begin before the place.
func (r *reading) before(at int) int {
	low, high := 0, len(r.hits)
	for low < high {
		if mid := (low + high) / 2; r.hits[mid].Start < at {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}

// tally counts the words in a text that tell what kind of text it is.
type tally struct {
	bounce, delay, delivered, reply, complaint int
	windows                                    int // of bounce: what mail programs say of themselves
	bait                                       int
	words                                      int    // that mail errors are made of
	reasons                                    int    // that tell a reason
	codes                                      int    // texts of providers and mail programs that nobody else writes
	topics                                     int    // that only mail has
	none                                       string // what the text is instead of a mail error
}

func (t *tally) add(meaning packed.Fields, kind packed.Kind) {
	switch kind {
	case packed.KindHeading:
		switch meaning.Field(packed.PatternRow) {
		case "bounce":
			t.bounce++
			if meaning.Field(packed.PatternReason) == packed.HeadingWindow {
				t.windows++
			}
		case "delay":
			t.delay++
		case "delivered":
			t.delivered++
		case "auto-reply":
			t.reply++
		case "complaint":
			t.complaint++
		case "bait":
			t.bait++
		case "none":
			t.none = meaning.Field(packed.PatternReason)
		}
	case packed.KindTopic:
		t.words++
		t.topics++
	case packed.KindMark:
		t.words++
		t.reasons++
		t.topics++
	case packed.KindWord, packed.KindWeak:
		t.words++
	case packed.KindName, packed.KindIdea:
	default:
		t.words++
		t.reasons++
		if kind == packed.KindBlocklist {
			t.topics++
		}
		if meaning.Field(packed.PatternReason) == "auto-reply" {
			t.reply++
		}
	}
}

// outcome says what kind of text it is, and of a text that is something else, what.
func (r *reading) outcome() (outcome, instead string) {
	said, subject := tally{words: r.words, topics: r.topics}, tally{}
	heading := bounce.Span{}
	early := false   // the first line says what it is, as a subject does
	replied := false // a line near the beginning begins as the subject of an automatic reply does
	for i := range r.hits {
		h := &r.hits[i]
		if h.kind == packed.KindHeading && h.Start > 1 && r.Text[h.Start-1] == ' ' && digit(r.Text[h.Start-2]) && r.says(h, packed.PatternRow) == "delay" {
			continue // a server's words behind its code: "400 4.4.7 Message delayed"
		}
		if h.kind == packed.KindHeading {
			if r.inAnswer(h.Start) {
				continue // an answer to a bounce, or to somebody's letter about one
			}
			if h.Start < heading.End && r.says(h, packed.PatternRow) == "bounce" {
				continue // two patterns for the same words
			}
			heading = h.Span
		}
		said.add(r.k.Meaning(int(h.pattern)), h.kind)
		if h.kind == packed.KindCode && r.own(h) {
			said.codes++
			said.topics++
		}
		early = early || h.kind == packed.KindHeading && h.Start < 100
		if h.kind == packed.KindHeading && h.Start < 200 && r.says(h, packed.PatternRow) == "auto-reply" {
			line, ok := r.lineBefore(h.Start)
			replied = replied || ok && bareText(line) == ""
		}
	}
	r.k.Match(packed.Fold(r.Subject), func(m packed.Match) {
		subject.add(r.k.Meaning(m.Pattern), r.k.Kind(m.Pattern))
	})
	r.words = said.words
	r.report = r.Bounce || r.Delivery || said.bounce > 0
	r.byProgram = !r.Bounce && !r.Delivery && said.bounce == said.windows

	strength, pair, spoken := 0, false, false
	for i := range r.Failures {
		f := &r.Failures[i]
		worded := i < someFailures && f.Strength >= bounce.Named && r.spoken(f)
		if f.Quoted && f.Strength < bounce.Placed && !worded {
			continue // a number in brackets, say
		}
		if c := firstDigit(f); (c == '2' && f.Recipient == "" || c == '3') && f.Strength < bounce.Certain && !r.replies() {
			continue
		}
		strength = max(strength, f.Strength)
		spoken = spoken || worded
		pair = pair || f.Strength == bounce.Certain && f.Reply.Value != "" && f.Statement.Enhanced.Value != ""
	}
	if said.bait > 0 && !r.Bounce && (r.Message || strength < bounce.Certain) {
		return "none", r.text("note-bait", "why", r.bait())
	}
	headed := said.bounce+said.delay > 0
	some := len(r.Failures) > 0
	is := false
	switch {
	case r.Complaint:
		return "complaint", ""
	case r.Delivery && some:
		is = true
	case r.Automatic && !r.Bounce && said.complaint > 0 && said.reply == 0:
		return "complaint", ""
	case r.Automatic && !r.Bounce && !(said.reasons > 0 && said.reply == 0 && (r.returned() || r.NoReturn && said.bounce > 0 && strength >= bounce.Placed && r.Failures[0].Recipient != "")), subject.reply > 0 && subject.bounce == 0 && !r.Bounce:
		return "auto-reply", ""
	case r.Message && r.Bulk && !r.Bounce && !r.NoReturn:
		// a newsletter, also one about mail that bounces
	case r.Message && said.none != "" && said.codes == 0 && (said.bounce == 0 && strength < bounce.Placed || len(r.Failures) == 0 && !r.Bounce && !r.NoReturn):
		// a warning or an advertisement, also of a mail system
	case r.Message:
		entitled := subject.bounce+subject.delay > 0 && subject.none == ""
		is = (r.Bounce || r.NoReturn && (strength >= bounce.Placed || spoken)) && (some || headed || entitled || said.reasons > 0) ||
			r.NoReturn && (headed || entitled || said.reasons > 0 && some) ||
			entitled && (some && (strength > bounce.Loose || r.Failures[0].Recipient != "") || headed && said.words > 2 && !answers(r.Subject)) || headed && some && strength >= bounce.Certain ||
			r.Generated && said.bounce > 0 && said.none == "" && said.reasons > 0 && some && r.Failures[0].Recipient != "" // what a scanner tells of a virus
		if !is && (subject.complaint > 0 || said.complaint > 0 && said.bounce == 0) {
			return "complaint", ""
		}
		if !is && said.reply > 0 && said.bounce == 0 {
			return "auto-reply", ""
		}
	case r.Log && some:
		is = true
	case r.Person && strength == 0 && (said.none != "" || said.topics == 0 || said.bounce+said.delay < 2 && !r.firm()):
		// a parcel that could not be delivered, a server that could not be reached
	case replied && !r.Message && strength == 0 && said.reasons == 0:
		return "auto-reply", ""
	case said.none != "" && said.codes == 0 && (said.bounce == 0 && (strength < bounce.Certain && !r.replies() || r.other()) || strength < bounce.Named && !hasAddress(r.Text)):
	default:
		length := r.Length()
		short := length < 1200
		questioned := said.none == "" && r.question()
		// Whether it is about mail at all. A reply that begins the text, words that are most of
		// it, and a number that the words beside it call an error's, need not say so.
		addressed := hasAddress(r.Text)
		about := said.topics > 0 || addressed || bounce.NamesServer(r.Text) || length < 300 && r.leads() ||
			strength == bounce.Named && said.words > 2 && length < 120 && !r.data() ||
			short && strength >= bounce.Named && (headed || spoken) && !r.data() ||
			length < 300 && said.words > 0 && r.opens()
		distinct := 0
		if !addressed && length < 4096 && (strength < bounce.Certain || said.bounce == 0) {
			distinct = r.Distinct()
		}
		// What the service of a program tells it.
		event := addressed && r.data() && (pair || some && said.reasons > 0 && r.Failures[0].Recipient != "" && r.Failures[0].Statement.Enhanced.Value != "")
		table := said.bounce == 0 && distinct > 2 && !r.replies() && (distinct > 3 || !r.apart()) // of codes, as manuals have it
		if r.Program && !event || strength < bounce.Placed && (distinct > 1 || chat(r.Text)) || !addressed && (table || notes(r.Text) && !r.headedOutsideItems()) {
			return "none", ""
		}
		about = about && (headed || said.reasons+said.codes > 0 || !r.counts())
		about = about && distinct <= 2 // else it is about the codes, and names several
		about = about && (length < 300 || !r.numbered() || headed || said.reasons+said.codes > 0)
		asked := short && r.apart() && (pair || (said.reasons > 0 || said.words > 2 && length < 300) && len(r.near(r.Failures[0].Statement.Span)) > 0)
		is = r.bare() || asked || questioned || event && said.words > 0 || pair && (said.words > 0 || length < 120) || about && (strength >= bounce.Certain && said.words > 0 ||
			strength == bounce.Placed && said.words > 0 && (short || headed) ||
			strength >= bounce.Named && short && said.words > 0 || headed && (some || said.reasons > 0 || r.titled() && (short || early)))
		switch {
		case is:
		case said.reply > 0:
			return "auto-reply", ""
		case said.complaint > 0:
			return "complaint", ""
		case said.delivered > 0:
			return "delivered", ""
		default:
			is = about && said.reasons > 0 && !steps(r.Text) && (short && (r.sentence() || said.codes > 0 && some && r.Failures[0].Recipient != "") ||
				length < 600 && (said.codes > 0 || some && r.Failures[0].Recipient != "" && said.topics > 0 || headed && bounce.NamesServer(r.Text) || r.telling())) ||
				length < 200 && distinct <= 1 && (said.topics > 0 || bounce.NamesServer(r.Text)) && !r.data() && (said.reasons > 0 || length < 160 && r.agree())
			is = is || short && said.none == "" && (r.wholly() || r.unsent() || r.quotes())
		}
	}
	if !is {
		return "none", said.none
	}
	return r.failure(&said, &subject), ""
}

// answers reports whether a subject is that of an answer, which a person wrote.
func answers(subject string) bool {
	subject = packed.Fold(subject)
	if name, rest, ok := strings.Cut(subject, "] "); ok && name != "" && name[0] == '[' {
		subject = rest // behind the name of a list
	}
	for _, mark := range [...]string{"re:", "aw:", "sv:", "antw:", "odp:", "res:", "ynt:", "回复:", "答复:"} {
		if strings.HasPrefix(subject, mark) {
			return true
		}
	}
	return false
}

// lineBefore returns what stands before the place on its line, and false where that is long.
func (r *reading) lineBefore(at int) (line string, ok bool) {
	const longest = 60 // bytes
	line = r.Text[max(0, at-longest-1):at]
	if begin := strings.LastIndexByte(line, '\n'); begin >= 0 {
		return line[begin+1:], true
	}
	return line, at <= longest
}

// inAnswer reports whether the place is in a subject that is an answer's, as a mail program shows
// it: "Subject: Re: Mail delivery failed".
func (r *reading) inAnswer(at int) bool {
	line, ok := r.lineBefore(at)
	if !ok {
		return false
	}
	if _, subject, ok := strings.Cut(line, ":"); ok && answers(strings.TrimLeft(subject, " \t")) {
		return true
	}
	return answers(line)
}

// returned reports whether the message comes back with the one that was sent, as a refusal does
// and an automatic answer does not.
func (r *reading) returned() bool {
	for _, p := range r.Parts {
		if p.Kind == bounce.Original {
			return r.NoReturn
		}
	}
	return false
}

// spoken reports whether words that tell a reason, and not just one or two, stand close behind
// a failure's code.
func (r *reading) spoken(f *bounce.Failure) bool {
	const close, long = 60, 10 // bytes
	hits := r.near(bounce.Span{Start: f.Statement.Start, End: min(f.Statement.End, f.Statement.Start+close)})
	for i := range hits {
		h := &hits[i]
		if (h.kind == packed.KindPhrase || h.kind == packed.KindCode) && h.Start >= f.Statement.Start && h.Start < f.Statement.Start+close && h.End-h.Start >= long {
			return true
		}
	}
	return false
}

// other reports whether the number that the text begins with belongs to words that are no mail
// error: "503 Service Temporarily Unavailable".
func (r *reading) other() bool {
	if len(r.Failures) == 0 || r.Failures[0].Reply.Value == "" || r.Failures[0].Enhanced.Value != "" {
		return false
	}
	for i := range r.hits {
		if h := &r.hits[i]; h.kind == packed.KindHeading && r.says(h, packed.PatternRow) == "none" && within(r.Failures[0].Reply.Span, h.Span) {
			return true
		}
	}
	return false
}

// leads reports whether the text begins with a server's reply, or is mostly words that tell a
// reason.
func (r *reading) leads() bool {
	if !strings.Contains(r.Text, "://") && !r.data() && r.mostly() {
		return true
	}
	return r.replies()
}

// numbered reports whether all that may be a failure is an enhanced code, with which the text begins:
// the number of a section, say.
func (r *reading) numbered() bool {
	f := r.Failures
	return len(f) == 1 && f[0].Reply.Value == "" && f[0].Recipient == "" && strings.Trim(r.Text[:f[0].Statement.Start], " \t\r\n#*") == ""
}

// replies reports whether the text begins with a server's reply.
func (r *reading) replies() bool { return r.repliesFrom(0) }

// apart reports whether a paragraph begins with a server's reply, the only one, as where somebody
// asks about it.
func (r *reading) apart() bool {
	return len(r.Failures) == 1 && firstDigit(&r.Failures[0]) >= '4' && r.repliesFrom(r.paragraph(r.Failures[0].Start))
}

func (r *reading) repliesFrom(start int) bool {
	if len(r.Failures) == 0 {
		return false
	}
	f := &r.Failures[0]
	return f.Strength >= bounce.Placed && firstDigit(f) != 0 && strings.Trim(r.Text[start:f.Statement.Start], " \t\r\n<[(\"'>") == ""
}

// data reports whether the text, or the paragraph with the first code, begins as data of programs
// or as a table does.
func (r *reading) data() bool {
	begins := func(text string) bool {
		return text == "" || text[0] == '{' || text[0] == '<' || strings.HasPrefix(text, "| ")
	}
	return begins(r.Text) || len(r.Failures) > 0 && begins(r.Text[r.paragraph(r.Failures[0].Start):])
}

// paragraph returns where the paragraph begins that the place is in: below an empty line, or one
// that marks what follows as code.
func (r *reading) paragraph(at int) int {
	start := at
	for {
		end := strings.LastIndexByte(r.Text[:start], '\n') // of the line above
		above := strings.LastIndexByte(r.Text[:max(end, 0)], '\n') + 1
		if line := strings.Trim(r.Text[above:max(end, above)], " \t\r"); end < 0 || line == "" || strings.HasPrefix(line, "```") {
			return end + 1
		}
		start = end
	}
}

// mostly reports whether words that tell a reason are a third of the text, or a text that a
// provider or a mail program alone writes a quarter. A few words for what other programs say too,
// such as a wrong password, do not count.
func (r *reading) mostly() bool {
	const long = 26 // bytes
	for i := range r.hits {
		h, most := &r.hits[i], 0
		switch h.kind {
		case packed.KindPhrase, packed.KindWeak:
			if r.k.Weight(int(h.pattern)) >= long || r.row(packed.Reasons, r.says(h, packed.PatternReason)).Field(packed.ReasonElsewhere) == "" {
				most = 3
			}
		case packed.KindHeading:
			most = 3
		case packed.KindCode:
			if r.code(h).Field(packed.CodeSays) == "anywhere" {
				most = 4
			}
		}
		if most*(h.End-h.Start) >= len(r.Text) {
			return true
		}
	}
	return false
}

// heads reports whether a hit is of words that head reports of failures or delays.
func (r *reading) heads(h *hit) bool {
	if h.kind != packed.KindHeading {
		return false
	}
	outcome := r.says(h, packed.PatternRow)
	return outcome == "bounce" || outcome == "delay"
}

// titled reports whether words that head reports are more than a word or two, or stand where a
// title does: where a line begins, or behind a colon. What somebody says of himself is no title: "I
// could not send the message".
func (r *reading) titled() bool {
	const long = 16 // bytes
	for i := range r.hits {
		h := &r.hits[i]
		if !r.heads(h) {
			continue
		}
		line, _ := r.lineBefore(h.Start)
		line = strings.TrimRight(line, " \t\"'*[(-")
		if line == "" || line[len(line)-1] == ':' || h.End-h.Start >= long && !speaks(line, r.text("first-person")) {
			return true
		}
	}
	return false
}

// speaks reports whether the last sentence of a line has the word by which a person names himself.
func speaks(line, self string) bool {
	line = line[strings.LastIndexAny(line, ".!?")+1:]
	return self != "" && strings.Contains(" "+line+" ", " "+self+" ")
}

// opens reports whether the text, or a paragraph, begins with words that head reports, as the windows
// of mail programs do: "Message not sent".
func (r *reading) opens() bool {
	const few = 16 // bytes: "Error: ", a sign, "Your "
	for i := range r.hits {
		if h := &r.hits[i]; r.heads(h) {
			return h.Start-r.paragraph(h.Start) <= few
		}
	}
	return false
}

// firm reports whether words tell a reason that errors of other programs do not have.
func (r *reading) firm() bool {
	for i := range r.hits {
		h := &r.hits[i]
		if (h.kind == packed.KindPhrase || h.kind == packed.KindCode) && r.row(packed.Reasons, r.says(h, packed.PatternReason)).Field(packed.ReasonElsewhere) == "" {
			return true
		}
	}
	return false
}

// sentence reports whether words that tell a reason are so many that a program wrote them.
func (r *reading) sentence() bool {
	const long = 40 // bytes, gaps not counted
	for i := range r.hits {
		if h := &r.hits[i]; h.kind == packed.KindPhrase && r.k.Weight(int(h.pattern)) >= long {
			return true
		}
	}
	return false
}

// telling reports whether words that tell a reason are a good part of the text, or the text
// is no more than a sentence or two, full of the words that mail errors are made of: in a
// letter the same words stand among many others.
func (r *reading) telling() bool {
	sum := 0
	for i := range r.hits {
		if h := &r.hits[i]; h.kind == packed.KindPhrase || h.kind == packed.KindCode && r.code(h).Field(packed.CodeSays) == "anywhere" {
			sum += h.End - h.Start
		}
	}
	return sum > 0 && (len(r.Text) < 160 && 30*r.words >= len(r.Text) || 6*sum >= len(r.Text))
}

// agree reports whether two words that tell little each tell the same reason, or one of them and
// a firm one.
func (r *reading) agree() bool {
	for i := range r.hits {
		h := &r.hits[i]
		reason := r.says(h, packed.PatternReason)
		if h.kind != packed.KindWeak || reason == lastResort {
			continue
		}
		for n := range r.hits[:i] {
			other := &r.hits[n]
			if (other.kind == packed.KindWeak || other.kind == packed.KindPhrase) && h.Start >= other.End && h.pattern != other.pattern && reason == r.says(other, packed.PatternReason) {
				return true
			}
		}
	}
	return false
}

// hasAddress reports whether an e-mail address stands in text: an at sign between letters or
// digits, and a dot soon behind it.
func hasAddress(text string) bool {
	for at := 1; at+1 < len(text); at++ {
		if text[at] != '@' || !word(text[at-1]) || !word(text[at+1]) {
			continue
		}
		for end := at + 1; end < len(text) && (word(text[end]) || text[end] == '-' || text[end] == '.'); end++ {
			if text[end] == '.' {
				return true
			}
		}
	}
	return false
}

func word(c byte) bool { return letter(c) || digit(c) }

// own reports whether a provider's or mail program's text tells by itself who speaks, and is
// not such as others write too.
func (r *reading) own(h *hit) bool {
	text := r.k.Pattern(int(h.pattern))
	return r.code(h).Field(packed.CodeSays) == "anywhere" && (r.k.Weight(int(h.pattern)) >= 20 || strings.HasPrefix(text, "0x"))
}

// bait returns the words that make a text look like a false bounce.
func (r *reading) bait() string {
	for i := range r.hits {
		if h := &r.hits[i]; h.kind == packed.KindHeading && r.says(h, packed.PatternRow) == "bait" {
			return "\"" + r.Text[h.Start:h.End] + "\""
		}
	}
	return ""
}

// failure tells a failure from a delay and from good news.
func (r *reading) failure(said, subject *tally) string {
	class := byte(0)
	failed, delayed, delivered := false, false, false
	for i := range r.Failures {
		f := &r.Failures[i]
		if class == 0 {
			class = firstDigit(f)
		}
		failed = failed || f.Action == "failed"
		delayed = delayed || f.Action == "delayed"
		delivered = delivered || success(f.Action)
	}
	switch {
	case failed:
		return "bounce"
	case class == 0 && said.delivered > 0 && said.reasons == 0:
		return "delivered" // "Delivery Status Notification (Success)"
	case delayed:
		return "delay"
	case delivered:
		return "delivered"
	case subject.delay > 0 && (subject.bounce == 0 || said.delay > said.bounce && class != '5'), said.delay > 0 && (said.bounce == 0 || subject.bounce == 0) && class != '5':
		return "delay"
	case class == '2' || class == '3':
		// A number that is no reply code, such as the exit status of a program, says nothing. A mail
		// program's own error says more than the answer before it.
		f := &r.Failures[0]
		if said.reasons > 0 && said.delivered == 0 && f.Reply.Value == greets && f.Enhanced.Value == "" {
			f.Statement = bounce.Statement{Span: f.Statement.Span} // a program's own error, behind a session that had only begun
			return "bounce"
		}
		if said.codes == 0 && (f.Enhanced.Value != "" || !r.row(packed.Replies, f.Reply.Value).None()) {
			return "reply"
		}
	}
	return "bounce"
}

// greets is the reply with which a server greets, and takes a command to encrypt (RFC 5321, RFC 3207).
const greets = "220"

func firstDigit(f *bounce.Failure) byte {
	for _, code := range [...]string{f.Enhanced.Value, f.Reply.Value, f.Status.Value} {
		if code != "" {
			return code[0]
		}
	}
	return 0
}

// bare reports whether the text is a code and hardly more: "452", "Error 5.1.1", "5.7.30 from
// Gmail".
func (r *reading) bare() bool {
	if len(r.Text) > 60 || len(r.Failures) != 1 {
		return false
	}
	f := &r.Failures[0]
	rest, named := r.Text, false
	for i := range r.hits {
		if h := &r.hits[i]; h.kind == packed.KindName && !r.inName(h.Span) && f.Enhanced.Value > "4" {
			rest, named = strings.Replace(rest, r.Text[h.Start:h.End], "", 1), true
		}
	}
	for _, code := range [...]string{f.Enhanced.Value, f.Reply.Value} {
		rest = strings.Replace(rest, code, "", 1)
	}
	rest = bareText(rest)
	return f.Strength > bounce.Loose && rest == "" || (f.Strength == bounce.Named || f.Strength == bounce.Certain || named) && len(rest) < 16
}

// result makes the answer.
func (r *reading) result() *Result {
	res := &Result{}
	var instead string
	res.Outcome, instead = r.outcome()
	if r.supposed != "" && res.Outcome != "delay" {
		res.Outcome = "bounce"
	}
	mistaken, at := r.mistaken()
	if !mistaken.None() && res.Outcome == "none" && instead == "" && (r.words > 0 || bareText(r.Text) == mistaken.Field(0)) {
		res.Outcome, res.Verdict = "bounce", r.text("bounce-one")
		res.Findings = make([]Finding, 1)
		r.mistake(&res.Findings[0], mistaken, at)
		return res
	}
	switch res.Outcome {
	case "none":
		res.Verdict = first(instead, r.text("none"))
		res.Ask = r.texts("none-ask-1", "none-ask-2", "none-ask-3")
		return res
	case "auto-reply", "complaint":
		res.Verdict = r.text(res.Outcome)
		res.Findings = make([]Finding, max(1, min(len(r.Complained), mostFindings)))
		for n := range res.Findings {
			f := &res.Findings[n]
			f.Reason = res.Outcome
			f.believed("reasons/" + res.Outcome)
			for i := range r.hits {
				if h := &r.hits[i]; r.says(h, packed.PatternReason) == res.Outcome && h.kind != packed.KindHeading {
					f.believed(r.path(h))
				}
			}
			if n < len(r.Complained) {
				f.Recipient = r.Complained[n].Recipient
				r.mark(f, r.Complained[n].At, "recipient", "")
			}
			a := &answer{reason: res.Outcome}
			r.describe(f, a)
			r.link(f, a, "")
		}
		return res
	}
	if len(r.Failures) == 0 {
		r.Failures = []bounce.Failure{r.Alone}
		r.Failures[0].Context.End = len(r.Text)
	}
	most := r.e.Most
	if most == 0 {
		most = mostFindings
	}
	res.Findings = make([]Finding, min(len(r.Failures), most))
	n := 0
	for i := range r.Failures {
		f := &r.Failures[i]
		if res.Outcome != "delivered" && (r.Delivery || r.Log) && success(f.Action) && len(r.Failures) > 1 {
			continue // told of in the same report, but not failed
		}
		if n == most {
			res.Unlisted++
			continue
		}
		r.finding(&res.Findings[n], f, res.Outcome)
		n++
	}
	res.Findings = res.Findings[:n]
	if f := &res.Findings[0]; mistaken.Field(packed.FieldKind) == "mistaken" && f.Reply != mistaken.Field(0) {
		f.believed("replies/" + mistaken.Field(0))
		f.lead("reply", mistaken.Field(0), mistaken, "codes/"+mistaken.Field(0))
		r.mark(f, at, "reply", f.Links[len(f.Links)-1].Page)
		inOrder(f.Evidence)
	}
	r.warn(res)
	r.verdict(res)
	return res
}

// warn notes where a bounce looks made up, or is of a message that may be somebody else's.
func (r *reading) warn(res *Result) {
	f := &res.Findings[0]
	if bait := r.bait(); bait != "" {
		f.note(r.text("note-bait", "why", bait))
	}
	if res.Outcome != "bounce" {
		return
	}
	for i := range r.hits {
		if h := &r.hits[i]; h.kind == packed.KindHeading && r.says(h, packed.PatternRow) == "backscatter" {
			f.note(r.text("note-backscatter", "why", "\""+tidy(r.Text[h.Start:h.End])+"\""))
			return
		}
	}
}

// mostFindings bounds how many recipients are answered for: more than any report names.
const mostFindings = 10_000

// bareText returns text without what stands around a code.
func bareText(text string) string { return strings.Trim(text, " \t\r\n.:;,!?()[]<>#\"'-") }

func success(action string) bool {
	return action == "delivered" || action == "relayed" || action == "expanded"
}

// verdict sums the findings up.
func (r *reading) verdict(res *Result) {
	first := &res.Findings[0]
	switch res.Outcome {
	case "delay":
		res.Verdict = r.text("delay")
	case "delivered":
		res.Verdict = r.text("delivered")
	case "reply":
		id := "success"
		if strings.HasPrefix(first.Reply, "3") {
			id = "continue"
		}
		code := first.Reply
		if code == "" {
			code = first.Enhanced
		}
		res.Verdict = r.text(id, "code", code)
	default:
		if len(res.Findings) > 1 {
			res.Verdict = r.text("bounce-many", "count", itoa(len(res.Findings)+res.Unlisted))
		} else {
			res.Verdict = r.text("bounce-one")
		}
	}
	if first.Reason == "" && res.Outcome == "bounce" {
		if r.byProgram && first.Permanence == "" && first.Diagnostic == "" {
			res.Ask = append(res.Ask, r.text("ask-window"))
		} else if len(first.Diagnostic) < 24 {
			res.Ask = append(res.Ask, r.text("ask-whole"))
		} else {
			res.Ask = append(res.Ask, r.text("ask-diagnostic"))
		}
	}
}

// mistaken returns the row of a number that people take for a reply code, an error number
// of an operating system or an enhanced code without its dots, and where it stands.
func (r *reading) mistaken() (packed.Row, bounce.Span) {
	t := r.Text
	if len(t) > 4096 {
		return packed.Row{}, bounce.Span{}
	}
	alone := bareText(t)
	for at := 0; at+3 <= len(t); at++ {
		if !digit(t[at]) || at > 0 && (digit(t[at-1]) || t[at-1] == '.' || letter(t[at-1])) {
			continue
		}
		end := at
		for end < len(t) && digit(t[end]) {
			end++
		}
		start := at
		at = end
		if end-start != 3 || end < len(t) && (letter(t[end]) || t[end] == '.' && end+1 < len(t) && digit(t[end+1])) {
			continue
		}
		bracketed := t[max(0, start-1):start] == "(" && end < len(t) && t[end] == ')'
		if t[start:end] != alone && !bracketed && !r.toldAt(end+1) && !calledError(t[max(0, start-16):start]) {
			continue
		}
		if row, ok := r.k.Find(packed.Replies, t[start:end]); ok && (row.Field(packed.FieldKind) == "mistaken" || t[start:end] == alone) {
			return row, bounce.Span{Start: start, End: end}
		}
	}
	return packed.Row{}, bounce.Span{}
}

// calledError reports whether the words before a number end in what an error's number is called.
func calledError(before string) bool {
	before = packed.Fold(strings.TrimRight(before, " :=#"))
	return strings.HasSuffix(before, "errno") || strings.HasSuffix(before, "error") || strings.HasSuffix(before, "code")
}

// toldAt reports whether words that tell a reason, weak ones aside, begin at the place.
func (r *reading) toldAt(at int) bool {
	hits := r.near(bounce.Span{Start: at, End: at + 1})
	for i := range hits {
		if k := hits[i].kind; k == packed.KindPhrase || k == packed.KindCode {
			return true
		}
	}
	return false
}

func letter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func digit(c byte) bool { return '0' <= c && c <= '9' }

// mistake explains a number that people take for a reply code.
func (r *reading) mistake(f *Finding, row packed.Row, at bounce.Span) {
	f.Reason, f.Permanence = row.Field(packed.FieldReason), row.Field(packed.FieldPermanence)
	f.believed("replies/" + row.Field(0))
	if row.Field(packed.FieldKind) == "mistaken" {
		f.note(r.text("note-mistaken", "code", row.Field(0)))
	} else {
		f.Reply = row.Field(0)
	}
	r.describe(f, &answer{reply: row, reason: f.Reason, byReply: true})
	f.lead("reply", row.Field(0), row, "codes/"+row.Field(0))
	f.Page = f.Links[0].Page
	r.mark(f, at, "reply", f.Page)
}

// text returns one of the decoder's sentences, with what stands in braces filled in: pairs
// of a name and its value.
func (r *reading) text(id string, pairs ...string) string {
	row, _ := r.k.Find(packed.Texts, id)
	text := row.Field(packed.FieldText)
	for i := 0; i+1 < len(pairs); i += 2 {
		text = strings.ReplaceAll(text, "{"+pairs[i]+"}", pairs[i+1])
	}
	return text
}

func (r *reading) texts(ids ...string) (texts []string) {
	for _, id := range ids {
		if t := r.text(id); t != "" {
			texts = append(texts, t)
		}
	}
	return texts
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + itoa(n%10)
}
