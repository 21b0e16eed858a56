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
	if whole.Outcome != "bounce" && whole.Outcome != "delay" || r.Log || len(r.Parts) != 1 || len(text) < leastSeveral || len(text) > mostSeveral {
		return nil
	}
	if strings.Contains(text, "\nReceived:") {
		return nil // a mail in its source, which is one report, or the source of what was sent
	}
	starts := r.reportStarts(len(text))
	if len(starts) < 3 {
		return nil
	}
	// A piece that fails for somebody whom nothing before it names begins a report, if the one before
	// it has failed for somebody; any other belongs to that.
	reports := []int{0}
	var known []string // recipients
	for i, start := range starts[:len(starts)-1] {
		end := starts[i+1]
		some, fresh := len(known) > 0, false
		for _, recipient := range recipients(r.again(text, start, end, charsets)) {
			if !contains(known, recipient) {
				known = append(known, recipient)
				fresh = fresh || !strings.Contains(text[:start], recipient)
			}
		}
		if some && fresh {
			reports = append(reports, start)
		}
	}
	if len(reports) < 2 {
		return nil
	}
	all := &Result{Outcome: whole.Outcome}
	named := 0
	reports = append(reports, len(text))
	for i, start := range reports[:len(reports)-1] {
		end := reports[i+1]
		one := r.again(text, start, end, charsets)
		names := recipients(one)
		if len(names) == 0 {
			return nil
		}
		named += len(names)
		if one.Outcome == "bounce" {
			all.Outcome = "bounce"
		}
		all.Findings, all.Unlisted = append(all.Findings, one.Findings...), all.Unlisted+one.Unlisted
	}
	before, after := recipients(r.again(text, 0, len(text), charsets)), recipients(all)
	for _, recipient := range before {
		if !contains(after, recipient) {
			return nil
		}
	}
	if len(after) != named || len(after) <= len(before) {
		return nil
	}
	if most := r.e.Most; most > 0 && len(all.Findings) > most {
		all.Findings, all.Unlisted = all.Findings[:most], all.Unlisted+len(all.Findings)-most
	}
	r.verdict(all)
	return all
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
// the last its end. The hits have no such words where a copy is thought to be, so all are found again.
func (r *reading) reportStarts(length int) []int {
	starts, last := []int{0}, 0 // and of the last, where it is in Text
	folded := packed.FoldText(r.Text)
	r.k.Match(folded.Text, func(m packed.Match) {
		if len(starts) >= mostPieces || !r.heads(&hit{pattern: int32(m.Pattern), kind: r.k.Kind(m.Pattern)}) {
			return
		}
		start := r.paragraph(folded.Place(m.Start))
		if above := r.paragraph(max(0, start-2)); above < start && shownHeader(r.Text[above:start]) {
			start = above
		}
		if start > last {
			last = start
			starts = append(starts, r.Source(bounce.Span{Start: start, End: start + 1}).Start)
		}
	})
	return append(starts, length)
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
