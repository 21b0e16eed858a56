package packed

import (
	"slices"
	"strings"
)

// Builder collects knowledge and writes it down.
type Builder struct {
	rows    [tables][][]string // the fields of each
	meaning string             // of the last pattern
	texts   []string           // of the patterns
	sizes   []int              // by meaning: how many patterns have it
}

// Add adds a row to t. Its first field is its key, by which it is found; a list is given
// with [List].
func (b *Builder) Add(t Table, fields ...string) {
	clean := make([]string, len(fields))
	for i, f := range fields {
		clean[i] = strings.ReplaceAll(strings.ReplaceAll(f, rowMark, " "), fieldMark, " ")
	}
	for len(clean) > 0 && clean[len(clean)-1] == "" {
		clean = clean[:len(clean)-1]
	}
	b.rows[t] = append(b.rows[t], clean)
}

// Set adds a row to t: its key, and its other fields by their numbers.
func (b *Builder) Set(t Table, key string, fields map[int]string) {
	row := []string{key}
	for i, f := range fields {
		for len(row) <= i {
			row = append(row, "")
		}
		row[i] = f
	}
	b.Add(t, row...)
}

// List makes one field of several items.
func List(items []string) string { return strings.Join(items, listMark) }

// Pattern adds a pattern, what it is for and what it means: the fields of [Patterns] behind
// those two. A pattern that is not valid ([ValidPattern]) is left out. A pattern that means the
// same as the one before it costs its text alone, so those are best added one after the other.
func (b *Builder) Pattern(p string, kind Kind, fields ...string) {
	if ValidPattern(p) != "" {
		return
	}
	fields = append([]string{string(rune(kind))}, fields...)
	if meaning := strings.Join(fields, fieldMark); meaning != b.meaning || len(b.sizes) == 0 {
		b.meaning = meaning
		b.Add(Patterns, fields...)
		b.sizes = append(b.sizes, 0)
	}
	b.sizes[len(b.sizes)-1]++
	b.texts = append(b.texts, Fold(p))
}

// Bytes returns the knowledge as [Open] reads it. The same rows give the same bytes,
// whatever the order of those with different keys.
func (b *Builder) Bytes() []byte {
	var written []string
	for t, rows := range b.rows {
		for _, fields := range rows {
			for i, f := range fields {
				if prose[t]>>i&1 != 0 {
					written = append(written, f)
				}
			}
		}
	}
	short := newShortener(written)
	var n [tables]int
	var section [sections][]byte
	for t, rows := range b.rows {
		if Table(t) == words {
			for _, w := range short.words {
				rows = append(rows, []string{w})
			}
		}
		if Table(t) != Patterns && Table(t) != words {
			rows = slices.Clone(rows)
			slices.SortStableFunc(rows, func(x, y []string) int { return strings.Compare(x[0], y[0]) })
		}
		var starts []int
		for i, fields := range rows {
			if i%step == 0 {
				starts = append(starts, len(section[rowsOf+t]))
			}
			for i, f := range fields {
				if i > 0 {
					section[rowsOf+t] = append(section[rowsOf+t], fieldMark...)
				}
				if prose[t]>>i&1 != 0 {
					f = short.field(f)
				}
				section[rowsOf+t] = append(section[rowsOf+t], f...)
			}
			section[rowsOf+t] = append(section[rowsOf+t], rowMark...)
		}
		n[t] = len(rows)
		if Table(t) != Patterns && Table(t) != words { // which are gone through when they are opened
			section[startsOf+t] = numbers(starts, len(section[rowsOf+t]))
		}
	}
	section[codes] = numbers(short.codes[:], 1<<16-1)
	section[runs] = chooseRuns(b.texts)
	section[texts] = []byte(strings.Join(b.texts, ""))
	for _, text := range b.texts {
		section[lengths] = appendSum(section[lengths], len(text))
	}
	for _, size := range b.sizes {
		section[sizes] = appendSum(section[sizes], size)
	}

	data := make([]byte, header, header+directory)
	for _, rows := range n {
		data = appendWord(data, uint32(rows))
	}
	end := header + directory
	for _, s := range section {
		end += len(s)
		data = appendWord(data, uint32(end))
	}
	for _, s := range section {
		data = append(data, s...)
	}
	copy(data, appendWord(appendWord([]byte(magic), uint32(len(data))), checksum(data[header:])))
	return data
}

// numbers writes a list of numbers that are at most most, as [number] reads them.
func numbers(list []int, most int) (b []byte) {
	for _, n := range list {
		b = append(b, appendWord(nil, uint32(n))[:width(most)]...)
	}
	return b
}

// appendSum writes a number as bytes that add up to it, all but the last of them 255.
func appendSum(b []byte, n int) []byte {
	for ; n >= 255; n -= 255 {
		b = append(b, 255)
	}
	return append(b, byte(n))
}

func appendWord(b []byte, n uint32) []byte {
	return append(b, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
}

// chooseRuns returns for each pattern the run that it is filed under: of the longest that begin at
// its anchors one that few patterns and few texts have, so that few are compared in vain.
func chooseRuns(patterns []string) []byte {
	each := func(text string, found func(at int, run string)) {
		for from := 0; ; {
			end := from + len(literal(text[from:]))
			for at := from; at+leastRun <= end && at <= lastAnchor; at++ {
				// Where a gap ends, a word need not begin.
				if anchor(text, at) && (at > from || from == 0 || !wordByte(text[at])) {
					found(at, text[at:at+min(mostRun, (end-at)&^3)])
				}
			}
			gap := strings.IndexByte(text[end:], '}')
			if gap < 0 {
				return
			}
			from = end + gap + 1
		}
	}
	// Counted by hash: two runs that share one are both thought commoner than they are, which does
	// no harm, and a count of each is slow where there are many.
	width := 64
	for width < 16*len(patterns) {
		width *= 2
	}
	count := make([]uint8, width) // small, so that much of it is near; 255 and more are equally many
	place := func(run string) *uint8 { return &count[hash(run)&uint32(width-1)] }
	for _, text := range patterns {
		each(text, func(_ int, run string) {
			if n := place(run); *n < 255 {
				*n++
			}
		})
	}
	chosen := make([]byte, len(patterns))
	for i, text := range patterns {
		least := 0
		each(text, func(at int, run string) {
			// A shorter run stands in more texts: so it counts twice for each four bytes less.
			if n := int(*place(run)) << ((mostRun - len(run)) / 4); least == 0 || n < least {
				least, chosen[i] = n, byte(at*runLengths+len(run)/4-1)
			}
		})
	}
	return chosen
}

// hash returns the hash of a run of 4, 8 or 12 bytes, under which a pattern is filed.
func hash(run string) (h uint32) {
	for ; run != ""; run = run[4:] {
		h = mix(h, word(run))
	}
	return h
}
