package explain

import (
	"strings"

	"github.com/undelivered/undelivered/internal/bounce"
	"github.com/undelivered/undelivered/internal/catalog/packed"
)

// answer is what was believed about one failure: the rows that explain it.
type answer struct {
	reason     string
	by         string     // the catalogue's path of the row that told the reason
	code       packed.Row // the provider's code, if that told
	reply      packed.Row
	enhanced   packed.Row
	usual      string // the reason that the enhanced code usually has
	software   bool   // it is the code of a mail system, not of somebody's service
	class      string // of the enhanced code
	byReply    bool   // the reply's own words explain it, there is no better row
	byEnhanced bool
	hit        *hit        // the words that told the reason
	sentence   bounce.Span // whose ideas told it
	window     bool        // a mail program says it of itself, and not whether it is final
	permanence string      // what the words say of it
	actor      string
}

// path returns the catalogue's path of the row that a hit belongs to.
func (r *reading) path(h *hit) string {
	switch h.kind {
	case packed.KindPhrase, packed.KindWeak:
		return "phrases/" + r.k.Pattern(int(h.pattern))
	case packed.KindCode:
		return r.code(h).Field(0)
	case packed.KindBlocklist:
		return "blocklists/" + r.says(h, packed.PatternRow)
	}
	return r.says(h, packed.PatternRow)
}

// code returns the provider's code that a hit is one of the texts of.
func (r *reading) code(h *hit) packed.Row {
	return r.k.Row(packed.Codes, number(r.says(h, packed.PatternRow)))
}

// speaker returns the path of the provider whose code row is.
func speaker(code packed.Row) string {
	provider, _, _ := strings.Cut(code.Field(0), "/codes/")
	return provider
}

// codePage returns the place where a provider's code is explained.
func codePage(code packed.Row) string {
	provider, id, _ := strings.Cut(code.Field(0), "/codes/")
	return provider + ".html#" + id
}

// provider returns the catalogue's path of the provider whose server spoke: known by the
// server's name, by words that only its texts hold, or by the recipient's domain.
func (r *reading) provider(f *bounce.Failure) string {
	if row, ok := r.suffix(packed.Hosts, f.RemoteHost); ok {
		return row
	}
	if path := r.marked(f.Statement.Span); path != "" {
		return path
	}
	if _, domain, ok := strings.Cut(f.Recipient, "@"); ok {
		// A domain that folding shortens has other letters than it seems to have.
		if folded := packed.Fold(domain); len(folded) == len(domain) {
			if row, ok := r.k.Find(packed.Domains, folded); ok {
				return row.Field(packed.HostProvider)
			}
		}
	}
	context := f.Context
	context.End = min(context.End, context.Start+longContext)
	numbered := r.row(packed.Numbers, f.Enhanced.Value).Field(packed.NumberProvider)
	return first(r.marked(context), numbered, r.named(f))
}

// fewWords is how long a text may be for the name of a provider in it to tell who speaks:
// "5.7.30 from Gmail". In longer texts a name may be there for any reason.
const fewWords = 80

// named returns the provider that a few words about a code name, if it is one alone, and has
// a meaning of its own for the code.
func (r *reading) named(f *bounce.Failure) (provider string) {
	if len(r.Text) > fewWords {
		return ""
	}
	for i := range r.hits {
		h := &r.hits[i]
		if h.kind != packed.KindName || r.inName(h.Span) {
			continue
		}
		if provider != "" && provider != r.says(h, packed.PatternRow) {
			return ""
		}
		provider = r.says(h, packed.PatternRow)
		if within(f.Reply.Span, h.Span) {
			f.Reply.Value, f.Reply.Span = "", bounce.Span{} // the number of Office 365
		}
	}
	if row, _ := r.coded(f, provider); row.None() {
		return ""
	}
	return provider
}

