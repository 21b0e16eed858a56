//go:build !js

package wasm

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/undelivered/undelivered/internal/catalog"
	"github.com/undelivered/undelivered/internal/explain"
)

// What a page may have to download. The decoder is measured against a program of the same
// toolchain that registers one callback and does nothing.
const (
	widgetLimit  = 8 << 10 // bytes of widget.js, which every visitor of the page loads, with gzip
	decoderLimit = 1.25    // times that program, with gzip; and so all that the first answer needs
)

func TestSizes(t *testing.T) {
	files := built(t).Files
	if n := zipped(t, files[Folder+"widget.js"]); n > widgetLimit {
		t.Errorf("widget.js takes %d bytes with gzip, want at most %d", n, widgetLimit)
	}
	program, host, err := Empty(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	floor := zipped(t, program)
	got := zipped(t, files[Folder+"decoder.wasm"])
	t.Logf("with gzip: widget.js %d, answer.js %d, decoder.wasm %d of %d (%.3f times %d), decoder.js %d",
		zipped(t, files[Folder+"widget.js"]), zipped(t, files[Folder+"answer.js"]), got, int(decoderLimit*float64(floor)), float64(got)/float64(floor), floor, zipped(t, files[Folder+"decoder.js"]))
	if float64(got) > decoderLimit*float64(floor) {
		t.Errorf("decoder.wasm takes %d bytes with gzip, want at most %.2f times the %d of a program that does nothing", got, decoderLimit, floor)
	}
	got += zipped(t, files[Folder+"widget.js"]) + zipped(t, files[Folder+"answer.js"])
	floor += zipped(t, host)
	t.Logf("for the first answer %d bytes, %.3f times the %d of that program with its script", got, float64(got)/float64(floor), floor)
	if float64(got) > decoderLimit*float64(floor) {
		t.Errorf("the first answer takes %d bytes with gzip, want at most %.2f times the %d of a program that does nothing and its script", got, decoderLimit, floor)
	}
}

func TestReproducible(t *testing.T) {
	// Two copies of the tree, in folders of different names, with different settings.
	var results []map[string][]byte
	const site = "https://example.org/"
	for _, test := range []struct{ dir, flags, zone, locale string }{
		{"one", "", "UTC", "C"},
		{"another folder", "-buildvcs=true -ldflags=-X=main.x=y", "Pacific/Auckland", "tr_TR.UTF-8"},
	} {
		dir := filepath.Join(t.TempDir(), test.dir)
		copyTree(t, dir)
		t.Setenv("GOFLAGS", test.flags)
		t.Setenv("TZ", test.zone)
		t.Setenv("LC_ALL", test.locale)
		w, err := assets(context.Background(), dir, knowledge(t), site)
		if err != nil {
			t.Fatal(err)
		}
		results = append(results, w.Files)
	}
	for name, data := range results[0] {
		if !bytes.Equal(data, results[1][name]) {
			t.Errorf("%s: two builds differ", name)
		}
		if bytes.Contains(data, []byte(os.TempDir()+"/")) {
			t.Errorf("%s names the folder it was built in", name)
		}
	}
}

func TestSection(t *testing.T) {
	for _, content := range [][]byte{knowledge(t), {}, bytes.Repeat([]byte{0xff}, 1<<14)} {
		program := []byte("\x00asm\x01\x00\x00\x00")
		before := bytes.Clone(program)
		got := sections(t, appendSection(program, Section, content))
		if len(got[Section]) != 1 || !bytes.Equal(got[Section][0], content) {
			t.Errorf("%d bytes did not come back from the section", len(content))
		}
		if !bytes.Equal(program, before) {
			t.Error("the program itself was changed")
		}
	}
	files := built(t).Files
	got := sections(t, files[Folder+"decoder.wasm"])[Section]
	if len(got) != 1 {
		t.Fatalf("decoder.wasm has %d sections %q, want 1", len(got), Section)
	}
	if _, err := explain.Open(got[0]); err != nil {
		t.Error(err)
	}
}

func TestKnowledgeAloneChangesTheSectionAlone(t *testing.T) {
	other, err := Assets(context.Background(), []byte("other"), "https://example.org/base/")
	if err != nil {
		t.Fatal(err)
	}
	a, b := other.Files[Folder+"decoder.wasm"], built(t).Files[Folder+"decoder.wasm"]
	program := len(a) - len("other") - len(Section) - 3
	if !bytes.Equal(a[:program], b[:program]) {
		t.Error("the program is not the same with other knowledge")
	}
	if bytes.Equal(other.Files[Folder+"widget.js"], built(t).Files[Folder+"widget.js"]) {
		t.Error("widget.js asks for the same address though the decoder is another, so a cache may mix two versions")
	}
	if other.Fixed == built(t).Fixed {
		t.Errorf("two versions are both in %s", other.Fixed)
	}
}

// TestFixed holds the folder that never changes to what its name and its pins promise.
func TestFixed(t *testing.T) {
	w := built(t)
	if !regexp.MustCompile(`^v1/[0-9a-f]{10}/$`).MatchString(w.Fixed) {
		t.Fatalf("the fixed folder is %q", w.Fixed)
	}
	for _, name := range []string{"widget.js", "answer.js", "decoder.wasm", "decoder.js", "settings.js", "settings.schema.json", "tidy.js", "embed.html", "embed.js", "embed.css", "frame.js"} {
		fixed, moving := w.Files[w.Fixed+name], w.Files[Folder+name]
		if len(fixed) == 0 || len(moving) == 0 {
			t.Errorf("%s is not in both folders", name)
		}
		if name != "widget.js" && !bytes.Equal(fixed, moving) {
			t.Errorf("%s is another in the fixed folder", name)
		}
	}
	for in, loaded := range map[string][]string{"widget.js": {"answer.js"}, "index.mjs": {"answer.js"}, "answer.js": {"decoder.wasm", "decoder.js", "settings.js", "tidy.js"}} {
		for _, name := range loaded {
			if want := pin(w.Files[w.Fixed+name]); !bytes.Contains(w.Files[w.Fixed+in], []byte(want)) {
				t.Errorf("%s does not insist on %s being %s", in, name, want)
			}
		}
	}
	// The moving script would insist on what is no longer there. It asks early for the decoder
	// of its version, and for another where that is not what comes: a test in the browsers sees it.
	moving := w.Files[Folder+"widget.js"]
	for name, data := range w.Files {
		if path.Base(name) != "decoder.wasm" && bytes.Contains(moving, []byte(strings.TrimPrefix(pin(data), pinned))) {
			t.Errorf("the moving widget.js insists on one version of %s", name)
		}
	}
	if n := bytes.Count(moving, []byte(pinned)); n != 1 {
		t.Errorf("the moving widget.js has %d integrities, want the decoder's alone", n)
	}
}

func TestKeep(t *testing.T) {
	site := t.TempDir()
	old := built(t)
	for name, data := range old.Files {
		write(t, filepath.Join(site, filepath.FromSlash(name)), string(data))
	}
	w := &Widget{Files: map[string][]byte{Folder + "widget.js": []byte("newer")}, Fixed: Folder + "0123456789/"}
	if err := w.Keep(site); err != nil {
		t.Fatal(err)
	}
	for name, data := range old.Files {
		if strings.HasPrefix(name, old.Fixed) && !bytes.Equal(w.Files[name], data) {
			t.Errorf("%s is not kept", name)
		}
	}
	if string(w.Files[Folder+"widget.js"]) != "newer" {
		t.Error("what is to be replaced was kept")
	}
	write(t, filepath.Join(site, filepath.FromSlash(old.Fixed), "answer.js"), "another")
	if err := w.Keep(site); err == nil || !strings.Contains(err.Error(), "is not what it was") {
		t.Errorf("error %v, want one about a folder that was changed", err)
	}
	if err := w.Keep(t.TempDir()); err != nil {
		t.Errorf("an empty folder: %v", err)
	}
}

// TestSchema wants every reason of the knowledge in the schema of settings, and no other.
func TestSchema(t *testing.T) {
	var schema struct {
		Defs struct {
			Reason struct{ Enum []string }
		} `json:"$defs"`
	}
	if err := json.Unmarshal(built(t).Files[Folder+"settings.schema.json"], &schema); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile("../codes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c, problems := catalog.Load("codes.yaml", data)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, r := range c.Reasons {
		want = append(want, r.ID)
	}
	got := schema.Defs.Reason.Enum
	slices.Sort(want)
	slices.Sort(got)
	if len(want) < 20 || !slices.Equal(got, want) {
		t.Errorf("the schema knows the reasons %q, want %q", got, want)
	}
}

func TestScriptHoldsTheDecoder(t *testing.T) {
	files := built(t).Files
	text, ok := bytes.CutPrefix(files[Folder+"decoder.js"], []byte(`document.currentScript.undelivered="`))
	text, _, found := bytes.Cut(text, []byte(`"`))
	if !ok || !found {
		t.Fatalf("decoder.js begins with %.60q", files[Folder+"decoder.js"])
	}
	r, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, bytes.NewReader(text)))
	if err != nil {
		t.Fatal(err)
	}
	if !r.ModTime.IsZero() || r.Name != "" {
		t.Error("the gzip in decoder.js tells when or of what it was made")
	}
	program, err := io.ReadAll(r)
	if err != nil || !bytes.Equal(program, files[Folder+"decoder.wasm"]) {
		t.Errorf("decoder.js does not hold decoder.wasm: %v", err)
	}
}

