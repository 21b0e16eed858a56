//go:build !js

package wasm

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

func TestStrippedProgramRuns(t *testing.T) {
	whole := filepath.Join(t.TempDir(), "whole.wasm")
	if _, err := run(context.Background(), ".", append(flags(whole), "./testdata/strip")...); err != nil {
		t.Fatal(err)
	}
	program, err := stripTables(read(t, whole))
	if err != nil {
		t.Fatal(err)
	}
	stripped := filepath.Join(t.TempDir(), "stripped.wasm")
	write(t, stripped, string(program))
	for _, test := range []struct {
		end     string
		code    int
		stdout  string // is part of what it prints
		message string // is what it prints on standard error, up to the frames
	}{
		{"work", 0, "goroutines: 1\n", ""},
		{"exit", 3, "", ""},
		{"panic", 2, "deferred\n", "panic: boom 2\n\n"},
		{"panic error", 2, "", "panic: wrapped: file does not exist\n\n"},
		{"panic again", 2, "", "panic: once [recovered]\n\tpanic: again after once\n\n"},
		{"panic in panic", 2, "", "panic: first\n\tpanic: second\n\n"},
		{"nil", 2, "", "panic: runtime error: invalid memory address or nil pointer dereference\n[signal 0xb code=0x0 addr=0x0 pc=0x0]\n\n"},
		{"goroutine", 2, "", "panic: elsewhere\n\n"},
		{"deadlock", 2, "", "fatal error: all goroutines are asleep - deadlock!\n\n"},
		{"goexit", 2, "", "fatal error: all goroutines are asleep - deadlock!\n\n"},
	} {
		t.Run(test.end, func(t *testing.T) {
			want, got := runWasm(t, whole, test.end), runWasm(t, stripped, test.end)
			if got.stdout != want.stdout || !strings.Contains(got.stdout, test.stdout) {
				t.Errorf("stripped, it prints\n%s\nbut before\n%s\nand %q should be part of both", got.stdout, want.stdout, test.stdout)
			}
			if got.message != want.message || got.message != test.message {
				t.Errorf("stripped, it ends with\n%s\nbut before\n%s\nwant %q", got.message, want.message, test.message)
			}
			if got.code != want.code || got.code != test.code {
				t.Errorf("stripped, its exit status is %d, and was %d; want %d", got.code, want.code, test.code)
			}
		})
	}
	t.Run("where", func(t *testing.T) {
		if got := runWasm(t, whole, "where"); !strings.HasSuffix(got.stdout, "main.go true true\n") {
			t.Errorf("before, it is at %q", got.stdout)
		}
		if got := runWasm(t, stripped, "where"); got.stdout != "? false true\n" {
			t.Errorf("stripped, it is at %q", got.stdout)
		}
	})
}

type ending struct {
	stdout, message string
	code            int
}

func runWasm(t *testing.T, program, end string) ending {
	t.Helper()
	root, err := run(context.Background(), ".", "env", "GOROOT")
	if err != nil {
		t.Fatal(err)
	}
	// Node's own stack would not do for a deep recursion; Go's tests have it as large.
	cmd := exec.Command("node", "--stack-size=8192", filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec_node.js"), program, end)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH")} // Go has 8 KB for arguments and environment
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatalf("Node does not start: %v", err)
	}
	message, _, _ := strings.Cut(stderr.String(), "goroutine ")
	return ending{stdout.String(), message, cmd.ProcessState.ExitCode()}
}

