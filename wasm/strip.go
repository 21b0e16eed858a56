package wasm

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// stripTables returns program, compiled for js/wasm by Go 1.26 with -ldflags=-s, without
// what only tracebacks and traces need. It behaves as before and takes a quarter less with gzip:
//
//   - The names of files, the lines, and the tables that lead from a program counter to them
//     are cleared. What is lost is where: runtime.Caller says "?" and 0, and below a crash's
//     message are frames without names. No page shows those; the widget shows what a
//     recovered panic says, which comes from its value and its type.
//   - The names of functions are cleared but for those that the runtime acts on (see
//     neededName). runtime.FuncForPC finds no names.
//   - The bodies of functions that nothing runs here (see idleFunctions) are a single instruction
//     that ends the program: those that write execution traces and profiles, which somebody
//     would have to ask for, and those that print a floating-point number with which a program
//     panics.
//   - The bodies of others only return (see silent), and what nothing reaches any more is emptied (see
//     unreached).
//   - The powers of ten by which floating-point numbers are printed are cleared (see clearPowers).
//   - The fields of types that are structs are cleared, with their names (see clearFields).
//   - The contents of the memory are written anew, in ten segments for 28,000. The linker
//     leaves out every eight zeros, which makes the file shorter and the download longer,
//     because each segment has an address and a length that do not compress.
//
// The runtime needs the rest of these tables, to find pointers on stacks, move stacks and
// recover from panics; it stays to the last value. Where a table of lines is missing, the
// runtime answers "?" before it looks at files (funcline1 in runtime/symtab.go), as it does
// for functions in assembly, which never had one.
//
// The formats are internal to Go: they are checked in every part, and a program that has
// another is an error.
func stripTables(program []byte) ([]byte, error) {
	m, err := parseModule(program)
	if err != nil {
		return nil, unlike(err)
	}
	t, err := findTables(m.memory)
	if err != nil {
		return nil, unlike(err)
	}
	functions, err := t.readFunctions()
	if err != nil {
		return nil, unlike(err)
	}
	bodies := emptied(functions)
	m.clearPowers(functions, bodies)
	t.clearFields(functions, bodies)
	if err := m.unreached(t, bodies); err != nil {
		return nil, unlike(err)
	}
	if err := m.empty(bodies); err != nil {
		return nil, unlike(err)
	}
	if err := t.strip(functions, bodies); err != nil {
		return nil, unlike(err)
	}
	return m.encode(), nil
}

func unlike(err error) error {
	return fmt.Errorf("the compiled decoder is not laid out as Go 1.26 does it, so its tables cannot be stripped (%w): "+
		"compile with that version (GOTOOLCHAIN=go1.26.8), or bring wasm/strip.go up to date with runtime/symtab.go of this one", err)
}

