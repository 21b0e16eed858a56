package explain

import (
	"strings"

	"github.com/undelivered/undelivered/internal/bounce"
	"github.com/undelivered/undelivered/internal/catalog/packed"
)

// Somebody whose mail came back several times pastes all of it at once. Read as one text, the first
// report takes the others for more of itself, or for the copy of what was sent.

// Bounds on texts that are read again in pieces, which takes as long as reading them once more.
const (
	leastSeveral = 300     // bytes
	mostSeveral  = 1 << 16 // bytes
	mostPieces   = 16
)

// several explains a pasted text again as reports that were put together, each by itself, or
// returns nil: where it is one, and wherever that names no recipient more, or misses one.
func (r *reading) several(whole *Result, text string, charsets bounce.Charsets) *Result {
	if list := r.listed(whole, charsets); list != nil {
		return list
	}
	if whole.Outcome != "bounce" && whole.Outcome != "delay" || r.Log || len(r.Parts) != 1 || len(text) < leastSeveral || len(text) > mostSeveral {
		return nil
	}
	if strings.Contains(text, "\nReceived:") {
		return nil // a mail in its source, which is one report, or the source of what was sent
	}
	starts := r.reportStarts(len(text))
	// A piece that fails for somebody whom nothing before it names begins a report, if one before it
	// has failed for somebody; any other belongs to that.
	type piece struct {
		start, end int
		*Result
	}
	reports := []piece{{}} // the first is read once it is known where it ends
	some := false          // a piece that was read fails for somebody
	read := 0
	for i := 1; i < len(starts)-1; i++ {
		start, end := starts[i], starts[i+1]
		if !freshAddress(text[:end], start) {
			continue
		}
		for ; read < i && !some; read++ {
			some = len(recipients(r.again(text, starts[read], starts[read+1], charsets))) > 0
		}
		if !some {
			continue
		}
		one := r.again(text, start, end, charsets)
		for _, recipient := range recipients(one) {
			if !strings.Contains(text[:start], recipient) {
				reports = append(reports, piece{start, end, one})
				break
			}
		}
	}
	if len(reports) < 2 {
		return nil
	}
	all := &Result{Outcome: whole.Outcome}
	named := 0
	for i, one := range reports {
		end := len(text)
		if i+1 < len(reports) {
			end = reports[i+1].start
		}
		if one.end != end {
			one.Result = r.again(text, one.start, end, charsets)
		}
		names := recipients(one.Result)
		if len(names) == 0 {
			return nil
		}
		named += len(names)
		all.add(one.Result)
	}
	if whole.Unlisted > 0 {
		whole = r.again(text, 0, len(text), charsets)
	}
	before, after := recipients(whole), recipients(all)
	for _, recipient := range before {
		if !contains(after, recipient) {
			return nil
		}
	}
	if len(after) != named || len(after) <= len(before) {
		return nil
	}
	return r.together(all)
}

// listed explains the records of a list one by one, or returns nil where the text is none.
func (r *reading) listed(whole *Result, charsets bounce.Charsets) *Result {
	if whole.Outcome != "bounce" && whole.Outcome != "delay" || r.Message || len(r.Text) > mostSeveral {
		return nil
	}
	records := r.Records()
	if len(records) < 2 {
		return nil
	}
	all := &Result{Outcome: "delay"}
	for _, record := range records {
		one := r.again(r.Text, record.Start, record.End, charsets)
		if one.Outcome == "bounce" || one.Outcome == "delay" {
			for i := range one.Findings {
				for j := range one.Findings[i].Evidence { // places in Text
					e := &one.Findings[i].Evidence[j]
					source := r.Source(bounce.Span{Start: e.Start, End: e.End})
					e.Start, e.End = source.Start, source.End
				}
			}
			all.add(one)
			continue
		}
		for _, f := range bounce.Read(r.Text[record.Start:record.End], charsets).Failures {
			if firstDigit(&f) >= '4' {
				return nil // which only the text as a whole tells
			}
		}
	}
	if len(recipients(all)) == 0 {
		return nil
	}
	return r.together(all)
}

