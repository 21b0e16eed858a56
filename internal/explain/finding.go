package explain

import (
	"strings"

	"github.com/undelivered/undelivered/internal/bounce"
	"github.com/undelivered/undelivered/internal/catalog/packed"
)

// longestDiagnostic bounds a server's words in a finding. Real ones have up to a thousand
// bytes, and a hostile text may give the same to each of many recipients.
const longestDiagnostic = 4096

// finding explains one failure.
func (r *reading) finding(g *Finding, f *bounce.Failure, outcome string) {
	provider := r.provider(f)
	g.Reply, g.Enhanced, g.Recipient, g.RemoteHost = f.Reply.Value, f.Enhanced.Value, f.Recipient, f.RemoteHost
	if !f.Statement.Empty() {
		g.Diagnostic = tidy(r.Text[f.Start:min(f.End, f.Start+longestDiagnostic)])
	}
	g.Evidence, g.Rows = make([]Evidence, 0, 5), make([]string, 0, 4)
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
	if path, ok := strings.CutPrefix(speaker(a.code), "providers/"); ok && provider == "" && r.kind(speaker(a.code)) != "network" {
		g.Provider = path // known by the words that were believed
	}
	if outcome == "delay" && a.actor == "" {
		// While it is still being tried, the far side's trouble is nobody's move.
		if actor := r.row(packed.Reasons, a.reason).Field(packed.FieldActor); actor == "recipient-provider" || actor == "" {
			a.actor = "wait"
		}
	}
	// What is final is not waited for.
	usual := r.row(packed.Reasons, a.reason).Field(packed.FieldActor)
	final := r.gaveUp(f) || g.Permanence == "permanent" && first(a.actor, usual) == "wait"
	refused := (firstDigit(f) == '5' || final) && (r.Bounce || r.Delivery || r.Log || r.report && f.Recipient != "" && r.client == "")
	if refused && (a.actor == "" || a.actor == "sender" || a.actor == "wait") {
		a.actor = first(r.row(packed.Reasons, a.reason).Field(packed.ReasonRefused), a.actor)
	}
	if refused && atHome(f) {
		a.actor = first(r.row(packed.Reasons, a.reason).Field(packed.ReasonAtHome), a.actor)
	}
	if a.actor == "" && a.code.None() && r.inWindow(f) {
		if row, _ := r.window(bounce.Span{Start: 0, End: len(r.Text)}, anyReason); row.Field(packed.FieldReason) == a.reason {
			a.actor = row.Field(packed.WindowActor)
		}
		a.actor = first(a.actor, r.row(packed.Reasons, a.reason).Field(packed.ReasonWindow))
	}
	a.window = r.byProgram && r.inWindow(f) && g.Permanence == ""
	if a.actor == "" && a.reason == "" && g.Permanence == "" && f.Statement.Empty() && !r.Message && !r.Log {
		a.actor = "sender" // who alone can look for more
	}
	r.describe(g, a)
	if a.reason == "blocked-reputation" {
		r.closed(g, f)
	}
	r.link(g, a, provider)
	r.doubt(g, f, a)
	if final && refused && usual == "wait" {
		g.Retry = r.text("retry-gave-up")
	}
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
	r.mark(g, a.sentence, "phrase", g.Page)
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
	if !a.reply.None() {
		g.believed("replies/" + a.reply.Field(0))
	}
	if !a.enhanced.None() {
		g.believed("enhanced/" + a.enhanced.Field(0))
	}
	hits := r.hits
	if len(r.Failures) > 1 {
		hits = append(append([]hit(nil), r.near(f.Statement.Span)...), r.near(f.Context)...)
	}
	for i := range hits {
		h := &hits[i]
		same := r.says(h, packed.PatternReason) == a.reason
		switch h.kind {
		case packed.KindPhrase, packed.KindWeak, packed.KindBlocklist:
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
	e.Start, e.End, e.Kind, e.Page = r.start+source.Start, r.start+source.End, kind, page
}

// pageOf returns the page of the first link of a kind.
func pageOf(links []Link, kind string) string {
	for _, l := range links {
		if l.Kind == kind {
			return l.Page
		}
	}
	return ""
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
	reason := r.row(packed.Reasons, a.reason)
	window := r.inWindow(f) && (r.byProgram || reason.Field(packed.ReasonWindow) != "") // which returns nothing
	if p := reason.Field(packed.ReasonReturned); p != "" && outcome == "bounce" && r.report && !window {
		return p
	}
	if p := reason.Field(packed.FieldPermanence); p == "permanent" || p == "temporary" {
		return p
	}
	if outcome == "bounce" && r.report && !window {
		return "permanent" // a report says that nobody tries again
	}
	return ""
}

// describe fills in the words of a finding from the rows that explain it.
func (r *reading) describe(g *Finding, a *answer) {
	reason := r.row(packed.Reasons, a.reason)
	row := reason
	switch {
	case !a.code.None() && !a.software:
		row = a.code
		g.Page = codePage(a.code)
	case a.byEnhanced && !a.enhanced.None():
		row = a.enhanced
	case a.byReply && !a.reply.None():
		row = a.reply
	}
	g.Title, g.Summary = row.Field(packed.FieldName), row.Field(packed.FieldAnswer)
	if a.byEnhanced && a.code.None() {
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
		class := g.Permanence
		if a.window {
			class = "window"
		}
		if class != "" {
			id += "-" + class
			summary += "-" + class
		}
		g.Title, g.Summary = r.text(id), r.text(summary)
	}
	g.Actor = first(a.actor, row.Field(packed.FieldActor), reason.Field(packed.FieldActor))
	if g.Actor == "" && g.Reason == "" {
		// Nobody is named: while it may still be tried, nobody must act; after that, the sender
		// is the one who can find out more.
		switch g.Permanence {
		case "temporary":
			g.Actor = "wait"
		case "permanent":
			g.Actor = "sender"
		}
	}
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
	r.advise(g, a.window && a.reason == "", row, reason)
	g.Message = fill(reason.Field(packed.ReasonMessage), g)
	g.MessageTo = reason.Field(packed.ReasonMessageTo)
}

// closed tells of a refusal that names only blocklists which have closed that it is the
// receiver's fault, who still asks them.
func (r *reading) closed(g *Finding, f *bounce.Failure) {
	var list packed.Row
	hits := r.near(f.Statement.Span)
	if f.Statement.Empty() {
		hits = r.near(f.Context)
	}
	for i := range hits {
		if h := &hits[i]; h.kind == packed.KindBlocklist {
			if list = r.row(packed.Blocklists, r.says(h, packed.PatternRow)); list.Field(packed.BlocklistStatus) != "closed" {
				return
			}
		}
	}
	if list.None() {
		return
	}
	g.Title, g.Summary, g.Retry = r.text("closed-list"), list.Field(packed.FieldAnswer), ""
	g.Actor = "recipient-provider"
	g.Move = r.row(packed.Actors, g.Actor).Field(packed.ActorMove)
	g.Page = "blocklists/" + list.Field(0) + ".html"
	for i := range g.Advice {
		if a := &g.Advice[i]; a.Role == "sender" || a.Role == "sender-provider" {
			a.Steps = []string{list.Field(packed.BlocklistRemoval)}
		}
	}
	trouble := r.row(packed.Reasons, "system-error")
	g.Message, g.MessageTo = fill(trouble.Field(packed.ReasonMessage), g), trouble.Field(packed.ReasonMessageTo)
}

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// advise gives each role its steps: the row's own, else those of its reason. Where nothing tells
// what was wrong, the sender gets steps to find out, in a mail program's window those for its settings.
func (r *reading) advise(g *Finding, window bool, rows ...packed.Row) {
	roles, _ := r.k.Find(packed.Texts, "roles")
	g.Advice = make([]Advice, 0, 4)
	for _, role := range roles.List(packed.FieldText) {
		var steps []string
		for _, row := range rows {
			if item := row.Item(packed.FieldSteps, role); steps == nil && item != nil {
				steps = item[1:]
			}
		}
		if steps == nil && role == "sender" {
			steps = r.texts("steps-unknown-1", "steps-unknown-2", "steps-unknown-3")
			if window {
				steps = r.texts("steps-window-1", "steps-window-2", "steps-window-3")
			}
		}
		if steps == nil {
			continue
		}
		g.Advice = append(g.Advice, Advice{role, r.row(packed.Actors, role).Field(packed.ActorRole), steps})
	}
}

// fill puts the facts into a message. A line whose fact is not known is left out, and of several
// empty lines one is kept.
func fill(message string, g *Finding) string {
	if message == "" {
		return ""
	}
	facts := [...]string{
		"{recipient}", g.Recipient, "{reply}", g.Reply, "{enhanced}", g.Enhanced, "{diagnostic}", g.Diagnostic,
		"{server}", g.RemoteHost, "{sender}", "", "{date}", "",
	}
	text := make([]byte, 0, len(message)+len(g.Diagnostic)+64)
	for empty := 0; message != ""; {
		var line string
		if line, message, _ = strings.Cut(message, "\n"); line == "" {
			empty++
			continue
		}
		before := len(text)
		if before > 0 {
			text = append(text, "\n\n"[max(0, 1-empty):]...)
		}
		if filled, ok := appendFilled(text, line, facts[:]); ok {
			text, empty = filled, 0
		} else {
			text = text[:before]
		}
	}
	return strings.Trim(string(text), " \n")
}

// appendFilled appends a line with its facts, which are pairs of a name and a value. It reports
// whether all are known.
func appendFilled(text []byte, line string, facts []string) ([]byte, bool) {
	for {
		at := strings.IndexByte(line, '{')
		if at < 0 {
			return append(text, line...), true
		}
		text = append(text, line[:at]...)
		line = line[at:]
		value, name := "{", "{" // where it is none of the names
		for i := 0; i < len(facts); i += 2 {
			if strings.HasPrefix(line, facts[i]) {
				name, value = facts[i], facts[i+1]
			}
		}
		if value == "" {
			return text, false
		}
		text = append(text, value...)
		line = line[len(name):]
	}
}

// link lists the pages of what was found.
func (r *reading) link(g *Finding, a *answer, provider string) {
	g.Links = make([]Link, 0, 4)
	if !a.reply.None() {
		g.lead("reply", g.Reply, a.reply, "codes/"+g.Reply)
	}
	if page := enhancedPage(a.enhanced, g.Enhanced); page != "" {
		g.lead("enhanced", g.Enhanced, a.enhanced, page)
		if v := variant(a.enhanced, a.class); v != nil && v[1] != "" {
			g.Links[len(g.Links)-1].Title = v[1]
		}
	}
	if !a.code.None() {
		provider = speaker(a.code)
	}
	if row := r.row(packed.Providers, provider); !row.None() {
		kind := "provider"
		if row.Field(packed.ProviderKind) == "system" {
			kind = "system"
		}
		g.lead(kind, row.Field(packed.FieldName), row, provider)
		if !a.code.None() {
			l := &g.Links[len(g.Links)-1]
			l.Title, l.Page = a.code.Field(packed.FieldName), codePage(a.code)
		}
	}
	if a.hit != nil && a.hit.kind == packed.KindBlocklist {
		row := r.row(packed.Blocklists, r.says(a.hit, packed.PatternRow))
		g.lead("blocklist", row.Field(packed.FieldName), row, "blocklists/"+row.Field(0))
	}
	if row := r.row(packed.Reasons, a.reason); !row.None() {
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

// atHome reports whether the server that failed is in the recipient's own domain.
func atHome(f *bounce.Failure) bool {
	_, domain, ok := strings.Cut(f.Recipient, "@")
	return ok && strings.HasSuffix("."+f.RemoteHost, "."+domain)
}

// gaveUp reports whether a failure is said to be final, whatever its code.
func (r *reading) gaveUp(f *bounce.Failure) bool {
	if f.Action == "failed" {
		return true
	}
	for _, h := range r.near(f.Statement.Span) {
		if r.says(&h, packed.PatternReason) == "timeout" && r.says(&h, packed.PatternPermanence) == "permanent" {
			return true
		}
	}
	return false
}

// doubt notes where the text contradicts itself or the standard.
func (r *reading) doubt(g *Finding, f *bounce.Failure, a *answer) {
	if usual := a.usual; usual != "" && a.reason != "" && usual != a.reason {
		if !a.code.None() && a.code.Field(packed.CodeEnhanced) != "" {
			g.note(r.text("note-provider", "provider", r.row(packed.Providers, speaker(a.code)).Field(packed.FieldName), "code", g.Enhanced, "meaning", a.code.Field(packed.FieldName)))
		} else {
			g.note(r.text("note-conflict-words", "code", g.Enhanced, "usual", r.row(packed.Reasons, usual).Field(packed.FieldName), "said", r.row(packed.Reasons, a.reason).Field(packed.FieldName)))
		}
	}
	if status := f.Status.Value; status != "" && g.Enhanced != "" && status != g.Enhanced && f.Statement.Enhanced.Value == g.Enhanced {
		g.note(r.text("note-wrapper", "outer", status, "inner", g.Enhanced))
	}
	if r.gaveUp(f) && g.Permanence == "temporary" {
		g.note(r.text("note-gave-up"))
	}
	if a.reply.Field(packed.FieldKind) == "mistaken" {
		g.note(r.text("note-mistaken", "code", g.Reply))
	}
}