// inName reports whether a stretch is part of an address or of a host's name.
func (r *reading) inName(s bounce.Span) bool {
	return s.Start > 0 && strings.IndexByte("@.-_", r.Text[s.Start-1]) >= 0 ||
		s.End < len(r.Text) && strings.IndexByte("@-_", r.Text[s.End]) >= 0 ||
		s.End+1 < len(r.Text) && r.Text[s.End] == '.' && letter(r.Text[s.End+1])
}

// marked returns the provider whose words stand in a stretch.
func (r *reading) marked(s bounce.Span) string {
	hits := r.near(s)
	for i := range hits {
		if h := &hits[i]; h.kind == packed.KindMark && within(h.Span, s) {
			return r.says(h, packed.PatternRow)
		}
	}
	return ""
}

// suffix looks up a host name and the domains above it.
func (r *reading) suffix(t packed.Table, host string) (string, bool) {
	for host != "" {
		if row, ok := r.k.Find(t, host); ok {
			return row.Field(packed.HostProvider), true
		}
		_, above, ok := strings.Cut(host, ".")
		if !ok {
			break
		}
		host = above
	}
	return "", false
}

func within(s, outer bounce.Span) bool { return s.Start >= outer.Start && s.End <= outer.End }

// believe chooses what explains a failure: of all rows that its words and codes lead to, the
// most specific one.
func (r *reading) believe(a *answer, f *bounce.Failure, provider string) {
	if f.Reply.Value != "" {
		a.reply = r.row(packed.Replies, f.Reply.Value)
	}
	registered := true
	if code := f.Enhanced.Value; code != "" {
		a.class = code[:1]
		a.enhanced = r.row(packed.Enhanced, "X"+code[1:])
		if a.enhanced.None() {
			a.enhanced = r.row(packed.Enhanced, code)
		}
		a.usual = a.enhanced.Field(packed.FieldReason)
		if v := variant(a.enhanced, a.class); v != nil && v[3] != "" {
			a.usual = v[3]
		}
		// A code that was registered with another reply is somebody's own here.
		if other := a.enhanced.Field(packed.EnhancedOtherwise); other != "" && a.usual != "" && a.class == "5" && !a.reply.None() && a.reply.Field(packed.FieldReason) != a.usual {
			a.usual, registered = other, false
		}
	}
	if r.supposed != "" {
		a.reason, a.by = r.supposed, "reasons/"+r.supposed
		return
	}
	words := f.Statement.Span
	if !f.Words.Empty() {
		words = f.Words
	}
	var heard said
	r.heard(&heard, words, f, provider, true)
	twofold := a.usual != a.enhanced.Field(packed.FieldReason) && f.Statement.Empty()
	if heard.score < scoreStrong && (twofold || vague(a.usual, f)) {
		// Nothing firm in the server's own words: what the report says around them.
		var around said
		context := f.Context
		context.End = min(context.End, context.Start+longContext)
		r.heard(&around, context, f, provider, words.Empty())
		if around.hit == nil && words.Empty() && len(r.Failures) <= someFailures {
			r.heard(&around, bounce.Span{Start: 0, End: len(r.Text)}, f, provider, len(r.Text) < 300)
		}
		if around.score > heard.score {
			heard = around
		}
	}
	code, score := r.coded(f, provider)
	if !heard.code.None() && heard.score >= score && !(a.usual != "" && hesitant(heard.code)) {
		code, score, a.hit = heard.code, heard.score, heard.hit
	}
	own := !a.enhanced.None() && a.enhanced.Field(packed.FieldAnswer) != "" && !strings.HasSuffix(f.Enhanced.Value, ".0.0")
	switch {
	case !code.None() && score >= heard.score:
		a.reason, a.by = code.Field(packed.FieldReason), code.Field(0)
		// What a mail system's own text means for a person, its reason says best; what wrote it
		// is worth telling only where that is known otherwise.
		a.software = r.kind(speaker(code)) == "system"
		if !a.software || speaker(code) == provider {
			a.code = code
		} else {
			a.permanence, a.actor = code.Field(packed.FieldPermanence), code.Field(packed.FieldActor)
		}
	case heard.hit != nil && heard.code.None() && (heard.score >= scoreStrong || a.usual == ""):
		h := heard.hit
		a.reason, a.hit, a.by = r.says(h, packed.PatternReason), h, r.path(h)
		a.permanence, a.actor = r.says(h, packed.PatternPermanence), r.says(h, packed.PatternActor)
	case a.usual != "", own && a.reply.Field(packed.FieldReason) == "", a.reply.None() && !a.enhanced.None():
		a.reason, a.byEnhanced, a.by = a.usual, registered, "enhanced/"+a.enhanced.Field(0)
		if a.reason == "" && a.class == "5" && r.worded(f) {
			a.reason = a.enhanced.Field(packed.EnhancedOtherwise)
		}
	case !a.reply.None():
		a.reason, a.byReply, a.by = a.reply.Field(packed.FieldReason), true, "replies/"+a.reply.Field(0)
	}
	if a.code.None() {
		r.answered(a, f)
	}
	if a.code.None() {
		r.shown(a, f)
	}
	if a.reason == "" || a.hit != nil && a.hit.kind == packed.KindWeak && words.Empty() {
		r.gather(a, words)
	}
}

