package links

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestCheck(t *testing.T) {
	tests := []struct {
		name string
		file string
		html string
		want string // part of the only error; empty for none
	}{
		{"to a file", "index.html", `<a href="codes/550.html">`, ""},
		{"up and down", "codes/550.html", `<a href="../index.html">`, ""},
		{"to a heading", "index.html", `<a href="codes/550.html#what">`, ""},
		{"to its own heading", "index.html", `<p id="here"><a href="#here">`, ""},
		{"a heading in another script", "index.html", `<p id="über"><a href="#%C3%BCber">`, ""},
		{"with a query", "index.html", `<a href="codes/550.html?x=1">`, ""},
		{"out, said openly", "index.html", `<a href="https://www.rfc-editor.org/rfc/rfc5321">`, ""},
		{"mail", "index.html", `<a href="mailto:postmaster@example.org">`, ""},
		{"canonical", "index.html", `<link rel="canonical" href="https://example.org/">`, ""},
		{"style", "index.html", `<link rel="stylesheet" href="style.css">`, ""},
		{"picture in the page", "index.html", `<img src="data:image/png;base64,AA==">`, ""},
		{"404 under the base", "404.html", `<a href="/base/codes/550.html#what">`, ""},
		{"404 at the root", "404.html", `<a href="/codes/550.html">`, "depends on where"},
		{"missing", "index.html", `<a href="codes/551.html">`, "codes/551.html is not there"},
		{"missing heading", "index.html", `<a href="codes/550.html#who">`, `no`},
		{"missing own heading", "index.html", `<a href="#here">`, `index.html has nothing with the id "here"`},
		{"heading of a stylesheet", "index.html", `<a href="style.css#x">`, "has nothing with the id"},
		{"folder", "index.html", `<a href="codes/">`, "folder"},
		{"the own folder", "codes/550.html", `<a href=".">`, "folder"},
		{"absolute", "index.html", `<a href="/base/codes/550.html">`, "depends on where"},
		{"out of the folder", "index.html", `<a href="../index.html">`, "out of the folder"},
		{"out and back", "codes/550.html", `<a href="../../base/index.html">`, "out of the folder"},
		{"without a scheme", "index.html", `<a href="//example.org/">`, "leaves the site"},
		{"a script for an address", "index.html", `<a href="javascript:alert(1)">`, `"javascript"`},
		{"a file address", "index.html", `<a href="file:///etc/passwd">`, `"file"`},
		{"empty", "index.html", `<a href="">`, "empty"},
		{"a script from elsewhere", "index.html", `<script src="https://example.org/x.js"></script>`, "another site"},
		{"a style from elsewhere", "index.html", `<link rel="stylesheet" href="https://example.org/x.css">`, "another site"},
		{"a missing script", "index.html", `<script src="x.js"></script>`, "x.js is not there"},
		{"a missing picture", "index.html", `<img srcset="a.png 1x, b.png 2x" src="style.css">`, "a.png is not there\nindex.html: link to \"b.png\": b.png is not there"},
		{"an id twice", "index.html", `<p id="a"><p id="a">`, `two elements have the id "a"`},
		{"base", "index.html", `<base target="x">`, "base element"},
		{"a style that loads", "style.css", `a{background:url("x.png")}`, "x.png is not there"},
		{"in Markdown", "index.md", "[a](codes/550.html) and `[b](nowhere)`", ""},
		{"missing, in Markdown", "codes/550.md", "| a |\n|---|\n| [b](551.md) |", `codes/550.md: link to "551.md": codes/551.md is not there`},
		{"in a list of pages", "llms.txt", "- [a](codes/551.html): b", "codes/551.html is not there"},
		{"in a comment", "index.html", `<!-- <a href="nowhere"> -->`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := map[string][]byte{
				"index.html": nil, "404.html": nil, "style.css": nil,
				"codes/550.html": []byte(`<h2 id="what">What</h2>`),
			}
			files[tt.file] = append(files[tt.file], tt.html...)
			var got []string
			for _, err := range Check(files, "/base/") {
				got = append(got, err.Error())
			}
			text := strings.Join(got, "\n")
			if (tt.want == "") != (text == "") || !strings.Contains(text, tt.want) {
				t.Errorf("Check = %q, want %q", text, tt.want)
			}
		})
	}
}

func TestCheckFS(t *testing.T) {
	errs, err := CheckFS(fstest.MapFS{
		"index.html":     {Data: []byte(`<a href="codes/550.html">`)},
		"codes/550.html": {Data: []byte(`<a href="551.html">`)},
	}, "/")
	if err != nil || len(errs) != 1 || !strings.HasPrefix(errs[0].Error(), "codes/550.html: ") {
		t.Errorf("CheckFS = %v, %v; want one error in codes/550.html", errs, err)
	}
}
