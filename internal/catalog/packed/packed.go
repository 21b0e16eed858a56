// Package packed holds the catalogue in the form that the decoder carries: tables of text
// and an index of the phrases, written once when the site is built and read in place. Opening
// it parses nothing and builds nothing, so a browser is ready as soon as it has the bytes.
package packed

import (
	"errors"
	"strings"
)

// magic names the format and its version. A decoder reads only its own.
const magic = "undeliv1"

// Table names one of the tables of the knowledge.
type Table int

// The tables and the numbers of their fields. Field 0 is the key.
const (
	Texts      Table = iota // FieldText
	Actors                  // FieldName, ActorMove, ActorRole
	Replies                 // FieldName and on
	Enhanced                // FieldName and on; the key has X for the class
	Reasons                 // FieldName and on
	Patterns                // PatternKind and on; in the order in which patterns were added
	Providers               // FieldName, ProviderPage
	Hosts                   // HostProvider; the key is a domain that servers of a provider are in
	Domains                 // HostProvider; the key is a domain of a provider's addresses
	Codes                   // FieldName and on; the key is the path of the code
	Blocklists              // FieldName, FieldAnswer, BlocklistRemoval, BlocklistLookup, BlocklistStatus
	tables                  // how many there are
)

// Fields that several tables share.
const (
	FieldText = 1

	FieldName       = 1
	FieldAnswer     = 2
	FieldPermanence = 3
	FieldReason     = 4 // in Reasons empty
	FieldActor      = 5
	FieldRetry      = 6
	FieldSteps      = 7 // a list; each item is a role and its steps, parted by StepMark
	FieldKind       = 8
	FieldLikely     = 9  // Replies, Enhanced: a list of reasons
	FieldVariants   = 10 // Enhanced: a list; each item class, name, answer, reason, parted by StepMark
	FieldSee        = 11 // Replies, Enhanced: a list of pages
	FieldClasses    = 12 // Enhanced: the classes that have a page

	ReasonFinal     = 9
	ReasonMessage   = 10
	ReasonMessageTo = 11

	ActorMove = 2
	ActorRole = 3

	ProviderPage = 2
	ProviderKind = 3

	HostProvider = 1

	CodeProvider = 9
	CodeReply    = 10
	CodeEnhanced = 11
	CodeSays     = 12 // "says" where words must stand there, "anywhere" where they suffice
	CodePage     = 13

	BlocklistRemoval = 3
	BlocklistLookup  = 4
	BlocklistStatus  = 5

	PatternKind       = 0 // one of the Kind constants
	PatternRow        = 1 // the catalogue's path of the row it belongs to
	PatternReason     = 2
	PatternPermanence = 3
	PatternActor      = 4
	PatternWhen       = 5
)

// What a pattern is for.
const (
	KindPhrase    = "p" // tells a reason
	KindWeak      = "w" // tells a reason where nothing else does
	KindCode      = "c" // one of the texts of a provider's code
	KindMark      = "m" // tells a provider
	KindBlocklist = "b" // tells a blocklist
	KindHeading   = "h" // tells what kind of text it is; PatternRow is the outcome
	KindWord      = "v" // is a word that mail errors are made of
)

// StepMark parts what stands inside one item of a list.
const StepMark = "\x1d"

const (
	fieldMark = '\x1f' // between the fields of a row
	listMark  = "\x1e" // between the items of a list in a field
	header    = len(magic) + 4 + 4
)

// Knowledge is opened knowledge. It is read only and may be shared.
type Knowledge struct {
	data    string
	rows    [tables]section // 4 bytes a row: where it begins
	phrases index
}

// section is a run of little-endian 32-bit numbers in the data.
type section struct{ at, n int }

// Row is one row of a table.
type Row string

// Errors of [Open].
var (
	ErrFormat  = errors.New("the knowledge is not in this decoder's format; load the decoder and its knowledge from the same version")
	ErrDamaged = errors.New("the knowledge is damaged or incomplete; load it again")
)

