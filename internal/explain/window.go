package explain

import (
	"math/bits"
	"strings"

	"github.com/undelivered/undelivered/internal/bounce"
	"github.com/undelivered/undelivered/internal/catalog/packed"
)

// A window of a mail program says little, in some forty languages: that the message was not
// sent, and that the password is wrong. No list has all of its sentences. But the words for a
// password and for wrong are few in any language, and where they stand in one sentence, that
// is what it says. The words are codes.yaml's ideas, and what they tell its windows.

// Of longer texts, which tell more than a window does, no idea is believed.
const (
	longWindow   = 1200 // bytes
	longSentence = 400
)

// tongues are the ideas that words in a sentence stand for: a bit for each idea, in any language and
// by the language of the words. Words of two languages say nothing together, but for those that many
// share, which are the first of the languages.
type tongues struct {
	bounce.Span // the sentence
	any         uint32
	in          [packed.MostTongues]uint32
}

// ideas returns the ideas of a sentence, which is good until they are asked for another.
func (r *reading) ideas(s bounce.Span) *tongues {
	for i := range r.sentences {
		if r.sentences[i].Span == s {
			return &r.sentences[i]
		}
	}
	r.sentences = append(r.sentences, tongues{Span: s})
	found := &r.sentences[len(r.sentences)-1]
	r.k.Match(packed.Fold(r.Text[s.Start:s.End]), func(m packed.Match) {
		if r.k.Kind(m.Pattern) == packed.KindIdea {
			if letters := r.k.Meaning(m.Pattern).Field(packed.PatternRow); len(letters) == 2 {
				found.any |= bit(letters[0])
				found.in[(letters[1]-packed.FirstIdea)%packed.MostTongues] |= bit(letters[0])
			}
		}
	})
	return found
}

func bit(letter byte) uint32 { return 1 << ((letter - packed.FirstIdea) % packed.MostIdeas) }

// What window looks for: rows that tell an outcome, or a reason.
const (
	anyReason  = ""
	firmReason = "firm"  // one that suffices in a text which is about mail
	loneReason = "alone" // one that suffices in any
)

// window returns the first row of the catalogue's windows that tells what is asked for and whose
// ideas stand in one sentence of the stretch, and that sentence. A question tells nothing.
func (r *reading) window(s bounce.Span, asked string) (best packed.Row, at bounce.Span) {
	if s.End-s.Start > longWindow {
		return best, at
	}
	first := r.k.Len(packed.Windows) // of the rows that need not be asked any more
	sentences(r.Text, s, func(sentence bounce.Span) {
		text := strings.TrimRight(r.Text[sentence.Start:sentence.End], " \t\r\n")
		if len(text) > longSentence || asks(text) {
			return
		}
		found := r.ideas(sentence)
		if found.any == 0 || r.elsewhere(found) {
			return
		}
		for i := range first {
			row := r.k.Row(packed.Windows, i)
			outcome, strength := row.Field(packed.WindowOutcome), row.Field(packed.WindowStrength)
			wanted := outcome == asked || outcome == "" && (asked == firmReason && strength != "weak" || asked == loneReason && strength == asked)
			if wanted && found.together(row.Field(packed.WindowIdeas), outcome != "") {
				first, best, at = i, row, sentence
				break
			}
		}
	})
	return best, at
}

// asks reports whether a sentence in one line is a question.
func asks(text string) bool {
	return (strings.HasSuffix(text, "?") || strings.HasSuffix(text, "？")) && strings.IndexByte(text, '\n') < 0
}

// elsewhere reports whether ideas tell that their sentence is about something else.
func (r *reading) elsewhere(found *tongues) bool {
	for i := range r.k.Len(packed.Windows) {
		if row := r.k.Row(packed.Windows, i); row.Field(packed.WindowOutcome) == "other" && found.together(row.Field(packed.WindowIdeas), false) {
			return true
		}
	}
	return false
}

