package wasm

import "encoding/binary"

// readsFields are the beginnings of the names of functions that look at the fields of structs:
// reflection, and what compares two types that are not the same one.
var readsFields = []string{"reflect.", "internal/reflectlite.haveIdenticalUnderlyingType", "runtime.typesEqual"}

// How a struct lies in memory (internal/abi/type.go).
const (
	typeFlags     = 20 // 1 byte
	typeKind      = 23 // 1 byte
	structFields  = 56 // a pointer to the first field, how many there are, and that again
	structSize    = 80
	fieldSize     = 24 // of a field: pointers to its name and its type, and where it begins
	kindStruct    = 25
	flagsOnDemand = 1 << 4 // the collector finds out from its fields where it has pointers
	nameFlags     = 1 << 4 // what stands before a name is below
)

// clearFields takes the fields from types that are structs, and clears such names of fields as
// nothing else has, unless something that runs looks at fields. They are a hundredth of the
// download. What else the runtime does with fields it does as well without: where a struct is the
// key of a map, behind an interface, all such keys have one hash (typehash in runtime/alg.go), and a
// key that cannot be one is found when two are compared.
//
// Types do not lie one behind another so that they could be counted off; a struct is where its kind
// says so and all that it points to is what a struct points to. What is taken for a name that
// somebody else has, because a number has its place as value, stays.
func (t *tables) clearFields(functions []function, emptied map[int][]byte) {
	if anyRuns(functions, readsFields, emptied) {
		return
	}
	unused := map[uint64][]byte{} // names by their addresses
	for at := -t.typesAt & 7; at+structSize <= len(t.types); at += 8 {
		fields, names := t.fieldsAt(at)
		if fields == nil || t.types[at+typeFlags]&flagsOnDemand != 0 {
			continue
		}
		for i, name := range names {
			unused[binary.LittleEndian.Uint64(fields[i*fieldSize:])] = name
		}
		clear(fields)
		clear(t.types[at+structFields : at+structSize])
	}
	for at := -t.typesAt & 3; at+4 <= len(t.types); at += 4 {
		offset := binary.LittleEndian.Uint32(t.types[at:])
		delete(unused, uint64(t.typesAt)+uint64(offset)) // from the first type, or in a pointer:
		delete(unused, uint64(offset))
	}
	for _, name := range unused {
		clear(name)
	}
}

// fieldsAt returns the fields of the struct that lies at that place of the types, and their names
// with the byte and the length before them, or nothing where no struct is.
func (t *tables) fieldsAt(at int) (fields []byte, names [][]byte) {
	end := t.typesAt + len(t.types)
	within := func(address uint64) bool { return address > uint64(t.typesAt) && address < uint64(end) }
	word := func(at int) uint64 { return binary.LittleEndian.Uint64(t.types[at:]) }
	first, n, size := word(at+structFields), word(at+structFields+8), word(at)
	switch {
	case t.types[at+typeKind] != kindStruct,
		n == 0 || n != word(at+structFields+16),
		!within(first) || first%8 != 0 || n > (uint64(end)-first)/fieldSize:
		return nil, nil
	}
	start := int(first) - t.typesAt
	for field := start; len(names) < int(n); field += fieldSize {
		name, typ, offset := word(field), word(field+8), word(field+16)
		if !within(name) || !within(typ) || offset > size {
			return nil, nil
		}
		b := t.types[int(name)-t.typesAt:]
		length, k := binary.Uvarint(b[1:])
		if b[0] >= nameFlags || k <= 0 || length == 0 || length > uint64(len(b)-1-k) {
			return nil, nil
		}
		names = append(names, b[:1+k+int(length)])
	}
	return t.types[start : start+int(n)*fieldSize], names
}