// TestStripKeeps compares what the runtime finds, function by function.
func TestStripKeeps(t *testing.T) {
	program, stripped := decoderPrograms(t)
	before, was := mustTables(t, program)
	after, is := mustTables(t, stripped)
	around, bodies := takeBodies(t, before.before)
	aroundAfter, bodiesAfter := takeBodies(t, after.before)
	if !bytes.Equal(around, aroundAfter) || !bytes.Equal(before.after, after.after) {
		t.Error("another section than the data and the code was changed")
	}
	functions, _ := mustFunctions(t, was)
	idle := emptied(functions)
	if err := before.unreached(was, idle); err != nil {
		t.Fatal(err)
	}
	if len(idle) < 100 || len(bodies) != len(bodiesAfter) {
		t.Fatalf("%d idle functions, and %d functions of %d", len(idle), len(bodiesAfter), len(bodies))
	}
	for i, body := range bodiesAfter {
		want := bodies[i]
		if idle[i] != nil {
			want = idle[i]
		}
		if !bytes.Equal(body, want) {
			t.Errorf("function %d is %x, want %x", i, body, want)
		}
	}
	clear(powersIn(t, before))
	was.clearFields(functions, idle) // what that does is another test's
	start := bytes.Index(before.memory, []byte(headerMagic))
	end := start + headerSize + len(was.names) + len(was.units) + len(was.files) + len(was.sequences) + len(was.records) + len(was.data)
	if !bytes.Equal(before.memory[:start+headerSize], after.memory[:start+headerSize]) || !bytes.Equal(before.memory[end:], after.memory[end:]) {
		t.Error("the memory around the tables was changed")
	}
	cleared := []struct {
		name  string
		bytes []byte
	}{{"names of files", is.files}, {"files of units", is.units}}
	for _, c := range cleared {
		if len(bytes.Trim(c.bytes, "\x00")) > 0 {
			t.Errorf("%s are still there", c.name)
		}
	}

	oldFunctions, oldSequences := mustFunctions(t, was)
	newFunctions, newSequences := mustFunctions(t, is)
	if len(oldFunctions) != len(newFunctions) || len(oldFunctions) < 1000 {
		t.Fatalf("%d functions, and %d before", len(newFunctions), len(oldFunctions))
	}
	data := bytes.Clone(was.data)
	derived := 0
	for i, old := range oldFunctions {
		f := newFunctions[i]
		// What may differ is set to what it should be, and the rest compared.
		want := function{bytes.Clone(old.record), old.name}
		for _, at := range want.sequences() {
			sequence := newSequences[f.word(at)]
			if at == fieldFiles || at == fieldLines || idle[i] != nil {
				if f.word(at) != 0 {
					t.Errorf("%s: the sequence at %d is still there", old.name, at)
				}
			} else if !bytes.Equal(sequence, oldSequences[old.word(at)]) {
				t.Errorf("%s: the sequence at %d is %x, and was %x", old.name, at, sequence, oldSequences[old.word(at)])
			}
			want.set(at, f.word(at))
		}
		want.set(fieldName, f.word(fieldName))
		want.set(fieldUnit, 0)
		want.set(fieldLine, 0)
		if !bytes.Equal(f.record, want.record) {
			t.Errorf("%s: the record is\n%x, want\n%x", old.name, f.record, want.record)
		}
		switch {
		case strings.HasPrefix(old.name, "runtime.") != strings.HasPrefix(f.name, "runtime."):
			t.Errorf("%s is now called %q", old.name, f.name)
		case old.record[40] == 23 && strings.Contains(old.name, "(*"):
			derived++
			if f.name != old.name {
				t.Errorf("%s is now called %q, and panicwrap would not understand it", old.name, f.name)
			}
		}
		// The tree of inlined calls keeps kinds and parents. Its entries have 16 bytes; names
		// and lines are at 4 and 12.
		sequences := int(old.word(fieldSequences))
		if sequences < 3 || old.record[fieldData] < 4 {
			continue
		}
		tree := old.word(recordSize + 4*sequences + 4*3)
		cut(oldSequences[old.word(recordSize+4*2)], func(value int32) {
			if value >= 0 {
				call := data[int(tree)+16*int(value):]
				clear(call[4:8])
				clear(call[12:16])
			}
		})
	}
	if !bytes.Equal(is.data, data) {
		t.Error("more was changed in the data of functions than the names and lines of inlined calls")
	}
	if derived == 0 {
		t.Error("the decoder has no derived method, so nothing shows that their names stay")
	}
}

// takeBodies parts the code section of a program's beginning from what is around it.
func takeBodies(t *testing.T, program []byte) (around []byte, bodies [][]byte) {
	t.Helper()
	r := reader{rest: program[len(preamble):]}
	for len(r.rest) > 0 {
		start := len(program) - len(r.rest)
		kind, content := r.byte(), reader{rest: r.take(r.number())}
		if kind != sectionCode {
			continue
		}
		for n := content.number(); n > 0; n-- {
			bodies = append(bodies, content.take(content.number()))
		}
		if r.failed || content.unread() {
			t.Fatal("the code section is not valid")
		}
		return slices.Concat(program[:start], r.rest), bodies
	}
	t.Fatal("there is no code section")
	return nil, nil
}