// add adds what a piece tells.
func (all *Result) add(one *Result) {
	if one.Outcome == "bounce" {
		all.Outcome = "bounce"
	}
	all.Findings, all.Unlisted = append(all.Findings, one.Findings...), all.Unlisted+one.Unlisted
}

// together completes the answer for a text that was read in pieces.
func (r *reading) together(all *Result) *Result {
	if most := r.e.Most; most > 0 && len(all.Findings) > most {
		all.Findings, all.Unlisted = all.Findings[:most], all.Unlisted+len(all.Findings)-most
	}
	r.verdict(all)
	return all
}

// freshAddress reports whether an address stands behind the place that does not stand before it. To
// ask is much less work than to read what stands there.
func freshAddress(text string, place int) bool {
	const ends = " \t\r\n<>()[]\"',;:|"
	for at := place; ; {
		i := strings.IndexByte(text[at:], '@')
		if i < 0 {
			return false
		}
		at += i + 1
		start := place + strings.LastIndexAny(text[place:at], ends) + 1
		end := at + strings.IndexAny(text[at:]+" ", ends)
		if !strings.Contains(text[:place], text[start:end]) {
			return true
		}
	}
}

// again explains a piece of the text, with all its findings.
func (r *reading) again(text string, start, end int, charsets bounce.Charsets) *Result {
	one := reading{e: &Explainer{k: r.k}, k: r.k, Report: bounce.Read(text[start:end], charsets), supposed: r.supposed, start: start}
	return one.explain()
}

// recipients returns whom a text names as failed and tells something about, each once: a piece may
// name the sender alone.
func recipients(res *Result) (all []string) {
	if res.Outcome != "bounce" && res.Outcome != "delay" {
		return nil
	}
	for i := range res.Findings {
		if f := &res.Findings[i]; f.Recipient != "" && f.Reason+f.Reply+f.Enhanced != "" && !contains(all, f.Recipient) {
			all = append(all, f.Recipient)
		}
	}
	return all
}

func contains(all []string, name string) bool {
	for _, one := range all {
		if one == name {
			return true
		}
	}
	return false
}

// reportStarts returns where, in the text as it was given, a paragraph begins with words that head
// reports, or the lines above it that show whom a message is from. The first is its beginning, and
// the last its end.
func (r *reading) reportStarts(length int) []int {
	starts, last := []int{0}, 0 // and of the last, where it is in Text
	for _, at := range r.headings() {
		start := r.paragraph(at)
		if above := r.paragraph(max(0, start-2)); above < start && shownHeader(r.Text[above:start]) {
			start = above
		}
		if start > last && len(starts) < mostPieces {
			last = start
			starts = append(starts, r.Source(bounce.Span{Start: start, End: start + 1}).Start)
		}
	}
	return append(starts, length)
}

// headings returns where words that head reports begin, in the order of their places. The hits have
// none where a copy is thought to be, so there they are looked for.
func (r *reading) headings() (places []int) {
	add := func(place int) {
		at := len(places)
		places = append(places, place)
		for ; at > 0 && places[at-1] > place; at-- {
			places[at] = places[at-1]
		}
		places[at] = place
	}
	for i := range r.hits {
		if r.heads(&r.hits[i]) {
			add(r.hits[i].Start)
		}
	}
	for _, c := range r.Copies() {
		folded := packed.FoldText(r.Text[c.Start:c.End])
		r.k.Match(folded.Text, func(m packed.Match) {
			if r.heads(&hit{pattern: int32(m.Pattern), kind: r.k.Kind(m.Pattern)}) {
				add(c.Start + folded.Place(m.Start))
			}
		})
	}
	return places
}

// shownHeader reports whether all lines of a paragraph are names and values, as mail programs show
// whom a message is from and what it is about.
func shownHeader(paragraph string) bool {
	const longest = 20 // bytes of a name
	count := 0
	for line, rest := "", paragraph; rest != ""; {
		line, rest, _ = strings.Cut(rest, "\n")
		if line = strings.Trim(line, " \t\r"); line == "" {
			continue
		}
		if colon := strings.IndexByte(line, ':'); colon < 1 || colon > longest {
			return false
		}
		count++
	}
	return count > 1
}
