package packed

import (
	"slices"
	"strconv"
	"strings"
)

// Builder collects knowledge and writes it down.
type Builder struct {
	rows    [tables][]string
	meaning string // of the last pattern
}

// Add adds a row to t. Its first field is its key, by which it is found; a list is given
// with [List].
func (b *Builder) Add(t Table, fields ...string) {
	clean := make([]string, len(fields))
	for i, f := range fields {
		clean[i] = strings.ReplaceAll(strings.ReplaceAll(f, rowMark, " "), fieldMark, " ")
	}
	b.rows[t] = append(b.rows[t], strings.TrimRight(strings.Join(clean, fieldMark), fieldMark))
}

// List makes one field of several items.
func List(items []string) string { return strings.Join(items, listMark) }

// Pattern adds a pattern and what it means: the fields of [Patterns] behind its text. A
// pattern that is not valid ([ValidPattern]) is left out. A pattern that means the same as the one before it
// costs its text alone, so those are best added one after the other.
func (b *Builder) Pattern(p string, fields ...string) {
	if ValidPattern(p) != "" {
		return
	}
	if meaning := strings.Join(fields, fieldMark); meaning != b.meaning || len(b.rows[Patterns]) == 0 {
		b.meaning = meaning
		b.Add(Patterns, append([]string{Fold(p)}, fields...)...)
		return
	}
	b.Add(Patterns, Fold(p))
}

// Bytes returns the knowledge as [Open] reads it. The same rows give the same bytes,
// whatever the order of those with different keys.
func (b *Builder) Bytes() []byte {
	var body []byte
	for t, rows := range b.rows {
		if Table(t) != Patterns {
			rows = slices.Clone(rows)
			slices.SortStableFunc(rows, func(x, y string) int {
				return strings.Compare(Row(x).Field(0), Row(y).Field(0))
			})
		}
		body = append(strconv.AppendInt(body, int64(len(rows)), 10), rowMark...)
		for _, row := range rows {
			body = append(append(body, row...), rowMark...)
		}
	}
	body = shorten(string(body))
	data := appendWord([]byte(magic), uint32(header+len(body)))
	return append(appendWord(data, checksum(body)), body...)
}

func appendWord(b []byte, n uint32) []byte {
	return append(b, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
}