// idleFunctions are the beginnings of the names of functions that never run in the decoder. The
// runtime calls each only behind a test of what nobody sets there: whether an execution trace or
// a profile is being written, of a word in GODEBUG, of C code, or of a second module; or to print
// a floating-point number. They are a twentieth of the download.
var idleFunctions = []string{
	// runtime/trace*.go; what asks whether a trace is being written stays
	"runtime.(*trace", "runtime.traceAcquireEnabled", "runtime.traceAdvance", "runtime.traceBufFlush", "runtime.traceCPUFlush",
	"runtime.traceEventWriter.", "runtime.traceLocker.", "runtime.traceReadCPU", "runtime.traceRegisterLabelsAndReasons",
	"runtime.traceStack", "runtime.traceStopReadCPU", "runtime.traceSyncBatch", "runtime.traceWriter.",
	"runtime.dumpStacksRec", "runtime.dumpTypesRec", "runtime.makeTraceFrame", "runtime.startPCForTrace",
	"runtime.(*profBuf).",                // the profile that goes into a trace
	"runtime.schedtrace",                 // GODEBUG=schedtrace=1
	"runtime.checkFinalizersAndCleanups", // GODEBUG=checkfinalizers=1
	"runtime.printScavTrace",             // GODEBUG=scavtrace=1
	"runtime.expandCgoFrames", "runtime.printCgoTraceback", "runtime.printOneCgoTraceback",
	"runtime.typesEqual",                                                // of two modules
	"runtime.findGoroutineLeaks", "runtime.findMaybeRunnableGoroutines", // a profile of goroutines that leak
	"runtime.(*synctestBubble).changegstatus",              // testing/synctest
	"runtime.setCheckmark",                                 // GODEBUG=gccheckmark=1
	"runtime.fmtNSAsMS",                                    // GODEBUG=gctrace=1
	"runtime.(*mspan).reportZombies", "runtime.badPointer", // which end the program, to say where its memory is damaged
	// js/wasm has one thread and one processor (newosproc in runtime/os_wasm.go, dolockOSThread)
	"runtime.(*p).destroy", "runtime.allocm", "runtime.handoffp", "runtime.mexit", "runtime.newm", "runtime.oneNewExtraM",
	"runtime.startlockedm", "runtime.startm", "runtime.stoplockedm",
	// what only silent functions call
	"runtime.doRecordGoroutineProfile", "runtime.mProf_Free", "runtime.mProf_Malloc", "runtime.setprofilebucket", "runtime.stkbucket",
	"runtime.traceback1.func", "runtime.traceback2", "runtime.tracebackHexdump.func", "runtime.hexdumpWords.func",
	"runtime.(*hexdumper).", "runtime.hexdumpMarker.", "runtime.printAncestorTraceback", "runtime.printArgs", "runtime.printFuncName",
	"runtime.printcreatedby", "runtime.showframe", "runtime.testAtomic64",
	"runtime.setTinyBlockContext",               // GODEBUG=checkfinalizers=1
	"runtime.parseByteCount",                    // of GOMEMLIMIT
	"runtime.scanConservative",                  // of a goroutine that a signal stopped
	"runtime.(*mspan).setUserArenaChunkToFault", // GOEXPERIMENT=arenas
	// printing a floating-point number
	"internal/strconv.(*decimal).", "internal/strconv.AppendComplex", "internal/strconv.bigFtoa",
	"internal/strconv.dbox", "internal/strconv.fixedFtoa", "internal/strconv.fmt", "internal/strconv.formatDigits",
	"internal/strconv.genericFtoa", "internal/strconv.leftShift", "internal/strconv.rightShift", "internal/strconv.roundShortest",
	"internal/strconv.trimZeros", "internal/strconv.umul",
}

// specialFunctions are the beginnings of the names of functions that run for what has a finalizer, a
// cleanup, a weak pointer or a pin, and never where nothing that could give it one is in the program:
// no function of specialGivers.
var (
	specialFunctions = []string{"runtime.freeSpecial", "runtime.queuefinalizer", "runtime.(*cleanupQueue).enqueue", "runtime.addspecial"}
	specialGivers    = []string{"runtime.SetFinalizer", "runtime.addfinalizer", "runtime.addCleanup", "runtime.getOrAddWeakHandle", "runtime.setPinned", "runtime.getOrAddBubbleSpecial"}
)

// firstFunction is the number with which program counters begin to count functions
// (funcValueOffset in cmd/link/internal/wasm/asm.go).
const firstFunction = 0x1000

// asked are the beginnings of functions among those that run all the same: to ask whether there is
// a trace, and others whose names only begin so.
var asked = []string{"runtime.traceLocker.ok", "runtime.allocmcache"}

// silent are functions without results that the decoder is as well without. They return at once:
//   - those that print where a program crashed, or in what state it was, behind the message that
//     says why; the frames that they would print have no names here;
//   - those that note down what profiles show;
//   - those that check at the start what the linker has just made;
//   - those that read words of GODEBUG, which a browser does not have, and that compare the types
//     of several modules, of which there is one.
//
// They and what they alone call are a thirtieth of the download. What nothing reaches once these and
// idleFunctions are emptied is emptied with them (see unreached).
var silent = []string{
	"runtime.dumpgstatus", "runtime.gcDumpObject", "runtime.hexdumpWords",
	"runtime.printanycustomtype", "runtime.traceback1", "runtime.tracebackHexdump",
	"runtime.profilealloc", "runtime.saveBlockEventStack", "runtime.saveblockevent", "runtime.tryRecordGoroutineProfile", "runtime.tryRecordGoroutineProfileWB",
	"runtime.check", "runtime.moduledataverify1",
	"internal/cpu.processOptions", "runtime.parsegodebug", "runtime.typelinksinit",
}

