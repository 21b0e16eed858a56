// Package explain puts together what a text says (bounce) and what is known about it
// (catalog) into an answer for a person.
package explain

import (
	"slices"
	"strings"

	"github.com/undelivered/undelivered/internal/bounce"
	"github.com/undelivered/undelivered/internal/catalog/packed"
)

// Explainer explains texts with one state of the knowledge. It may be used by several
// goroutines at a time.
type Explainer struct{ k *packed.Knowledge }

// Open takes the knowledge in its packed form ([catalog.Catalog.Pack]). It fails where the
// bytes are damaged or of another version.
func Open(knowledge []byte) (*Explainer, error) {
	k, err := packed.Open(knowledge)
	if err != nil {
		return nil, err
	}
	return &Explainer{k}, nil
}

// Explain says what text means. The charsets may be nil, which leaves legacy charsets
// undecoded.
func (e *Explainer) Explain(text string, charsets bounce.Charsets) *Result {
	r := reading{e: e, k: e.k, Report: bounce.Read(text, charsets)}
	r.match()
	return r.result(text)
}

// reading is the work on one text.
type reading struct {
	e *Explainer
	k *packed.Knowledge
	*bounce.Report
	hits   []hit
	words  int  // how many of the catalogue's words for mail errors stand in the text
	report bool // the text is a report that delivery failed, not a server's reply alone
}

// hit is a pattern of the catalogue that stands in the readable text.
type hit struct {
	packed.Row // what it means
	pattern    int
	kind       string
	bounce.Span
}

// match finds all patterns in the text, and in the subject of a message.
func (r *reading) match() {
	folded := packed.Fold(r.Text)
	var found []packed.Match
	r.k.Match(folded, func(m packed.Match) { found = append(found, m) })
	slices.SortFunc(found, func(a, b packed.Match) int {
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		return b.End - a.End
	})
	starts := make([]int, len(found))
	ends := make([]int, len(found))
	for i, m := range found {
		starts[i], ends[i] = m.Start, m.End-1
	}
	starts = packed.Unfold(r.Text, starts)
	slices.Sort(ends)
	places := packed.Unfold(r.Text, ends)
	r.hits = make([]hit, len(found))
	for i, m := range found {
		row := r.k.Meaning(m.Pattern)
		n, _ := slices.BinarySearch(ends, m.End-1)
		r.hits[i] = hit{row, m.Pattern, row.Field(packed.PatternKind), bounce.Span{Start: starts[i], End: places[n] + 1}}
	}
}

