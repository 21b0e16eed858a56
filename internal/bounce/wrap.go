package bounce

import "strings"

// rejoin puts lines together again that were wrapped: those of a log, and a reply code with the
// enhanced code behind it. Some programs part lines at spaces, others at a column.
func rejoin(v *view) *view {
	const widest, narrowest = 130, 60 // bytes; a text with longer lines was not wrapped
	width, column := 0, 0
	full, broken := 0, 0 // how many lines end at the column, and how many go on with the one above
	inLog := false
	lines(v.text, func(start, end int) bool {
		line := v.text[start:end]
		if strings.IndexByte(line, ' ') >= 0 {
			width = max(width, len(line))
		}
		switch {
		case trim(line) == "":
			inLog = false
		case stamped(line):
			if column == 0 {
				column = len(line)
			}
			inLog = true
		case inLog:
			broken++
		}
		if len(line) == column {
			full++
		}
		return true
	})
	hard := full > 1 && full >= broken && column >= narrowest && column <= widest
	var m maker
	line, taken := Span{}, 0 // the line above
	inLog = false
	lines(v.text, func(start, end int) bool {
		text := v.text[start:end]
		joins, between := true, "" // in place of the line end above
		switch {
		case trim(text) == "":
			joins, inLog = false, false
		case column > 0 && stamped(text):
			joins, inLog = false, true
		case inLog && hard && line.End-line.Start == column:
		case inLog && width <= widest && line.End-line.Start+1+indexFrom(text, 0, ' ') > width, start > 0 && splitCodes(v.text, line.End, start):
			between = " "
		default:
			joins = false
		}
		if joins {
			m.add(v.text[taken:line.End], taken, line.End-taken)
			m.add(between, line.End, start-line.End)
			taken = start
		}
		line = Span{start, end}
		return true
	})
	if taken == 0 {
		return v
	}
	m.add(v.text[taken:], taken, len(v.text)-taken)
	return m.view(v)
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
	if parted == 0 || doubled < few && (doubled > 0 || parted < few) {
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
		if feeds > 0 && feeds%2 == 0 && t[at] == '\n' {
			m.add(t[last:at], last, at-last)
			last = at + 1
		}
	}
	m.add(t[last:], last, len(t)-last)
	return m.view(v)
}

// clocked reports whether a line begins with a time to the second, also behind a date in digits
// and a mark: "19.04.2016, 11:26:42: SEND", "!11:26:42".
func clocked(line string) bool {
	const longest = len("!19.04.2016, 11:26:42")
	line = strings.TrimLeft(line, "![*")
	colons := 0
	for i := 0; i < len(line) && i < longest; i++ {
		switch c := line[i]; {
		case digit(c):
		case c == ':' && i > 0 && digit(line[i-1]):
			if colons++; colons == 2 { // and behind the seconds no value of a table goes on
				const seconds = 3
				return i+seconds < len(line) && digit(line[i+1]) && strings.IndexByte(" :]", line[i+seconds]) >= 0
			}
		case i == 0 || strings.IndexByte("./-, T", c) < 0:
			return false
		}
	}
	return false
}

// stamped reports whether a line begins as those of a log do: with a time, or a queue id.
func stamped(line string) bool {
	const longest = len("24 2026 10:15")
	if clocked(line) {
		return true
	}
	word, rest, _ := strings.Cut(line, " ")
	switch {
	case len(word) == 3 && letter(word[0]): // Nov 24 10:15:03
		rest = strings.TrimLeft(rest[:min(len(rest), longest)], " ")
		return rest != "" && digit(rest[0]) && strings.IndexByte(rest, ':') > 0
	case strings.HasSuffix(word, ":"): // 95ECE24E0: to=<…
		return len(word) > 6 && strings.IndexAny(word, "0123456789") >= 0 && strings.IndexAny(word, ".[<@/") < 0 || word == "NOQUEUE:"
	}
	if strings.HasPrefix(word, "{'") || strings.HasPrefix(word, "smtplib.") {
		return true // how Python shows whom a server refused
	}
	return len(word) > 9 && (digit(word[0]) && word[4] == '-' || word[0] == '@' || word[1] == ',')
}

// splitCodes reports whether a line that ends in a reply code goes on in the next with the
// enhanced code, or with the reply code again.
func splitCodes(t string, end, next int) bool {
	line, after := strings.TrimRight(t[:end], " "), strings.TrimLeft(t[next:], " \t")
	at := len(line) - len("550")
	if at < 1 || !digit(line[len(line)-1]) || strings.IndexByte(" :('\"", line[at-1]) < 0 {
		return false
	}
	code, ok := replyAt(line, at)
	if _, enhanced := enhancedAt(after, 0); enhanced {
		return ok && after[0] == code.Value[0]
	}
	return ok && (strings.HasPrefix(after, code.Value+" ") || strings.HasPrefix(after, code.Value+"-"))
}
