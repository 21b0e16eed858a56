// Package wasm makes what a page needs for the widget <undelivered-explainer>: the scripts
// of the widget and the decoder, which is a Go program compiled for the browser.
package wasm

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/undelivered/undelivered/internal/catalog/packed"
)

// Section is the name of the custom section of decoder.wasm that holds the knowledge.
const Section = "undelivered"

const (
	ours    = "github.com/undelivered/undelivered/"
	decoder = ours + "wasm/decoder"
)

// Folder is where the files of the widget are, below the root of a site.
const Folder = "v1/"

// version is that of the npm package. Its first number is that of Folder.
const version = "1.0.0"

// Widget is the widget as it is published.
type Widget struct {
	// Files are the files below a site's root, by their slash-separated names. They are there
	// twice: in Folder, where the next build has newer ones, and in Fixed, for good.
	Files map[string][]byte
	// Fixed is a folder in Folder whose name is a hash of what is in it: v1/0123456789/. A site
	// that keeps it keeps a promise: pages name its widget.js with an integrity.
	Fixed string
}

// Assets returns the widget with the knowledge given, for a site whose address may be empty.
// Each of its two folders is complete and can be copied anywhere; its files find one another
// by their names:
//
//	widget.js     the custom element; the only file that a page names
//	answer.js     what widget.js loads when somebody turns to it
//	decoder.wasm  the decoder, with the packed knowledge and the runtime's tables in custom sections
//	decoder.js    the same as a script, for pages opened from disk
//	settings.js   for pages that have settings; settings.schema.json says what they may hold
//	tidy.js     for those who want a clean report
//	embed.html    a page for an iframe, with embed.js and embed.css
//	frame.js      for the page around that iframe
//
// The fixed folder is an npm package too, with index.mjs in place of widget.js. It needs the go
// command, and to run within the source tree. The same tree, knowledge, address and Go version
// give the same bytes.
func Assets(ctx context.Context, knowledge []byte, site string) (*Widget, error) {
	return assets(ctx, ".", knowledge, site)
}

func assets(ctx context.Context, dir string, knowledge []byte, site string) (*Widget, error) {
	program, runtime, err := compile(ctx, dir)
	if err != nil {
		return nil, err
	}
	if program, err = stripTables(program); err != nil {
		return nil, err
	}
	program, columns, err := takeColumns(program)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{"decoder.wasm": appendSection(appendSection(program, Columns, columns), Section, knowledge)}
	var errs []error
	put := func(name string) func([]byte, error) {
		return func(data []byte, err error) {
			files[name] = data
			errs = append(errs, err)
		}
	}
	put("decoder.js")(script(files["decoder.wasm"]))
	put("settings.schema.json")(schema(reasons(knowledge)))
	put("settings.js")(settings(files["settings.schema.json"]))
	put("tidy.js")(report())
	put("answer.js")(answer(runtime, pins(files, "decoder.wasm", "decoder.js", "settings.js", "tidy.js")))
	put("embed.js")(plain("embed.js"))
	put("frame.js")(plain("frame.js"))
	put("embed.html")(text("embed.html", "text/html"))
	put("embed.css")(text("embed.css", "text/css"))
	put("widget.js")(widget(asScript, site, "", pins(files, "answer.js"), pin(files["decoder.wasm"])))
	put("index.mjs")(widget(asModule, site, "", pins(files, "answer.js"), pin(files["decoder.wasm"])))
	put("index.d.ts")(sources.ReadFile("package/index.d.ts"))
	put("README.md")(sources.ReadFile("package/README.md"))
	put("package.json")(description())

	hash := hashOf(files)
	w := &Widget{Files: map[string][]byte{}, Fixed: Folder + hash + "/"}
	for name, data := range files {
		w.Files[w.Fixed+name] = data
		if !slices.Contains(packageFiles, name) {
			w.Files[Folder+name] = data
		}
	}
	// A script that is replaced in place must not insist on what it loads: a cache may give out
	// the older of the two. Its version keeps them apart.
	moving, err := widget(asScript, site, hash, map[string]string{}, pin(files["decoder.wasm"]))
	w.Files[Folder+"widget.js"] = moving
	if err := errors.Join(append(errs, err)...); err != nil {
		return nil, err
	}
	return w, nil
}