// The bodies of emptied functions: no variables, and one instruction that ends the program
// whatever the function should return, or what returns from a Go function without results (obj.ARET
// in cmd/internal/obj/wasm/wasmobj.go): the return address is taken from the stack, whose pointer
// is global 0, and zero says that the stack stays.
var (
	endBody    = []byte{0, opUnreachable, opEnd}
	returnBody = []byte{0, opGlobalGet, 0, opConst, 8, opAdd, opGlobalSet, 0, opConst, 0, opEnd}
)

// emptied returns the new bodies of functions by their numbers, which count the module's own.
func emptied(functions []function) map[int][]byte {
	bodies := map[int][]byte{}
	idle := idleFunctions
	if !slices.ContainsFunc(functions, func(f function) bool { return slices.Contains(specialGivers, f.name) }) {
		idle = slices.Concat(idle, specialFunctions)
	}
	for _, f := range functions {
		switch {
		case slices.Contains(silent, f.name):
			bodies[f.number()] = returnBody
		case f.begins(idle) && !f.begins(asked):
			bodies[f.number()] = endBody
		}
	}
	return bodies
}

// begins reports whether the function's name begins with one of these.
func (f function) begins(names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(f.name, name) })
}

// anyRuns reports whether a function whose name begins with one of these is not emptied.
func anyRuns(functions []function, names []string, emptied map[int][]byte) bool {
	return slices.ContainsFunc(functions, func(f function) bool { return f.begins(names) && emptied[f.number()] == nil })
}

// What reads the powers of ten, by the beginnings of its names (pow10 in internal/strconv/math.go,
// which is inlined).
var readsPowers = []string{"internal/strconv.dbox", "internal/strconv.eiselLemire", "internal/strconv.fixedFtoa", "internal/strconv.pow10"}

// powers are the 128 bits of the first power in the table, the 348th of a tenth, as two words; the
// table has so many of them, each with its highest bit set (internal/strconv/pow10tab.go).
var powers = [2]uint64{0xfa8fd5a0081c0288, 0x1732c869cd60e453}

const powersOfTen = 348 + 1 + 347

// clearPowers clears the table of powers of ten where all that reads it is emptied. It is the one
// table of size that nothing compresses, and 11 KB of the download.
func (m *module) clearPowers(functions []function, emptied map[int][]byte) {
	if anyRuns(functions, readsPowers, emptied) {
		return
	}
	first := binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, powers[0]), powers[1])
	at := bytes.Index(m.memory, first)
	if at < 0 || len(m.memory)-at < powersOfTen*len(first) {
		return
	}
	table := m.memory[at : at+powersOfTen*len(first)]
	for i := 7; i < len(table); i += len(first) {
		if table[i] < 0x80 {
			return
		}
	}
	clear(table)
}

// The tables of a program, which the linker puts one after another (cmd/link/internal/ld,
// pcln.go). They are parts of the program's memory.
type tables struct {
	names     []byte // of functions, each ended by a zero
	units     []byte // for each compilation unit, where in files the names of its files are
	files     []byte // names of files, each ended by a zero
	sequences []byte // values by program counter, see cut
	records   []byte // an index of functions, then a record of each
	data      []byte // what records refer to, among it the trees of inlined calls
	buckets   []byte // by program counter: where in records to look, see [takeColumns]
	types     []byte // what the program's types are, and their names
	functions int

	namesAt, recordsAt, bucketsAt, typesAt int // addresses
	end                                    int // the address behind the data
}

// The table that leads from a program counter to its function has a bucket for every 4096
// (findfuncbucket in runtime/symtab.go). A function has 65536 program counters, whatever it does.
const (
	bucketSize        = 20
	bucketsOfFunction = 65536 / 4096
)