// gather takes what ideas tell where no words and no codes do: in the server's own words, or in a
// text that is no more than a window of a mail program.
func (r *reading) gather(a *answer, words bounce.Span) {
	row, at := r.window(words, anyReason)
	if row.None() && !r.Message && !r.Log {
		row, at = r.window(bounce.Span{Start: 0, End: len(r.Text)}, anyReason)
	}
	if a.hit != nil && strings.Contains(r.Text[at.Start:at.End], ">:") {
		return // what a report says behind a recipient is a server's
	}
	if !row.None() {
		a.reason, a.by, a.sentence = row.Field(packed.FieldReason), "windows/"+row.Field(packed.WindowID), at
		a.byReply, a.byEnhanced, a.hit, a.permanence, a.actor = false, false, nil, "", row.Field(packed.WindowActor)
	}
}

// worded reports whether words of the server's own stand behind a failure's codes.
func (r *reading) worded(f *bounce.Failure) bool {
	const few = 16 // bytes
	behind := max(f.Reply.End, f.Enhanced.End)
	return f.Statement.End >= behind && len(bareText(r.Text[behind:f.Statement.End])) >= few
}

// shown prefers what is known of the mail program that shows the words, where it says the
// same: it knows whose server did not answer.
func (r *reading) shown(a *answer, f *bounce.Failure) {
	hits := r.near(f.Context)
	for i := range hits {
		h := &hits[i]
		if h.kind != packed.KindCode || r.says(h, packed.PatternReason) != a.reason || !within(h.Span, f.Context) {
			continue
		}
		code := r.code(h)
		if strings.HasPrefix(code.Key(), "clients/") && r.holds(code, f, speaker(code)) {
			a.code, a.by, a.hit = code, code.Field(0), h
			a.byReply, a.byEnhanced = false, false
			return
		}
	}
}

// answered takes into account which command the server refused: what it says of an address
// in answer to MAIL, it says of the sender's, and a refusal of the greeting without a cause is
// one of the connecting server.
func (r *reading) answered(a *answer, f *bounce.Failure) {
	name := r.Command(f)
	if name == "" {
		return
	}
	row := r.row(packed.Commands, name)
	reason := ""
	for _, item := range row.List(packed.CommandInstead) {
		if from, to, _ := strings.Cut(item, packed.StepMark); from == a.reason {
			reason = to
		}
	}
	if reason == "" && firstDigit(f) == '5' && (a.reason == "" || a.hit != nil && a.hit.kind == packed.KindWeak && a.reason == lastResort) {
		reason = row.Field(packed.CommandVague)
	}
	if reason != "" {
		a.reason, a.by = reason, "commands/"+name
		a.byReply, a.byEnhanced, a.usual = false, false, ""
	}
}