// Keep adds the fixed folders of an older site, which is in the folder dir, so that pages that
// name them go on working. A folder that is not what its name says is an error.
func (w *Widget) Keep(dir string) error {
	old, err := fs.Glob(os.DirFS(dir), Folder+"[0-9a-f]*/widget.js")
	if err != nil {
		return err
	}
	for _, name := range old {
		folder := path.Dir(name)
		files := map[string][]byte{}
		entries, err := os.ReadDir(filepath.Join(dir, filepath.FromSlash(folder)))
		if err != nil {
			return err
		}
		for _, e := range entries {
			if files[e.Name()], err = os.ReadFile(filepath.Join(dir, filepath.FromSlash(folder), e.Name())); err != nil {
				return err
			}
		}
		if folder != Folder+hashOf(files) {
			return fmt.Errorf("%s is not what it was when it was published, and pages would refuse it; restore it, or remove it if no page names it", filepath.Join(dir, folder))
		}
		for name, data := range files {
			w.Files[folder+"/"+name] = data
		}
	}
	return nil
}

// packageFiles are those that only a package has.
var packageFiles = []string{"index.mjs", "index.d.ts", "package.json", "README.md"}

// description returns package.json.
func description() ([]byte, error) {
	data, err := json.MarshalIndent(map[string]any{
		"name":        "undelivered-explainer",
		"version":     version,
		"description": "Explains mail errors in plain words, in the browser alone",
		"keywords":    []string{"email", "bounce", "smtp", "dsn", "web-component"},
		"license":     "MIT AND BSD-3-Clause",
		"repository":  "github:undelivered/undelivered",
		"type":        "module",
		"sideEffects": true,
		"exports": map[string]any{
			".":   map[string]string{"types": "./index.d.ts", "default": "./index.mjs"},
			"./*": "./*",
		},
	}, "", "  ")
	return append(data, '\n'), err
}

// hashOf returns a name for files that changes with any of them.
func hashOf(files map[string][]byte) string {
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(sum, "%s\x00%d\x00", name, len(files[name]))
		sum.Write(files[name])
	}
	return hex.EncodeToString(sum.Sum(nil))[:10]
}

func pins(files map[string][]byte, names ...string) map[string]string {
	all := map[string]string{}
	for _, name := range names {
		all[name] = pin(files[name])
	}
	return all
}

// reasons returns the ids of the reasons that packed knowledge has. Damaged knowledge has none;
// what is wrong with it, whoever reads it says.
func reasons(knowledge []byte) []string {
	ids := []string{}
	if k, err := packed.Open(knowledge); err == nil {
		for i := range k.Len(packed.Reasons) {
			ids = append(ids, k.Row(packed.Reasons, i).Field(0))
		}
	}
	return ids
}

// compile returns the decoder, without knowledge, and the toolchain's script that runs it.
func compile(ctx context.Context, dir string) (program, runtime []byte, err error) {
	root, err := run(ctx, dir, "env", "GOROOT")
	if err != nil {
		return nil, nil, err
	}
	path := filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js")
	if runtime, err = os.ReadFile(path); err != nil {
		return nil, nil, fmt.Errorf("this Go toolchain has no lib/wasm/wasm_exec.js; install Go from its own archive: %w", err)
	}
	out, err := os.MkdirTemp("", "undelivered-")
	if err != nil {
		return nil, nil, fmt.Errorf("no folder to compile the decoder in: %w", err)
	}
	defer os.RemoveAll(out)
	path = filepath.Join(out, "decoder.wasm")
	if _, err = runWith(ctx, dir, collector, append(flags(path), append(called, decoder)...)...); err != nil {
		return nil, nil, err
	}
	program, err = os.ReadFile(path)
	return program, runtime, err
}

// Empty returns what the decoder is measured against: a program of the same toolchain, built
// with the same flags, that registers one callback and does nothing, and the toolchain's script
// that runs it.
func Empty(ctx context.Context) (program, runtime []byte, err error) {
	root, err := run(ctx, ".", "env", "GOROOT")
	if err != nil {
		return nil, nil, err
	}
	if runtime, err = os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js")); err != nil {
		return nil, nil, err
	}
	dir, err := os.MkdirTemp("", "undelivered-")
	if err != nil {
		return nil, nil, err
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, "empty.wasm")
	for name, text := range map[string]string{"go.mod": "module empty\n\ngo 1.26\n", "main.go": empty} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			return nil, nil, err
		}
	}
	if _, err := run(ctx, dir, append(flags(out), ".")...); err != nil {
		return nil, nil, err
	}
	program, err = os.ReadFile(out)
	return program, runtime, err
}

