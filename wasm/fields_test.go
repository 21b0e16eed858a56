//go:build !js

package wasm

import (
	"bytes"
	"encoding/binary"
	"testing"
)

// someTypes are three structs with their names behind them, in a memory where types begin at an
// address of 1000. A method has one of the names, another is a blank field's, and the collector
// reads the fields of the third struct.
func someTypes() *tables {
	const at = 1000
	types := make([]byte, 600)
	put := func(to int, value int) { binary.LittleEndian.PutUint64(types[to:], uint64(value)) }
	name := func(to int, text string) int {
		copy(types[to:], "\x01"+string(rune(len(text)))+text)
		return at + to
	}
	structure := func(to, size, first int, fields ...int) {
		put(to, size)
		types[to+typeKind] = kindStruct
		for i, word := range []int{first + at, len(fields), len(fields)} {
			put(to+structFields+8*i, word)
		}
		for i, name := range fields {
			put(first+24*i, name)
			put(first+24*i+8, at+8)
			put(first+24*i+16, 8*i)
		}
	}
	structure(0, 24, 80, name(500, "alone"), name(510, "_"), name(520, "Shared"))
	structure(160, 16, 240, name(500, "alone"), name(530, "other"))
	structure(288, 16, 368, name(540, "collected"))
	types[288+typeFlags] = flagsOnDemand
	binary.LittleEndian.PutUint32(types[440:], 520) // the method's
	return &tables{types: types, typesAt: at}
}

func TestClearFields(t *testing.T) {
	some := someTypes()
	want := bytes.Clone(some.types)
	for _, cleared := range [][2]int{
		{56, 80}, {80, 152}, // the first struct's fields
		{216, 240}, {240, 288}, // the second's
		{500, 507}, {510, 513}, {530, 537}, // names
	} {
		clear(want[cleared[0]:cleared[1]])
	}
	some.clearFields([]function{{name: "runtime.main"}}, nil)
	for i := range want {
		if some.types[i] != want[i] {
			t.Fatalf("at %d there is %d, want %d", i, some.types[i], want[i])
		}
	}
	if some.clearFields(nil, nil); !bytes.Equal(some.types, want) {
		t.Error("cleared again, they are others")
	}

	for _, test := range []struct {
		name string
		do   func(types []byte)
		want string // a name that stays
	}{
		{"more room than fields", func(types []byte) { types[structFields+16]++ }, "\x01_"},
		{"fields beyond the types", func(types []byte) { types[structFields+2]++ }, "\x01_"},
		{"fields between addresses", func(types []byte) { types[structFields]++ }, "\x01_"},
		{"more fields than there is room for", func(types []byte) { types[structFields+8], types[structFields+16] = 200, 200 }, "\x01_"},
		{"a field beyond its struct", func(types []byte) { types[128+16] = 25 }, "\x01_"},
		{"a name that is none", func(types []byte) { types[510] = 0xff }, "\x01_"},
		{"a name without an end", func(types []byte) { types[531] = 200 }, "other"},
		{"an empty name", func(types []byte) { types[531] = 0 }, "other"},
		{"no name", func(types []byte) { clear(types[264:272]) }, "other"},
		{"no type", func(types []byte) { clear(types[272:280]) }, "other"},
		{"another kind", func(types []byte) { types[160+typeKind] = 17 }, "other"},
		{"a pointer to it", func(types []byte) { binary.LittleEndian.PutUint64(types[456:], 1530) }, "other"},
	} {
		t.Run(test.name, func(t *testing.T) {
			some := someTypes()
			test.do(some.types)
			before := bytes.Clone(some.types)
			some.clearFields(nil, nil)
			if !bytes.Contains(some.types, []byte(test.want)) {
				t.Errorf("%q is cleared", test.want)
			}
			if bytes.Equal(some.types, before) {
				t.Error("the other struct has its fields still")
			}
		})
	}

	for _, reader := range []string{"reflect.Value.Field", "internal/reflectlite.haveIdenticalUnderlyingType", "runtime.typesEqual"} {
		some := someTypes()
		before := bytes.Clone(some.types)
		f := function{name: reader, record: make([]byte, recordSize)}
		f.set(fieldEntry, firstFunction+7)
		if some.clearFields([]function{f}, nil); !bytes.Equal(some.types, before) {
			t.Errorf("fields that %s reads are cleared", reader)
		}
		if some.clearFields([]function{f}, map[int][]byte{7: endBody}); bytes.Equal(some.types, before) {
			t.Errorf("fields stay that only %s reads, which is emptied", reader)
		}
	}

	new(tables).clearFields(nil, nil)
}

// What changes in the decoder's types are structs, which have no fields then, and names.
func TestFieldsOfTheDecoder(t *testing.T) {
	program, stripped := decoderPrograms(t)
	_, was := mustTables(t, program)
	_, is := mustTables(t, stripped)
	if was.typesAt != is.typesAt || len(was.types) != len(is.types) {
		t.Fatalf("types are at %d, %d bytes, and were at %d, %d bytes", is.typesAt, len(is.types), was.typesAt, len(was.types))
	}
	for _, name := range []string{"\x0aallocCache", "\x09freeindex"} {
		if !bytes.Contains(was.types, []byte(name)) {
			t.Fatalf("the linked decoder has no field %q; name another that it has", name[1:])
		}
		if bytes.Contains(is.types, []byte(name)) {
			t.Errorf("the name %q of a field is still there", name[1:])
		}
	}
	for _, name := range []string{"*runtime.mspan", "*runtime.TypeAssertionError", "RuntimeError"} {
		if !bytes.Contains(is.types, []byte(name)) {
			t.Errorf("the name %q of a type or a method is gone", name)
		}
	}

	rest := bytes.Clone(is.types) // what was cleared is put back
	structs := 0
	for at := -was.typesAt & 7; at+structSize <= len(was.types); at += 8 {
		first := int(binary.LittleEndian.Uint64(was.types[at+56:])) - was.typesAt
		n := int(binary.LittleEndian.Uint64(was.types[at+64:]))
		if was.types[at+23] != 25 || n == 0 || !bytes.Equal(is.types[at+56:at+80], make([]byte, 24)) {
			continue
		}
		structs++
		copy(rest[at+56:], was.types[at+56:at+80])
		copy(rest[first:], was.types[first:first+24*n])
		for i := range n {
			name := int(binary.LittleEndian.Uint64(was.types[first+24*i:])) - was.typesAt
			length, k := binary.Uvarint(was.types[name+1:])
			end := name + 1 + k + int(length)
			copy(rest[name:], was.types[name:end])
		}
		if !bytes.Equal(is.types[at:at+56], was.types[at:at+56]) {
			t.Errorf("the struct at %d has lost more than its fields", at)
		}
	}
	if structs < 100 {
		t.Errorf("%d structs have no fields any more; nothing shows that the others are read", structs)
	}
	if !bytes.Equal(rest, was.types) {
		t.Error("more was cleared than fields and their names")
	}
}