// What the index and the header of the tables hold (runtime/symtab.go).
const (
	headerMagic = "\xf1\xff\xff\xff\x00\x00\x01\x08" // Go 1.20 and later; steps of 1, pointers of 8 bytes
	headerSize  = 72

	// Words of runtime.moduledata: a pointer to the header, a slice for each of five tables
	// and for the index, a pointer to the buckets, the first and the last program counter, and
	// pointers, among them to the data and to the end.
	moduleTables = 1
	moduleIndex  = 16
	moduleFind   = 19
	moduleFirst  = 20
	moduleLast   = 21
	moduleTypes  = 37 // where they begin and end
	moduleData   = 40
	moduleEnd    = 41
)

// findTables finds the tables by their header, to which runtime.moduledata points. The two
// say the same in two ways, and have to agree.
func findTables(memory []byte) (*tables, error) {
	var found *tables
	for at := 0; ; at += len(headerMagic) {
		next := bytes.Index(memory[at:], []byte(headerMagic))
		if next < 0 {
			break
		}
		at += next
		if at%8 != 0 || len(memory)-at < headerSize {
			continue
		}
		// The word after the magic is the number of functions; five offsets end the header.
		header := words(memory[at:], headerSize/8)
		pointers := binary.LittleEndian.AppendUint64(nil, uint64(at))
		pointers = binary.LittleEndian.AppendUint64(pointers, uint64(at)+header[4])
		module := bytes.Index(memory, pointers)
		if module < 0 || len(memory)-module < 8*(moduleEnd+1) {
			continue
		}
		if found != nil {
			return nil, errors.New("it has two tables of functions")
		}
		var err error
		if found, err = readTables(memory, uint64(at), header, words(memory[module:], moduleEnd+1)); err != nil {
			return nil, err
		}
	}
	if found == nil {
		return nil, errors.New("no table of functions that begins with the magic 0xfffffff1, for pointers of 8 bytes, and that runtime.moduledata points to")
	}
	return found, nil
}

func readTables(memory []byte, at uint64, header, module []uint64) (*tables, error) {
	var parts [5][]byte
	end := at + headerSize
	for i := range parts {
		slice, unit := module[moduleTables+3*i:], uint64(1)
		if i == 1 {
			unit = 4 // units is a []uint32
		}
		start, n := at+header[4+i], slice[1]
		if start != end || slice[0] != start || slice[2] != n || n > uint64(len(memory)) || n*unit > uint64(len(memory))-start {
			return nil, fmt.Errorf("table %d is not where its header, runtime.moduledata and the table before it say", i)
		}
		end = start + n*unit
		parts[i] = memory[start:end:end]
	}
	count, index := header[1], module[moduleIndex:]
	if index[0] != at+header[8] || index[1] != index[2] || count >= index[1] || count+1 != index[1] || 8*count+4 > uint64(len(parts[4])) || count > uint64(len(parts[4])) {
		return nil, fmt.Errorf("an index of %d functions for %d", index[1], count)
	}
	data, last := module[moduleData], module[moduleEnd]
	if data < end || last < data || last > uint64(len(memory)) {
		return nil, errors.New("the data of functions is not behind their records")
	}
	// The last bucket is cut where the program counters end, and is left where it is.
	t := &tables{names: parts[0], units: parts[1], files: parts[2], sequences: parts[3], records: parts[4], data: memory[data:last:last], functions: int(count), namesAt: int(at + headerSize), recordsAt: int(index[0]), end: int(last)}
	if find, buckets := module[moduleFind], (module[moduleLast]-module[moduleFirst])/4096; find <= uint64(len(memory)) && buckets <= uint64(len(memory))/bucketSize && buckets*bucketSize <= uint64(len(memory))-find {
		t.bucketsAt = int(find)
		t.buckets = memory[find : find+buckets*bucketSize : find+buckets*bucketSize]
	}
	if types, end := module[moduleTypes], module[moduleTypes+1]; types <= end && end <= uint64(len(memory)) {
		t.typesAt = int(types)
		t.types = memory[types:end:end]
	}
	return t, nil
}

