//go:build !js

package wasm

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
)

// someTypes are two structs, of which one has a method, with their names behind them, in a memory
// where types begin at an address of 1000.
func someTypes() *tables {
	const at = 1000
	types := make([]byte, 512)
	put := func(to int, value int) { binary.LittleEndian.PutUint64(types[to:], uint64(value)) }
	name := func(to int, text string) int {
		copy(types[to:], "\x01"+string(rune(len(text)))+text)
		return at + to
	}
	structure := func(to, size, first int, fields ...int) {
		put(to, size)
		types[to+typeKind] = kindStruct
		for _, word := range []int{first + at, len(fields), len(fields)} {
			put(to+structFirst, word)
			to += 8
		}
		for i, name := range fields {
			put(first+24*i, name)
			put(first+24*i+8, at+8)
			put(first+24*i+16, 8*i)
		}
	}
	structure(0, 24, 80, name(400, "alone"), name(410, "_"), name(420, "Shared"))
	structure(200, 16, 280, name(400, "alone"), name(430, "other"))
	binary.LittleEndian.PutUint32(types[340:], 420) // the method's
	return &tables{types: types, typesAt: at}
}

func TestClearFieldNames(t *testing.T) {
	find := func(types []byte, name string) bool { return bytes.Contains(types, []byte(name)) }
	word := func(types []byte, at int) uint64 { return binary.LittleEndian.Uint64(types[at:]) }

	some := someTypes()
	before := bytes.Clone(some.types)
	if err := some.clearFieldNames([]function{{name: "runtime.main"}}, nil); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name          string
		field         int // where the pointer to it stands
		pointer, text bool
	}{
		{"alone", 80, false, false},
		{"_", 104, true, true},
		{"Shared", 128, false, true},
		{"alone", 280, false, false},
		{"other", 304, false, false},
	} {
		if got := word(some.types, test.field) != 0; got != test.pointer {
			t.Errorf("the pointer at %d, to %q, stays: %v, want %v", test.field, test.name, got, test.pointer)
		}
		if got := find(some.types, test.name); got != test.text {
			t.Errorf("the name %q stays: %v, want %v", test.name, got, test.text)
		}
		clear(before[test.field : test.field+8])
		clear(some.types[test.field : test.field+8])
	}
	clear(before[400:407])
	clear(before[430:437])
	if !bytes.Equal(some.types, before) {
		t.Error("more was cleared than pointers to names, and names")
	}

	for _, test := range []struct {
		name string
		do   func(types []byte)
		want string // a name that stays
	}{
		{"more room than fields", func(types []byte) { types[structFirst+16]++ }, "_"},
		{"fields beyond the types", func(types []byte) { types[structFirst+2]++ }, "_"},
		{"more fields than there is room for", func(types []byte) { types[structFirst+8], types[structFirst+16] = 200, 200 }, "_"},
		{"a field beyond its struct", func(types []byte) { types[128+16] = 25 }, "Shared"},
		{"a name that is none", func(types []byte) { types[410] = 0xff }, "Shared"},
		{"a name without an end", func(types []byte) { types[431] = 200 }, "other"},
		{"no name", func(types []byte) { clear(types[304:312]) }, "other"},
		{"no type", func(types []byte) { clear(types[312:320]) }, "other"},
		{"another kind", func(types []byte) { types[200+typeKind] = 17 }, "other"},
	} {
		t.Run(test.name, func(t *testing.T) {
			some := someTypes()
			test.do(some.types)
			before := bytes.Clone(some.types)
			if err := some.clearFieldNames(nil, nil); err != nil {
				t.Fatal(err)
			}
			if !find(some.types, test.want) {
				t.Errorf("%q is cleared", test.want)
			}
			if bytes.Equal(some.types, before) {
				t.Error("the other struct has its names still")
			}
		})
	}

	for _, reader := range []string{"reflect.Value.Field", "internal/reflectlite.haveIdenticalUnderlyingType", "runtime.typesEqual"} {
		some := someTypes()
		before := bytes.Clone(some.types)
		f := function{name: reader, record: make([]byte, recordSize)}
		f.set(fieldEntry, firstFunction+7)
		if err := some.clearFieldNames([]function{f}, nil); err != nil || !bytes.Equal(some.types, before) {
			t.Errorf("names that %s reads are cleared, or %v", reader, err)
		}
		if err := some.clearFieldNames([]function{f}, map[int][]byte{7: endBody}); err != nil || bytes.Equal(some.types, before) {
			t.Errorf("names stay that only %s read, which is emptied; error %v", reader, err)
		}
	}

	if err := (&tables{types: make([]byte, 512)}).clearFieldNames(nil, nil); err == nil || !strings.Contains(err.Error(), "struct") {
		t.Errorf("where no type is a struct the error is %v", err)
	}
}

// What changes in the decoder are pointers to names, and names that nothing else has.
func TestFieldNamesOfTheDecoder(t *testing.T) {
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

	// The names that pointers led to, by where they begin.
	cleared := map[int]bool{}
	rest := bytes.Clone(is.types)
	for at := -was.typesAt & 7; at+8 <= len(was.types); at += 8 {
		old, new := binary.LittleEndian.Uint64(was.types[at:]), binary.LittleEndian.Uint64(is.types[at:])
		if start := int(old) - was.typesAt; new == 0 && old != 0 && start > 0 && start < len(was.types) && was.types[start] < 16 {
			cleared[start] = true
			copy(rest[at:], was.types[at:at+8])
		}
	}
	if len(cleared) < 500 {
		t.Errorf("%d names are cleared; nothing shows that the others are read", len(cleared))
	}
	for start := range cleared {
		length, n := binary.Uvarint(was.types[start+1:])
		end := start + 1 + n + int(length)
		copy(rest[start:end], was.types[start:end])
	}
	if !bytes.Equal(rest, was.types) {
		t.Error("more was cleared than pointers to names, and names")
	}
}
