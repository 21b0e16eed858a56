//go:build !js

package wasm

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// What a body refers to, in each form that an instruction has.
func TestReferences(t *testing.T) {
	body := slices.Concat([]byte{
		2, 1, 0x7f, 3, 0x7e, // four variables
		0x02, 0x40, 0x03, 0x40, 0x04, 0x7f, 0x41, 0x01, 0x05, opConst, 0x7f, opEnd, opEnd, opEnd, // block, loop, if, else; 1 and -1
		0x0e, 2, 0, 0, 1, // br_table
		0x0c, 0, 0x0d, 0, 0x20, 1, 0x21, 1, 0x22, 1, opGlobalGet, 0, opGlobalSet, 0,
		0x28, 2, 8, 0x37, 3, 0x90, 1, 0x3f, 0, 0x40, 0, // loads, stores, the memory's size
		0x42, 0x80, 0x80, 0x80, 0x80, 0x01, // i64.const 0x10000000
		0x43, 0x10, 0x10, 0x10, 0x10, 0x44, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, // two floating-point numbers
		0xfc, 2, 0xfc, 10, 0, 0, 0xfc, 11, 0,
		0x11, 0, 0, 0x10, 0xe1, 0x09, 0x10, 3, // call_indirect, call of 1249 and 3
		0x45, 0xa7, 0xc4, 0x1a, 0x1b, 0x01, 0x00, 0x0f, opEnd,
	})
	var calls []int
	var constants []uint64
	err := references(body, func(i int) { calls = append(calls, i) }, func(v uint64) { constants = append(constants, v) })
	if err != nil {
		t.Fatal(err)
	}
	if want := []int{1249, 3}; !slices.Equal(calls, want) {
		t.Errorf("it calls %v, want %v", calls, want)
	}
	if want := []uint64{1, 1<<64 - 1, 0x10000000}; !slices.Equal(constants, want) {
		t.Errorf("its constants are %x, want %x", constants, want)
	}
	for _, test := range []struct{ name, body, want string }{
		{"nothing", "", "does not end"},
		{"a vector", "\x00\xfd\x00", "0xfd"},
		{"another kind", "\x00\xfc\x0c", "another kind"},
		{"half a number", "\x00\x41\x80", "does not end"},
		{"half a call", "\x00\x10", "does not end"},
		{"more variables than there are", "\xff\xff\x03\x01", "does not end"},
	} {
		if err := references([]byte(test.body), func(int) {}, func(uint64) {}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: the error is %v, want one with %q", test.name, err, test.want)
		}
	}
}

// Nothing that is reached in a small module is emptied, and all else is.
func TestUnreached(t *testing.T) {
	function := func(code ...byte) []byte { return append([]byte{0}, append(code, opEnd)...) }
	// Two functions are imported, so the module's own begin with 2.
	bodies := [][]byte{
		function(0x10, 3), // 0: exported; calls 1
		function(0x42, 0x82, 0x80, 0x8c, 0x80, 0x01, 0x1a), // 1: has the program counter of 3, in block 2
		function(0x10, 2),                   // 2: calls 0, and is called by nobody
		function(opConst, 0x84, 0x20, 0x1a), // 3: has the number of 4
		function(),                          // 4
		function(),                          // 5: its counter stands in the memory
		function(),                          // 6: its number stands in the memory
		function(0x10, 10),                  // 7: runs at the start; is emptied, and so does not call 8
		function(),                          // 8
		function(),                          // 9: its number stands in a table of functions
	}
	section := func(kind byte, content ...byte) []byte { return append([]byte{kind, byte(len(content))}, content...) }
	var code []byte
	for _, body := range bodies {
		code = append(append(code, byte(len(body))), body...)
	}
	before := slices.Concat([]byte(preamble),
		section(sectionImport, 2, 1, 'a', 1, 'b', external, 0, 1, 'a', 1, 'c', external, 0),
		section(3, 1, 0), // which types they have is not looked at
		section(sectionExport, 2, 1, 'x', external, 2, 1, 'm', 2, 0),
		section(sectionStart, 9),
		section(sectionCode, append([]byte{byte(len(bodies))}, code...)...))
	memory := make([]byte, 256)
	copy(memory[40:], "\x01\x00\x05\x10") // little-endian: 0x1005, block 1
	copy(memory[64:], "\x06\x10\x00\x00")
	copy(memory[104:], "\x09\x10\x00\x00")
	m := &module{before: before, memory: memory}
	emptied := map[int][]byte{7: returnBody}
	if err := m.unreached(&tables{namesAt: 100, end: 120}, emptied); err != nil {
		t.Fatal(err)
	}
	var gone []int
	for i, body := range emptied {
		if gone = append(gone, i); (i == 7) != bytes.Equal(body, returnBody) || i != 7 && !bytes.Equal(body, endBody) {
			t.Errorf("function %d is now %x", i, body)
		}
	}
	slices.Sort(gone)
	if want := []int{2, 7, 8, 9}; !slices.Equal(gone, want) {
		t.Errorf("%v are emptied, want %v", gone, want)
	}

	for _, test := range []struct {
		name   string
		before []byte
		want   string
	}{
		{"another import", section(sectionImport, 1, 1, 'a', 1, 'b', 2, 0), "something else than functions"},
		{"half a section", section(sectionExport, 2, 1, 'x', external, 2), "section 7 has another form"},
		{"more than a section", section(sectionStart, 9, 9), "section 8 has another form"},
		{"an unknown instruction", slices.Concat(section(sectionExport, 1, 1, 'x', external, 0), section(sectionCode, 1, 3, 0, 0xfd, opEnd)), "function 0: it has the instruction 0xfd"},
	} {
		m := &module{before: append([]byte(preamble), test.before...)}
		if err := m.unreached(&tables{}, map[int][]byte{}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: the error is %v, want one with %q", test.name, err, test.want)
		}
	}
}

// The decoder has functions that nothing reaches once others are emptied; what panics and what the
// browser calls is reached.
func TestUnreachedOfTheDecoder(t *testing.T) {
	program, _ := decoderPrograms(t)
	m, found := mustTables(t, program)
	functions, _ := mustFunctions(t, found)
	idle := emptied(functions)
	listed := len(idle)
	found.clearFields(functions, idle)
	if err := m.unreached(found, idle); err != nil {
		t.Fatal(err)
	}
	if len(idle) < listed+10 {
		t.Errorf("only %d functions are reached by nothing", len(idle)-listed)
	}
	for _, f := range functions {
		switch f.name {
		case "runtime.(*boundsError).Error", "runtime.(*TypeAssertionError).Error", "runtime.goexit", "runtime.main", "main.main", "runtime.gcDrain", "runtime.sigpanic":
			if idle[f.number()] != nil {
				t.Errorf("%s is emptied", f.name)
			}
		}
	}
}
