//go:build !js

package wasm

import (
	"bytes"
	"encoding/binary"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What start.js writes out is what was taken.
func TestColumns(t *testing.T) {
	_, stripped := decoderPrograms(t)
	rest, columns, err := takeColumns(stripped)
	if err != nil {
		t.Fatal(err)
	}
	before, after := mustModule(t, stripped), mustModule(t, rest)
	if !bytes.Equal(before.before, after.before) || !bytes.Equal(before.after, after.after) {
		t.Error("another section than the data was changed")
	}
	if len(before.memory) != len(after.memory) || bytes.Equal(before.memory, after.memory) {
		t.Fatal("nothing was taken")
	}
	if small, was := zipped(t, append(bytes.Clone(rest), columns...)), zipped(t, stripped); small > was-20_000 {
		t.Errorf("with gzip it takes %d bytes and took %d, want 20,000 less", small, was)
	}

	dir := t.TempDir()
	write(t, filepath.Join(dir, "memory"), string(after.memory))
	write(t, filepath.Join(dir, "columns"), string(columns))
	cmd := exec.Command("node", "-e", `
		const { readFileSync, writeFileSync } = require("fs");
		const source = readFileSync("widget/start.js", "utf8");
		const from = source.indexOf("function writeOut(");
		const writeOut = new Function(source.slice(from, source.indexOf("\n  }\n", from) + 4) + "return writeOut")();
		const words = (name) => new Uint32Array(new Uint8Array(readFileSync(name)).buffer);
		const memory = words(process.argv[1] + "/memory");
		writeOut(words(process.argv[1] + "/columns"), memory);
		writeFileSync(process.argv[1] + "/memory", memory);`, dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	_, found := mustTables(t, stripped)
	buckets := before.memory[found.bucketsAt:][:len(found.buckets)]
	for i := range len(buckets) / bucketSize {
		if i%bucketsOfFunction > 0 {
			clear(buckets[i*bucketSize:][:bucketSize])
		}
	}
	if !bytes.Equal(read(t, filepath.Join(dir, "memory")), before.memory) {
		t.Error("start.js writes out another memory")
	}
}

func TestColumnsErrors(t *testing.T) {
	_, stripped := decoderPrograms(t)
	for _, test := range []struct {
		name string
		do   func(t *tables)
		want string
	}{
		{"a bucket of another function", func(t *tables) { t.buckets[5*bucketSize]++ }, "bucket 5 of program counters"},
		{"a bucket of two functions", func(t *tables) { t.buckets[6*bucketSize+7]++ }, "bucket 6 of program counters"},
		{"something between records", func(t *tables) {
			for i := 1; ; i++ {
				if start := binary.LittleEndian.Uint32(t.records[8*i+4:]); t.records[start-4] == 0 && bytes.Equal(t.records[start-4:start], make([]byte, 4)) && padded(t, i-1) {
					t.records[start-1] = 1
					return
				}
			}
		}, "cannot be made from their columns"},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, found := mustTables(t, stripped)
			test.do(found)
			if _, _, err := takeColumns(m.encode()); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error is %v, want one with %q", err, test.want)
			}
		})
	}
	if _, _, err := takeColumns([]byte("no program")); err == nil {
		t.Error("no program has columns")
	}
	if err := writeColumns(make([]byte, 8), make([]byte, 4*columnsHeader)); err != nil {
		t.Errorf("no functions at all: %v", err)
	}
	if err := writeColumns(nil, nil); err == nil {
		t.Error("no columns are no error")
	}
	if err := writeColumns(nil, append(binary.LittleEndian.AppendUint32(make([]byte, 4), 7), make([]byte, 4*columnsHeader)...)); err == nil {
		t.Error("columns that end are no error")
	}
}

// padded reports whether record i is followed by zeros up to the next.
func padded(t *tables, i int) bool {
	functions, _ := t.readFunctions()
	return len(functions[i].record)%8 != 0
}

func mustModule(t *testing.T, program []byte) *module {
	t.Helper()
	m, err := parseModule(program)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