// outcome says what kind of text it is, and in what words.
func (r *reading) outcome() (outcome, because string) {
	kinds := map[string]int{}
	var none string
	words := 0
	seen := map[string]bool{}
	phrases := map[string]int{}
	look := func(kind, row, answer, reason string) {
		switch kind {
		case packed.KindHeading:
			kinds[row]++
			if row == "none" && none == "" {
				none = answer
			}
		case packed.KindWord:
			words++
		case packed.KindWeak:
			words++
		case packed.KindPhrase, packed.KindCode, packed.KindBlocklist, packed.KindMark:
			phrases[reason]++
			words++
		}
	}
	early := false // the first line says what it is, as a subject does
	for _, h := range r.hits {
		if h.kind == packed.KindHeading && h.Start < 100 && h.Field(packed.PatternRow) != "none" {
			early = true
		}
		key := r.Text[h.Start:h.End]
		if h.kind == packed.KindWord && seen[key] || r.in(h.Start) == bounce.Original {
			continue
		}
		seen[key] = true
		look(h.kind, h.Field(packed.PatternRow), h.Field(packed.PatternReason), h.Field(packed.PatternReason))
	}
	r.words = words
	r.report = r.Bounce || r.Delivery || kinds["bounce"] > 0
	subject := map[string]int{}
	r.k.Match(packed.Fold(r.Subject), func(m packed.Match) {
		row := r.k.Meaning(m.Pattern)
		if row.Field(packed.PatternKind) == packed.KindHeading {
			subject[row.Field(packed.PatternRow)]++
		}
		if reason := row.Field(packed.PatternReason); row.Field(packed.PatternKind) == packed.KindPhrase {
			subject[reason]++
		}
	})

	strength, class, pair := 0, byte(0), false
	actions := map[string]int{}
	for i := range r.Failures {
		f := &r.Failures[i]
		strength = max(strength, f.Strength)
		pair = pair || f.Strength == bounce.Certain && f.Reply.Value != "" && f.Statement.Enhanced.Value != ""
		if class == 0 {
			class = firstDigit(f)
		}
		if f.Action != "" {
			actions[f.Action]++
		}
	}
	fails := func() string {
		switch {
		case actions["failed"] > 0:
			return "bounce"
		case actions["delayed"] > 0:
			return "delay"
		case actions["delivered"]+actions["relayed"]+actions["expanded"] > 0 && len(actions) > 0:
			return "delivered"
		case subject["delay"] > 0 && subject["bounce"] == 0, kinds["delay"] > 0 && (kinds["bounce"] == 0 || class == '4' && subject["bounce"] == 0) && class != '5':
			return "delay"
		case class == '2' || class == '3':
			return "reply"
		}
		return "bounce"
	}

	switch {
	case r.Complaint:
		return "complaint", ""
	case r.Delivery && len(r.Failures) > 0:
		return fails(), ""
	case r.Automatic && !r.Bounce, subject["auto-reply"] > 0 && subject["bounce"] == 0 && !r.Bounce:
		return "auto-reply", ""
	}
	if r.Message {
		switch {
		case (r.Bounce || r.NoReturn) && (len(r.Failures) > 0 || kinds["bounce"]+kinds["delay"]+subject["bounce"]+subject["delay"] > 0 || len(phrases) > 0):
			return fails(), ""
		case subject["bounce"]+subject["delay"] > 0 && (len(r.Failures) > 0 || words > 2):
			return fails(), ""
		case kinds["bounce"]+kinds["delay"] > 0 && len(r.Failures) > 0 && strength >= bounce.Certain:
			return fails(), ""
		case subject["complaint"] > 0:
			return "complaint", ""
		}
		if kinds["auto-reply"] > 0 && kinds["bounce"] == 0 {
			return "auto-reply", ""
		}
		return "none", none
	}
	short := len(r.Text) < 1200
	switch {
	case r.Log && len(r.Failures) > 0:
		return fails(), ""
	case kinds["none"] > 0 && strength < bounce.Certain && kinds["bounce"] == 0:
		return "none", none
	case pair, strength >= bounce.Certain && (words > 0 || r.bare()), strength == bounce.Placed && words > 0 && (short || kinds["bounce"]+kinds["delay"] > 0), strength >= bounce.Named && short && words > 0:
		return fails(), ""
	case r.bare():
		return fails(), ""
	case kinds["bounce"]+kinds["delay"] > 0 && (len(r.Failures) > 0 || len(phrases) > 0 || short || early):
		return fails(), ""
	case kinds["auto-reply"] > 0 || phrases["auto-reply"] > 0:
		return "auto-reply", ""
	case kinds["complaint"] > 0:
		return "complaint", ""
	case kinds["delivered"] > 0:
		return "delivered", ""
	case len(phrases) > 0 && len(r.Text) < 600:
		return fails(), ""
	}
	return "none", none
}

func firstDigit(f *bounce.Failure) byte {
	for _, code := range [...]string{f.Enhanced.Value, f.Reply.Value, f.Status.Value} {
		if code != "" {
			return code[0]
		}
	}
	return 0
}

// in returns what kind of part the place is in.
func (r *reading) in(at int) bounce.Kind {
	for _, p := range r.Parts {
		if at < p.End {
			return p.Kind
		}
	}
	return bounce.Human
}

// bare reports whether the text is a code and hardly more: "452", "Error 5.1.1".
func (r *reading) bare() bool {
	if len(r.Text) > 60 || len(r.Failures) != 1 {
		return false
	}
	f := &r.Failures[0]
	rest := r.Text
	for _, code := range [...]string{f.Enhanced.Value, f.Reply.Value} {
		rest = strings.Replace(rest, code, "", 1)
	}
	rest = strings.Trim(rest, " \t\r\n.:;,!?()[]<>#\"'-")
	return f.Strength > bounce.Loose && rest == "" || f.Strength == bounce.Named && len(rest) < 16
}