// Open returns the knowledge that data holds, as [Builder.Bytes] wrote it. What it returns
// can be used without a panic whatever the bytes were: the checksum tells accidents, and
// every offset is checked besides, since bytes made on purpose can have a right checksum.
func Open(data []byte) (*Knowledge, error) {
	if len(data) < header || string(data[:len(magic)]) != magic {
		return nil, ErrFormat
	}
	if int(word(data[len(magic):])) != len(data) || word(data[len(magic)+4:]) != checksum(data[header:]) {
		return nil, ErrDamaged
	}
	k := &Knowledge{data: string(data)}
	at, whole := header, true
	next := func() section {
		if len(data)-at < 4 || uint64(k.number(at)) > uint64(len(data)-at-4)/4 {
			whole = false
			return section{}
		}
		s := section{at + 4, int(k.number(at))}
		at = s.at + 4*s.n
		return s
	}
	for t := range k.rows {
		k.rows[t] = next()
		whole = whole && k.texts(k.rows[t])
	}
	for i := range k.phrases.grams {
		k.phrases.grams[i] = grams{buckets: next(), entries: next()}
	}
	k.phrases.patterns = next()
	if !whole || !k.texts(k.phrases.patterns) || !k.indexed() {
		return nil, ErrDamaged
	}
	return k, nil
}

// texts reports whether each number of s is the offset of a text in the data.
func (k *Knowledge) texts(s section) bool {
	for i := range s.n {
		at := uint64(k.at(s, i))
		if at+4 > uint64(len(k.data)) || at+4+uint64(k.number(int(at))) > uint64(len(k.data)) {
			return false
		}
	}
	return true
}

// indexed reports whether the index leads to patterns only, and each pattern has its row.
func (k *Knowledge) indexed() bool {
	patterns := k.phrases.patterns.n
	if k.rows[Patterns].n != patterns {
		return false
	}
	for _, g := range k.phrases.grams {
		if g.entries.n == 0 {
			continue
		}
		if g.buckets.n == 0 || g.buckets.n&(g.buckets.n-1) != 0 {
			return false
		}
		for i := range g.buckets.n {
			if uint64(k.at(g.buckets, i)) > uint64(g.entries.n) {
				return false
			}
		}
		for i := range g.entries.n {
			if int(k.at(g.entries, i)>>9) >= patterns {
				return false
			}
		}
		if k.at(g.entries, g.entries.n-1)&1 == 0 {
			return false // the last bucket would not end
		}
	}
	return true
}

// word reads four bytes as a number, the lowest byte first. encoding/binary would bring the
// reflect package into what is downloaded.
func word[T string | []byte](b T) uint32 {
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

func appendWord(b []byte, n uint32) []byte {
	return append(b, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
}

func (k *Knowledge) number(at int) uint32 { return word(k.data[at : at+4]) }

func (k *Knowledge) at(s section, i int) uint32 { return k.number(s.at + 4*i) }

// text returns the text that begins at an offset: its length in 4 bytes, then its bytes.
func (k *Knowledge) text(at uint32) string {
	n := int(k.number(int(at)))
	return k.data[int(at)+4 : int(at)+4+n]
}

// Len returns the number of rows of t.
func (k *Knowledge) Len(t Table) int { return k.rows[t].n }

// Row returns row i of t. Rows are sorted by their first field, the key.
func (k *Knowledge) Row(t Table, i int) Row { return Row(k.text(k.at(k.rows[t], i))) }

// Find returns the row of t whose key is key.
func (k *Knowledge) Find(t Table, key string) (Row, bool) {
	low, high := 0, k.rows[t].n
	for low < high {
		mid := int(uint(low+high) >> 1)
		row := k.Row(t, mid)
		switch strings.Compare(row.Field(0), key) {
		case 0:
			return row, true
		case -1:
			low = mid + 1
		default:
			high = mid
		}
	}
	return "", false
}

// Field returns field i of the row, empty where the row has fewer.
func (r Row) Field(i int) string {
	s := string(r)
	for ; i > 0; i-- {
		cut := strings.IndexByte(s, fieldMark)
		if cut < 0 {
			return ""
		}
		s = s[cut+1:]
	}
	if cut := strings.IndexByte(s, fieldMark); cut >= 0 {
		s = s[:cut]
	}
	return s
}

// List returns the items of field i.
func (r Row) List(i int) []string {
	f := r.Field(i)
	if f == "" {
		return nil
	}
	return strings.Split(f, listMark)
}

// checksum is FNV-1a over four-byte words, which tells a damaged download at a cost that a
// start does not feel. It protects against accidents, not against intent.
func checksum(data []byte) uint32 {
	h := uint32(2166136261)
	for len(data) >= 4 {
		h = (h ^ word(data)) * 16777619
		data = data[4:]
	}
	for _, c := range data {
		h = (h ^ uint32(c)) * 16777619
	}
	return h
}