func TestScripts(t *testing.T) {
	allowed := [][]byte{
		[]byte(`"http://www.w3.org/2000/svg"`),                          // a name, not an address
		[]byte("https://json-schema.org/draft/2020-12/schema"),          // another
		[]byte("https://github.com/undelivered/undelivered/issues/new"), // a link that a person may follow
		[]byte("https://example.net/help"),                              // an example
		[]byte("^(https?://["),                                          // a pattern
		[]byte(`/(https?:\/\/[`),                                        // another
		[]byte("https://example.org/base/"),                             // where the site is
	}
	for name, script := range built(t).Files {
		if !strings.HasSuffix(name, ".js") && !strings.HasSuffix(name, ".mjs") {
			continue
		}
		for _, part := range allowed {
			script = bytes.ReplaceAll(script, part, nil)
		}
		for _, bad := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "createContextualFragment", "DOMParser", "setHTML", "localStorage", "sessionStorage", "indexedDB", "document.cookie", "sendBeacon", "XMLHttpRequest", "WebSocket", "EventSource", "http://", "https://"} {
			if bytes.Contains(script, []byte(bad)) {
				t.Errorf("%s has %s in it", name, bad)
			}
		}
	}
}

// TestLinked holds the decoder to packages that are worth their download. Each of fmt,
// regexp and encoding/json would add a quarter of the whole, or more.
func TestLinked(t *testing.T) {
	out, err := run(context.Background(), ".", "list", "-deps", decoder)
	if err != nil {
		t.Fatal(err)
	}
	allowed := []string{
		"cmp", "errors", "io", "iter", "math", "math/bits", "runtime", "slices", "sort", "strconv", "strings",
		"sync", "sync/atomic", "syscall/js", "unicode", "unicode/utf16", "unicode/utf8", "unsafe",
	}
	for _, p := range strings.Fields(string(out)) {
		ours := strings.HasPrefix(p, "github.com/undelivered/undelivered/")
		if !ours && !strings.HasPrefix(p, "internal/") && !slices.Contains(allowed, p) {
			t.Errorf("the decoder links %s", p)
		}
	}
}

