package explain

import (
	"strings"

	"github.com/undelivered/undelivered/internal/bounce"
	"github.com/undelivered/undelivered/internal/catalog/packed"
)

// People also ask: "what does 5.7.26 mean?", "my mails to Gmail come back with a 550". Nothing marks
// the number as a code there, and a number among words mostly is none. So the text must be a short
// line with this number alone, which is a code that is known; and its words must ask what it means, or
// tell of mail and of trouble.

// question reports whether the text is such a question, and takes its number for the failure's.
func (r *reading) question() bool {
	const long, longest, few = 100, 250, 16 // bytes
	text := strings.Trim(r.Text, " \t\r\n")
	if len(text) > longest || strings.IndexByte(text, '\n') >= 0 || len(r.Failures) > 1 || r.data() {
		return false
	}
	f, ok := bounce.Failure{}, true
	if len(r.Failures) == 1 {
		f = r.Failures[0]
	} else if f, ok = r.Loose(); !ok {
		return false
	}
	if f.Strength >= bounce.Placed && f.Reply.Value != "" {
		return false // it stands where a reply does
	}
	after := r.Text[max(f.Reply.End, f.Enhanced.End):]
	ahead, behind := spaced(packed.Fold(r.Text[:f.Start])), spaced(packed.Fold(after))
	words := ahead + behind
	if firstDigit(&f) < '4' || strings.ContainsAny(strings.Replace(words, "365", "", 1), "0123456789") || !r.knownCode(&f) {
		return false
	}
	ends := strings.Trim(behind, " ") == ""
	if f.Reply.Value == "" && ends && len(ahead) <= few && endsInWord(ahead, r.text("names-code")) {
		return true // "DSN 5.7.509"
	}
	if f.Strength >= bounce.Placed {
		return false
	}
	about := r.topics > 0 || r.names()
	asks := hasWord(words, r.text("asks-meaning"))
	numbered := endsInWord(ahead, r.text("numbers-code"))
	switch {
	case asks && !about && len(words) > 2*few, // about something else
		!asks && !numbered && len(text) > long,
		!asks && !(about && hasWord(words, r.text("tells-trouble"))):
		return false
	case !asks && f.Strength == bounce.Loose && !numbered && !endsInWord(ahead, r.text("before-code")) && !endsInWord(ahead, r.text("tells-trouble")):
		return false // "the app 5.7.1 fails", "550 mails came back": another word is before what is a version, or counts
	}
	if f.Enhanced.Value == "" {
		if code := f.Reply.Value; code >= "500" && code <= "504" {
			return false // the web has these too
		}
		if !ends && !(asks && r.wordsBehind(&f) > 0) && strings.IndexByte(".,;:?!)", after[0]) < 0 && !beginsWithWord(behind, r.text("behind-code")) {
			return false // "with 550 pages"
		}
	}
	if f.Strength == bounce.Loose { // what is asked about it, no server said
		f.Span.End = max(f.Reply.End, f.Enhanced.End, r.wordsBehind(&f))
		r.Failures = []bounce.Failure{f}
	}
	return true
}

// wordsBehind returns where the words that tell a reason behind a failure's codes end, or 0.
func (r *reading) wordsBehind(f *bounce.Failure) (end int) {
	for i := range r.hits {
		if h := &r.hits[i]; (h.kind == packed.KindPhrase || h.kind == packed.KindCode) && h.Start >= max(f.Reply.End, f.Enhanced.End) {
			end = max(end, h.End)
		}
	}
	return end
}

// wholly reports whether the text is nothing but words that tell a reason where a code stands with
// them, and that only mail has: "mailbox unavailable".
func (r *reading) wholly() bool {
	const long = 60 // bytes
	if r.topics == 0 || len(r.Text) > long {
		return false
	}
	for i := range r.hits {
		h := &r.hits[i]
		words := r.Text[h.Start:h.End]
		if h.kind == packed.KindWeak && strings.IndexByte(words, ' ') > 0 && bareText(strings.Replace(r.Text, words, "", 1)) == "" {
			return true
		}
	}
	return false
}

// counts reports whether the text begins with a number of messages, and not with a code: "421 emails
// sent".
func (r *reading) counts() bool {
	return len(r.Failures) == 1 && r.Failures[0].Enhanced.Value == "" && r.Failures[0].Reply.Value != "" &&
		beginsWithWord(packed.Fold(r.Text[r.Failures[0].Reply.End:])+" ", r.text("counted"))
}

// knownCode reports whether a failure's code is one of the catalogue's.
func (r *reading) knownCode(f *bounce.Failure) bool {
	if code := f.Enhanced.Value; code != "" {
		known := !r.row(packed.Enhanced, "X"+code[1:]).None() || !r.row(packed.Enhanced, code).None()
		for i := 0; i < r.k.Len(packed.Codes) && !known; i++ {
			row := r.k.Row(packed.Codes, i)
			known = row.Field(packed.CodeEnhanced) != "" && r.holds(row, f, speaker(row))
		}
		return known
	}
	return !r.row(packed.Replies, f.Reply.Value).None()
}

// names reports whether the text names a provider or a mail program.
func (r *reading) names() bool {
	for i := range r.hits {
		if r.hits[i].kind == packed.KindName {
			return true
		}
	}
	return false
}

// spaced returns folded words with a space in place of each mark between them, and around them.
func spaced(folded string) string {
	b := []byte(" " + folded + " ")
	for i, c := range b {
		if strings.IndexByte(".,;:?!()\"'", c) >= 0 {
			b[i] = ' '
		}
	}
	return string(b)
}

// hasWord reports whether one of the words, which a stroke parts, stands in the text. In scripts
// without spaces it stands among others.
func hasWord(spaced, words string) bool {
	return anyWord(words, func(word string) bool {
		return strings.Contains(spaced, " "+word+" ") || word[0] >= 0xe3 && strings.Contains(spaced, word)
	})
}

func beginsWithWord(spaced, words string) bool {
	return anyWord(words, func(word string) bool { return strings.HasPrefix(strings.TrimLeft(spaced, " "), word+" ") })
}

func endsInWord(spaced, words string) bool {
	return anyWord(words, func(word string) bool { return strings.HasSuffix(strings.TrimRight(spaced, " "), " "+word) })
}

func anyWord(words string, is func(word string) bool) bool {
	for word, rest := "", words; rest != ""; {
		if word, rest, _ = strings.Cut(rest, "|"); word != "" && is(word) {
			return true
		}
	}
	return false
}
