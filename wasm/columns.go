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

// The words of a record that are not zero after stripTables: all but the first, which is the
// function's number, and those that lead to files and lines. The last two say how many words follow.
var columnFields = []int{4, 8, 12, fieldStack, fieldSequences, fieldKind}

// columnsHeader is how many words stand before the columns.
const columnsHeader = 3 + maxSequences + maxData

// takeColumns returns program, which stripTables has stripped, without its records of functions and
// without the table that leads to them from a program counter, and what start.js makes them from:
// little-endian words of 4 bytes. With gzip this takes 22 KB less, since it looks for what was there
// before, and in the records that stands a column apart: where a record has another length than the
// one before it, nothing is alike.
//
//	the address of the records' index, how many records there are, and the address of the other table
//	for the first of a record's sequences, the second, and so on: which of these words is its first
//	and so for what they refer to in the data
//	for each of columnFields: that of all records
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
	put := func(value int) { columns = binary.LittleEndian.AppendUint32(columns, uint32(value)) }
	column := func(at func(f function) int) {
		for _, f := range functions {
			if at := at(f); at >= 0 {
				put(int(f.word(at)))
			}
		}
	}
	for _, field := range columnFields {
		column(func(function) int { return field })
	}
	header := []int{t.recordsAt, t.functions, t.bucketsAt}
	begin := func() { header = append(header, columnsHeader+len(columns)/4) }
	for i := range maxSequences {
		begin()
		column(func(f function) int {
			if i >= int(f.word(fieldSequences)) {
				return -1
			}
			return recordSize + 4*i
		})
	}
	for i := range maxData {
		begin()
		column(func(f function) int {
			if i >= int(f.record[fieldData]) {
				return -1
			}
			return recordSize + 4*int(f.word(fieldSequences)) + 4*i
		})
	}
	behind := columns
	columns = nil
	for _, word := range header {
		put(word)
	}
	columns = append(columns, behind...)

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
	n := 0
	if len(columns) >= 4*columnsHeader {
		n = int(word(1))
	}
	if len(columns) < 4*(columnsHeader+n*len(columnFields)) {
		return errors.New("the columns are too short")
	}
	next := make([]int, columnsHeader-3)
	for k := range next {
		next[k] = int(word(3 + k))
	}
	put := func(at int, value uint32) { binary.LittleEndian.PutUint32(records[at:], value) }
	to := align(8*n + 4)
	for i := range n {
		put(8*i, uint32(firstFunction+i))
		put(8*i+4, uint32(to))
		put(to, uint32(firstFunction+i))
		for k, field := range columnFields {
			put(to+field, word(columnsHeader+k*n+i))
		}
		f := function{record: records[to:]}
		to += recordSize
		follow := func(first, words int) {
			for k := first; k < first+words; k++ {
				put(to, word(next[k]))
				next[k]++
				to += 4
			}
		}
		follow(0, int(f.word(fieldSequences)))
		follow(maxSequences, int(f.record[fieldData]))
		to = align(to)
	}
	return nil
}