// result makes the answer.
func (r *reading) result(text string) *Result {
	res := &Result{}
	var because string
	res.Outcome, because = r.outcome()
	mistaken, at := r.mistaken()
	if mistaken != "" && res.Outcome == "none" && because == "" && (r.words > 0 || strings.Trim(r.Text, " \t\r\n.:;,!?()[]<>#\"'-") == mistaken.Field(0)) {
		res.Outcome = "bounce"
		res.Findings = []Finding{r.mistake(mistaken, at)}
		res.Verdict = r.text("bounce-one")
		return res
	}
	switch res.Outcome {
	case "none":
		res.Verdict = r.text("none")
		if because != "" {
			res.Verdict = because
		}
		res.Ask = r.texts("none-ask-1", "none-ask-2", "none-ask-3")
		return res
	case "auto-reply", "complaint":
		f := Finding{Reason: res.Outcome, Rows: []string{"reasons/" + res.Outcome}}
		for _, h := range r.hits {
			if h.Field(packed.PatternReason) == res.Outcome && h.kind != packed.KindHeading {
				f.Rows = append(f.Rows, r.path(&h))
			}
		}
		r.describe(&f, answer{reason: res.Outcome})
		res.Verdict = r.text(res.Outcome)
		res.Findings = []Finding{f}
		return res
	}
	failures := r.Failures
	if len(failures) == 0 {
		failures = []bounce.Failure{{Context: bounce.Span{Start: 0, End: len(r.Text)}}}
	}
	failed := res.Outcome == "bounce" || res.Outcome == "delay"
	for i := range failures {
		f := &failures[i]
		if failed && r.Delivery && success(f.Action) && len(failures) > 1 {
			continue // told of in the same report, but not failed
		}
		res.Findings = append(res.Findings, r.finding(f, res.Outcome))
	}
	if f := &res.Findings[0]; mistaken.Field(packed.FieldKind) == "mistaken" && f.Reply != mistaken.Field(0) {
		more := r.mistake(mistaken, at)
		f.Rows = append(f.Rows, more.Rows...)
		f.Links = append(f.Links, more.Links...)
		f.Evidence = append(f.Evidence, more.Evidence...)
	}
	r.verdict(res)
	return res
}

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
			res.Verdict = r.text("bounce-many", "count", itoa(len(res.Findings)))
		} else {
			res.Verdict = r.text("bounce-one")
		}
	}
	if first.Reason == "" && res.Outcome == "bounce" {
		if first.Diagnostic == "" || len(first.Diagnostic) < 24 {
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
		return "", bounce.Span{}
	}
	alone := strings.Trim(t, " \t\r\n.:;,!?()[]<>#\"'-")
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
		before := strings.ToLower(strings.TrimRight(t[max(0, start-16):start], " :=#"))
		if t[start:end] != alone && !strings.HasSuffix(before, "errno") && !strings.HasSuffix(before, "error") && !strings.HasSuffix(before, "(") &&
			!strings.HasSuffix(before, "code") && strings.TrimSpace(t[strings.LastIndexByte(t[:start], '\n')+1:start]) != "" && t[start-1] != ' ' {
			continue
		}
		if row, ok := r.k.Find(packed.Replies, t[start:end]); ok && (row.Field(packed.FieldKind) == "mistaken" || t[start:end] == alone) {
			return row, bounce.Span{Start: start, End: end}
		}
	}
	return "", bounce.Span{}
}

func letter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func digit(c byte) bool { return '0' <= c && c <= '9' }

func (r *reading) mistake(row packed.Row, at bounce.Span) Finding {
	f := Finding{Rows: []string{"replies/" + row.Field(0)}, Reason: row.Field(packed.FieldReason)}
	a := answer{reply: row, reason: f.Reason, byReply: true}
	f.Permanence = row.Field(packed.FieldPermanence)
	if row.Field(packed.FieldKind) == "mistaken" {
		f.Notes = append(f.Notes, r.text("note-mistaken", "code", row.Field(0)))
	} else {
		f.Reply = row.Field(0)
	}
	r.describe(&f, a)
	f.Links = append(f.Links, Link{"reply", row.Field(0), row.Field(packed.FieldName), "codes/" + row.Field(0) + ".html"})
	f.Page = f.Links[0].Page
	f.Evidence = r.evidence(nil, at, "reply", f.Page)
	return f
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