// strip clears what only tracebacks read, and all sequences of functions that are emptied.
func (t *tables) strip(functions []function, emptied map[int][]byte) error {
	sequences, err := t.readSequences()
	if err != nil {
		return err
	}
	if err := checkWrapper(functions); err != nil {
		return err
	}
	// Offset 0 is no sequence, and no name.
	kept := table{[]byte{0}, map[string]uint32{"": 0}}
	names := table{[]byte{0}, map[string]uint32{"": 0}}
	used := map[uint32]bool{0: true}
	for _, f := range functions {
		if err := t.stripInlined(f, sequences); err != nil {
			return err
		}
		for _, at := range f.sequences() {
			offset := f.word(at)
			sequence, ok := sequences[offset]
			if !ok {
				return fmt.Errorf("the function %q has a sequence at %d, where none begins", f.name, offset)
			}
			used[offset] = true
			if at == fieldFiles || at == fieldLines || emptied[f.number()] != nil {
				f.set(at, 0)
			} else {
				f.set(at, kept.add(sequence))
			}
		}
		f.set(fieldName, names.add(terminated(neededName(f))))
		f.set(fieldUnit, 0)
		f.set(fieldLine, 0)
	}
	if len(used) != len(sequences) {
		return fmt.Errorf("%d sequences belong to no function", len(sequences)-len(used))
	}
	if len(kept.bytes) > len(t.sequences) || len(names.bytes) > len(t.names) {
		return errors.New("what is kept takes more than what was there")
	}
	for _, cleared := range [][]byte{t.names, t.units, t.files, t.sequences} {
		clear(cleared)
	}
	copy(t.names, names.bytes)
	copy(t.sequences, kept.bytes)
	return nil
}

// stripInlined clears the names and lines of the functions that were inlined into f. Which
// kind of function each is, and where it was called, tells the runtime how far a recover
// reaches, and stays.
func (t *tables) stripInlined(f function, sequences map[uint32][]byte) error {
	const (
		sequenceInlined, dataInlined = 2, 3 // internal/abi/symtab.go
		size, name, line             = 16, 4, 12
	)
	if f.word(fieldSequences) <= sequenceInlined || f.record[fieldData] <= dataInlined {
		return nil
	}
	tree := f.word(recordSize + 4*int(f.word(fieldSequences)) + 4*dataInlined)
	calls := sequences[f.word(recordSize+4*sequenceInlined)]
	if tree == 1<<32-1 || calls == nil {
		return nil
	}
	bad := false
	cut(calls, func(value int32) {
		at := int64(tree) + size*int64(value)
		switch {
		case value < 0: // not inlined
		case at > int64(len(t.data))-size:
			bad = true
		default:
			call := t.data[at : at+size]
			_, named := t.name(binary.LittleEndian.Uint32(call[name:]))
			bad = bad || !named || call[1] != 0 || call[2] != 0 || call[3] != 0
			clear(call[name : name+4])
			clear(call[line : line+4])
		}
	})
	if bad {
		return fmt.Errorf("the function %q has a tree of inlined calls that is none", f.name)
	}
	return nil
}

// A function has a record as runtime._func describes it (runtime/runtime2.go), in its memory.
type function struct {
	record []byte
	name   string
}

// Where the fields of a record are. Its own sequences and its references to data follow it,
// in 4 bytes each.
const (
	fieldEntry     = 0
	fieldName      = 4
	fieldStack     = 16 // the sequences of the size of the stack, of files and of lines
	fieldFiles     = 20
	fieldLines     = 24
	fieldSequences = 28 // how many sequences follow
	fieldUnit      = 32
	fieldLine      = 36 // of the function itself
	fieldKind      = 40 // 1 byte
	fieldData      = 43 // 1 byte, how many references to data follow
	recordSize     = 44

	maxSequences, maxData = 5, 8 // internal/abi/symtab.go
)

func (f function) word(at int) uint32       { return binary.LittleEndian.Uint32(f.record[at:]) }
func (f function) set(at int, value uint32) { binary.LittleEndian.PutUint32(f.record[at:], value) }

// number returns which of the module's own functions it is.
func (f function) number() int { return int(f.word(fieldEntry)) - firstFunction }

