// Command bench measures how fast and how small Undelivered is, and prints a Markdown table of
// what it measured beside what it may be: make bench. It runs within the source tree.
//
// What takes turns takes them side by side, and of each side the median counts, as other
// programs on the same machine disturb both. Nothing here fails because it is slow: sizes are
// tests (go test ./wasm), times are not.
package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/undelivered/undelivered/wasm"
)

var (
	corpusFile = flag.String("corpus", "", "a `file` of texts to explain, a JSON object with \"text\" a line (default: the examples of codes.yaml)")
	hugo       = flag.String("hugo", "hugo", "the `program` Hugo to build like pages with")
	rounds     = flag.Int("rounds", 5, "how often each side is measured")
	browsers   = flag.Bool("browsers", true, "measure in Chromium and Firefox too, which needs Node")
	part       = flag.String("part", "", "of this program itself: the `folder` that says what a process of its own builds")
)

func main() {
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var err error
	if *part != "" {
		err = buildPart(*part)
	} else {
		err = measure(ctx)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// table is what is printed.
type table struct {
	rows  []string
	notes []string
}

// row adds a row: what was measured, what it is compared with, and how it stands to the most
// that it may be. Numbers are of the same unit.
func (t *table) row(what string, got float64, unit string, against string, most float64) {
	verdict := "holds"
	if got > most {
		verdict = "**does not hold**"
	}
	ratio := "–"
	if most > 0 {
		ratio = fmt.Sprintf("%.2f", got/most)
	}
	t.rows = append(t.rows, fmt.Sprintf("| %s | %s %s | %s | %s %s | %s | %s |", what, number(got), unit, against, number(most), unit, ratio, verdict))
}

func (t *table) note(format string, args ...any) {
	t.notes = append(t.notes, fmt.Sprintf(format, args...))
}

// number writes three digits that count.
func number(x float64) string {
	switch {
	case x >= 100 || x == float64(int(x)):
		return fmt.Sprintf("%.0f", x)
	case x >= 10:
		return fmt.Sprintf("%.1f", x)
	case x >= 1:
		return fmt.Sprintf("%.2f", x)
	}
	return fmt.Sprintf("%.3f", x)
}

func measure(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "undelivered-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	say := func(what string) { fmt.Fprintln(os.Stderr, what+" …") }

	say("building")
	k, err := loadKnowledge("codes.yaml")
	if err != nil {
		return err
	}
	w, err := wasm.Assets(ctx, k.packed, "")
	if err != nil {
		return err
	}
	empty, host, err := wasm.Empty(ctx)
	if err != nil {
		return err
	}
	var t table
	download(&t, w, empty, host)

	say("explaining")
	if err := explaining(&t, k); err != nil {
		return err
	}
	say("explaining with ten and a hundred times the knowledge")
	growing(&t, k)
	say("making the site")
	if err := building(ctx, &t, k, w, dir); err != nil {
		return err
	}
	var failed error
	if *browsers {
		say("in the browsers")
		// What was measured without them is worth printing all the same.
		failed = inBrowsers(ctx, &t, k, w, empty, host, dir)
	}

	fmt.Printf("%s, %d cores, %s/%s, %s\n\n", time.Now().Format("2 January 2006"), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
	fmt.Println("| what | measured | against | at most | measured ÷ at most | |\n|---|---|---|---|---|---|")
	fmt.Println(strings.Join(t.rows, "\n"))
	fmt.Println()
	for _, note := range t.notes {
		fmt.Println("- " + note)
	}
	return failed
}

// download compares what the widget downloads for its first answer.
func download(t *table, w *wasm.Widget, empty, host []byte) {
	ours := 0
	for _, name := range []string{"widget.js", "answer.js", "decoder.wasm"} {
		ours += zipped(w.Files[wasm.Folder+name])
	}
	theirs := zipped(empty) + zipped(host)
	t.row("download for the first answer, gzip -9, ÷ the empty program's", float64(ours)/float64(theirs), "×", fmt.Sprintf("%d of %d bytes", ours, theirs), 1.25)
}

func zipped(data []byte) int {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // a level of gzip's own
	z.Write(data)                                         // a buffer takes everything
	z.Close()
	return b.Len()
}

// measured is what wasm/browsers/bench.mjs prints of one browser, in milliseconds.
type measured struct {
	Version                                                          string
	Slowed                                                           bool
	Ready, EmptyReady, Line, Bounce, Long, Second, First, EmptyFirst float64
}

func inBrowsers(ctx context.Context, t *table, k *knowledge, w *wasm.Widget, empty, host []byte, dir string) error {
	if _, err := exec.LookPath("node"); err != nil {
		return errors.New("the browsers are driven by Node 20 or newer (https://nodejs.org), which is not on the PATH; install it, or leave them out with -browsers=false")
	}
	site, err := k.site(w)
	if err != nil {
		return err
	}
	dist, folder := filepath.Join(dir, "dist"), filepath.Join(dir, "compared")
	if err := errors.Join(site.Write(dist), os.Mkdir(folder, 0o777)); err != nil {
		return err
	}
	line, bounce, long, err := texts()
	if err != nil {
		return err
	}
	for name, data := range map[string][]byte{"empty.wasm": empty, "wasm_exec.js": host, "line.txt": []byte(line), "8kb.txt": []byte(bounce), "1mb.txt": []byte(long)} {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o666); err != nil {
			return err
		}
	}
	cmd := exec.CommandContext(ctx, "node", "bench.mjs", dist, folder, fmt.Sprint(*rounds))
	cmd.Dir = filepath.Join("wasm", "browsers")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("node wasm/browsers/bench.mjs: %w", err)
	}
	all := map[string]measured{}
	if err := json.Unmarshal(out, &all); err != nil {
		return fmt.Errorf("wasm/browsers/bench.mjs printed no JSON: %w", err)
	}
	for _, name := range []string{"chromium", "firefox"} {
		m := all[name]
		setting := "1.6 Mbit/s, 150 ms"
		if m.Slowed {
			setting = "4 × slower CPU, " + setting
		}
		t.row(name+": page opened → first answer, cold, ÷ the empty program's", m.First/m.EmptyFirst, "×", fmt.Sprintf("%s of %s ms; %s", number(m.First), number(m.EmptyFirst), setting), 1.25)
		t.row(name+": a second answer, 8 KB bounce, key → painted", m.Second, "ms", "one frame", 16)
		t.row(name+": one reply in wasm", m.Line, "ms", "", 0.1)
		t.row(name+": an 8 KB bounce in wasm", m.Bounce, "ms", "", 1)
		t.row(name+": 1 MB of text in wasm", m.Long, "ms", "", 60)
		t.row(name+": start-up, instantiated → ready", m.Ready, "ms", fmt.Sprintf("the empty program's %s ms + 5", number(m.EmptyReady)), m.EmptyReady+5)
		t.note("%s: %s", name, m.Version)
	}
	t.note("In Chromium the developer tools slow the page's processor and line, but not the processor of workers. Firefox has no such setting: a server of ours slows the line, and its processor is not slowed.")
	return nil
}

// medianOf runs every function once a round, in turns, and returns the median time of each.
func medianOf(rounds int, sides ...func()) []time.Duration {
	all := make([][]time.Duration, len(sides))
	for range rounds {
		for i, side := range sides {
			start := time.Now()
			side()
			all[i] = append(all[i], time.Since(start))
		}
	}
	medians := make([]time.Duration, len(sides))
	for i, list := range all {
		slices.Sort(list)
		medians[i] = list[len(list)/2]
	}
	return medians
}