// TestIdle holds the numbers of idle functions to the names that the linker gives them in a
// program with debugging information.
func TestIdle(t *testing.T) {
	whole := filepath.Join(t.TempDir(), "whole.wasm")
	if _, err := run(context.Background(), ".", "build", "-o", whole, decoder); err != nil {
		t.Fatal(err)
	}
	program := read(t, whole)
	_, found := mustTables(t, program)
	names := functionNames(t, program)
	functions, _ := mustFunctions(t, found)
	empty := map[string]string{}
	for i, body := range emptied(functions) {
		name := names[i]
		empty[name] = string(body)
		if !strings.HasPrefix(name, "runtime.") && !strings.HasPrefix(name, "internal_strconv.") && name != "internal_cpu.processOptions" {
			t.Errorf("function %d, which would be emptied, is %q", i, name)
		}
	}
	for _, name := range []string{"runtime.traceAdvance", "runtime.traceLocker.GoPark", "runtime.schedtrace", "internal_strconv.genericFtoa"} {
		if empty[name] != string(endBody) {
			t.Errorf("the body of %s is %x", name, empty[name])
		}
	}
	for _, name := range silent {
		if empty[strings.ReplaceAll(name, "/", "_")] != string(returnBody) {
			t.Errorf("the body of %s is %x", name, empty[name])
		}
	}
	for _, name := range []string{"runtime.printpanics", "runtime.traceLocker.ok", "runtime.allocmcache", "runtime.allocmcache.func1", "runtime.traceAcquire", "runtime.mallocgc", "internal_strconv.formatBits", "internal_strconv.ParseInt"} {
		if empty[name] != "" {
			t.Errorf("%s is emptied", name)
		}
	}
	// Each entry of the list names something, or Go has changed.
	for _, begin := range slices.Concat(idleFunctions, specialFunctions) {
		begin = strings.NewReplacer("internal/strconv", "internal_strconv", "(*", "__", ").", "_.").Replace(begin)
		found := false
		for name := range empty {
			found = found || strings.HasPrefix(name, begin)
		}
		if !found {
			t.Errorf("no function begins with %q", begin)
		}
	}
}

// TestSpecials keeps what finalizers need where something can set one.
func TestSpecials(t *testing.T) {
	freeing := function{record: make([]byte, recordSize), name: "runtime.freeSpecial"}
	if emptied([]function{freeing})[freeing.number()] == nil {
		t.Error("runtime.freeSpecial is not emptied where nothing has a finalizer")
	}
	for _, giver := range specialGivers {
		with := function{record: make([]byte, recordSize), name: giver}
		with.set(fieldEntry, firstFunction+1)
		if emptied([]function{freeing, with})[freeing.number()] != nil {
			t.Errorf("runtime.freeSpecial is emptied beside %s", giver)
		}
	}
}

// powersIn returns the table of powers of ten in the memory of a program that prints numbers.
func powersIn(t *testing.T, m *module) []byte {
	t.Helper()
	at := bytes.Index(m.memory, binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, powers[0]), powers[1]))
	// The power 349 entries on is ten, 0b1010 and zeros; the last one is the mantissa of 1e347.
	if at < 0 || !bytes.HasPrefix(m.memory[at+349*16:], append(make([]byte, 7), 0xa0)) || m.memory[at+695*16+7] != 0xd1 {
		t.Fatal("the linked decoder has no table of powers of ten where one is looked for; Go has changed, see clearPowers")
	}
	return m.memory[at : at+696*16]
}

func TestClearPowers(t *testing.T) {
	program, stripped := decoderPrograms(t)
	m, found := mustTables(t, program)
	functions, _ := mustFunctions(t, found)
	table := powersIn(t, m)
	first := bytes.Clone(table[:16])
	before := bytes.Clone(m.memory)
	clear(table)
	kept := bytes.Clone(m.memory)
	copy(m.memory, before)

	used := emptied(functions)
	for _, f := range functions {
		if f.name == "internal/strconv.fixedFtoa" {
			delete(used, f.number())
		}
	}
	m.clearPowers(functions, used)
	if !bytes.Equal(m.memory, before) {
		t.Error("powers that a function reads are cleared")
	}
	m.clearPowers(functions, emptied(functions))
	if !bytes.Equal(m.memory, kept) {
		t.Error("what is cleared is not the table, or not only that")
	}
	if after, _ := mustTables(t, stripped); bytes.Contains(after.memory, first) {
		t.Error("the stripped decoder has powers of ten")
	}

	other := &module{memory: append(slices.Clone(first), make([]byte, powersOfTen*16)...)}
	other.clearPowers(functions, emptied(functions))
	if !bytes.HasPrefix(other.memory, first) {
		t.Error("what only begins like the table is cleared")
	}
	short := &module{memory: slices.Clone(first)}
	short.clearPowers(functions, emptied(functions))
	if !bytes.Equal(short.memory, first) {
		t.Error("what is shorter than the table is cleared")
	}
}