const empty = `package main

import "syscall/js"

func main() {
	js.Global().Set("callback", js.FuncOf(func(js.Value, []js.Value) any { return nil }))
	select {}
}
`

// flags are those of a build that is small and does not tell where it was made.
func flags(out string) []string {
	return []string{"build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-o", out}
}

// called are flags that have the decoder call its small functions, in place of a copy of them at
// each of their hundreds of calls, which take more of the download than they save time. Those of
// the runtime's atomic operations have no other thread to mind in a browser.
//
// The runtime and the packages for strings, numbers and UTF-8 are compiled without checks of their
// indexes and their pointers, which take 25 KB of the download: what they index and point to is
// theirs, and Go's own tests are for that. What reads a person's text has its checks: there a mistake
// must end as an error, and not as a wrong answer.
var called = []string{
	"-gcflags=internal/runtime/atomic=-l", "-gcflags=internal/runtime/math=-l",
	"-gcflags=runtime=-B -d=disablenil=1", "-gcflags=internal/runtime/maps=-B -d=disablenil=1",
	"-gcflags=strings=-B -d=disablenil=1", "-gcflags=internal/strconv=-B -d=disablenil=1", "-gcflags=unicode/utf8=-l -B -d=disablenil=1",
	"-gcflags=internal/stringslite=-B -d=disablenil=1",
	"-gcflags=" + ours + "internal/bounce=-l", "-gcflags=" + ours + "internal/explain=-l",
}

// collector has the decoder collect garbage as Go did before 1.26. The newer way is quicker where
// several cores share a large heap, which a browser never has, and takes 14 KB more of the
// download.
const collector = "GOEXPERIMENT=nogreenteagc"

// run runs the go command in dir and returns what it prints.
func run(ctx context.Context, dir string, args ...string) ([]byte, error) {
	return runWith(ctx, dir, "GOEXPERIMENT=", args...)
}

// runWith runs it with a choice of the toolchain's experiments.
func runWith(ctx context.Context, dir, experiment string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(environment(os.Environ()), experiment)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	switch {
	case err == nil:
		return out, nil
	case errors.Is(err, exec.ErrNotFound):
		return nil, errors.New("the decoder cannot be compiled: there is no go command on the PATH; install Go (https://go.dev/dl)")
	case ctx.Err() != nil:
		return nil, ctx.Err()
	}
	return nil, fmt.Errorf("the decoder cannot be compiled (go %s: %w):\n%s", args[0], err, bytes.TrimSpace(stderr.Bytes()))
}

// environment returns env without what one person's settings change about the result. A
// setting that is empty would be read from "go env -w", so GOFLAGS repeats a
// flag.
func environment(env []string) []string {
	var kept []string
	for _, e := range env {
		switch name, _, _ := strings.Cut(e, "="); name {
		case "GOFLAGS", "GOOS", "GOARCH", "GOWASM", "GOEXPERIMENT", "GOFIPS140", "GOWORK", "CGO_ENABLED":
		default:
			kept = append(kept, e)
		}
	}
	return append(kept, "GOFLAGS=-trimpath", "GOOS=js", "GOARCH=wasm", "GOWORK=off", "CGO_ENABLED=0")
}

// appendSection returns program with a custom section at its end: the number 0, the length
// of the rest, the length of the name, the name, the content (WebAssembly core
// specification, 5.5.3).
func appendSection(program []byte, name string, content []byte) []byte {
	rest := binary.AppendUvarint(nil, uint64(len(name)))
	rest = append(rest, name...)
	out := append(bytes.Clone(program), 0)
	out = binary.AppendUvarint(out, uint64(len(rest)+len(content)))
	out = append(out, rest...)
	return append(out, content...)
}

// script returns program as a script that hands it over, packed, on its own element.
func script(program []byte) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(`document.currentScript.undelivered="`)
	encoder := base64.NewEncoder(base64.StdEncoding, &b)
	packer, err := gzip.NewWriterLevel(encoder, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := packer.Write(program); err != nil {
		return nil, err
	}
	if err := errors.Join(packer.Close(), encoder.Close()); err != nil {
		return nil, err
	}
	b.WriteString("\";\n")
	return b.Bytes(), nil
}
