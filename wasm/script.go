package wasm

import (
	"bytes"
	"crypto/sha512"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/tdewolff/minify/v2"
	"github.com/tdewolff/minify/v2/css"
	"github.com/tdewolff/minify/v2/html"
	"github.com/tdewolff/minify/v2/js"
)

//go:embed widget package
var sources embed.FS

// place is where start.js takes in the script of the Go toolchain.
const place = `"wasm_exec.js";`

// How a script knows its own element and address: a classic one, and a module.
const (
	asScript = "const SCRIPT = document.currentScript || document.querySelector('script[src*=\"widget.js\"]'), HERE = SCRIPT?.src || document.baseURI;\n"
	asModule = "const SCRIPT = null, HERE = import.meta.url;\n"
)

// widget returns widget.js, or as a module index.mjs. What it loads later has version in its
// address, and has to be what pins say, by file name. The decoder of its version is asked for
// early, and taken if it is what the pin decoder says.
func widget(kind, site, version string, pins map[string]string, decoder string) ([]byte, error) {
	var s source
	s.b.WriteString(kind)
	s.constant("SITE", site)
	s.constant("VERSION", version)
	s.constant("PINS", pins)
	s.constant("DECODER", strings.TrimPrefix(decoder, pinned))
	s.constant("WORDS", s.words("widget"))
	s.constant("STYLE", s.style("widget.css"))
	s.script("widget.js", nil)
	if kind == asModule {
		// A server may import it, to render pages that have no element yet.
		s.begin = "if (globalThis.customElements) (() => {\n"
	}
	return s.minified()
}

// answer returns answer.js. The runtime is Go's script that runs programs in a browser.
func answer(runtime []byte, pins map[string]string) ([]byte, error) {
	var s source
	s.constant("PINS", pins)
	s.constant("WORDS", s.words("answer", "examples"))
	s.constant("STYLE", s.style("answer.css"))
	s.script("start.js", runtime)
	s.script("engine.js", nil)
	s.script("render.js", nil)
	s.script("answer.js", nil)
	return s.minified()
}

// schema returns settings.schema.json, for the reasons that there are.
func schema(reasons []string) ([]byte, error) {
	var s source
	const none = `"enum": []`
	text := s.read("settings.schema.json")
	if bytes.Count(text, []byte(none)) != 1 {
		s.fail("wasm/widget/settings.schema.json", fmt.Errorf("%s must stand there once, for the ids of reasons", none))
	}
	return bytes.Replace(text, []byte(none), append([]byte(`"enum": `), s.json(reasons)...), 1), s.err
}

// settings returns settings.js, which checks settings with a schema.
func settings(schema []byte) ([]byte, error) {
	var s source
	s.constant("SCHEMA", json.RawMessage(schema))
	s.script("settings.js", nil)
	return s.minified()
}

// report returns tidy.js.
func report() ([]byte, error) {
	var s source
	s.constant("WORDS", s.words("report"))
	s.script("tidy.js", nil)
	return s.minified()
}

// plain returns a script that needs nothing of the build.
func plain(name string) ([]byte, error) {
	var s source
	s.script(name, nil)
	return s.minified()
}

// text returns a page or a stylesheet.
func text(name, kind string) ([]byte, error) {
	var s source
	m := minify.New()
	m.Add("text/html", &html.Minifier{KeepDocumentTags: true, KeepEndTags: true, KeepQuotes: true, KeepDefaultAttrVals: true})
	m.Add("text/css", &css.Minifier{})
	text, err := m.Bytes(kind, s.read(name))
	s.fail("wasm/widget/"+name, err)
	return text, s.err
}

const pinned = "sha384-"

// pin returns the subresource integrity of data (W3C Subresource Integrity).
func pin(data []byte) string {
	sum := sha512.Sum384(data)
	return pinned + base64.StdEncoding.EncodeToString(sum[:])
}

// source is a script in the making. What goes wrong first is kept and told in the end.
type source struct {
	b     bytes.Buffer
	begin string
	err   error
}

func (s *source) constant(name string, value any) {
	fmt.Fprintf(&s.b, "const %s = %s;\n", name, s.json(value))
}

func (s *source) json(value any) []byte {
	text, err := json.Marshal(value)
	s.fail("wasm/widget: a constant", err)
	return text
}

// words returns members of words.json.
func (s *source) words(members ...string) map[string]json.RawMessage {
	var all map[string]json.RawMessage
	s.fail("wasm/widget/words.json", json.Unmarshal(s.read("words.json"), &all))
	some := map[string]json.RawMessage{}
	for _, m := range members {
		some[m] = all[m]
	}
	return some
}

func (s *source) style(name string) string {
	m := minify.New()
	m.Add("text/css", &css.Minifier{})
	text, err := m.Bytes("text/css", s.read(name))
	s.fail("wasm/widget/"+name, err)
	return string(text)
}

func (s *source) script(name string, runtime []byte) {
	text := s.read(name)
	if runtime != nil {
		if bytes.Count(text, []byte(place)) != 1 {
			s.fail("wasm/widget/"+name, fmt.Errorf("the line %s must stand there once", place))
		}
		text = bytes.Replace(text, []byte(place), runtime, 1)
	}
	s.b.Write(text)
}

func (s *source) read(name string) []byte {
	text, err := sources.ReadFile("widget/" + name)
	s.fail("wasm/widget", err)
	return text
}

func (s *source) fail(where string, err error) {
	if err != nil && s.err == nil {
		s.err = fmt.Errorf("%s: %w", where, err)
	}
}

// minified returns the script in a function of its own, so that it leaves no name behind.
func (s *source) minified() ([]byte, error) {
	m := minify.New()
	m.Add("text/javascript", &js.Minifier{})
	if s.begin == "" {
		s.begin = "(() => {\n"
	}
	text := append([]byte(s.begin+"\"use strict\";\n"), s.b.Bytes()...)
	text, err := m.Bytes("text/javascript", append(text, "})();\n"...))
	s.fail("wasm/widget", err)
	return text, s.err
}
