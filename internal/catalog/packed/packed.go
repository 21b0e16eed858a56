// Package packed holds the catalogue in the form that the decoder carries: tables of text,
// written once when the site is built. A row is looked up, and its prose written out, when
// somebody asks for it. Opening the knowledge only files its patterns, each under a run of its
// bytes that was chosen ahead: a millisecond or two in a browser, and the finished index
// would cost the download more than that on a line of 1.6 Mbit/s.
package packed

import (
	"errors"
	"strings"
	"unsafe"
)

// magic names the format and its version. A decoder reads only its own.
const magic = "undeliv7"

// Table names one of the tables of the knowledge.
type Table int

// The tables and the numbers of their fields. Field 0 is the key.
const (
	Texts      Table = iota // FieldText
	Actors                  // FieldName, ActorMove, ActorRole
	Replies                 // FieldName and on
	Enhanced                // FieldName and on; the key has X for the class
	Reasons                 // FieldName and on
	Patterns                // PatternKind and on: what patterns mean, in the order in which they were added
	Providers               // FieldName, ProviderKind; the key is its path, and .html behind it its page
	Hosts                   // HostProvider; the key is a domain that servers of a provider are in
	Domains                 // HostProvider; the key is a domain of a provider's addresses
	Codes                   // FieldName and on; the key is the path of the code
	Blocklists              // FieldName, FieldAnswer, BlocklistRemoval, BlocklistLookup, BlocklistStatus
	Commands                // CommandVague, CommandInstead; the key is the command
	Numbers                 // NumberProvider; the key is an enhanced code of one provider's own making
	Windows                 // WindowIdeas, FieldReason, WindowOutcome, WindowID, WindowActor, WindowStrength; the key is its place in the order
	words                   // the words that prose is made of, in the order of their codes
	tables                  // how many there are
)

// Fields that several tables share.
const (
	FieldText = 1

	// What is asked for most stands first, the sentences last.
	FieldPermanence = 1
	FieldReason     = 2 // in Reasons empty
	FieldActor      = 3
	FieldKind       = 4
	FieldName       = 8
	FieldAnswer     = 9
	FieldRetry      = 10
	FieldSteps      = 11 // a list; each item is a role and its steps, parted by StepMark

	FieldClasses      = 5 // Enhanced: the classes that have a page
	EnhancedOtherwise = 6 // the reason where a server's own words tell none, or where a reply that means something else stands with the code

	FieldVariants = 12 // Enhanced: a list; each item class, name, answer, reason, parted by StepMark

	ReasonElsewhere = 4 // "elsewhere" where errors of other programs have this reason too
	ReasonMessageTo = 5
	ReasonReturned  = 6
	ReasonRefused   = 7 // the actor where a server has refused the message for good
	ReasonFinal     = 12
	ReasonMessage   = 13
	ReasonWindow    = 14 // the actor where a window of a mail program says it of itself
	ReasonAtHome    = 15 // the actor where it was the recipient's own server

	ActorMove = 1
	ActorRole = 2

	ProviderKind = 1

	HostProvider = 1

	CodeReply    = 4
	CodeEnhanced = 5
	CodeSays     = 6 // "says" where words must stand there, "anywhere" where they suffice
	CodeWeak     = 7 // "weak" where other words may say more

	NumberProvider = 1

	WindowIdeas    = 1 // a list; each item is the letters of ideas that tell it together
	WindowOutcome  = 3 // empty where they tell a reason
	WindowID       = 4 // by which it is named among what was believed
	WindowActor    = 5
	WindowStrength = 6 // "weak" where the reason alone is no mail error, "alone" where it is one whatever else is said

	CommandVague   = 1
	CommandInstead = 2 // a list; each item is a reason and what it means, parted by StepMark

	BlocklistLookup  = 1
	BlocklistStatus  = 2
	BlocklistRemoval = 10

	// Of what [Knowledge.Meaning] returns.
	PatternKind       = 0 // one byte, a [Kind]
	PatternRow        = 1 // the key of what it belongs to; of a code its number in Codes
	PatternReason     = 2
	PatternPermanence = 3
	PatternActor      = 4
	PatternWhen       = 5
)

