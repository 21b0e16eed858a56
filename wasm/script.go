package wasm

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"

	"github.com/tdewolff/minify/v2"
	"github.com/tdewolff/minify/v2/css"
	"github.com/tdewolff/minify/v2/js"
)

//go:embed widget
var sources embed.FS

// place is where start.js takes in the script of the Go toolchain.
const place = `"wasm_exec.js";`

// widget returns widget.js. The version goes into the addresses of what it loads later.
func widget(version string) ([]byte, error) {
	var s source
	s.constant("VERSION", version)
	s.constant("WORDS", s.words("widget"))
	s.constant("STYLE", s.style("widget.css"))
	s.script("widget.js", nil)
	return s.minified()
}

// answer returns answer.js. The runtime is Go's script that runs programs in a browser.
func answer(runtime []byte) ([]byte, error) {
	var s source
	s.constant("WORDS", s.words("answer", "examples"))
	s.constant("STYLE", s.style("answer.css"))
	s.script("start.js", runtime)
	s.script("engine.js", nil)
	s.script("render.js", nil)
	s.script("answer.js", nil)
	return s.minified()
}

// source is a script in the making. What goes wrong first is kept and told in the end.
type source struct {
	b   bytes.Buffer
	err error
}

func (s *source) constant(name string, value any) {
	text, err := json.Marshal(value)
	s.fail("wasm/widget: the constant "+name, err)
	fmt.Fprintf(&s.b, "const %s = %s;\n", name, text)
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
	text := append([]byte("(() => {\n\"use strict\";\n"), s.b.Bytes()...)
	text, err := m.Bytes("text/javascript", append(text, "})();\n"...))
	s.fail("wasm/widget", err)
	return text, s.err
}
