package site

import (
	"bytes"
	"strings"
	"testing"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"golang.org/x/net/html"
)

func TestMarkdown(t *testing.T) {
	tests := []struct{ name, html, want string }{
		{"headings and paragraphs", `<h1><a href="#t">A <span>title</span></a></h1><p>One <b>two</b>
			<em>three</em>, <code>a*b</code>.</p>`, "# A title\n\nOne **two** *three*, `a*b`."},
		{"links", `<p><a href="../codes/550.html#x">550</a> <a href="https://example.org/a_(b)">out</a> <a href="data.csv">data</a> <a href="../404.html">lost</a></p>`,
			"[550](../codes/550.md) [out](https://example.org/a_%28b%29) [data](data.csv) [lost](../404.html)"},
		{"what is only looked at", `<p class="paste">Paste</p><nav>x</nav><p aria-hidden="true">5</p><p>y</p>`, "y"},
		{"lists", `<ul><li>a</li><li><p>b</p><ol><li>c</li><li>d</li></ol></li></ul>`, "- a\n- b\n\n  1. c\n  2. d"},
		{"an item with a description", `<ul><li><a href="a.html">A</a><p>It is.</p></li></ul>`, "- [A](a.md). It is."},
		{"questions", `<dl><div><dt>Is it final?</dt><dd><span class="mark">Permanent</span> <div>Yes.</div></dd></div><div><dt>With</dt><dd><ul><li>a</li><li>b</li></ul></dd></div></dl>`,
			"- **Is it final?** **Permanent.** Yes.\n- **With**: a, b"},
		{"a table", `<table><tr><th>a</th><th>b</th></tr><tr><th rowspan="2">c</th><td>d|e</td></tr><tr><td>f</td></tr></table>`,
			"| a | b |\n|---|---|\n| c | d\\|e |\n|  | f |"},
		{"what a server said", "<pre><samp>550 <b>5.1.1</b> `x`\n  *y*</samp></pre>", "```\n550 5.1.1 `x`\n  *y*\n```"},
		{"a fence in it", "<pre>```</pre>", "````\n```\n````"},
		{"a letter", `<pre>To <var>you</var></pre>`, "```\nTo [you]\n```"},
		{"what looks like Markdown", `<p>1. a_b *c* [d](e) &lt;f&gt; _g_</p><p># h</p><p>- i</p>`, "1\\. a_b \\*c\\* \\[d\\](e) \\<f> \\_g\\_\n\n\\# h\n\n\\- i"},
		{"loose text", `one<br>two<p>three</p>four`, "one\\\ntwo\n\nthree\n\nfour"},
		{"code with backquotes", "<p><code>a`b</code></p>", "`` a`b ``"},
	}
	for _, tt := range tests {
		main, err := mainOf([]byte("<body><header>no</header><main>" + tt.html + "</main><footer>no</footer>"))
		if err != nil {
			t.Fatal(err)
		}
		if text := strings.TrimSpace(string(markdown(main, ""))); text != tt.want {
			t.Errorf("%s:\n%s\nwant\n%s", tt.name, text, tt.want)
		}
	}
}

// TestCopies holds the copy of every page to the page: as a reader of Markdown shows it, it
// has the page's words, all of them and in their order, and begins with its title.
func TestCopies(t *testing.T) {
	md := goldmark.New(goldmark.WithExtensions(extension.Table))
	for name, s := range map[string]*Site{"fixture": generate(t), "real": real(t)} {
		for _, page := range s.Pages {
			copied := markdownName(page.Path)
			if copied == "" {
				continue
			}
			data, ok := s.Files[copied]
			if !ok {
				t.Errorf("%s: %s has no copy", name, page.Path)
				continue
			}
			p := parse(t, s, page.Path)
			if alternate := p.find("link[rel=alternate][type=text/markdown]"); len(alternate) != 1 || !strings.HasSuffix(copied, attribute(alternate[0], "href")) {
				t.Errorf("%s: %s does not name its copy", name, page.Path)
			}
			if !bytes.HasPrefix(data, []byte("# ")) || bytes.Contains(data, []byte("\n\n\n")) || bytes.Contains(data, []byte(" \n")) {
				t.Errorf("%s: %s does not begin with its title, or has needless blanks", name, copied)
			}
			var shown bytes.Buffer
			if err := md.Convert(data, &shown); err != nil {
				t.Fatal(err)
			}
			root, err := html.Parse(&shown)
			if err != nil {
				t.Fatal(err)
			}
			body, _, _ := strings.Cut(lettersOf(root), "\nThis\npage\nfor\na\nbrowser\n")
			if want := lettersOf(p.find("main")[0]); body != want {
				t.Errorf("%s: %s has other words than its page: %s", name, copied, firstDifference(want, body))
			}
		}
	}
}

// lettersOf returns the words of a tree a line each, without the marks between them and
// without what a copy leaves out.
func lettersOf(n *html.Node) string {
	var b strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			b.WriteString(n.Data)
		case n.Type == html.ElementNode && unread(n):
			return
		}
		if isBlock(n) || n.Data == "td" || n.Data == "th" || n.Data == "br" {
			b.WriteByte(' ')
		}
		for c := range n.ChildNodes() {
			walk(c)
		}
		if isBlock(n) || n.Data == "td" || n.Data == "th" {
			b.WriteByte(' ')
		}
	}
	walk(n)
	words := strings.FieldsFunc(b.String(), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.Join(words, "\n")
}
