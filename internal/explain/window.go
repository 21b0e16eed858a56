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

// tongues are the ideas that words in a stretch stand for, by the language of the words: a bit for
// each idea. Words of two languages say nothing together, but for those that many share.
type tongues [packed.MostTongues]uint32

func (r *reading) ideas(s bounce.Span) (found tongues) {
	r.k.Match(packed.Fold(r.Text[s.Start:s.End]), func(m packed.Match) {
		if r.k.Kind(m.Pattern) == packed.KindIdea {
			if letters := r.k.Meaning(m.Pattern).Field(packed.PatternRow); len(letters) == 2 {
				found[(letters[1]-packed.FirstIdea)%packed.MostTongues] |= bit(letters[0])
			}
		}
	})
	return found
}

func bit(letter byte) uint32 { return 1 << ((letter - packed.FirstIdea) % packed.MostIdeas) }

// window returns the first row of the catalogue's windows whose ideas stand in one sentence of
// the stretch, and that sentence, of those rows that tell this outcome; without one, of those that
// tell a reason.
func (r *reading) window(s bounce.Span, outcome string) (best packed.Row, at bounce.Span) {
	if s.End-s.Start > longWindow {
		return best, at
	}
	first := r.k.Len(packed.Windows) // of the rows that need not be asked any more
	sentences(r.Text, s, func(sentence bounce.Span) {
		if sentence.End-sentence.Start > longSentence {
			return
		}
		found := r.ideas(sentence)
		for i := range first {
			row := r.k.Row(packed.Windows, i)
			if row.Field(packed.WindowOutcome) == outcome && found.together(row.List(packed.WindowIdeas), outcome != "") {
				first, best, at = i, row, sentence
				break
			}
		}
	})
	return best, at
}

// unsent reports whether the text begins with a sentence whose ideas tell that a message was not
// sent, or tells of a message or a mail server and, in a sentence, why something fails.
func (r *reading) unsent() bool {
	const early, middle, long = 80, 200, 500 // bytes
	if row, _ := r.window(r.sentencesTo(early), "bounce"); !row.None() {
		return true
	}
	if len(r.Text) > long || r.data() {
		return false
	}
	about, _ := r.window(r.sentencesTo(middle), "message")
	reason, _ := r.window(bounce.Span{Start: 0, End: len(r.Text)}, "")
	return !reason.None() && (!about.None() || bounce.NamesServer(r.Text))
}

// inWindow reports whether a mail program's own window tells of the failure, and no server.
func (r *reading) inWindow(f *bounce.Failure) bool {
	return f.Statement.Empty() && f.Recipient == "" && !r.Message && !r.Log && len(r.Text) <= longWindow
}

// sentencesTo returns the beginning of the text up to the end of the sentence at the place.
func (r *reading) sentencesTo(at int) bounce.Span {
	if at < len(r.Text) {
		if rest := strings.IndexAny(r.Text[at:], ".!?\n。"); rest >= 0 {
			return bounce.Span{Start: 0, End: at + rest}
		}
	}
	return bounce.Span{Start: 0, End: len(r.Text)}
}

// together reports whether all ideas of one set were found in one language. Words that many
// languages share suffice for that, unless two of the language's own are wanted.
func (found *tongues) together(sets []string, own bool) bool {
	for _, letters := range sets {
		var all uint32
		for i := range len(letters) {
			all |= bit(letters[i])
		}
		for i, ideas := range found {
			if (ideas|found[0])&all == all && (!own || i > 0 && bits.OnesCount32(ideas&all) > 1) {
				return true
			}
		}
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
		default:
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