// Kind says what a pattern is for.
type Kind byte

// The kinds of patterns.
const (
	KindPhrase    Kind = 'p' // tells a reason
	KindWeak      Kind = 'w' // tells a reason where nothing else does
	KindCode      Kind = 'c' // one of the texts of a provider's code
	KindMark      Kind = 'm' // tells a provider
	KindName      Kind = 'n' // is what people call a provider; PatternRow is its path
	KindBlocklist Kind = 'b' // tells a blocklist
	KindHeading   Kind = 'h' // tells what kind of text it is; PatternRow is the outcome
	KindWord      Kind = 'v' // is a word that mail errors are made of
	KindTopic     Kind = 't' // is a word that only mail has
	KindIdea      Kind = 'i' // begins a word for an idea; PatternRow is the letters of the idea and of the language
)

// Letters stand for ideas, and for the languages of their words. The first language is what is said
// alike in many.
const (
	FirstIdea   = 'A'
	MostIdeas   = 32
	MostTongues = 60
)

// HeadingWindow is what a heading has in PatternReason where mail programs say so of themselves.
const HeadingWindow = "window"

// StepMark parts what stands inside one item of a list.
const StepMark = "\x1d"

// prose says which fields of a table are sentences for people, a bit for each. Their words are
// written short ([Knowledge.expand]); ids and numbers are as they are.
var prose = [tables]uint{
	Texts:      1 << FieldText,
	Actors:     1<<FieldName | 1<<ActorMove | 1<<ActorRole,
	Replies:    described,
	Enhanced:   described | 1<<FieldVariants,
	Reasons:    described | 1<<ReasonFinal | 1<<ReasonMessage,
	Codes:      described,
	Blocklists: 1<<FieldName | 1<<FieldAnswer | 1<<BlocklistRemoval,
}

const described = 1<<FieldName | 1<<FieldAnswer | 1<<FieldRetry | 1<<FieldSteps

const (
	rowMark   = "\x1c" // behind each row
	fieldMark = "\x1f" // between the fields of a row
	listMark  = "\x1e" // between the items of a list in a field
)

// What data is made of. Behind magic stand its length and its checksum, then how many rows
// each table has and where each section ends, all as four bytes, and then the sections. Other
// numbers take as many bytes as what they count needs ([width]).
const (
	header    = len(magic) + 4 + 4
	directory = 4 * (int(tables) + sections)
	sections  = 2*int(tables) + 5

	rowsOf   = 0               // of each table: its rows, a rowMark behind each
	startsOf = int(tables)     // of each table: where every step-th of its rows begins
	codes    = 2 * int(tables) // by byte: which word it stands for, see [Knowledge.expand]
	runs     = codes + 1       // by pattern, a byte: the run that it is filed under, see [index]
	texts    = codes + 2       // of the patterns, one behind the other
	lengths  = codes + 3       // by pattern: of its text, see appendSum
	sizes    = codes + 4       // by row of Patterns: how many patterns mean that, see appendSum
)

// Knowledge is opened knowledge. It may be shared by goroutines.
type Knowledge struct {
	tables   [tables]table
	patterns index
	codes    [256]uint16 // by byte: which word it stands for, see [Knowledge.expand]
	words    []string
	memory   memory
}

// table is one table: its rows in one text, and where every step-th of them begins.
type table struct {
	n            int
	rows, starts string
	prose        uint
	knowledge    *Knowledge
}

// step is how many rows have one number that says where they begin. The others are found by
// their marks, which costs less time than their numbers would cost the download.
const step = 8

// Row is one row of a table. The zero Row is no row, and all its fields are empty.
type Row struct{ known *known }