// quotes reports whether a passage in quotation marks tells that a message was not sent, and why, as
// where somebody writes what a window says.
func (r *reading) quotes() bool {
	const least, most = 30, 400 // bytes
	for _, marks := range [...][2]string{{"\"", "\""}, {"“", "”"}, {"„", "“"}, {"«", "»"}} {
		for at := 0; ; {
			start := strings.Index(r.Text[at:], marks[0])
			if start < 0 {
				break
			}
			start += at + len(marks[0])
			length := strings.Index(r.Text[start:], marks[1])
			if length < 0 {
				break
			}
			at = start + length + len(marks[1])
			if length < least || length > most {
				continue
			}
			passage := bounce.Span{Start: start, End: start + length}
			if unsent, _ := r.window(passage, "bounce"); unsent.None() {
				continue
			}
			if reason, _ := r.window(passage, anyReason); !reason.None() {
				return true
			}
		}
	}
	return false
}

// unsent reports whether the text begins with a sentence whose ideas tell that a message was not
// sent, or tells of a message or a mail server and, in a sentence, why something fails.
func (r *reading) unsent() bool {
	const early, middle = 80, 200 // letters
	const long = 500              // bytes
	if penned(r.Text) || steps(r.Text) || chat(r.Text) {
		return false
	}
	length := letters(r.Text)
	beginning := r.sentencesTo(early)
	if length <= middle {
		beginning.End = len(r.Text)
	}
	if row, _ := r.window(beginning, "bounce"); !row.None() {
		return true
	}
	if row, at := r.window(beginning, "message"); !row.None() && length <= middle {
		sentence := r.Text[at.Start:at.End]
		if hasAddress(sentence) && strings.IndexByte(sentence, '<') < 0 { // where a program asks for reports of its faults
			return true // sending to somebody failed
		}
	}
	if len(r.Text) > long || r.data() {
		return false
	}
	asked := firmReason
	if about, _ := r.window(r.sentencesTo(middle), "message"); !about.None() {
		asked = anyReason
	} else if !(r.topics > 0 && length <= middle || bounce.NamesServer(r.Text)) {
		if length > middle {
			return false
		}
		asked = loneReason
	}
	reason, _ := r.window(bounce.Span{Start: 0, End: len(r.Text)}, asked)
	return !reason.None()
}

// penned reports whether a text is a letter: a greeting stands in a line of its own, and so does a
// name at the end, with a comma behind the greeting or above the name.
func penned(text string) bool {
	const short = 80 // bytes
	greeting, rest, ok := strings.Cut(strings.Trim(text, " \t\r\n"), "\n")
	greeting = strings.TrimRight(greeting, " \t\r")
	if !ok || len(greeting) > short || strings.Trim(rest[:strings.IndexByte(rest+"\n", '\n')], " \t\r") != "" {
		return false
	}
	last := strings.LastIndexByte(rest, '\n')
	name, above := rest[last+1:], strings.TrimRight(rest[:max(last, 0)], " \t\r")
	return len(name) <= short && name != "" && strings.IndexByte(".:!?)]>", name[len(name)-1]) < 0 &&
		(strings.HasSuffix(greeting, ",") || strings.HasSuffix(greeting, "!") && strings.HasSuffix(above, ","))
}

// chat reports whether a text is a conversation, in which each line begins with its time: "[14:50".
func chat(text string) bool {
	return len(text) > 6 && text[0] == '[' && digit(text[1]) && digit(text[2]) && text[3] == ':' && digit(text[4]) && digit(text[5])
}

// notes reports whether three lines or more of a text begin with the mark of a list.
func notes(text string) bool {
	items := 0
	for line := ""; text != ""; {
		if line, text, _ = strings.Cut(text, "\n"); item(line) {
			items++
		}
	}
	return items >= 3
}

// item reports whether a line begins with the mark of a list.
func item(line string) bool {
	line = strings.TrimLeft(line, " \t")
	return strings.HasPrefix(line, "- ") || strings.HasPrefix(line, "* ") || strings.HasPrefix(line, "• ")
}

