package site

import (
	"bytes"
	"maps"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/net/html"

	"github.com/undelivered/undelivered/internal/catalog"
)

// codes reads the fixture's catalogue, changed as the pairs of old and new text say.
func codes(t testing.TB, changes ...string) *catalog.Catalog {
	t.Helper()
	data, err := os.ReadFile("testdata/codes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for i := 0; i < len(changes); i += 2 {
		if !strings.Contains(text, changes[i]) {
			t.Fatalf("the fixture has no %q", changes[i])
		}
		text = strings.Replace(text, changes[i], changes[i+1], 1)
	}
	c, problems := catalog.Load("codes.yaml", []byte(text))
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	return c
}

// content returns the fixture's pages, changed as the pairs of name and text say. An empty
// text takes a page away.
func content(changes ...string) fstest.MapFS {
	files := fstest.MapFS{}
	for _, name := range []string{"home", "404", "replies", "enhanced", "reasons", "providers", "clients", "blocklists", "guides", "about"} {
		files[name+".md"] = &fstest.MapFile{Data: []byte("---\ntitle: The " + name + "\ndescription: About the " + name + ".\n---\nText of " + name + ", with [a link](replies/550).\n")}
	}
	files["home.md"].Data = []byte("---\ntitle: Home\ndescription: Start.\nsee: [replies/550, enhanced/5.1.1]\n---\n## What it is\n\nText.\n")
	files["digits.md"] = &fstest.MapFile{Data: []byte("---\ntitle: Digits\ndescription: All of them.\nsee: [replies/550, enhanced/5.1.1]\n---\nText.\n")}
	files["guides/second.md"] = &fstest.MapFile{Data: []byte("---\ntitle: Second\ndescription: Read it second.\norder: 2\n---\nShort.\n")}
	files["guides/first.md"] = &fstest.MapFile{Data: []byte(`---
title: "First: a 'guide'"
description: Read it first.
order: 1
sources: [rfc5321 3.1]
credit: After [an article](https://example.org/).
see: [guides/second]
---
Lead to [a code](replies/550), [its steps](replies/550#what-to-do), [a class](enhanced/X.1.1), [a digit](first-digits/5) and [the subject](subjects/1).

## One & one

Mail to <bob@example.com> and <https://example.org/x>. It's "quoted".

## One & one

| a | b |
|---|---|
| 1 | 2 |

## Three

### Below

## Four

Up to [three](#three).
`)}
	for i := 0; i < len(changes); i += 2 {
		if changes[i+1] == "" {
			delete(files, changes[i])
		} else {
			files[changes[i]] = &fstest.MapFile{Data: []byte(changes[i+1])}
		}
	}
	return files
}

var assets = map[string][]byte{"v1/widget.js": []byte("let a=1"), "v1/decoder.wasm": []byte("\x00asm")}

// generate makes the fixture's site.
func generate(t testing.TB) *Site {
	t.Helper()
	s, err := Generate(Config{Catalog: codes(t), Content: content(), Assets: maps.Clone(assets), Codes: []byte("version: 1\n"), BaseURL: "https://example.org/base/"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// parsed is a page as a tree.
type parsed struct {
	t    testing.TB
	name string
	root *html.Node
}

func parse(t testing.TB, s *Site, name string) parsed {
	t.Helper()
	data, ok := s.Files[name]
	if !ok {
		t.Fatalf("there is no %s", name)
	}
	root, err := html.Parse(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return parsed{t, name, root}
}

// find returns the elements that a selector of tags, #ids, .classes, [attribute=values],
// descendants and children names, in the order of the page.
func (p parsed) find(selector string) []*html.Node {
	p.t.Helper()
	found := []*html.Node{p.root}
	child := false
	for _, step := range strings.Fields(selector) {
		if step == ">" {
			child = true
			continue
		}
		var next []*html.Node
		seen := map[*html.Node]bool{}
		for _, n := range found {
			nodes := n.Descendants()
			if child {
				nodes = n.ChildNodes()
			}
			for d := range nodes {
				if d.Type == html.ElementNode && !seen[d] && matches(d, step) {
					seen[d] = true
					next = append(next, d)
				}
			}
		}
		found, child = next, false
	}
	return found
}

// matches reports whether an element is what one step of a selector names.
func matches(n *html.Node, step string) bool {
	for step != "" {
		end := strings.IndexAny(step[1:], "#.[") + 1
		if end == 0 {
			end = len(step)
		}
		if step[0] == '[' {
			end = strings.IndexByte(step, ']') + 1
		}
		part := step[:end]
		step = step[end:]
		switch part[0] {
		case '#':
			if attribute(n, "id") != part[1:] {
				return false
			}
		case '.':
			if !strings.Contains(" "+attribute(n, "class")+" ", " "+part[1:]+" ") {
				return false
			}
		case '[':
			key, value, given := strings.Cut(strings.Trim(part, "[]"), "=")
			if !has(n, key) || given && attribute(n, key) != value {
				return false
			}
		default:
			if n.Data != part {
				return false
			}
		}
	}
	return true
}

func has(n *html.Node, key string) bool {
	for _, a := range n.Attr {
		if a.Key == key {
			return true
		}
	}
	return false
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// words returns the text in a node, spaces joined.
func words(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// says wants a text in each of the elements that the selector names, in this order.
func (p parsed) says(selector string, texts ...string) {
	p.t.Helper()
	var got []string
	for _, n := range p.find(selector) {
		got = append(got, words(n))
	}
	if strings.Join(got, "\n") != strings.Join(texts, "\n") {
		p.t.Errorf("%s: %s says\n\t%q\nwant\n\t%q", p.name, selector, got, texts)
	}
}

// leads wants the links that the selector names to lead to these addresses.
func (p parsed) leads(selector string, hrefs ...string) {
	p.t.Helper()
	var got []string
	for _, n := range p.find(selector) {
		got = append(got, attribute(n, "href"))
	}
	if strings.Join(got, " ") != strings.Join(hrefs, " ") {
		p.t.Errorf("%s: %s leads to %q, want %q", p.name, selector, got, hrefs)
	}
}

// none wants no element that the selector names.
func (p parsed) none(selector string) {
	p.t.Helper()
	if n := len(p.find(selector)); n > 0 {
		p.t.Errorf("%s: %d times %s, want none", p.name, n, selector)
	}
}
