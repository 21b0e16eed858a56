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
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Section is the name of the custom section of decoder.wasm that holds the knowledge.
const Section = "undelivered"

const decoder = "github.com/undelivered/undelivered/wasm/decoder"

// Assets returns the files of the widget, by their names:
//
//	widget.js     the custom element; the only file that a page names
//	answer.js     what widget.js loads when somebody turns to it
//	decoder.wasm  the decoder, with the packed knowledge in a custom section
//	decoder.js    the same as a script, for pages opened from disk
//
// They find one another by their names in one folder. It needs the go command, and to run
// within the source tree. The same tree, knowledge and Go version give the same bytes.
func Assets(ctx context.Context, knowledge []byte) (map[string][]byte, error) {
	return assets(ctx, ".", knowledge)
}

func assets(ctx context.Context, dir string, knowledge []byte) (map[string][]byte, error) {
	program, runtime, err := compile(ctx, dir)
	if err != nil {
		return nil, err
	}
	if program, err = stripTables(program); err != nil {
		return nil, err
	}
	files := map[string][]byte{"decoder.wasm": appendSection(program, Section, knowledge)}
	if files["decoder.js"], err = script(files["decoder.wasm"]); err != nil {
		return nil, err
	}
	if files["answer.js"], err = answer(runtime); err != nil {
		return nil, err
	}
	version := sha256.New()
	version.Write(files["answer.js"])
	version.Write(files["decoder.wasm"])
	files["widget.js"], err = widget(hex.EncodeToString(version.Sum(nil))[:10])
	return files, err
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
	if _, err = run(ctx, dir, append(flags(path), decoder)...); err != nil {
		return nil, nil, err
	}
	program, err = os.ReadFile(path)
	return program, runtime, err
}

// flags are those of a build that is small and does not tell where it was made.
func flags(out string) []string {
	return []string{"build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-o", out}
}

// run runs the go command in dir and returns what it prints.
func run(ctx context.Context, dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = environment(os.Environ())
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