// hesitant reports whether other words or codes tell more than a provider's code: what a mail
// program thinks, beside what the server said to it, and words that say that somebody gave
// up, not why.
func hesitant(code packed.Row) bool {
	return code.Field(packed.CodeWeak) != "" || strings.HasPrefix(code.Key(), "clients/")
}

// vague reports whether a failure's codes leave open what happened.
func vague(enhancedReason string, f *bounce.Failure) bool {
	code := f.Enhanced.Value
	return enhancedReason == "" || len(code) > 2 && (strings.HasSuffix(code, ".0") || code[2] == '0')
}

// What is said of one recipient is not looked for in all of a long report about many.
const (
	someFailures = 20
	longContext  = 1 << 14 // bytes
)

// How much a row is believed; the length of the words is added.
const (
	scoreWeak     = 200
	scoreEnhanced = 400
	scoreStrong   = 600
	scoreProvider = 100 // more for words of the provider that speaks
)

// lastResort is the reason that is believed where none of the others is: by its definition it
// is a rule that nothing else names.
const lastResort = "policy"

type said struct {
	hit   *hit
	code  packed.Row
	score int
}

// heard returns the words in a stretch that tell most; weak ones only where asked for.
func (r *reading) heard(best *said, s bounce.Span, f *bounce.Failure, provider string, weak bool) {
	hits := r.near(s)
	for i := range hits {
		h := &hits[i]
		if !within(h.Span, s) || r.repeats(h, f) || r.gloss(h) || h.kind == packed.KindWeak && (!weak || r.fieldName(h.Start) || r.caption(h)) {
			continue
		}
		score, code := min(r.k.Weight(int(h.pattern)), 150)+scoreStrong, packed.Row{}
		switch h.kind {
		case packed.KindPhrase:
		case packed.KindBlocklist:
			score += scoreProvider // which list says more than that there is one
		case packed.KindWeak:
			score += scoreWeak - scoreStrong
			if r.says(h, packed.PatternReason) == lastResort {
				score -= scoreWeak - 1
			}
		case packed.KindCode:
			code = r.code(h)
			if !r.holds(code, f, provider) {
				continue
			}
			if hesitant(code) {
				score += scoreEnhanced - scoreStrong
			}
			if speaker(code) == provider || r.label(h, code) {
				score += scoreProvider
			}
			if code.Field(packed.CodeEnhanced) != "" {
				score += scoreProvider
			}
		default:
			continue
		}
		if when := r.says(h, packed.PatternWhen); code.None() && when != "" && !agrees(when, firstDigit(f)) {
			continue
		}
		if score > best.score {
			best.hit, best.code, best.score = h, code, score
		}
	}
}

// label reports whether a hit is a mark of the provider's own, such as AUP#CXBL or (S3140). It
// is shorter than the words around it, and tells more.
func (r *reading) label(h *hit, code packed.Row) bool {
	pattern := r.k.Pattern(int(h.pattern))
	return code.Field(packed.CodeSays) == "anywhere" && r.kind(speaker(code)) != "system" &&
		(strings.ContainsAny(pattern, "#0123456789") || strings.IndexByte(pattern, ' ') < 0)
}

// caption reports whether a hit is a word that captions a line, such as "Attachments: a.pdf", which
// says nothing of them.
func (r *reading) caption(h *hit) bool {
	return (h.Start == 0 || r.Text[h.Start-1] == '\n') && strings.HasPrefix(r.Text[h.End:], ": ") && strings.IndexByte(r.Text[h.Start:h.End], ' ') < 0
}

// gloss reports whether a hit is all that stands in parentheses behind an enhanced code, as PowerMTA
// has it: what the code means to the standard, and not what the server said.
func (r *reading) gloss(h *hit) bool {
	const number = 4 // bytes: ".100"
	return h.Start > number+2 && h.End < len(r.Text) && r.Text[h.End] == ')' && r.Text[h.Start-2:h.Start] == " (" && digit(r.Text[h.Start-3]) &&
		strings.IndexByte(r.Text[h.Start-2-number:h.Start-2], '.') >= 0
}