// headedOutsideItems reports whether words that head reports stand elsewhere than in the items of a list.
func (r *reading) headedOutsideItems() bool {
	for i := range r.hits {
		if h := &r.hits[i]; r.heads(h) {
			if line, ok := r.lineBefore(h.Start); !ok || !item(line) {
				return true
			}
		}
	}
	return false
}

// steps reports whether a text is an instruction: its lines are numbered.
func steps(text string) bool {
	first, second := false, false
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimLeft(line, " \t")
		first = first || strings.HasPrefix(line, "1. ") || strings.HasPrefix(line, "1) ")
		second = second || strings.HasPrefix(line, "2. ") || strings.HasPrefix(line, "2) ")
	}
	return first && second
}

// inWindow reports whether a mail program's own window tells of the failure, and no server.
func (r *reading) inWindow(f *bounce.Failure) bool {
	const port = "]:25" // a server's own words: "connect to mx.example.com[192.0.2.25]:25: No route to host"
	return f.Statement.Empty() && (f.Recipient == "" || r.byProgram && f.RemoteHost == "") && !r.Message && !r.Log && len(r.Text) <= longWindow && !strings.Contains(r.Text, port)
}

// letters counts the characters of a text, so that it is as long in any script. An ideograph or a
// kana counts for two.
func letters(text string) (n int) {
	for i := range len(text) {
		n += weight(text[i])
	}
	return n
}

// weight returns for how many letters a byte counts.
func weight(c byte) int {
	switch {
	case c&0xc0 == 0x80: // goes on with a character
		return 0
	case c >= 0xe3: // the first of U+3000 and above
		return 2
	}
	return 1
}

// sentencesTo returns the beginning of the text up to the end of the sentence with its n-th
// letter.
func (r *reading) sentencesTo(n int) bounce.Span {
	at := 0
	for ; at < len(r.Text) && n > 0; at++ {
		n -= weight(r.Text[at])
	}
	if at < len(r.Text) {
		if rest := strings.IndexAny(r.Text[at:], ".!?\n。"); rest >= 0 {
			return bounce.Span{Start: 0, End: at + rest}
		}
	}
	return bounce.Span{Start: 0, End: len(r.Text)}
}

// together reports whether all ideas of one set were found in one language. Words that many
// languages share suffice for that, unless two of the language's own are wanted. What parts two sets
// is below any letter.
func (found *tongues) together(sets string, own bool) bool {
	all := uint32(0)
	for i := range len(sets) {
		if sets[i] >= packed.FirstIdea {
			all |= bit(sets[i])
			if i+1 < len(sets) {
				continue
			}
		}
		if found.any&all == all {
			for i, ideas := range found.in {
				if (ideas|found.in[0])&all == all && (!own || i > 0 && bits.OnesCount32(ideas&all) > 1) {
					return true
				}
			}
		}
		all = 0
	}
	return false
}

// sentences calls each for the sentences of a stretch of text. One ends with its mark, at an empty
// line, or at a line's end where the next line does not go on in small letters.
func sentences(text string, s bounce.Span, each func(bounce.Span)) {
	start := s.Start
	for at := s.Start; at < s.End; {
		size, ends := 1, false
		switch c := text[at]; {
		case c == '.' || c == '!' || c == '?':
			ends = at+1 == s.End || text[at+1] <= ' '
		case c == '\n':
			ends = at+1 == s.End || !(letter(text[at+1]) && text[at+1] >= 'a')
		case c >= 0x80:
			for _, mark := range [...]string{"。", "！", "？", "।", "؟"} {
				if strings.HasPrefix(text[at:s.End], mark) {
					size, ends = len(mark), true
				}
			}
		}
		at += size
		if ends {
			each(bounce.Span{Start: start, End: at})
			start = at
		}
	}
	if start < s.End {
		each(bounce.Span{Start: start, End: s.End})
	}
}