func TestErrors(t *testing.T) {
	t.Run("no go command", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		_, err := Assets(context.Background(), nil, "")
		if err == nil || !strings.Contains(err.Error(), "no go command on the PATH") {
			t.Errorf("error %v", err)
		}
	})
	t.Run("does not compile", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "tree")
		copyTree(t, dir)
		write(t, filepath.Join(dir, "wasm", "decoder", "more.go"), "package main\n\nvar x int = \"seven\"\n")
		_, err := assets(context.Background(), dir, nil, "")
		if err == nil || !strings.Contains(err.Error(), "cannot be compiled") || !strings.Contains(err.Error(), "more.go:3") {
			t.Errorf("error %v, want one that names the line", err)
		}
	})
	t.Run("outside the tree", func(t *testing.T) {
		_, err := assets(context.Background(), t.TempDir(), nil, "")
		if err == nil || !strings.Contains(err.Error(), "cannot be compiled") {
			t.Errorf("error %v", err)
		}
	})
	t.Run("given up", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := Assets(ctx, nil, ""); err != context.Canceled {
			t.Errorf("error %v, want %v", err, context.Canceled)
		}
	})
}

// built returns the assets with the knowledge of codes.yaml. They are made once.
func built(t *testing.T) *Widget {
	t.Helper()
	files, err := builtOnce()
	if err != nil {
		t.Fatal(err)
	}
	return files
}

var builtOnce = sync.OnceValues(func() (*Widget, error) {
	k, err := packedOnce()
	if err != nil {
		return nil, err
	}
	return Assets(context.Background(), k, "https://example.org/base/")
})

func knowledge(t *testing.T) []byte {
	t.Helper()
	k, err := packedOnce()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

var packedOnce = sync.OnceValues(func() ([]byte, error) {
	data, err := os.ReadFile("../codes.yaml")
	if err != nil {
		return nil, err
	}
	c, problems := catalog.Load("codes.yaml", data)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	return c.Pack(), nil
})

func zipped(t *testing.T, data []byte) int {
	t.Helper()
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	w.Write(data)
	w.Close()
	return b.Len()
}

// sections returns the custom sections of a program by their names.
func sections(t *testing.T, program []byte) map[string][][]byte {
	t.Helper()
	rest, ok := bytes.CutPrefix(program, []byte("\x00asm\x01\x00\x00\x00"))
	if !ok {
		t.Fatalf("this is no WebAssembly: %.20q", program)
	}
	number := func() int {
		n, size := binary.Uvarint(rest)
		if size <= 0 || n > uint64(len(rest)) {
			t.Fatalf("a length of %d where %d bytes are left", n, len(rest))
		}
		rest = rest[size:]
		return int(n)
	}
	found := map[string][][]byte{}
	for len(rest) > 0 {
		kind := rest[0]
		rest = rest[1:]
		size := number()
		after := rest[size:]
		if kind == 0 {
			n := number()
			name := string(rest[:n])
			found[name] = append(found[name], rest[n:len(rest)-len(after)])
		}
		rest = after
	}
	return found
}

// copyTree copies what the decoder is compiled from.
func copyTree(t *testing.T, to string) {
	t.Helper()
	for _, name := range []string{"go.mod", "go.sum", "internal", "wasm/decoder", "wasm/answer"} {
		err := filepath.WalkDir(filepath.Join("..", name), func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") {
				return err
			}
			if ext := filepath.Ext(path); ext != ".go" && ext != ".mod" && ext != ".sum" {
				return nil
			}
			rel, err := filepath.Rel("..", path)
			if err != nil {
				return err
			}
			write(t, filepath.Join(to, rel), string(read(t, path)))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