// repeats reports whether a hit is words that caption the failure's reply code, which is given a second
// time: "Server response: '550 User unknown', Server error: 550".
func (r *reading) repeats(h *hit, f *bounce.Failure) bool {
	const far = 8 // bytes: a colon, wide or with a space before it
	rest := r.Text[h.End:min(len(r.Text), h.End+far)]
	number := strings.TrimLeft(rest, " :：\u00a0")
	return f.Reply.Value != "" && len(number) < len(rest) && strings.HasPrefix(number, f.Reply.Value) && h.End+len(rest)-len(number) != f.Reply.Start
}

// fieldName reports whether the name of a header field begins at the place, such as
// Content-Type, which says nothing of the content.
func (r *reading) fieldName(at int) bool {
	if at > 0 && r.Text[at-1] != '\n' {
		return false
	}
	hyphen := false
	for ; at < len(r.Text); at++ {
		switch c := r.Text[at]; {
		case c == ':':
			return hyphen
		case c == '-':
			hyphen = true
		case !letter(c):
			return false
		}
	}
	return false
}

// agrees reports whether a code's first digit can go with a permanence.
func agrees(when string, digit byte) bool {
	return digit == 0 || (when == "temporary") == (digit == '4')
}

// holds reports whether what a provider's code asks for beside its words is there.
func (r *reading) holds(code packed.Row, f *bounce.Failure, provider string) bool {
	if code.Field(packed.CodeSays) != "anywhere" && speaker(code) != provider {
		return false
	}
	if reply := code.Field(packed.CodeReply); reply != "" && reply != f.Reply.Value {
		return false
	}
	enhanced := code.Field(packed.CodeEnhanced)
	return enhanced == "" || matchEnhanced(enhanced, f.Enhanced.Value)
}

// coded returns the provider's code that needs no words.
func (r *reading) coded(f *bounce.Failure, provider string) (best packed.Row, score int) {
	if provider == "" {
		return best, 0
	}
	r.k.From(packed.Codes, provider+"/codes/", func(_ int, row packed.Row) bool {
		if !strings.HasPrefix(row.Key(), provider+"/codes/") {
			return false
		}
		if row.Field(packed.CodeSays) != "" || !r.holds(row, f, provider) {
			return true
		}
		n := 0
		if e := row.Field(packed.CodeEnhanced); e != "" {
			n += scoreStrong - 20
			if e[1:3] != ".0" {
				n += 175
				if strings.Contains(e, "-") {
					n -= 55
				}
			}
			if row.Field(packed.CodeReply) != "" {
				n += 10
			}
		} else if row.Field(packed.CodeReply) != "" {
			n += scoreWeak - 50
		}
		if n > score {
			best, score = row, n
		}
		return true
	})
	return best, score
}

// matchEnhanced compares a code with a pattern: X for any class, a range in the last part.
func matchEnhanced(pattern, code string) bool {
	if code == "" {
		return false
	}
	if pattern[0] != 'X' && pattern[0] != code[0] {
		return false
	}
	low, high, ranged := strings.Cut(pattern[1:], "-")
	if !ranged {
		return pattern[1:] == code[1:]
	}
	dot := strings.LastIndexByte(low, '.')
	last := strings.LastIndexByte(code, '.')
	if low[:dot] != code[1:last] {
		return false
	}
	n := number(code[last+1:])
	if at := strings.LastIndexByte(high, '.'); at >= 0 {
		high = high[at+1:]
	}
	return number(low[dot+1:]) <= n && n <= number(high)
}

func number(digits string) (n int) {
	for i := 0; i < len(digits); i++ {
		n = n*10 + int(digits[i]-'0')
	}
	return n
}

// variant returns what an enhanced code's row says of one class: class, name, answer and
// reason.
func variant(row packed.Row, class string) []string {
	if v := row.Item(packed.FieldVariants, class); len(v) == 4 {
		return v
	}
	return nil
}