// Errors of [Open].
var (
	ErrFormat  = errors.New("the knowledge is not in this decoder's format; load the decoder and its knowledge from the same version")
	ErrDamaged = errors.New("the knowledge is damaged or incomplete; load it again")
)

// Open returns the knowledge that data holds, as [Builder.Bytes] wrote it. What it returns
// can be used without a panic whatever the bytes were: the checksum tells accidents, and
// what is read is checked besides, since bytes made on purpose can have a right checksum. The
// bytes are not copied: they must stay as they are.
func Open(data []byte) (*Knowledge, error) {
	if len(data) < header || string(data[:len(magic)]) != magic {
		return nil, ErrFormat
	}
	if len(data) < header+directory || int(word(data[len(magic):])) != len(data) || word(data[len(magic)+4:]) != checksum(data[header:]) {
		return nil, ErrDamaged
	}
	text := unsafe.String(unsafe.SliceData(data), len(data))
	var section [sections]string
	begin := header + directory
	for i := range section {
		end := int(word(text[header+4*(int(tables)+i):]))
		if end < begin || end > len(text) {
			return nil, ErrDamaged
		}
		section[i] = text[begin:end]
		begin = end
	}
	k := &Knowledge{}
	for t := range k.tables {
		n := int(word(text[header+4*t:]))
		if n < 0 || n > len(section[rowsOf+t]) {
			return nil, ErrDamaged
		}
		k.tables[t] = table{n, section[rowsOf+t], section[startsOf+t], prose[t], k}
	}
	for c := range k.codes {
		k.codes[c] = uint16(max(0, number(section[codes], c, 1<<16-1)))
	}
	k.words = make([]string, k.tables[words].n)
	for i, rest := 0, k.tables[words].rows; i < len(k.words); i++ {
		k.words[i], rest = next(rest)
	}
	if !k.file(section[texts], section[lengths], section[sizes], section[runs]) {
		return nil, ErrDamaged
	}
	return k, nil
}

