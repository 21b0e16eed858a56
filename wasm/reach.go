package wasm

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// unreached adds to emptied, the new bodies of functions by their numbers, those functions that
// nothing refers to any more. A function is referred to by what is exported, by a call, and by its
// number or program counter, wherever something that could be one stands: as a constant in what is
// reached, or in the memory outside the tables of functions.
func (m *module) unreached(t *tables, emptied map[int][]byte) error {
	bodies, roots, imports, err := m.functions()
	if err != nil {
		return err
	}
	reached := make([]bool, len(bodies))
	var next []int
	reach := func(i int) {
		if i >= 0 && i < len(bodies) && !reached[i] {
			reached[i] = true
			next = append(next, i)
		}
	}
	// A program counter has the number of its function above the number of a block; the tables of
	// methods have the number alone (textOff in runtime/symtab.go).
	number := func(v uint64) {
		if v < 1<<32 {
			reach(int(v>>16) - firstFunction)
			reach(int(v) - firstFunction)
		}
	}
	for _, i := range roots {
		reach(i - imports)
	}
	memory := bytes.Clone(m.memory)
	clear(memory[t.namesAt:t.end])
	for at := 0; at+4 <= len(memory); at += 4 {
		number(uint64(binary.LittleEndian.Uint32(memory[at:])))
	}
	for len(next) > 0 {
		i := next[len(next)-1]
		next = next[:len(next)-1]
		body := bodies[i]
		if other, ok := emptied[i]; ok {
			body = other
		}
		if err := references(body, func(function int) { reach(function - imports) }, number); err != nil {
			return fmt.Errorf("function %d: %w", i, err)
		}
	}
	for i := range bodies {
		if !reached[i] {
			emptied[i] = endBody
		}
	}
	return nil
}

// functions returns the bodies of the module's own functions, and the numbers of those that are
// exported or run at its start; the functions that it imports are counted before its own.
func (m *module) functions() (bodies [][]byte, roots []int, imports int, err error) {
	r := reader{rest: m.before[len(preamble):]}
	for len(r.rest) > 0 && !r.failed {
		kind := r.byte()
		content := reader{rest: r.take(r.number())}
		switch kind {
		case sectionImport:
			for n := content.number(); n > 0 && !content.failed; n-- {
				content.take(content.number())
				content.take(content.number())
				if content.byte() != external {
					return nil, nil, 0, errors.New("it imports something else than functions")
				}
				content.number()
				imports++
			}
		case sectionExport:
			for n := content.number(); n > 0 && !content.failed; n-- {
				content.take(content.number())
				if kind, i := content.byte(), content.number(); kind == external {
					roots = append(roots, int(i))
				}
			}
		case sectionStart:
			roots = append(roots, int(content.number()))
		case sectionCode:
			for n := content.number(); n > 0 && !content.failed; n-- {
				bodies = append(bodies, content.take(content.number()))
			}
		default:
			continue
		}
		if content.unread() {
			return nil, nil, 0, fmt.Errorf("section %d has another form", kind)
		}
	}
	return bodies, roots, imports, nil
}

// WebAssembly core specification, 5.4 and 5.5.
const (
	sectionImport = 2
	sectionExport = 7
	sectionStart  = 8
	external      = 0 // a function, among what is imported and exported
)

// references calls call with the number of each function that a body calls, and constant with each
// constant in it. The instructions are those of WebAssembly core specification, 5.4, without vectors.
func references(body []byte, call func(function int), constant func(value uint64)) error {
	r := reader{rest: body}
	for n := r.number(); n > 0 && !r.failed; n-- { // the variables
		r.number()
		r.byte()
	}
	for len(r.rest) > 0 && !r.failed {
		switch op := r.byte(); {
		case op == 0x10: // call
			call(int(r.number()))
		case op == opConst, op == 0x42: // of 32 and 64 bits
			constant(r.signed(64))
		case op >= 0x02 && op <= 0x04: // block, loop, if
			r.signed(64)
		case op == 0x0c, op == 0x0d, op >= 0x20 && op <= 0x26, op == 0x3f, op == 0x40: // br, variables, memory.size
			r.number()
		case op == 0x11, op >= 0x28 && op <= 0x3e: // call_indirect, loads and stores
			r.number()
			r.number()
		case op == 0x0e: // br_table
			for n := r.number() + 1; n > 0 && !r.failed; n-- {
				r.number()
			}
		case op == 0x43:
			r.take(4)
		case op == 0x44:
			r.take(8)
		case op == 0xfc: // conversions, memory.copy and memory.fill
			switch r.number() {
			case 0, 1, 2, 3, 4, 5, 6, 7:
			case 10:
				r.take(2)
			case 11:
				r.take(1)
			default:
				return errors.New("it has an instruction of another kind")
			}
		case op <= 0x01, op == 0x05, op == opEnd, op == 0x0f, op == 0x1a, op == 0x1b, op >= 0x45 && op <= 0xc4:
		default:
			return fmt.Errorf("it has the instruction %#x", op)
		}
	}
	if r.unread() {
		return errors.New("it does not end where its last instruction does")
	}
	return nil
}