// functionNames returns the names of a program's own functions, from its custom section of that
// name (WebAssembly core specification, 7.4.1).
func functionNames(t *testing.T, program []byte) map[int]string {
	t.Helper()
	r := reader{rest: program[len(preamble):]}
	imported := uint64(0)
	for len(r.rest) > 0 {
		kind, content := r.byte(), reader{rest: r.take(r.number())}
		switch {
		case kind == 2:
			imported = content.number()
		case kind == 0 && string(content.take(content.number())) == "name":
			for len(content.rest) > 0 {
				kind, part := content.byte(), reader{rest: content.take(content.number())}
				if kind != 1 {
					continue
				}
				names := map[int]string{}
				part.number() // how many
				for len(part.rest) > 0 {
					i, name := part.number(), part.take(part.number())
					names[int(i)-int(imported)] = string(name)
				}
				return names
			}
		}
	}
	t.Fatal("the program has no names of functions")
	return nil
}

func TestStrippedDecoder(t *testing.T) {
	program, stripped := decoderPrograms(t)
	t.Logf("the decoder without knowledge: %d bytes, stripped %d; with gzip %d, stripped %d",
		len(program), len(stripped), zipped(t, program), zipped(t, stripped))
	if before, after := zipped(t, program), zipped(t, stripped); after*100 > before*82 {
		t.Errorf("stripped, the decoder takes %d bytes with gzip of %d, want 18 %% less", after, before)
	}
	if got, want := interfaceOf(t, stripped), interfaceOf(t, program); got != want || !strings.Contains(got, "run") {
		t.Errorf("Node finds %s, and before %s", got, want)
	}
	copied := bytes.Clone(stripped)
	again, err := stripTables(stripped)
	if err != nil || !bytes.Equal(again, stripped) {
		t.Errorf("stripped again, it is another: %d bytes of %d, %v", len(again), len(stripped), err)
	}
	if !bytes.Equal(copied, stripped) {
		t.Error("the program that was handed over was changed")
	}
	if second, err := stripTables(program); err != nil || !bytes.Equal(second, stripped) {
		t.Errorf("two runs differ: %v", err)
	}
	withKnowledge, err := stripTables(appendSection(program, Section, []byte("knowledge")))
	if err != nil || !bytes.Equal(withKnowledge, appendSection(stripped, Section, []byte("knowledge"))) {
		t.Errorf("a section behind the data was not kept: %v", err)
	}
}

// interfaceOf returns what a valid program imports and exports.
func interfaceOf(t *testing.T, program []byte) string {
	t.Helper()
	cmd := exec.Command("node", "-e", `
		const program = require("fs").readFileSync(0);
		if (!WebAssembly.validate(program)) throw new Error("the program is not valid");
		const module = new WebAssembly.Module(program);
		console.log(JSON.stringify([WebAssembly.Module.imports(module), WebAssembly.Module.exports(module)]));`)
	cmd.Stdin = bytes.NewReader(program)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}

// decoderPrograms returns the decoder without knowledge as the linker writes it and stripped.
func decoderPrograms(t *testing.T) (program, stripped []byte) {
	t.Helper()
	program, err := linkedOnce()
	if err != nil {
		t.Fatal(err)
	}
	if stripped, err = stripTables(program); err != nil {
		t.Fatal(err)
	}
	return program, stripped
}

var linkedOnce = sync.OnceValues(func() ([]byte, error) {
	program, _, err := compile(context.Background(), ".")
	return program, err
})

func mustTables(t *testing.T, program []byte) (*module, *tables) {
	t.Helper()
	m, err := parseModule(program)
	if err != nil {
		t.Fatal(err)
	}
	found, err := findTables(m.memory)
	if err != nil {
		t.Fatal(err)
	}
	return m, found
}