// word reads four bytes as a number, the lowest byte first. encoding/binary would bring the
// reflect package into what is downloaded.
func word[T string | []byte](b T) uint32 {
	_ = b[3]
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

// width returns how many bytes a number takes that is at most n.
func width(n int) int {
	switch {
	case n < 1<<16:
		return 2
	case n < 1<<24:
		return 3
	}
	return 4
}

// number returns number i of a list of numbers that are at most most; -1 where it is not there
// or is greater.
func number(list string, i, most int) int {
	w := width(most)
	at := i * w
	if i < 0 || at+w > len(list) {
		return -1
	}
	n := int(list[at]) | int(list[at+1])<<8
	if w > 2 {
		n |= int(list[at+2]) << 16
	}
	if w > 3 {
		n |= int(list[at+3]) << 24
	}
	if n < 0 || n > most {
		return -1
	}
	return n
}

// Len returns the number of rows of t.
func (k *Knowledge) Len(t Table) int { return k.tables[t].n }

// Row returns row i of t. Rows are sorted by their first field, the key; those of Patterns
// are found by [Knowledge.Meaning].
func (k *Knowledge) Row(t Table, i int) Row {
	at := k.memory.numbered(t, i)
	for n := range at {
		if known := at[n].Load(); known != nil && known.number == i && known.table == &k.tables[t] {
			return Row{known}
		}
	}
	text, _ := k.tables[t].row(i)
	return remember(at, "", i, &k.tables[t], text)
}

// row returns row i, and what follows it.
func (t *table) row(i int) (row, rest string) {
	if i < 0 || i >= t.n {
		return "", ""
	}
	at := number(t.starts, i/step, len(t.rows))
	if at < 0 {
		return "", ""
	}
	rest = t.rows[at:]
	for range i % step {
		_, rest = next(rest)
	}
	return next(rest)
}

// next parts the first row from the rest.
func next(rows string) (row, rest string) {
	if end := strings.IndexByte(rows, rowMark[0]); end >= 0 {
		return rows[:end], rows[end+1:]
	}
	return rows, ""
}

// From calls each for the rows of t from the first one on whose key is not below key, with its
// number, until each returns false.
func (k *Knowledge) From(t Table, key string, each func(i int, row Row) bool) {
	table := &k.tables[t]
	low, high := 0, (table.n+step-1)/step // the last step that begins below key
	for low < high {
		mid := int(uint(low+high) >> 1)
		if row, _ := table.row(mid * step); Fields(row).Field(0) < key {
			low = mid + 1
		} else {
			high = mid
		}
	}
	for i := max(0, low-1) * step; i < table.n; i++ {
		if r := k.Row(t, i); r.Key() >= key && !each(i, r) {
			return
		}
	}
}

// Find returns the row of t whose key is key.
func (k *Knowledge) Find(t Table, key string) (found Row, ok bool) {
	at, table := k.memory.keyed(t, key), &k.tables[t]
	for n := range at {
		if known := at[n].Load(); known != nil && known.table == table && known.key == key {
			return Row{known}, true
		}
	}
	k.From(t, key, func(_ int, row Row) bool {
		if ok = row.Field(0) == key; ok {
			found = remember(at, row.Field(0), -1, table, row.known.text)
		}
		return false
	})
	return found, ok
}

// None reports whether r is no row.
func (r Row) None() bool { return r.known == nil || r.known.text == "" }

// Key returns the first field of the row.
func (r Row) Key() string { return r.Field(0) }

// Field returns field i of the row, empty where the row has fewer.
func (r Row) Field(i int) string {
	s := r.raw(i)
	if r.prose(i) {
		return r.known.table.knowledge.written(s, true).text
	}
	return s
}

// prose reports whether field i is written short.
func (r Row) prose(i int) bool { return r.known != nil && r.known.table.prose>>i&1 != 0 }

// raw returns field i as it is carried.
func (r Row) raw(i int) string {
	if r.known == nil {
		return ""
	}
	if i >= len(r.known.ends) {
		return Fields(r.known.text).Field(i)
	}
	from := 0
	if i > 0 {
		from = int(r.known.ends[i-1]) + 1
	}
	if from > len(r.known.text) {
		return ""
	}
	return r.known.text[from:r.known.ends[i]]
}

// Fields are the fields of a row that is no prose, as they are carried.
type Fields string

// Field returns field i, empty where there are fewer.
func (f Fields) Field(i int) string {
	s := string(f)
	for ; i > 0; i-- {
		cut := strings.IndexByte(s, fieldMark[0])
		if cut < 0 {
			return ""
		}
		s = s[cut+1:]
	}
	if cut := strings.IndexByte(s, fieldMark[0]); cut >= 0 {
		s = s[:cut]
	}
	return s
}

// Item returns the parts of that item of field i, a list, whose first part is key. They must not
// be changed: others are given the same.
func (r Row) Item(i int, key string) []string {
	for list := r.raw(i); list != ""; {
		var item string
		item, list, _ = strings.Cut(list, listMark)
		if rest, ok := strings.CutPrefix(item, key); ok && (rest == "" || rest[0] == StepMark[0]) {
			return r.known.table.knowledge.written(item, r.prose(i)).items()
		}
	}
	return nil
}

// List returns the items of field i.
func (r Row) List(i int) []string {
	f := r.Field(i)
	if f == "" {
		return nil
	}
	return strings.Split(f, listMark)
}

// checksum is FNV-1a over eight-byte words, folded, which tells a damaged download at a cost that
// a start does not feel. It protects against accidents, not against intent.
func checksum(data []byte) uint32 {
	const prime = 1099511628211
	h := uint64(14695981039346656037)
	for len(data) >= 8 {
		h = (h ^ (uint64(word(data)) | uint64(word(data[4:]))<<32)) * prime
		data = data[8:]
	}
	for _, c := range data {
		h = (h ^ uint64(c)) * prime
	}
	return uint32(h ^ h>>32)
}
