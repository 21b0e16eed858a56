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
	hit        *hit   // the words that told the reason
	permanence string // what the words say of it
	actor      string
}

// longestDiagnostic bounds a server's words in a finding. Real ones have up to a thousand
// bytes, and a hostile text may give the same to each of many recipients.
const longestDiagnostic = 4096

// finding explains one failure.
func (r *reading) finding(g *Finding, f *bounce.Failure, outcome string) {
	g.Reply, g.Enhanced, g.Recipient, g.RemoteHost = f.Reply.Value, f.Enhanced.Value, f.Recipient, f.RemoteHost
	if !f.Statement.Empty() {
		g.Diagnostic = tidy(r.Text[f.Start:min(f.End, f.Start+longestDiagnostic)])
	}
	provider := r.provider(f)
	a := &answer{}
	r.believe(a, f, provider)
	if outcome == "delivered" && a.reason == "" {
		a.reason = "delivered"
	}
	g.Reason = a.reason
	g.Permanence = r.permanence(f, a, outcome, g)
	if path, ok := strings.CutPrefix(provider, "clients/"); ok {
		g.Client = path
	} else {
		g.Provider = strings.TrimPrefix(provider, "providers/")
	}
	if r.client != "" {
		g.Client = r.client
	}
	if outcome == "delay" && a.actor == "" {
		// While it is still being tried, the far side's trouble is nobody's move.
		if actor := r.row(packed.Reasons, a.reason).Field(packed.FieldActor); actor == "recipient-provider" || actor == "" {
			a.actor = "wait"
		}
	}
	r.describe(g, a)
	r.link(g, a, provider)
	r.doubt(g, f, a)
	if g.Permanence == "temporary" {
		if wait, ok := r.Wait(f); ok {
			g.Retry = r.text("retry-in", "time", r.Text[wait.Start:wait.End])
			r.mark(g, wait, "retry", "")
		}
	}
	r.rows(g, a, f)
	r.mark(g, f.Reply.Span, "reply", pageOf(g.Links, "reply"))
	r.mark(g, f.Enhanced.Span, "enhanced", pageOf(g.Links, "enhanced"))
	r.mark(g, f.At, "recipient", "")
	r.mark(g, f.HostAt, "host", pageOf(g.Links, "provider"))
	if a.hit != nil {
		r.mark(g, a.hit.Span, "phrase", g.Page)
	}
	inOrder(g.Evidence)
}

// inOrder sorts evidence, of which there are a few, by place.
func inOrder(list []Evidence) {
	for i := 1; i < len(list); i++ {
		for j := i; j > 0 && list[j].Start < list[j-1].Start; j-- {
			list[j], list[j-1] = list[j-1], list[j]
		}
	}
}

// rows lists what was believed: the row that told the reason, the rows of the codes, and all
// other words that say the same.
func (r *reading) rows(g *Finding, a *answer, f *bounce.Failure) {
	g.believed(a.by)
	if a.reply != "" {
		g.believed("replies/" + a.reply.Field(0))
	}
	if a.enhanced != "" {
		g.believed("enhanced/" + a.enhanced.Field(0))
	}
	hits := r.hits
	if len(r.Failures) > 1 {
		hits = append(append([]hit(nil), r.near(f.Statement.Span)...), r.near(f.Context)...)
	}
	for i := range hits {
		h := &hits[i]
		same := h.Field(packed.PatternReason) == a.reason
		switch h.kind {
		case packed.KindBlocklist:
			same = a.reason == "blocked-reputation"
		case packed.KindPhrase, packed.KindWeak:
		case packed.KindCode:
			code := r.code(h)
			same = same && r.holds(code, f, speaker(code))
		default:
			continue
		}
		if same {
			g.believed(r.path(h))
		}
	}
}

func (g *Finding) believed(row string) {
	for _, known := range g.Rows {
		if known == row {
			return
		}
	}
	if row != "" {
		g.Rows = append(g.Rows, row)
	}
}

