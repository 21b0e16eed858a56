// Command strip does what needs the tables that stay in a stripped program, and prints what
// came of it. Its argument is how it ends.
package main

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"runtime/debug"
	"sort"
	"strings"
	"sync"
	"time"
)

func main() {
	switch os.Args[1] {
	case "work":
		work()
	case "where":
		_, file, line, ok := runtime.Caller(0)
		fmt.Println(file, line > 0, ok)
	case "exit":
		defer fmt.Println("never")
		os.Exit(3)
	case "panic":
		defer fmt.Println("deferred")
		panic(fmt.Sprintf("boom %d", len(os.Args)))
	case "panic error":
		panic(fmt.Errorf("wrapped: %w", os.ErrNotExist))
	case "panic again":
		defer func() { panic(fmt.Sprint("again after ", recover())) }()
		panic("once")
	case "panic in panic":
		defer func() { panic("second") }()
		panic("first")
	case "nil":
		fmt.Println(*none[int]())
	case "goroutine":
		go func() { panic("elsewhere") }()
		select {}
	case "deadlock":
		<-make(chan int)
	case "goexit":
		runtime.Goexit()
	}
}

// none returns nil where the compiler does not see it.
//
//go:noinline
func none[T any]() *T { return nil }

func work() {
	debug.SetGCPercent(10)
	stop := make(chan bool)
	go func() { // collects all the time
		for {
			select {
			case <-stop:
				return
			default:
				runtime.GC()
				runtime.Gosched()
			}
		}
	}()
	panics()
	recovers()
	stacks()
	pointers()
	goroutines()
	reflected()
	finalizers()
	stop <- true
	fmt.Fprintln(&out, "goroutines:", runtime.NumGoroutine())
	fmt.Print(out.String())
}

// out is what work has to say. Printing it at once would wait for JavaScript, which waits
// until no goroutine runs, and one always collects.
var out strings.Builder

type T struct {
	name string
	n    int
}

func (t T) String() string { return t.name }

type outer struct{ *T }

// stringer hides from the compiler whose method is called.
//
//go:noinline
func stringer(s fmt.Stringer) fmt.Stringer { return s }

func panics() {
	var (
		short   = make([]int, len(os.Args))
		table   map[string]int
		nothing any
		pointer *T
		text    = stringer(pointer)
		zero    = len(os.Args) - 2
		closed  = make(chan int)
	)
	close(closed)
	for _, test := range []struct {
		name string
		do   func()
	}{
		{"nil", func() { fmt.Fprintln(&out, pointer.n) }},
		{"nil function", func() { (*none[func()]())() }},
		{"index", func() { fmt.Fprintln(&out, short[len(short)+3]) }},
		{"slice", func() { fmt.Fprintln(&out, short[3:len(short)]) }},
		{"array", func() { fmt.Fprintln(&out, [4]int(short)) }},
		{"divide", func() { fmt.Fprintln(&out, 1/zero) }},
		{"nil map", func() { table["a"] = 1 }},
		{"key", func() { fmt.Fprintln(&out, map[any]int{}[short]) }},
		{"assertion", func() { fmt.Fprintln(&out, nothing.(string)) }},
		{"other assertion", func() { fmt.Fprintln(&out, any(3).(fmt.Stringer)) }},
		{"closed", func() { close(closed) }},
		{"length", func() { fmt.Fprintln(&out, make([]int, zero-1)) }},
		{"method of nil", func() { fmt.Fprintln(&out, text.String()) }},
		{"method value of nil", func() { fmt.Fprintln(&out, (*T).String(pointer)) }},
		{"promoted method of nil", func() { fmt.Fprintln(&out, stringer(outer{}).String()) }},
		{"error", func() { panic(errors.New("an error")) }},
		{"value", func() { panic(T{"a value", 1}) }},
		{"nil value", func() { panic(nil) }},
	} {
		func() {
			defer func() { fmt.Fprintf(&out, "%s: %v\n", test.name, recover()) }()
			test.do()
			fmt.Fprintln(&out, "no panic")
		}()
	}
}

type catcher struct{ caught *[]string }

// Catch recovers, called by defer through an interface and so through a wrapper.
func (c catcher) Catch() { *c.caught = append(*c.caught, fmt.Sprint(recover())) }

// hidden hides from the compiler whose method is called.
//
//go:noinline
func hidden(c interface{ Catch() }) interface{ Catch() } { return c }

