package bounce

import "strings"

// mostRecords is how many records of a list are looked at one by one.
const mostRecords = 200

// Records returns the records of a list in Text, in its order: the objects of JSON that a sending
// service writes for its events, in an array or one behind another, or the rows below the names of a
// table's columns. It returns nothing where there is no such list, or a longer one.
func (r *Report) Records() (found []Span) {
	if !strings.ContainsAny(r.Text, "\n{") {
		return nil
	}
	more := true
	lines(r.Text, func(start, end int) bool {
		line := strings.TrimLeft(r.Text[start:end], " \t")
		switch {
		case line == "":
		case strings.HasPrefix(line, "[{"), line == "[", strings.HasPrefix(line, "[ {"), strings.HasPrefix(line, "{\""), line == "{", strings.HasPrefix(line, "{ \""):
			found, more = objects(r.Text, end-len(line)), false
			if len(found) == 1 {
				if events := r.events(found[0]); len(events) > 1 {
					found = events
				}
			}
		default:
			if mark := columns(line); mark != 0 {
				found, more = rows(r.Text, end, mark), false
			}
		}
		return more
	})
	return found
}

// events returns the events of a sending service inside an object, where a program keeps what it was
// told.
func (r *Report) events(object Span) []Span {
	inner := strings.Index(r.Text[object.Start:object.End], "[{")
	if inner < 0 {
		return nil
	}
	events := objects(r.Text, object.Start+inner)
	if len(events) == 0 || !strings.Contains(r.Text[events[0].Start:events[0].End], "\"event\":") {
		return nil
	}
	return events
}

// objects returns the objects that follow from the place on, in brackets or not (RFC 8259). The last
// may be cut.
func objects(text string, at int) (found []Span) {
	if text[at] == '[' {
		at++
	}
	for {
		for at < len(text) && strings.IndexByte(", \t\r\n", text[at]) >= 0 {
			at++
		}
		if at == len(text) || text[at] != '{' {
			return found
		}
		end := objectEnd(text, at)
		if len(found) == mostRecords {
			return nil
		}
		found = append(found, Span{at, end})
		at = end
	}
}

// objectEnd returns where the object that begins at the place ends.
func objectEnd(text string, at int) int {
	depth, quoted := 0, false
	for ; at < len(text); at++ {
		switch c := text[at]; {
		case quoted && c == '\\':
			at++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				return at + 1
			}
		}
	}
	return len(text)
}

// rows returns the lines behind the place, up to an empty one, if each has an address and the mark
// that parts the columns.
func rows(text string, at int, mark byte) (found []Span) {
	bad := false
	lines(text[at:], func(start, end int) bool {
		line := text[at+start : at+end]
		switch {
		case trim(line) == "":
			return len(found) == 0
		case strings.IndexByte(line, mark) < 0 || strings.IndexByte(line, '@') < 0 || len(found) == mostRecords:
			bad = true
		default:
			found = append(found, Span{at + start, at + end})
		}
		return !bad
	})
	if bad {
		return nil
	}
	return found
}

// columns returns the mark that parts the names of columns in a table of bounces, or 0.
func columns(line string) byte {
	const longest, longestName = 400, 3 // bytes, words
	if len(line) > longest || strings.ContainsAny(line, "@0123456789.:!?<") {
		return 0
	}
	lower := lower(line)
	has := func(names ...string) bool {
		for _, name := range names {
			if strings.Contains(lower, name) {
				return true
			}
		}
		return false
	}
	if !has("mail", "recipient", "address", "empf", "destin", "adress") || !has("reason", "status", "error", "diagnos", "response", "code", "detail", "descr", "bounce", "grund", "fehler", "erreur", "motiv", "raison") {
		return 0
	}
	for _, mark := range []byte("\t;,|") {
		if strings.IndexByte(line, mark) > 0 {
			for name := range strings.SplitSeq(line, string(rune(mark))) {
				if len(words(name)) > longestName {
					return 0
				}
			}
			return mark
		}
	}
	return 0
}