func mustFunctions(t *testing.T, from *tables) ([]function, map[uint32][]byte) {
	t.Helper()
	functions, err := from.readFunctions()
	if err != nil {
		t.Fatal(err)
	}
	sequences, err := from.readSequences()
	if err != nil {
		t.Fatal(err)
	}
	return functions, sequences
}

func TestStripSmall(t *testing.T) {
	stripped, err := stripTables(small())
	if err != nil {
		t.Fatal(err)
	}
	m, got := mustTables(t, stripped)
	for _, gone := range []string{"go:buildid", "main.work", "main.inlined", "bgsweep", "a.go", "b.go"} {
		if bytes.Contains(m.memory, []byte(gone)) {
			t.Errorf("%q is still there", gone)
		}
	}
	functions, sequences := mustFunctions(t, got)
	var names []string
	for _, f := range functions {
		names = append(names, f.name)
	}
	if want := []string{"", "runtime.deferreturn", "main.(*T).M", "", "runtime.", "reflect.makeFuncStub", ""}; !slices.Equal(names, want) {
		t.Errorf("names %q, want %q", names, want)
	}
	if len(sequences) != 4 { // and the one at 0
		t.Errorf("%d sequences, want 4: %v", len(sequences), sequences)
	}
}

func TestStripErrors(t *testing.T) {
	// A header, and a record of 44 bytes and more, may be anywhere in the memory of small.
	set := func(b []byte, at int, value uint32) { binary.LittleEndian.PutUint32(b[at:], value) }
	record := func(t *tables, i int) []byte { return t.records[binary.LittleEndian.Uint32(t.records[8*i+4:]):] }
	header := func(m *module) []byte { return m.memory[bytes.Index(m.memory, []byte(headerMagic)):] }
	moduledata := func(m *module) []byte {
		at := uint64(bytes.Index(m.memory, []byte(headerMagic)))
		return m.memory[bytes.Index(m.memory, binary.LittleEndian.AppendUint64(nil, at)):]
	}
	for _, test := range []struct {
		name string
		do   func(m *module, t *tables)
		want string
	}{
		{"other magic", func(m *module, _ *tables) { header(m)[0] = 0xf2 }, "magic 0xfffffff1"},
		{"pointers of 4 bytes", func(m *module, _ *tables) { header(m)[7] = 4 }, "pointers of 8 bytes"},
		{"steps of 4 bytes", func(m *module, _ *tables) { header(m)[6] = 4 }, "magic 0xfffffff1"},
		{"no moduledata", func(m *module, _ *tables) { moduledata(m)[0]++ }, "runtime.moduledata"},
		{"two", func(m *module, _ *tables) {
			at := uint64(len(m.memory) - 4096)
			copy(m.memory[at:], header(m)[:headerSize])
			p := binary.LittleEndian.AppendUint64(nil, at)
			copy(m.memory[at+512:], binary.LittleEndian.AppendUint64(p, at+headerSize))
		}, "two tables"},
		{"another offset", func(m *module, _ *tables) { header(m)[5*8]++ }, "table 1 is not where"},
		{"another pointer", func(m *module, _ *tables) { moduledata(m)[10*8]++ }, "table 3 is not where"},
		{"another length", func(m *module, _ *tables) { moduledata(m)[5*8]++ }, "table 1 is not where"},
		{"a huge length", func(m *module, _ *tables) {
			copy(moduledata(m)[14*8:], bytes.Repeat([]byte{0xff}, 8))
			copy(moduledata(m)[15*8:], bytes.Repeat([]byte{0xff}, 8))
		}, "table 4 is not where"},
		{"more functions", func(m *module, _ *tables) { header(m)[8]++ }, "an index of 8 functions for 8"},
		{"a huge number of functions", func(m *module, _ *tables) { copy(header(m)[8:], bytes.Repeat([]byte{0xff}, 8)) }, "an index of 8 functions"},
		{"data before the tables", func(m *module, _ *tables) { moduledata(m)[40*8+1]-- }, "the data of functions"},
		{"data beyond the memory", func(m *module, _ *tables) { moduledata(m)[41*8+4] = 1 }, "the data of functions"},
		{"a gap between records", func(_ *module, t *tables) { t.records[8+4] += 8 }, "function 1"},
		{"a longer record", func(_ *module, t *tables) { record(t, 2)[fieldData]++; record(t, 2)[fieldData]++ }, "function 3"},
		{"too many sequences", func(_ *module, t *tables) { set(record(t, 3), fieldSequences, 6) }, "function 3 has another form"},
		{"too much data", func(_ *module, t *tables) { record(t, 3)[fieldData] = 9 }, "function 3 has another form"},
		{"another entry", func(_ *module, t *tables) { set(record(t, 3), fieldEntry, 99) }, "function 3 has another form"},
		{"half a name", func(_ *module, t *tables) { record(t, 3)[fieldName]++ }, "function 3 has another form"},
		{"no name", func(_ *module, t *tables) { set(record(t, 3), fieldName, 1<<31) }, "function 3 has another form"},
		{"half a sequence", func(_ *module, t *tables) { record(t, 3)[fieldLines]++ }, `"main.work" has a sequence at`},
		{"no sequence", func(_ *module, t *tables) { set(record(t, 3), fieldStack, 1<<31) }, `"main.work" has a sequence at`},
		{"a sequence that nobody has", func(_ *module, t *tables) {
			for i := range t.functions {
				set(record(t, i), fieldLines, 0)
			}
		}, "1 sequences belong to no function"},
		{"a sequence without an end", func(_ *module, t *tables) {
			for i := range t.sequences[1:] {
				t.sequences[1+i] |= 0x80
			}
		}, "does not end"},
		{"another number for wrappers", func(_ *module, t *tables) { record(t, 1)[fieldKind]++ }, "runtime.deferreturn"},
		{"a tree that is none", func(_ *module, t *tables) { t.data[1] = 1 }, "a tree of inlined calls"},
		{"a tree without a name", func(_ *module, t *tables) { set(t.data, 16+4, 3) }, "a tree of inlined calls"},
		{"a tree too far", func(_ *module, t *tables) { set(record(t, 3), recordSize+4*3+4*3, 1<<31) }, "a tree of inlined calls"},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, found := mustTables(t, small())
			test.do(m, found)
			wantError(t, m.encode(), test.want)
		})
	}

	section := func(kind byte, content ...byte) string {
		return string(binary.AppendUvarint([]byte{kind}, uint64(len(content)))) + string(content)
	}
	memory := section(sectionMemory, 1, 0, 1)
	for _, test := range []struct{ name, program, want string }{
		{"nothing", "", "does not begin"},
		{"another version", "\x00asm\x02\x00\x00\x00", "does not begin"},
		{"no data", preamble + memory, "no data section"},
		{"no tables", preamble + memory + section(sectionData, 0), "magic 0xfffffff1"},
		{"half a section", preamble + "\x05\x03\x01", "does not end"},
		{"half a length", preamble + "\x05\x80", "does not end"},
		{"no memory", preamble + section(sectionData, 1, 0, opConst, 0, opEnd, 1, 'x'), "does not fit"},
		{"a memory that does not grow", preamble + section(sectionMemory, 1, 1, 1, 2), "does not have one memory"},
		{"two memories", preamble + section(sectionMemory, 2, 0, 1, 0, 1), "does not have one memory"},
		{"two memory sections", preamble + memory + memory, "does not have one memory"},
		{"a huge memory", preamble + section(sectionMemory, 1, 0, 0x80, 0x80, 4), "does not have one memory"},
		{"a passive segment", preamble + memory + section(sectionData, 1, 1, 1, 'x'), "has no fixed place"},
		{"a computed address", preamble + memory + section(sectionData, 1, 0, 0x23, 0, opEnd, 1, 'x'), "has no fixed place"},
		{"a negative address", preamble + memory + section(sectionData, 1, 0, opConst, 0x7f, opEnd, 1, 'x'), "does not fit"},
		{"an address without end", preamble + memory + section(sectionData, 1, 0, opConst, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, opEnd, 1, 'x'), "does not fit"},
		{"an address beyond", preamble + memory + section(sectionData, 1, 0, opConst, 0xff, 0xff, 3, opEnd, 2, 'x', 'y'), "does not fit"},
		{"half a segment", preamble + memory + section(sectionData, 1, 0, opConst, 0, opEnd, 2, 'x'), "does not fit"},
		{"too few segments", preamble + memory + section(sectionData, 2, 0, opConst, 0, opEnd, 1, 'x'), "no fixed place"},
		{"too many segments", preamble + memory + section(sectionData, 0, 0, opConst, 0, opEnd, 1, 'x'), "more behind"},
		{"two data sections", preamble + memory + section(sectionData, 0) + section(sectionData, 0), "two data sections"},
		{"counted segments", preamble + memory + section(sectionDataCount, 0) + section(sectionData, 0), "counts its data segments"},
	} {
		t.Run(test.name, func(t *testing.T) { wantError(t, []byte(test.program), test.want) })
	}
}

