package bounce

import "strings"

// rejoin puts lines together again that a mail program has wrapped: those of a log, and a reply
// code with the enhanced code behind it. The line ends between become spaces, so every byte keeps
// its place.
func rejoin(v *view) *view {
	const widest = 130 // bytes; a text with longer lines was not wrapped
	width, stamps := 0, 0
	lines(v.text, func(start, end int) bool {
		if line := v.text[start:end]; strings.IndexByte(line, ' ') >= 0 {
			width = max(width, len(line))
		}
		if stamped(v.text[start:end]) {
			stamps++
		}
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
		case stamped(line):
			inLog = true
		case start > 0 && (inLog && stamps > 0 && width <= widest && last.End-last.Start+1+word > width || splitCodes(v.text, last.End, start)):
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
	doubled, parted := 0, 0
	last, empty, single := -1, 0, false // where the line above ends, and how many stand between
	lines(t, func(start, end int) bool {
		switch {
		case trim(t[start:end]) == "":
			empty++
			return true
		case last < 0:
		case empty == 0:
			single = true
		case empty == 1:
			doubled++
		default:
			parted++
		}
		last, empty = end, 0
		return !single
	})
	if single || doubled < few || parted == 0 {
		return v
	}
	var m maker
	m.b = make([]byte, 0, len(t))
	last, empty = 0, 0
	lines(t, func(start, end int) bool {
		switch {
		case trim(t[start:end]) == "":
			empty++
			return true
		case empty == 1 && start > 0:
			m.add("\n", last, start-last)
		case start > 0:
			m.add("\n\n", last, start-last)
		}
		m.add(t[start:end], start, end-start)
		last, empty = end, 0
		return true
	})
	m.add(t[last:], last, len(t)-last)
	return m.view(v)
}

// stamped reports whether a line begins as those of a log do: with a time, or a queue id.
func stamped(line string) bool {
	line = strings.TrimLeft(line, " \t[<")
	if len(line) < len("Nov 24 10:15") {
		return false
	}
	n, digits := 0, 0
	for n < len(line) && (digit(line[n]) || letter(line[n])) {
		if digit(line[n]) {
			digits++
		}
		n++
	}
	switch {
	case n == len(line):
		return false
	case n > 5 && digits > 0 && strings.HasPrefix(line[n:], ": "), strings.HasPrefix(line, "NOQUEUE: "): // 95ECE24E0: to=<…
		return true
	case n == 4 && digit(line[0]) && (line[4] == '-' || line[4] == '/') && digit(line[5]): // 2026-11-24
		return true
	case (n == 1 || n == 2) && digit(line[0]) && strings.IndexByte("./-", line[n]) >= 0 && digit(line[n+1]) && digit(line[n+4]): // 24.11.2026
		return true
	case strings.HasPrefix(line, "@4000"): // of qmail
		return true
	case letter(line[0]) && line[1] == ',' && digit(line[2]) && line[6] == '-': // of PowerMTA
		return true
	}
	if !letter(line[0]) || !letter(line[1]) || !letter(line[2]) || line[3] != ' ' {
		return false
	}
	rest := strings.TrimLeft(line[4:], " ")
	return rest != "" && digit(rest[0]) && strings.IndexByte(rest[:min(len(rest), len("24 2026 10:"))], ':') > 0 // Nov 24 10:15:03
}

// splitCodes reports whether a line that ends in a reply code goes on in the next with the
// enhanced code, or with the reply code again.
func splitCodes(t string, end, next int) bool {
	for end > 0 && t[end-1] == ' ' {
		end--
	}
	for next < len(t) && (t[next] == ' ' || t[next] == '\t') {
		next++
	}
	at := end - 3
	if at < 1 || next+3 >= len(t) || strings.IndexByte(" :(", t[at-1]) < 0 {
		return false
	}
	code, ok := replyAt(t[:end], at)
	if !ok {
		return false
	}
	if enhanced, ok := enhancedAt(t, next); ok {
		return enhanced.Value[0] == code.Value[0]
	}
	return strings.HasPrefix(t[next:], code.Value) && (t[next+3] == ' ' || t[next+3] == '-')
}