func oneDeeper() any { return recover() }

//go:noinline
func catchInto(caught *[]string) { *caught = append(*caught, fmt.Sprint(recover())) }

func passOn(caught *[]string) { catchInto(caught) }

// recovers tells which of several calls stops a panic. For that the runtime counts the
// functions between, inlined ones too, and leaves wrappers out.
func recovers() {
	var caught []string
	try := func(name string, do func()) {
		var through any
		func() {
			defer func() { through = recover() }()
			do()
		}()
		fmt.Fprintln(&out, name, "caught", caught, "and let through", through)
		caught = nil
	}
	try("interface", func() {
		defer hidden(&catcher{&caught}).Catch()
		panic(1)
	})
	try("embedded", func() {
		defer hidden(&struct{ *catcher }{&catcher{&caught}}).Catch()
		panic(2)
	})
	try("method value", func() {
		f := hidden(&catcher{&caught}).Catch
		defer f()
		panic(3)
	})
	try("too deep", func() {
		defer func() { func() { caught = append(caught, fmt.Sprint(recover())) }() }()
		panic(4)
	})
	try("one deeper", func() {
		defer func() { caught = append(caught, fmt.Sprint(oneDeeper())) }()
		panic(5)
	})
	try("directly", func() {
		defer oneDeeper()
		panic(6)
	})
	try("arguments", func() {
		defer catchInto(&caught)
		panic(11)
	})
	try("arguments, inlined, too deep", func() {
		defer passOn(&caught)
		panic(12)
	})
	try("itself", func() {
		defer recover()
		panic(7)
	})
	try("loop", func() {
		for i := range 3 {
			defer func() { caught = append(caught, fmt.Sprint(i, recover())) }()
		}
		panic(8)
	})
	try("again", func() {
		defer func() { caught = append(caught, fmt.Sprint(recover())) }()
		defer func() { panic(fmt.Sprint("after ", recover())) }()
		panic(9)
	})
	try("on the way", func() {
		defer func() {
			func() {
				defer catcher{&caught}.Catch()
				panic("inner")
			}()
		}()
		panic(10)
	})
	var wait sync.WaitGroup
	wait.Go(func() {
		defer func() { fmt.Fprintln(&out, "left with", recover()) }()
		runtime.Goexit()
	})
	wait.Wait()
}

type tree struct {
	left, right *tree
	label       string
}

func grow(depth int, label string) *tree {
	if depth == 0 {
		return &tree{label: strings.Repeat(label, 2)}
	}
	return &tree{grow(depth-1, label+"l"), grow(depth-1, label+"r"), label}
}

func (t *tree) sum() int {
	if t == nil {
		return 0
	}
	return len(t.label) + t.left.sum() + t.right.sum()
}

// deep goes down with pointers to what is on the stack, which moves, and on the heap.
//
//go:noinline
func deep(n int, above *int, trees []*tree) int {
	here, own, padding := n, &tree{label: fmt.Sprint(n)}, [16]int{n}
	if n == 0 {
		runtime.GC()
		return *above + len(trees)
	}
	defer func() { here++ }()
	if n%512 == 0 {
		runtime.GC()
		trees = append(trees, grow(3, "t"))
	}
	below := deep(n-1, &here, trees)
	if own.label != fmt.Sprint(n) || padding[0] != n || *above != n+1 {
		panic(fmt.Sprint("the stack of ", n, " is broken"))
	}
	return below + len(own.label) + here - n
}

func stacks() {
	for _, n := range []int{1, 50, 1000, 3000} {
		top := n + 1
		fmt.Fprintln(&out, "deep", n, deep(n, &top, nil))
	}
	var wait sync.WaitGroup
	results := make([]int, 8)
	for i := range results {
		wait.Go(func() {
			top := 201
			results[i] = deep(200, &top, nil)
			runtime.Gosched()
		})
	}
	wait.Wait()
	fmt.Fprintln(&out, "deep in goroutines", results)
	func() {
		defer func() { fmt.Fprintln(&out, "from the depth:", recover()) }()
		var down func(n int, held *tree) int
		down = func(n int, held *tree) int {
			defer func() { held.label += "." }()
			if n == 0 {
				runtime.GC()
				panic("the bottom")
			}
			return down(n-1, &tree{held, nil, "x"}) + held.sum()
		}
		down(800, grow(2, "d"))
	}()
}

