package packed

import (
	"strings"
	"sync/atomic"
	"unsafe"
)

// memory keeps rows that were looked up and prose that was written out. Most texts fail for the
// same few reasons, and a person's text is explained again at each key. What comes later takes
// the place of what was there; so it does not grow with what is asked. A place holds two, so that
// two rows that one text needs, and that share a place, do not drive each other out.
type memory struct {
	rows  [2 * places]place[known]
	prose [places]place[prosed]
}

const places = 512

// place holds what came last, and what came before that.
type place[T any] [2]atomic.Pointer[T]

func (p *place[T]) put(v *T) {
	p[1].Store(p[0].Load())
	p[0].Store(v)
}

// known is a row that was found by its key or its number.
type known struct {
	key    string
	number int
	table  *table
	text   string
	ends   ends
}

// ends says where the first fields of a row end.
type ends [FieldVariants + 2]uint32

// keyed returns the place of the row of t whose key is key.
func (m *memory) keyed(t Table, key string) *place[known] {
	h := uint32(t)
	for len(key) >= 4 {
		h = mix(h, word(key))
		key = key[4:]
	}
	for i := 0; i < len(key); i++ {
		h = mix(h, uint32(key[i]))
	}
	return &m.rows[h%places]
}

// numbered returns the place of row i of t.
func (m *memory) numbered(t Table, i int) *place[known] {
	return &m.rows[places+(uint32(i)*uint32(tables)+uint32(t))%places]
}

// remember keeps a row in its place, with where its fields end.
func remember(at *place[known], key string, number int, table *table, text string) Row {
	k := &known{key: key, number: number, table: table, text: text}
	from := 0
	for i := range k.ends {
		if from < len(text) {
			if cut := strings.IndexByte(text[from:], fieldMark[0]); cut >= 0 {
				k.ends[i] = uint32(from + cut)
				from += cut + 1
				continue
			}
		}
		k.ends[i] = uint32(len(text))
		from = len(text) + 1
	}
	at.put(k)
	return Row{k}
}

// prosed is prose that was written out.
type prosed struct {
	short string // as it is carried
	prose bool
	text  string
	parts atomic.Pointer[[]string] // of text, which is an item; nil where nobody asked for them
}

// written returns what a stretch of the knowledge says; prose is written out.
func (k *Knowledge) written(short string, prose bool) *prosed {
	at := &k.memory.prose[uintptr(unsafe.Pointer(unsafe.StringData(short)))/4%places]
	for i := range at {
		if p := at[i].Load(); p != nil && p.short == short && p.prose == prose {
			return p
		}
	}
	p := &prosed{short: short, prose: prose, text: short}
	if prose {
		p.text = k.expand(short)
	}
	at.put(p)
	return p
}

// items returns the parts of an item.
func (p *prosed) items() []string {
	if parts := p.parts.Load(); parts != nil {
		return *parts
	}
	parts := strings.Split(p.text, StepMark)
	p.parts.Store(&parts)
	return parts
}
