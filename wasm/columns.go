package wasm

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// Columns is the name of the custom section of decoder.wasm that holds the runtime's tables of
// functions, which start.js writes out before the program starts.
const Columns = "columns"

// takeColumns returns program, which stripTables has stripped, without its records of functions and
// without the table that leads to them from a program counter, and what start.js makes them from:
// little-endian words of 4 bytes. With gzip this takes 22 KB less, since it looks for what was there
// before, and in the records that stands a column apart: where a record has another length than the
// one before it, nothing is alike.
//
//	the address of the records' index, how many records there are, and the address of the other table
//	for each word of a record but the first, which is the function's number: that of all records
//	for the first of a record's sequences, the second, and so on: those of all records that have it
//	and so for what they refer to in the data
//
// Records that cannot be made again from that, to the byte, are an error, and so are other buckets than
// such as lead to one function each. Of a function's sixteen buckets only the first is written out:
// the runtime asks for no other, since a function begins where its program counters do (findfunc in
// runtime/symtab.go).
func takeColumns(program []byte) (rest, columns []byte, err error) {
	m, err := parseModule(program)
	if err != nil {
		return nil, nil, unlike(err)
	}
	t, err := findTables(m.memory)
	if err != nil {
		return nil, nil, unlike(err)
	}
	functions, err := t.readFunctions()
	if err != nil {
		return nil, nil, unlike(err)
	}
	if len(t.buckets) != (t.functions-1)*bucketsOfFunction*bucketSize {
		return nil, nil, unlike(fmt.Errorf("%d bytes lead from program counters to %d functions", len(t.buckets), t.functions))
	}
	want := make([]byte, bucketSize)
	for i := range len(t.buckets) / bucketSize {
		binary.LittleEndian.PutUint32(want, uint32(i/bucketsOfFunction))
		if !bytes.Equal(t.buckets[i*bucketSize:(i+1)*bucketSize], want) {
			return nil, nil, unlike(fmt.Errorf("bucket %d of program counters does not lead to function %d alone", i, i/bucketsOfFunction))
		}
	}
	put := func(values ...int) {
		for _, v := range values {
			columns = binary.LittleEndian.AppendUint32(columns, uint32(v))
		}
	}
	column := func(at func(f function) int) {
		for _, f := range functions {
			if at := at(f); at >= 0 {
				put(int(f.word(at)))
			}
		}
	}
	put(t.recordsAt, t.functions, t.bucketsAt)
	for at := 4; at < recordSize; at += 4 {
		column(func(function) int { return at })
	}
	for i := range maxSequences {
		column(func(f function) int {
			if i >= int(f.word(fieldSequences)) {
				return -1
			}
			return recordSize + 4*i
		})
	}
	for i := range maxData {
		column(func(f function) int {
			if i >= int(f.record[fieldData]) {
				return -1
			}
			return recordSize + 4*int(f.word(fieldSequences)) + 4*i
		})
	}

	whole := bytes.Clone(t.records)
	clear(t.buckets)
	clear(t.records[:8*t.functions]) // the index; behind it stands where the program counters end
	clear(t.records[8*t.functions+4:])
	again := bytes.Clone(t.records)
	if err := writeColumns(again, columns); err != nil {
		return nil, nil, unlike(err)
	}
	if !bytes.Equal(again, whole) {
		return nil, nil, unlike(errors.New("its records of functions cannot be made from their columns"))
	}
	return m.encode(), columns, nil
}

// writeColumns writes records and their index as start.js does.
func writeColumns(records, columns []byte) error {
	word := func(i int) uint32 { return binary.LittleEndian.Uint32(columns[4*i:]) }
	const header = 3
	n := 0
	if len(columns) >= 4*header {
		n = int(word(1))
	}
	if len(columns) < 4*(header+n*(recordSize/4-1)) {
		return errors.New("the columns are too short")
	}
	count := func(i int) (sequences, data int) {
		at := func(field int) int { return header + (field/4-1)*n + i }
		return int(word(at(fieldSequences))), int(word(at(fieldKind)) >> 24)
	}
	put := func(at int, value uint32) { binary.LittleEndian.PutUint32(records[at:], value) }
	starts := make([]int, n) // where each record begins
	to := align(8*n + 4)
	for i := range n {
		starts[i] = to
		put(8*i, uint32(firstFunction+i))
		put(8*i+4, uint32(to))
		put(to, uint32(firstFunction+i))
		sequences, data := count(i)
		to = align(to + recordSize + 4*sequences + 4*data)
	}
	from := header
	next := func(at int) {
		put(at, word(from))
		from++
	}
	for at := 4; at < recordSize; at += 4 {
		for i := range n {
			next(starts[i] + at)
		}
	}
	for k := range maxSequences {
		for i := range n {
			if sequences, _ := count(i); k < sequences {
				next(starts[i] + recordSize + 4*k)
			}
		}
	}
	for k := range maxData {
		for i := range n {
			if sequences, data := count(i); k < data {
				next(starts[i] + recordSize + 4*sequences + 4*k)
			}
		}
	}
	return nil
}