func pointers() {
	words := map[string]*tree{}
	for i := range 2000 {
		words[fmt.Sprint("word", i%300)] = grow(i%4, fmt.Sprint(i))
		if i%7 == 0 {
			delete(words, fmt.Sprint("word", i%50))
		}
	}
	total := 0
	names := make([]string, 0, len(words))
	for name, tree := range words {
		total += tree.sum()
		names = append(names, name)
	}
	sort.Strings(names)
	fmt.Fprintln(&out, "map", len(words), total, names[0], names[len(names)-1])

	big := make([][]byte, 0, 12)
	for i := range 12 {
		big = append(big, make([]byte, 1<<20+i))
		big[i][i] = byte(i)
		if i%4 == 3 {
			big[i-2] = nil
			runtime.GC()
		}
	}
	n := 0
	for i, b := range big {
		n += len(b)
		if b != nil && b[i] != byte(i) {
			panic("big")
		}
	}
	fmt.Fprintln(&out, "big", n)

	var functions []func() string
	for i := range 100 {
		held := grow(2, fmt.Sprint(i))
		functions = append(functions, func() string { held.label += "!"; return held.label })
	}
	runtime.GC()
	var b strings.Builder
	for _, f := range functions {
		f()
		b.WriteString(f())
	}
	fmt.Fprintln(&out, "closures", b.Len(), b.String()[:12])
}

func goroutines() {
	jobs, results, done := make(chan *tree), make(chan int, 4), make(chan struct{})
	var wait sync.WaitGroup
	for range 5 {
		wait.Go(func() {
			for t := range jobs {
				results <- t.sum()
			}
		})
	}
	go func() { wait.Wait(); close(done) }()
	total, sent, ticks := 0, 0, 0
	tick := time.After(time.Millisecond)
	next := grow(3, "a")
	in := jobs
	for running := true; running; {
		select {
		case in <- next:
			if sent++; sent == 400 {
				close(jobs)
				in = nil
			}
			next = grow(sent%4, "b")
		case r := <-results:
			total += r
		case <-tick:
			ticks, tick = ticks+1, nil
		case <-done:
			running = false
		}
	}
	for len(results) > 0 {
		total += <-results
	}
	fmt.Fprintln(&out, "channels", sent, total, ticks)

	var lock sync.Mutex
	count := 0
	for range 200 {
		wait.Go(func() {
			lock.Lock()
			defer lock.Unlock()
			runtime.Gosched()
			count++
		})
	}
	wait.Wait()
	fmt.Fprintln(&out, "lock", count)
}

// reflected calls functions whose arguments only reflect knows, and collects meanwhile. The
// garbage collector knows the functions between by their names.
func reflected() {
	var join func(a *tree, b string, c []*tree) (*tree, error)
	made := reflect.MakeFunc(reflect.TypeOf(join), func(args []reflect.Value) []reflect.Value {
		for range 3 {
			runtime.GC()
			grow(6, "garbage")
		}
		t := args[0].Interface().(*tree)
		result := &tree{t, args[2].Index(0).Interface().(*tree), args[1].String()}
		return []reflect.Value{reflect.ValueOf(result), reflect.Zero(reflect.TypeOf(&join).Elem().Out(1))}
	})
	join = made.Interface().(func(a *tree, b string, c []*tree) (*tree, error))
	t, err := join(grow(3, "m"), strings.Repeat("n", 3), []*tree{grow(2, "o")})
	fmt.Fprintln(&out, "reflect", t.sum(), t.label, err)
	method := reflect.ValueOf(grow(4, "v")).MethodByName("Held").Interface().(func(*tree) int)
	fmt.Fprintln(&out, "reflect", method(grow(4, "w")))
}

// Held collects while its caller holds nothing but the arguments.
func (t *tree) Held(other *tree) int {
	for range 3 {
		runtime.GC()
		grow(6, "garbage")
	}
	return t.sum()*1000 + other.sum()
}

func finalizers() {
	finished := make(chan string, 2)
	func() {
		runtime.SetFinalizer(grow(1, "f"), func(t *tree) { finished <- t.label })
		runtime.AddCleanup(grow(1, "c"), func(s string) { finished <- s }, "cleaned")
	}()
	got := []string{<-finished, <-finished}
	sort.Strings(got)
	fmt.Fprintln(&out, "finalizers", got)
}