func wantError(t *testing.T, program []byte, want string) {
	t.Helper()
	out, err := stripTables(program)
	if err == nil || out != nil {
		t.Fatalf("no error, and %d bytes", len(out))
	}
	for _, part := range []string{want, "GOTOOLCHAIN=go1.26", "wasm/strip.go"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q, want %q in it", err, part)
		}
	}
}

func TestEncode(t *testing.T) {
	memory := make([]byte, 4*pageSize)
	copy(memory[0x3f:], "a")             // the last address of one byte
	copy(memory[0x40+gap:], "b")         // a gap that is just large enough
	copy(memory[0x40+gap+1+gap-1:], "c") // one that is not
	copy(memory[0x2000:], "d")           // an address whose second byte needs a third
	copy(memory[len(memory)-1:], "e")    // the last byte of all
	m := &module{[]byte(preamble + "\x05\x03\x01\x00\x04"), []byte("\x00\x02\x01x"), memory}
	program := m.encode()
	back, err := parseModule(program)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(back.memory, memory) || !bytes.Equal(back.before, m.before) || !bytes.Equal(back.after, m.after) {
		t.Error("it does not come back as it was")
	}
	data := program[len(m.before) : len(program)-len(m.after)]
	if want := byte(4); data[2] != want {
		t.Errorf("%d segments, want %d: %q", data[2], want, data)
	}
}