// sequences returns where in the record the offsets of sequences are.
func (f function) sequences() []int {
	at := []int{fieldStack, fieldFiles, fieldLines}
	for i := range int(f.word(fieldSequences)) {
		at = append(at, recordSize+4*i)
	}
	return at
}

// readFunctions reads the index and the records, which fill the table without a gap.
func (t *tables) readFunctions() ([]function, error) {
	var functions []function
	at := align(8*t.functions + 4)
	for i := range t.functions {
		entry, start := binary.LittleEndian.Uint32(t.records[8*i:]), binary.LittleEndian.Uint32(t.records[8*i+4:])
		if int64(start) != int64(at) || at+recordSize > len(t.records) {
			return nil, fmt.Errorf("the record of function %d is not behind the one before it", i)
		}
		f := function{record: t.records[at:]}
		sequences, data := f.word(fieldSequences), f.record[fieldData]
		if f.word(fieldEntry) != entry || sequences > maxSequences || data > maxData {
			return nil, fmt.Errorf("the record of function %d has another form", i)
		}
		size := recordSize + 4*int(sequences) + 4*int(data)
		name, ok := t.name(f.word(fieldName))
		if !ok || size > len(f.record) {
			return nil, fmt.Errorf("the record of function %d has another form", i)
		}
		functions = append(functions, function{f.record[:size:size], name})
		at = align(at + size)
	}
	if at != len(t.records) {
		return nil, fmt.Errorf("there is more behind the records of %d functions", len(functions))
	}
	return functions, nil
}

// align returns the next address where a record may begin.
func align(at int) int { return (at + 7) &^ 7 }

// name returns the name that begins at offset.
func (t *tables) name(offset uint32) (name string, ok bool) {
	switch {
	case offset == 0:
		return "", true
	case int64(offset) >= int64(len(t.names)) || t.names[offset-1] != 0:
		return "", false
	}
	before, _, ok := bytes.Cut(t.names[offset:], []byte{0})
	return string(before), ok
}

// readSequences returns the sequences by their offsets.
func (t *tables) readSequences() (map[uint32][]byte, error) {
	sequences := map[uint32][]byte{0: nil}
	used := len(bytes.TrimRight(t.sequences, "\x00"))
	for at := 1; at < used; {
		n := cut(t.sequences[at:], nil)
		if n == 0 {
			return nil, fmt.Errorf("the sequence at %d does not end", at)
		}
		sequences[uint32(at)] = t.sequences[at : at+n]
		at += n
	}
	return sequences, nil
}

// cut returns how long the sequence is with which b begins, or 0 if it does not end in b. A
// sequence has pairs of numbers: by how much the value changes, which is -1 at first, and
// after how many steps it changes again. No change ends it, unless it is the first (step in
// runtime/symtab.go). If visit is not nil, it is called with each value.
func cut(b []byte, visit func(value int32)) int {
	value := int32(-1)
	for at := 0; ; {
		change, n := binary.Uvarint(b[at:])
		if n <= 0 || change > 1<<32-1 {
			return 0
		}
		if change == 0 && n == 1 && at > 0 {
			return at + n
		}
		at += n
		value += int32(-(uint32(change) & 1) ^ (uint32(change) >> 1))
		if visit != nil {
			visit(value)
		}
		if _, n = binary.Uvarint(b[at:]); n <= 0 {
			return 0
		}
		at += n
	}
}

// A table collects entries, each once.
type table struct {
	bytes   []byte
	offsets map[string]uint32
}

func (t *table) add(entry []byte) uint32 {
	at, ok := t.offsets[string(entry)]
	if !ok {
		at = uint32(len(t.bytes))
		t.bytes = append(t.bytes, entry...)
		t.offsets[string(entry)] = at
	}
	return at
}

// terminated returns name as the table of names holds it. No name takes no entry.
func terminated(name string) []byte {
	if name == "" {
		return nil
	}
	return append([]byte(name), 0)
}

const (
	// kindWrapper is the kind of what the compiler generates (FuncIDWrapper in
	// internal/abi/symtab.go). Its number changes when Go adds a kind.
	kindWrapper = 23
	// aWrapper is a function of that kind in every program (cmd/internal/objabi, funcid.go).
	aWrapper = "runtime.deferreturn"
)

