package bounce

import "strings"

// rejoin puts lines together again that a mail program has wrapped: those of a log, and a reply
// code with the enhanced code behind it. The line ends between become spaces, so every byte keeps
// its place.
func rejoin(v *view) *view {
	const widest = 130 // bytes; a text with longer lines was not wrapped
	width, logged := 0, false
	lines(v.text, func(start, end int) bool {
		line := v.text[start:end]
		if strings.IndexByte(line, ' ') >= 0 {
			width = max(width, len(line))
		}
		logged = logged || stamped(line)
		return true
	})
	var b []byte
	last, inLog := Span{}, false
	lines(v.text, func(start, end int) bool {
		line := v.text[start:end]
		word := indexFrom(line, 0, ' ')
		switch {
		case trim(line) == "":
			inLog = false
		case logged && stamped(line):
			inLog = true
		case start > 0 && (inLog && width <= widest && last.End-last.Start+1+word > width || splitCodes(v.text, last.End, start)):
			if b == nil {
				b = []byte(v.text)
			}
			for at := last.End; at < start; at++ {
				b[at] = ' '
			}
		}
		last = Span{start, end}
		return true
	})
	if b == nil {
		return v
	}
	return &view{text: text(b), runs: v.runs, under: v.under, base: v.base}
}

// tighten takes every other line end from a text in which an empty line stands between any two,
// as where each line was a paragraph of a web page.
func tighten(v *view) *view {
	const few = 3 // lines
	t := v.text
	doubled, parted, feeds := 0, 0, 0
	for at := 0; at < len(t); at++ {
		switch t[at] {
		case '\n':
			feeds++
			continue
		case ' ', '\t', '\r':
			continue
		}
		switch {
		case feeds == 1:
			return v
		case feeds == 2:
			doubled++
		case feeds > 2:
			parted++
		}
		feeds = 0
	}
	if doubled < few || parted == 0 {
		return v
	}
	var m maker
	m.b = make([]byte, 0, len(t))
	last, feeds := 0, 0
	for at := 0; at < len(t); at++ {
		if c := t[at]; c == '\n' {
			feeds++
		} else if c != ' ' && c != '\t' && c != '\r' {
			feeds = 0
		}
		if feeds == 2 || feeds > 4 { // one of two, two of more
			m.add(t[last:at], last, at-last)
			last = at + 1
		}
	}
	m.add(t[last:], last, len(t)-last)
	return m.view(v)
}

// stamped reports whether a line begins as those of a log do: with a time, or a queue id.
func stamped(line string) bool {
	const longest = len("24 2026 10:15")
	word, rest, _ := strings.Cut(line, " ")
	switch {
	case len(word) == 3 && letter(word[0]): // Nov 24 10:15:03
		rest = strings.TrimLeft(rest[:min(len(rest), longest)], " ")
		return rest != "" && digit(rest[0]) && strings.IndexByte(rest, ':') > 0
	case strings.HasSuffix(word, ":"): // 95ECE24E0: to=<…
		return len(word) > 6 && strings.IndexAny(word, "0123456789") >= 0 || word == "NOQUEUE:"
	}
	return len(word) > 9 && (digit(word[0]) && word[4] == '-' || word[0] == '@' || word[1] == ',')
}

// splitCodes reports whether a line that ends in a reply code goes on in the next with the
// enhanced code, or with the reply code again.
func splitCodes(t string, end, next int) bool {
	line, after := strings.TrimRight(t[:end], " "), strings.TrimLeft(t[next:], " \t")
	at := len(line) - len("550")
	if at < 1 || !digit(line[len(line)-1]) || strings.IndexByte(" :(", line[at-1]) < 0 {
		return false
	}
	code, ok := replyAt(line, at)
	if _, enhanced := enhancedAt(after, 0); enhanced {
		return ok && after[0] == code.Value[0]
	}
	return ok && (strings.HasPrefix(after, code.Value+" ") || strings.HasPrefix(after, code.Value+"-"))
}