// path returns the catalogue's path of the row that a hit belongs to.
func (r *reading) path(h *hit) string {
	switch h.kind {
	case packed.KindPhrase, packed.KindWeak:
		return "phrases/" + r.k.Pattern(h.pattern)
	case packed.KindCode:
		return r.code(h).Field(0)
	case packed.KindBlocklist:
		return "blocklists/" + h.Field(packed.PatternRow)
	}
	return h.Field(packed.PatternRow)
}

// code returns the provider's code that a hit is one of the texts of.
func (r *reading) code(h *hit) packed.Row {
	return r.k.Row(packed.Codes, number(h.Field(packed.PatternRow)))
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

// tidy returns a server's words on one line.
func tidy(text string) string {
	b := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == '\n' || c == '\r' || c == '\t' || c == ' ' {
			if len(b) == 0 || b[len(b)-1] == ' ' {
				continue
			}
			c = ' '
		}
		b = append(b, c)
	}
	return strings.TrimRight(string(b), " ")
}

// mark adds a stretch of the text to the evidence.
func (r *reading) mark(g *Finding, s bounce.Span, kind, page string) {
	if s.Empty() {
		return
	}
	source := r.Source(s)
	g.Evidence = append(g.Evidence, Evidence{})
	e := &g.Evidence[len(g.Evidence)-1]
	e.Start, e.End, e.Kind, e.Page = source.Start, source.End, kind, page
}

func pageOf(links []Link, kind string) string {
	for _, l := range links {
		if l.Kind == kind {
			return l.Page
		}
	}
	return ""
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
		if row, ok := r.k.Find(packed.Domains, packed.Fold(domain)); ok {
			return row.Field(packed.HostProvider)
		}
	}
	context := f.Context
	context.End = min(context.End, context.Start+longContext)
	return r.marked(context)
}