// compared are the names that the garbage collector compares, to find the arguments of
// functions that reflect made (argMapInternal in runtime/stkframe.go).
var compared = []string{"reflect.makeFuncStub", "reflect.methodValueCall"}

// neededName returns as much of f's name as the runtime acts on. Without tracebacks, it reads
// those names that it compares; that of a method which the compiler derives for *T from T's,
// to say in its panic of which method the receiver is nil (panicwrap in runtime/error.go); and
// whether the function with which a goroutine began is the runtime's own, so that it does not
// count for a deadlock (isSystemGoroutine in runtime/traceback.go).
func neededName(f function) string {
	derived := f.record[fieldKind] == kindWrapper && strings.Contains(f.name, ".(*")
	switch {
	case derived, f.name == aWrapper, slices.Contains(compared, f.name):
		return f.name
	case strings.HasPrefix(f.name, "runtime."):
		return "runtime."
	}
	return ""
}

// checkWrapper checks that kindWrapper is the number of that kind.
func checkWrapper(functions []function) error {
	for _, f := range functions {
		if f.name == aWrapper && f.record[fieldKind] == kindWrapper {
			return nil
		}
	}
	return fmt.Errorf("no function %s of the kind %d", aWrapper, kindWrapper)
}

// A module is a WebAssembly program whose data section is taken apart.
type module struct {
	before, after []byte // the sections around it
	memory        []byte // as it is when the program starts
}

// WebAssembly core specification, 5.4.1 and 5.5.
const (
	preamble         = "\x00asm\x01\x00\x00\x00"
	sectionMemory    = 5
	sectionCode      = 10
	sectionData      = 11
	sectionDataCount = 12
	opUnreachable    = 0x00
	opGlobalGet      = 0x23
	opGlobalSet      = 0x24
	opConst          = 0x41 // i32.const
	opAdd            = 0x6a // i32.add
	opEnd            = 0x0b
	pageSize         = 1 << 16
)

const (
	maxPages = 1024 // 64 MB; the decoder begins with less than 3
	// gap is how many zeros part two segments. With gzip, fewer cost less than a segment's
	// address and length do.
	gap = 64
)

func parseModule(program []byte) (*module, error) {
	rest, ok := bytes.CutPrefix(program, []byte(preamble))
	if !ok {
		return nil, errors.New("it does not begin as WebAssembly 1 does")
	}
	m := new(module)
	r := reader{rest: rest}
	for len(r.rest) > 0 {
		start := len(program) - len(r.rest)
		kind := r.byte()
		content := reader{rest: r.take(r.number())}
		if r.failed {
			return nil, errors.New("a section does not end; is the disk full?")
		}
		switch kind {
		case sectionMemory:
			memories, limits, pages := content.number(), content.byte(), content.number()
			if m.memory != nil || content.unread() || memories != 1 || limits != 0 || pages == 0 || pages > maxPages {
				return nil, errors.New("it does not have one memory, of any size from 64 KB up to 64 MB")
			}
			m.memory = make([]byte, pages*pageSize)
		case sectionData:
			if m.before != nil {
				return nil, errors.New("it has two data sections")
			}
			m.before, m.after = program[:start], r.rest
			if err := m.load(&content); err != nil {
				return nil, err
			}
		case sectionDataCount:
			return nil, errors.New("it counts its data segments ahead")
		}
	}
	if m.before == nil {
		return nil, errors.New("it has no data section")
	}
	return m, nil
}

// empty gives functions other bodies.
func (m *module) empty(bodies map[int][]byte) error {
	if len(bodies) == 0 {
		return nil
	}
	r := reader{rest: m.before[len(preamble):]}
	for len(r.rest) > 0 {
		start := len(m.before) - len(r.rest)
		kind := r.byte()
		content := reader{rest: r.take(r.number())}
		if kind != sectionCode {
			continue
		}
		count := content.number()
		code := binary.AppendUvarint(nil, count)
		found := 0
		for i := range int(count) {
			body := content.take(content.number())
			if other, ok := bodies[i]; ok {
				body = other
				found++
			}
			code = binary.AppendUvarint(code, uint64(len(body)))
			code = append(code, body...)
		}
		if content.unread() || found < len(bodies) {
			return errors.New("its functions are not those of its tables")
		}
		before := append(bytes.Clone(m.before[:start]), sectionCode)
		before = binary.AppendUvarint(before, uint64(len(code)))
		m.before = slices.Concat(before, code, r.rest)
		return nil
	}
	return errors.New("it has no code section")
}