func TestReader(t *testing.T) {
	for _, test := range []struct {
		bytes string
		want  uint64
	}{
		{"\x00", 0}, {"\x3f", 63}, {"\xc0\x00", 64}, {"\xff\x3f", 8191}, {"\x80\xc0\x00", 8192},
		{"\x7f", 1<<32 - 1}, {"\x80\x80\x80\x80\x78", 1 << 31},
	} {
		r := reader{rest: []byte(test.bytes)}
		if got := r.address(); got != test.want || r.unread() {
			t.Errorf("address % x is %d, want %d", test.bytes, got, test.want)
		}
		if test.want < 1<<31 && string(appendAddress(nil, int(test.want))) != test.bytes {
			t.Errorf("address %d is written % x, want % x", test.want, appendAddress(nil, int(test.want)), test.bytes)
		}
	}
	for _, bad := range []string{"", "\x80", "\x80\x80\x80\x80\x80\x00"} {
		r := reader{rest: []byte(bad)}
		if got := r.address(); got != 0 || !r.failed {
			t.Errorf("address % x is %d, want a failure", bad, got)
		}
	}
}

// FuzzStripTables changes a program, and where it still is one, what it has in its memory.
func FuzzStripTables(f *testing.F) {
	stripped, err := stripTables(small())
	if err != nil {
		f.Fatal(err)
	}
	for _, program := range [][]byte{small(), stripped, []byte(preamble)} {
		f.Add(program, uint16(0), []byte(nil))
		f.Add(program, uint16(300), []byte{1})
		f.Add(program, uint16(8192-smallStart), []byte{1})
	}
	f.Fuzz(func(t *testing.T, program []byte, at uint16, patch []byte) {
		if m, err := parseModule(program); err == nil && len(patch) > 0 {
			copy(m.memory[smallStart+int(at)%(len(m.memory)-smallStart):], patch)
			program = m.encode()
		}
		before := bytes.Clone(program)
		stripped, err := stripTables(program)
		if !bytes.Equal(program, before) {
			t.Error("the program that was handed over was changed")
		}
		if err != nil {
			return
		}
		takeColumns(stripped)
		old, was := mustTables(t, program)
		m, is := mustTables(t, stripped)
		if !bytes.Equal(m.before, old.before) || !bytes.Equal(m.after, old.after) {
			t.Error("another section than the data was changed")
		}
		start := bytes.Index(old.memory, []byte(headerMagic))
		if len(m.memory) != len(old.memory) || !bytes.Equal(m.memory[:start], old.memory[:start]) {
			t.Error("the memory before the tables was changed")
		}
		oldFunctions, oldSequences := mustFunctions(t, was)
		newFunctions, newSequences := mustFunctions(t, is)
		for i, f := range oldFunctions {
			for _, at := range f.sequences() {
				kept := at != fieldFiles && at != fieldLines
				if kept && !bytes.Equal(newSequences[newFunctions[i].word(at)], oldSequences[f.word(at)]) {
					t.Errorf("function %d has lost the sequence at %d", i, at)
				}
			}
		}
	})
}

