// Package packed holds the catalogue in the form that the decoder carries: tables of text,
// written once when the site is built. Opening it writes its words out, notes where each row
// begins and files the patterns, a few milliseconds' work; an index that was made ahead would
// cost the download more than that.
package packed

import (
	"errors"
	"strings"
)

// magic names the format and its version. A decoder reads only its own.
const magic = "undeliv3"

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
	Providers               // FieldName, ProviderKind; the key is its path, and .html behind it its page
	Hosts                   // HostProvider; the key is a domain that servers of a provider are in
	Domains                 // HostProvider; the key is a domain of a provider's addresses
	Codes                   // FieldName and on; the key is the path of the code
	Blocklists              // FieldName, FieldAnswer, BlocklistRemoval, BlocklistLookup, BlocklistStatus
	Commands                // CommandVague, CommandInstead; the key is the command
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
	FieldVariants   = 9  // Enhanced: a list; each item class, name, answer, reason, parted by StepMark
	FieldClasses    = 10 // Enhanced: the classes that have a page

	ReasonFinal     = 9
	ReasonMessage   = 10
	ReasonMessageTo = 11
	ReasonReturned  = 12

	ActorMove = 2
	ActorRole = 3

	ProviderKind = 2

	HostProvider = 1

	CodeReply    = 8
	CodeEnhanced = 9
	CodeSays     = 10 // "says" where words must stand there, "anywhere" where they suffice
	CodeWeak     = 11 // "weak" where other words may say more

	CommandVague   = 1
	CommandInstead = 2 // a list; each item is a reason and what it means, parted by StepMark

	BlocklistRemoval = 3
	BlocklistLookup  = 4
	BlocklistStatus  = 5

	// Of what [Knowledge.Meaning] returns.
	PatternKind       = 1 // one of the Kind constants
	PatternRow        = 2 // the key of what it belongs to; of a code its number in Codes
	PatternReason     = 3
	PatternPermanence = 4
	PatternActor      = 5
	PatternWhen       = 6
)

// What a pattern is for.
const (
	KindPhrase    = "p" // tells a reason
	KindWeak      = "w" // tells a reason where nothing else does
	KindCode      = "c" // one of the texts of a provider's code
	KindMark      = "m" // tells a provider
	KindName      = "n" // is what people call a provider; PatternRow is its path
	KindBlocklist = "b" // tells a blocklist
	KindHeading   = "h" // tells what kind of text it is; PatternRow is the outcome
	KindWord      = "v" // is a word that mail errors are made of
	KindTopic     = "t" // is a word that only mail has
)

// StepMark parts what stands inside one item of a list.
const StepMark = "\x1d"

const (
	rowMark   = "\x1c" // behind each row, and behind the number of a table's rows
	fieldMark = "\x1f" // between the fields of a row
	listMark  = "\x1e" // between the items of a list in a field
	header    = len(magic) + 4 + 4
)

// Knowledge is opened knowledge. It is read only and may be shared.
type Knowledge struct {
	data     string
	rows     [tables][]uint32 // where each row begins; one more at the end
	patterns index
}

// Row is one row of a table.
type Row string

// Errors of [Open].
var (
	ErrFormat  = errors.New("the knowledge is not in this decoder's format; load the decoder and its knowledge from the same version")
	ErrDamaged = errors.New("the knowledge is damaged or incomplete; load it again")
)

// Open returns the knowledge that data holds, as [Builder.Bytes] wrote it. What it returns
// can be used without a panic whatever the bytes were: the checksum tells accidents, and
// what is read is checked besides, since bytes made on purpose can have a right checksum.
func Open(data []byte) (*Knowledge, error) {
	if len(data) < header || string(data[:len(magic)]) != magic {
		return nil, ErrFormat
	}
	if int(word(data[len(magic):])) != len(data) || word(data[len(magic)+4:]) != checksum(data[header:]) {
		return nil, ErrDamaged
	}
	text, ok := expand(string(data[header:]))
	if !ok {
		return nil, ErrDamaged
	}
	k := &Knowledge{data: text}
	at := 0
	for t := range k.rows {
		end := strings.IndexByte(k.data[at:], rowMark[0])
		if end < 0 || end > 9 || !digits(k.data[at:at+end]) {
			return nil, ErrDamaged
		}
		n := 0
		for _, c := range []byte(k.data[at : at+end]) {
			n = n*10 + int(c-'0')
		}
		at += end + 1
		if n > len(text)-at {
			return nil, ErrDamaged
		}
		rows := make([]uint32, 1, n+1)
		rows[0] = uint32(at)
		for range n {
			end := strings.IndexByte(k.data[at:], rowMark[0])
			if end < 0 {
				return nil, ErrDamaged
			}
			at += end + 1
			rows = append(rows, uint32(at))
		}
		k.rows[t] = rows
	}
	if !k.file() {
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

// Len returns the number of rows of t.
func (k *Knowledge) Len(t Table) int { return len(k.rows[t]) - 1 }

// Row returns row i of t. Rows are sorted by their first field, the key; those of Patterns
// stand in the order in which they were added.
func (k *Knowledge) Row(t Table, i int) Row {
	return Row(k.data[k.rows[t][i] : k.rows[t][i+1]-1])
}

// Find returns the row of t whose key is key.
func (k *Knowledge) Find(t Table, key string) (Row, bool) {
	low, high := 0, k.Len(t)
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