// load fills the memory from the segments of the data section.
func (m *module) load(segments *reader) error {
	for n := segments.number(); n > 0; n-- {
		memory, op := segments.number(), segments.byte()
		if memory != 0 || op != opConst {
			return errors.New("a data segment has no fixed place")
		}
		at, end := segments.address(), segments.byte()
		data := segments.take(segments.number())
		if segments.failed || end != opEnd || at > uint64(len(m.memory)) || uint64(len(data)) > uint64(len(m.memory))-at {
			return errors.New("a data segment does not fit into the memory")
		}
		copy(m.memory[at:], data)
	}
	if segments.unread() {
		return errors.New("there is more behind the data segments")
	}
	return nil
}

// encode returns the program with a data section of as few segments as pay.
func (m *module) encode() []byte {
	var segments []byte
	count := uint64(0)
	zeros := make([]byte, gap)
	for rest := m.memory; ; count++ {
		rest = bytes.TrimLeft(rest, "\x00")
		if len(rest) == 0 {
			break
		}
		at := len(m.memory) - len(rest)
		n := bytes.Index(rest, zeros)
		if n < 0 {
			n = len(bytes.TrimRight(rest, "\x00"))
		}
		segments = append(segments, 0, opConst)
		segments = appendAddress(segments, at)
		segments = append(segments, opEnd)
		segments = binary.AppendUvarint(segments, uint64(n))
		segments = append(segments, rest[:n]...)
		rest = rest[n:]
	}
	number := binary.AppendUvarint(nil, count)
	program := append(bytes.Clone(m.before), sectionData)
	program = binary.AppendUvarint(program, uint64(len(number)+len(segments)))
	return slices.Concat(program, number, segments, m.after)
}

// A reader takes bytes apart. Where they end too early it has failed, and reads zeros.
type reader struct {
	rest   []byte
	failed bool
}

func (r *reader) take(n uint64) []byte {
	if n > uint64(len(r.rest)) {
		r.rest, r.failed = nil, true
		return nil
	}
	taken := r.rest[:n]
	r.rest = r.rest[n:]
	return taken
}

func (r *reader) byte() byte {
	if b := r.take(1); len(b) == 1 {
		return b[0]
	}
	return 0
}

// number reads an unsigned LEB128 number of 32 bits.
func (r *reader) number() uint64 {
	value, n := binary.Uvarint(r.rest)
	if n <= 0 || value > 1<<32-1 {
		r.rest, r.failed = nil, true
		return 0
	}
	r.take(uint64(n))
	return value
}

// address reads the operand of i32.const, a signed LEB128 number, as an address.
func (r *reader) address() uint64 { return r.signed(32) & (1<<32 - 1) }

// signed reads a signed LEB128 number of so many bits.
func (r *reader) signed(bits int) uint64 {
	value, shift := uint64(0), 0
	for shift < bits {
		b := r.byte()
		value |= uint64(b&0x7f) << shift
		shift += 7
		if b&0x80 == 0 {
			if b&0x40 != 0 && shift < 64 {
				value |= ^uint64(0) << shift
			}
			return value
		}
	}
	r.rest, r.failed = nil, true
	return 0
}

func appendAddress(b []byte, at int) []byte {
	for at > 0x3f {
		b = append(b, byte(at)&0x7f|0x80)
		at >>= 7
	}
	return append(b, byte(at))
}

// unread tells whether reading did not end where the bytes do.
func (r *reader) unread() bool { return r.failed || len(r.rest) > 0 }

func words(b []byte, n int) []uint64 {
	w := make([]uint64, n)
	for i := range w {
		w[i] = binary.LittleEndian.Uint64(b[8*i:])
	}
	return w
}