// marked returns the provider whose words stand in a stretch.
func (r *reading) marked(s bounce.Span) string {
	hits := r.near(s)
	for i := range hits {
		if h := &hits[i]; h.kind == packed.KindMark && within(h.Span, s) {
			return h.Field(packed.PatternRow)
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
	if code := f.Enhanced.Value; code != "" {
		a.class = code[:1]
		a.enhanced = r.row(packed.Enhanced, "X"+code[1:])
		if a.enhanced == "" {
			a.enhanced = r.row(packed.Enhanced, code)
		}
		a.usual = a.enhanced.Field(packed.FieldReason)
		if v := variant(a.enhanced, a.class); v != nil && v[3] != "" {
			a.usual = v[3]
		}
	}
	words := f.Statement.Span
	if !f.Words.Empty() {
		words = f.Words
	}
	var heard said
	r.heard(&heard, words, f, provider, true)
	if heard.score < scoreStrong && vague(a.usual, f) {
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
	if heard.code != "" && heard.score >= score {
		code, score, a.hit = heard.code, heard.score, heard.hit
	}
	own := a.enhanced != "" && a.enhanced.Field(packed.FieldAnswer) != "" && !strings.HasSuffix(f.Enhanced.Value, ".0.0")
	switch {
	case code != "" && score >= heard.score:
		a.reason, a.by = code.Field(packed.FieldReason), code.Field(0)
		// What a mail system's own text means for a person, its reason says best; what wrote it
		// is worth telling only where that is known otherwise.
		a.software = r.kind(speaker(code)) == "system"
		if !a.software || speaker(code) == provider {
			a.code = code
		}
	case heard.hit != nil && (heard.score >= scoreStrong || a.usual == ""):
		h := heard.hit
		a.reason, a.hit, a.by = h.Field(packed.PatternReason), h, r.path(h)
		a.permanence, a.actor = h.Field(packed.PatternPermanence), h.Field(packed.PatternActor)
		if h.kind == packed.KindBlocklist {
			a.reason = "blocked-reputation"
		}
	case a.usual != "", own && a.reply.Field(packed.FieldReason) == "", a.reply == "" && a.enhanced != "":
		a.reason, a.byEnhanced, a.by = a.usual, true, "enhanced/"+a.enhanced.Field(0)
	case a.reply != "":
		a.reason, a.byReply, a.by = a.reply.Field(packed.FieldReason), true, "replies/"+a.reply.Field(0)
	}
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
		if !within(h.Span, s) || h.kind == packed.KindWeak && !weak || h.sent {
			continue
		}
		score, code := min(r.k.Weight(h.pattern), 150)+scoreStrong, packed.Row("")
		switch h.kind {
		case packed.KindPhrase, packed.KindBlocklist:
		case packed.KindWeak:
			score += scoreWeak - scoreStrong
		case packed.KindCode:
			code = r.code(h)
			if !r.holds(code, f, provider) {
				continue
			}
			if code.Field(packed.CodeWeak) != "" {
				score += scoreEnhanced - scoreStrong
			}
			if speaker(code) == provider {
				score += scoreProvider
			}
			if code.Field(packed.CodeEnhanced) != "" {
				score += scoreProvider
			}
		default:
			continue
		}
		if when := h.Field(packed.PatternWhen); code == "" && when != "" && !agrees(when, firstDigit(f)) {
			continue
		}
		if score > best.score {
			best.hit, best.code, best.score = h, code, score
		}
	}
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
		return "", 0
	}
	for i := r.first(provider + "/codes/"); i < r.k.Len(packed.Codes); i++ {
		row := r.k.Row(packed.Codes, i)
		if !strings.HasPrefix(row.Field(0), provider+"/codes/") {
			break
		}
		if row.Field(packed.CodeSays) != "" || !r.holds(row, f, provider) {
			continue
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
	}
	return best, score
}

// first returns the first row of the codes whose key is not below key.
func (r *reading) first(key string) int {
	low, high := 0, r.k.Len(packed.Codes)
	for low < high {
		mid := (low + high) / 2
		if r.k.Row(packed.Codes, mid).Field(0) < key {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
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
	for _, item := range row.List(packed.FieldVariants) {
		if v := strings.Split(item, packed.StepMark); v[0] == class && len(v) == 4 {
			return v
		}
	}
	return nil
}

// permanence says whether a failure is final.
func (r *reading) permanence(f *bounce.Failure, a *answer, outcome string, g *Finding) string {
	class := func(code string) string {
		switch {
		case code == "":
			return ""
		case code[0] == '4':
			return "temporary"
		case code[0] == '5':
			return "permanent"
		}
		return "success"
	}
	reply, enhanced := class(f.Reply.Value), class(f.Enhanced.Value)
	if success(f.Action) || outcome == "delivered" || outcome == "reply" {
		return ""
	}
	if f.Status.Value != "" && f.Enhanced.Span == f.Status.Span {
		reply = "" // the reporting server has judged the reply (RFC 3464 section 2.3.4)
	}
	if reply != "" && enhanced != "" && reply != enhanced && reply != "success" && enhanced != "success" {
		// Mail servers act on the reply code (RFC 5321 section 4.2.1); the other only tells more.
		g.note(r.text("note-conflict-class", "reply", f.Reply.Value, "enhanced", f.Enhanced.Value, "believed", f.Reply.Value))
	}
	if outcome == "delay" {
		return "temporary"
	}
	if f.Action == "delayed" {
		return "temporary"
	}
	for _, p := range [...]string{reply, enhanced, class(f.Status.Value), a.permanence, a.code.Field(packed.FieldPermanence)} {
		if p == "permanent" || p == "temporary" {
			return p
		}
	}
	if f.Action == "failed" {
		return "permanent"
	}
	if p := r.row(packed.Reasons, a.reason).Field(packed.FieldPermanence); p == "permanent" || p == "temporary" {
		return p
	}
	if outcome == "bounce" && r.report {
		return "permanent" // a report says that nobody tries again
	}
	return ""
}

// describe fills in the words of a finding from the rows that explain it.
func (r *reading) describe(g *Finding, a *answer) {
	reason := r.row(packed.Reasons, a.reason)
	row := reason
	switch {
	case a.code != "" && !a.software:
		row = a.code
		g.Page = codePage(a.code)
	case a.byEnhanced && a.enhanced != "":
		row = a.enhanced
	case a.byReply && a.reply != "":
		row = a.reply
	}
	g.Title, g.Summary = row.Field(packed.FieldName), row.Field(packed.FieldAnswer)
	if a.byEnhanced && a.code == "" {
		if v := variant(row, a.class); v != nil {
			if v[1] != "" {
				g.Title = v[1]
			}
			if v[2] != "" {
				g.Summary = v[2]
			}
		}
	}
	if g.Title == "" {
		id := "unknown-title"
		summary := "unknown-summary"
		if g.Permanence != "" {
			id += "-" + g.Permanence
			summary += "-" + g.Permanence
		}
		g.Title, g.Summary = r.text(id), r.text(summary)
	}
	g.Actor = first(a.actor, row.Field(packed.FieldActor), reason.Field(packed.FieldActor))
	g.Move = r.row(packed.Actors, g.Actor).Field(packed.ActorMove)
	switch g.Permanence {
	case "permanent", "temporary":
		g.Final = r.text(g.Permanence)
	case "":
		if g.Reason != "delivered" && g.Reason != "auto-reply" && g.Reason != "complaint" {
			g.Final = r.text("permanence-unknown")
		}
	}
	g.Retry = first(row.Field(packed.FieldRetry), reason.Field(packed.FieldRetry))
	r.advise(g, row, reason)
	g.Message = fill(reason.Field(packed.ReasonMessage), g)
	g.MessageTo = reason.Field(packed.ReasonMessageTo)
}

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// advise gives each role its steps: the row's own, else those of its reason.
func (r *reading) advise(g *Finding, rows ...packed.Row) {
	roles, _ := r.k.Find(packed.Texts, "roles")
	for _, role := range roles.List(packed.FieldText) {
		var steps []string
		for _, row := range rows {
			if steps == nil {
				steps = stepsFor(row, role)
			}
		}
		if steps == nil && role == "sender" {
			steps = r.texts("steps-unknown-1", "steps-unknown-2", "steps-unknown-3")
		}
		if steps == nil {
			continue
		}
		g.Advice = append(g.Advice, Advice{role, r.row(packed.Actors, role).Field(packed.ActorRole), steps})
	}
}

func stepsFor(row packed.Row, role string) []string {
	for _, item := range row.List(packed.FieldSteps) {
		if steps := strings.Split(item, packed.StepMark); steps[0] == role {
			return steps[1:]
		}
	}
	return nil
}

// fill puts the facts into a message. A line whose fact is not known is left out.
func fill(message string, g *Finding) string {
	if message == "" {
		return ""
	}
	facts := [...]string{
		"{recipient}", g.Recipient, "{reply}", g.Reply, "{enhanced}", g.Enhanced, "{diagnostic}", g.Diagnostic,
		"{server}", g.RemoteHost, "{sender}", "", "{date}", "",
	}
	var lines []string
	for _, line := range strings.Split(message, "\n") {
		keep := true
		for i := 0; i < len(facts); i += 2 {
			if strings.Contains(line, facts[i]) {
				keep = keep && facts[i+1] != ""
				line = strings.ReplaceAll(line, facts[i], facts[i+1])
			}
		}
		if keep {
			lines = append(lines, line)
		}
	}
	text := strings.Trim(strings.Join(lines, "\n"), " \n")
	for strings.Contains(text, "\n\n\n") {
		text = strings.ReplaceAll(text, "\n\n\n", "\n\n")
	}
	return text
}

// link lists the pages of what was found.
func (r *reading) link(g *Finding, a *answer, provider string) {
	if a.reply != "" {
		g.lead("reply", g.Reply, a.reply, "codes/"+g.Reply)
	}
	if page := enhancedPage(a.enhanced, g.Enhanced); page != "" {
		g.lead("enhanced", g.Enhanced, a.enhanced, page)
		if v := variant(a.enhanced, a.class); v != nil && v[1] != "" {
			g.Links[len(g.Links)-1].Title = v[1]
		}
	}
	if a.code != "" {
		provider = speaker(a.code)
	}
	if row := r.row(packed.Providers, provider); row != "" {
		kind := "provider"
		if row.Field(packed.ProviderKind) == "system" {
			kind = "system"
		}
		g.lead(kind, row.Field(packed.FieldName), row, provider)
		if a.code != "" {
			l := &g.Links[len(g.Links)-1]
			l.Title, l.Page = a.code.Field(packed.FieldName), codePage(a.code)
		}
	}
	if a.hit != nil && a.hit.kind == packed.KindBlocklist {
		row := r.row(packed.Blocklists, a.hit.Field(packed.PatternRow))
		g.lead("blocklist", row.Field(packed.FieldName), row, "blocklists/"+row.Field(0))
	}
	if row := r.row(packed.Reasons, a.reason); row != "" {
		g.lead("reason", a.reason, row, "reasons/"+a.reason)
	}
	if g.Page == "" {
		switch {
		case a.byEnhanced && pageOf(g.Links, "enhanced") != "":
			g.Page = pageOf(g.Links, "enhanced")
		case a.byReply:
			g.Page = pageOf(g.Links, "reply")
		default:
			g.Page = first(pageOf(g.Links, "reason"), pageOf(g.Links, "enhanced"), pageOf(g.Links, "reply"))
		}
	}
}

func (g *Finding) note(text string) { g.Notes = append(g.Notes, text) }

// lead adds the page of what row explains; the page is named without its ending.
func (g *Finding) lead(kind, code string, row packed.Row, page string) {
	g.Links = append(g.Links, Link{})
	l := &g.Links[len(g.Links)-1]
	l.Kind, l.Code, l.Title, l.Page = kind, code, row.Field(packed.FieldName), page+".html"
}

// kind returns of what kind a provider is.
func (r *reading) kind(provider string) string {
	return r.row(packed.Providers, provider).Field(packed.ProviderKind)
}

// row returns the row of t whose key is key, or an empty one.
func (r *reading) row(t packed.Table, key string) packed.Row {
	row, _ := r.k.Find(t, key)
	return row
}

// enhancedPage returns the page of a concrete code, or of the same code in the class that
// has one, without the page's ending.
func enhancedPage(row packed.Row, code string) string {
	classes := row.Field(packed.FieldClasses)
	if classes == "" || code == "" {
		return ""
	}
	class := classes[:1]
	if strings.Contains(classes, code[:1]) {
		class = code[:1]
	}
	return "enhanced/" + class + code[1:]
}

// doubt notes where the text contradicts itself or the standard.
func (r *reading) doubt(g *Finding, f *bounce.Failure, a *answer) {
	if usual := a.usual; usual != "" && a.reason != "" && usual != a.reason {
		if a.code != "" && a.code.Field(packed.CodeEnhanced) != "" {
			g.note(r.text("note-provider", "provider", r.row(packed.Providers, speaker(a.code)).Field(packed.FieldName), "code", g.Enhanced, "meaning", a.code.Field(packed.FieldName)))
		} else {
			g.note(r.text("note-conflict-words", "code", g.Enhanced, "usual", r.row(packed.Reasons, usual).Field(packed.FieldName), "said", r.row(packed.Reasons, a.reason).Field(packed.FieldName)))
		}
	}
	if status := f.Status.Value; status != "" && g.Enhanced != "" && status != g.Enhanced && f.Statement.Enhanced.Value == g.Enhanced {
		g.note(r.text("note-wrapper", "outer", status, "inner", g.Enhanced))
	}
	if f.Action == "failed" && g.Permanence == "temporary" {
		g.note(r.text("note-gave-up"))
	}
	if a.reply.Field(packed.FieldKind) == "mistaken" {
		g.note(r.text("note-mistaken", "code", g.Reply))
	}
}