// smallStart is where the tables of small begin.
const smallStart = 1024

// small returns a program of nothing but memory, with the tables of seven functions.
func small() []byte {
	names := new(bytes.Buffer)
	functions := []struct {
		name            string
		kind            byte
		sequences, data int
	}{
		{"go:buildid", 0, 0, 0},
		{"runtime.deferreturn", kindWrapper, 1, 2},
		{"main.(*T).M", kindWrapper, 2, 6},
		{"main.work", 0, 3, 6},
		{"runtime.bgsweep", 0, 3, 4},
		{"reflect.makeFuncStub", 0, 0, 0},
		{"main.(*T).Other", 0, 2, 0},
	}
	at := map[string]int{}
	for _, f := range functions {
		at[f.name] = names.Len()
		names.WriteString(f.name + "\x00")
	}
	at["main.inlined"] = names.Len()
	names.WriteString("main.inlined\x00")

	// Offset 1: the stack; 7: stack maps; 12: inlined calls, 0 and then 1; 18: files; 22: lines.
	sequences := "\x00" + "\x02\x05\x10\x09\x00" + "\x01\x00\x02\x90\x01\x00"
	stack, maps := 1, 6
	inlined := len(sequences)
	sequences += "\x02\x03\x02\x04\x00"
	files := len(sequences)
	sequences += "\x04\x20\x00"
	lines := len(sequences)
	sequences += "\x99\x01\x07\x03\x19\x00"

	var index, records []byte
	word := binary.LittleEndian.AppendUint32
	first := align(8*len(functions) + 4)
	pad := func(b []byte) []byte { return append(b, make([]byte, align(len(b))-len(b))...) }
	for i, f := range functions {
		index = word(word(index, uint32(i)), uint32(first+len(records)))
		r := word(word(nil, uint32(i)), uint32(at[f.name]))
		r = word(word(r, 8), 2)
		own := []int{stack, files, lines}
		if f.sequences == 0 {
			own = []int{0, 0, 0}
		}
		for _, at := range append(own, f.sequences, 1, 30+i) {
			r = word(r, uint32(at))
		}
		r = append(r, f.kind, 0, 0, byte(f.data))
		for _, at := range []int{0, maps, inlined}[:f.sequences] {
			r = word(r, uint32(at))
		}
		for range f.data {
			r = word(r, 0)
		}
		records = append(records, pad(r)...)
	}
	index = pad(word(index, uint32(len(functions))))

	var data []byte
	for i := range 2 {
		data = word(append(data, byte(kindWrapper*i), 0, 0, 0), uint32(at["main.inlined"]))
		data = word(word(data, uint32(i)), 77)
	}

	const start = smallStart
	parts := [][]byte{
		pad(names.Bytes()),
		pad([]byte("\x00\x00\x00\x00\x05\x00\x00\x00")),
		pad([]byte("a.go\x00b.go\x00")),
		pad([]byte(sequences)),
		append(index, records...),
	}
	long := binary.LittleEndian.AppendUint64
	header := long(long(long([]byte(headerMagic), uint64(len(functions))), 2), 0)
	moduledata := long(nil, start)
	offset := uint64(headerSize)
	for i, part := range parts {
		header = long(header, offset)
		n := uint64(len(part))
		if i == 1 {
			n /= 4
		}
		moduledata = long(long(long(moduledata, start+offset), n), n)
		offset += uint64(len(part))
	}
	n := uint64(len(functions) + 1)
	moduledata = long(long(long(moduledata, start+offset-uint64(len(parts[4]))), n), n)
	for len(moduledata) < 8*moduleData {
		moduledata = long(moduledata, 0)
	}
	moduledata = long(long(moduledata, start+offset), start+offset+uint64(len(data)))

	memory := make([]byte, pageSize)
	copy(memory[16:], "what is before")
	copy(memory[start:], slices.Concat(header, slices.Concat(parts...), data))
	copy(memory[8192:], moduledata)
	return (&module{[]byte(preamble + "\x05\x03\x01\x00\x01"), nil, memory}).encode()
}
