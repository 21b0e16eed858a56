package packed

import (
	"slices"
	"strings"
)

// Builder collects knowledge and writes it down.
type Builder struct {
	rows     [tables][]string
	patterns []string
}

// Add adds a row to t. Its first field is its key, by which it is found; a list is given
// with [List].
func (b *Builder) Add(t Table, fields ...string) {
	for i, f := range fields {
		fields[i] = strings.ReplaceAll(f, string(fieldMark), " ")
	}
	b.rows[t] = append(b.rows[t], strings.TrimRight(strings.Join(fields, string(fieldMark)), string(fieldMark)))
}

// List makes one field of several items.
func List(items []string) string { return strings.Join(items, listMark) }

// Pattern adds a pattern, which must be valid ([ValidPattern]), and its row of [Patterns].
func (b *Builder) Pattern(p string, fields ...string) {
	b.patterns = append(b.patterns, Fold(p))
	b.Add(Patterns, fields...)
}

// Bytes returns the knowledge as [Open] reads it. The same rows give the same bytes,
// whatever the order of those with different keys.
func (b *Builder) Bytes() []byte {
	w := writer{known: map[string]uint32{}}
	out := make([]byte, header)
	var sections [][]uint32
	for t, rows := range b.rows {
		if Table(t) == Patterns {
			sections = append(sections, w.add(rows))
			continue
		}
		slices.SortStableFunc(rows, func(x, y string) int {
			return strings.Compare(Row(x).Field(0), Row(y).Field(0))
		})
		sections = append(sections, w.add(rows))
	}
	for i := range gramSizes {
		buckets, entries := b.grams(i)
		sections = append(sections, buckets, entries)
	}
	texts := map[int]bool{len(sections): true}
	sections = append(sections, w.add(b.patterns))
	size := header
	for _, s := range sections {
		size += 4 + 4*len(s)
	}
	for i, s := range sections {
		out = appendWord(out, uint32(len(s)))
		for _, n := range s {
			if i < int(tables) || texts[i] {
				n += uint32(size)
			}
			out = appendWord(out, n)
		}
	}
	out = append(out, w.pool...)
	head := appendWord(appendWord([]byte(magic), uint32(len(out))), checksum(out[header:]))
	copy(out, head)
	return out
}

// writer keeps every text once.
type writer struct {
	pool  []byte
	known map[string]uint32
}

func (w *writer) add(texts []string) []uint32 {
	offsets := make([]uint32, len(texts))
	for i, t := range texts {
		at, ok := w.known[t]
		if !ok {
			at = uint32(len(w.pool))
			w.known[t] = at
			w.pool = appendWord(w.pool, uint32(len(t)))
			w.pool = append(w.pool, t...)
		}
		offsets[i] = at
	}
	return offsets
}

// grams files the patterns whose first literal is long enough for gramSizes[i] but not for
// a longer one, each under its rarest run.
func (b *Builder) grams(i int) (buckets, entries []uint32) {
	size := gramSizes[i]
	type filed struct {
		hash    uint32
		pattern int
		offset  int
	}
	count := map[string]int{}
	for _, p := range b.patterns {
		for at := 0; at+size <= len(p); at++ {
			count[p[at:at+size]]++
		}
	}
	var all []filed
	for n, p := range b.patterns {
		literal, _, _ := strings.Cut(p, "{")
		if len(literal) < size || i > 0 && len(literal) >= gramSizes[i-1] {
			continue
		}
		best := 0
		for at := 1; at+size <= len(literal) && at <= maxOffset; at++ {
			if count[literal[at:at+size]] < count[literal[best:best+size]] {
				best = at
			}
		}
		all = append(all, filed{hash(literal[best : best+size]), n, best})
	}
	if len(all) == 0 {
		return nil, nil
	}
	width := 1
	for width < 4*len(all) {
		width *= 2
	}
	mask := uint32(width - 1)
	slices.SortStableFunc(all, func(x, y filed) int { return int(x.hash&mask) - int(y.hash&mask) })
	buckets = make([]uint32, width)
	for n, f := range all {
		bucket := f.hash & mask
		if buckets[bucket] == 0 {
			buckets[bucket] = uint32(n) + 1
		}
		entry := uint32(f.pattern)<<9 | uint32(f.offset)<<1
		if n+1 == len(all) || all[n+1].hash&mask != bucket {
			entry |= 1
		}
		entries = append(entries, entry)
	}
	return buckets, entries
}
