package wasm

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
)

// readsFieldNames are the beginnings of the names of functions that read what the fields of structs
// are called: reflection, and what compares two types that are not the same one. The runtime itself
// asks of a field only whether it is blank, and so passed over when a key of a map is hashed (IsBlank
// in internal/abi/type.go).
var readsFieldNames = []string{"reflect.", "internal/reflectlite.haveIdenticalUnderlyingType", "runtime.typesEqual"}

// How a type lies in memory (internal/abi/type.go).
const (
	typeKind    = 23 // 1 byte; a struct's is kindStruct
	structFirst = 56 // a pointer to the first field, how many there are, and that again
	structSize  = 80
	fieldSize   = 24 // of a field: pointers to its name and its type, and where it begins
	kindStruct  = 25
)

// clearFieldNames clears the pointers to the names of fields, and such names as nothing else has,
// unless something that runs reads them. They are a hundredth of the download.
//
// Types do not lie one behind another so that they could be counted off; a struct is where its kind
// says so and all that it points to is what a struct points to. What is taken for a name that
// somebody else has, because a number has its place as value, stays.
func (t *tables) clearFieldNames(functions []function, emptied map[int][]byte) error {
	for _, f := range functions {
		reads := slices.ContainsFunc(readsFieldNames, func(name string) bool { return strings.HasPrefix(f.name, name) })
		if reads && emptied[f.number()] == nil {
			return nil
		}
	}
	start, end := t.typesAt, t.typesAt+len(t.types)
	within := func(at uint64) bool { return at > uint64(start) && at < uint64(end) }
	word := func(at int) uint64 { return binary.LittleEndian.Uint64(t.types[at:]) }
	// name returns the name at an address, with what stands before it.
	name := func(at uint64) []byte {
		b := t.types[int(at)-start:]
		const flags = 1<<4 - 1
		length, n := binary.Uvarint(b[1:])
		if b[0] > flags || n <= 0 || length == 0 || length > uint64(len(b)-1-n) {
			return nil
		}
		return b[: 1+n+int(length) : 1+n+int(length)]
	}
	var cleared []int // where in types a pointer to a name stands
	for at := -start & 7; at+structSize <= len(t.types); at += 8 {
		if t.types[at+typeKind] != kindStruct {
			continue
		}
		first, n := word(at+structFirst), word(at+structFirst+8)
		if n == 0 || n != word(at+structFirst+16) || !within(first) || first%8 != 0 || n > (uint64(end)-first)/fieldSize {
			continue
		}
		var names []int
		for i := range int(n) {
			field := int(first) - start + i*fieldSize
			if !within(word(field)) || name(word(field)) == nil || !within(word(field+8)) || word(field+16) > word(at) {
				names = nil
				break
			}
			names = append(names, field)
		}
		cleared = append(cleared, names...)
	}
	if len(cleared) == 0 {
		return errors.New("no type is a struct with fields")
	}
	unused := map[uint64][]byte{}
	for _, field := range cleared {
		at := word(field)
		if n := name(at); !bytes.HasSuffix(n, []byte("\x01_")) {
			unused[at] = n
			clear(t.types[field : field+8])
		}
	}
	for at := -start & 3; at+4 <= len(t.types); at += 4 {
		delete(unused, uint64(start)+uint64(binary.LittleEndian.Uint32(t.types[at:])))
	}
	for _, n := range unused {
		clear(n)
	}
	return nil
}
