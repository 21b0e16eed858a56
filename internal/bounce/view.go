package bounce

import "strings"

// view is text that was made from other text, with the way back: what a transfer encoding, a
// charset or HTML hid, in the form in which it can be read.
type view struct {
	text  string
	runs  []run // ascending; none where the text is the source itself
	under *view // what the places of runs refer to; nil for the given text
	base  int   // where the text begins in the source, where there are no runs
}

// run is a stretch of a view's text, which was made from a stretch of the source.
type run struct {
	at, length     int
	source, extent int
}

// source returns the place in the given text that the place at of the view came from.
func (v *view) source(at int) int {
	if len(v.runs) > 0 {
		r := v.run(at)
		n := at - r.at
		switch {
		case n >= r.length:
			n = r.extent
		case r.length != r.extent:
			n = int(int64(n) * int64(r.extent) / int64(r.length))
		}
		at = r.source + n
	} else {
		at += v.base
	}
	if v.under != nil {
		return v.under.source(at)
	}
	return at
}

// sourceEnd returns where that ends in the given text which the byte before the place end of
// the view came from. It is not the source of the next byte: another run may begin there.
func (v *view) sourceEnd(end int) int {
	if len(v.runs) > 0 {
		r := v.run(end - 1)
		n := end - r.at
		switch {
		case n >= r.length:
			n = r.extent
		case r.length != r.extent:
			n = int((int64(n)*int64(r.extent) + int64(r.length) - 1) / int64(r.length))
		}
		end = r.source + n
	} else {
		end += v.base
	}
	if v.under != nil && end > 0 {
		return v.under.sourceEnd(end)
	}
	return end
}

// run returns the run that the place at of the view is in.
func (v *view) run(at int) run {
	i := search(len(v.runs), func(i int) bool { return v.runs[i].at > at })
	return v.runs[max(i-1, 0)]
}

// maker builds a view.
type maker struct {
	b    []byte
	runs []run
}

// add appends text that was made from extent bytes at source. Runs that go on where the
// last one ended, byte for byte, are put together.
func (m *maker) add(text string, source, extent int) {
	if n := len(m.runs); n > 0 {
		last := &m.runs[n-1]
		if last.length == last.extent && len(text) == extent && last.source+last.extent == source {
			last.length += len(text)
			last.extent += extent
			m.b = append(m.b, text...)
			return
		}
	}
	if text != "" {
		m.runs = append(m.runs, run{len(m.b), len(text), source, extent})
		m.b = append(m.b, text...)
	}
}

func (m *maker) view(under *view) *view {
	if len(m.runs) == 0 {
		m.runs = []run{{}}
	}
	return &view{text: text(m.b), runs: m.runs, under: under}
}

// part returns the stretch of v from start to end as a view of its own.
func (v *view) part(start, end int) *view {
	return &view{text: v.text[start:end], under: v, base: start}
}

// lines calls each for every line of text with where it begins and where it ends without
// its line end. CR, LF and CRLF all end a line.
func lines(text string, each func(start, end int) bool) {
	start := 0
	feed, carriage := -1, -1 // the next of each that is not before start
	for start < len(text) {
		if feed < start {
			feed = indexFrom(text, start, '\n')
		}
		if carriage < start {
			carriage = indexFrom(text, start, '\r')
		}
		end := min(feed, carriage)
		if !each(start, end) {
			return
		}
		if end+1 < len(text) && text[end] == '\r' && text[end+1] == '\n' {
			end++
		}
		start = end + 1
	}
}

// indexFrom returns where the next c is from the place at on, or the end of text.
func indexFrom(text string, at int, c byte) int {
	if n := strings.IndexByte(text[at:], c); n >= 0 {
		return at + n
	}
	return len(text)
}
