package site

import (
	"bytes"
	"crypto/sha512"
	"encoding/base64"
	"maps"
	"os"
	"path"
	"runtime"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/undelivered/undelivered/internal/catalog"
	"github.com/undelivered/undelivered/site/links"
)

func TestFiles(t *testing.T) {
	s := generate(t)
	var got []string
	for _, name := range slices.Sorted(maps.Keys(s.Files)) {
		// Each page but one has a copy in Markdown, which need not be listed.
		if page := strings.TrimSuffix(name, ".md") + ".html"; path.Ext(name) != ".md" || s.Files[page] == nil || page == "404.html" {
			if isOldAddress(name) {
				continue // see TestOldAddresses
			}
			got = append(got, name)
		}
	}
	want := strings.Fields(`.nojekyll 404.html about.html blocklists/index.html blocklists/list.html clients/index.html
		clients/program.html codes/111.html codes/250.html codes/450.html codes/550.html codes/551.html codes/index.html
		codes.csv codes.json codes.schema.json codes.yaml llms.txt
		configure.css configure.js manifest.webmanifest offline.js sw.js undelivered-offline.zip digits.html icons/180.png icons/192.png icons/512.png icons/512-maskable.png opensearch.xml picture.png robots.txt find.js find-index.js enhanced/4.1.1.html enhanced/5.1.1.html enhanced/5.7.30.html enhanced/index.html
		guides/first.html guides/index.html guides/second.html icon.svg index.html providers/big.html providers/index.html
		reasons/index.html reasons/no-way.html reasons/unknown.html sitemap.xml style.css undelivered.html v1/decoder.wasm v1/widget.js`)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("files\n%q\nwant\n%q", got, want)
	}
}

func TestReplyPage(t *testing.T) {
	p := parse(t, generate(t), "codes/550.html")
	p.says("title", "550: Mailbox “unavailable” · Undelivered")
	p.says("h1", "550: Mailbox “unavailable”")
	p.says(".notice .cells b", "5", "5", "0")
	p.says(".notice .answer", "The server refused your message. It won’t take it later either.")
	p.says(".notice .answer em", "refused")
	p.says(".notice .mark.permanent", "Permanent")
	p.says(".notice .move", "your move")
	p.says(".asks > div > dt", "Is it final?", "Whose move is it?", "When to try again?")
	p.says("article > section > h2", "What to do now", "What is usually behind it", "What servers say", "Then and now",
		"For mail administrators", "Who means what by it", "How to read it", "Standard and sources", "Neighbours")
	p.says(".role.moves h3 > a", "You, the sender")
	p.says(".role li", "Check the address.", "Read the guide.")
	p.leads(".role li a", "../guides/first.html")
	p.leads(".causes > li > a", "../reasons/unknown.html", "../reasons/no-way.html")
	p.says(".says b", "550", "5.1.1") // not the end of 12550
	p.says(".slip dd", "The mailbox was not found.", "Or a rule says no. Write to <postmaster@example.com>, not <script>alert(1)</script>.")
	p.leads("section [href=../enhanced/5.1.1.html]", slices.Repeat([]string{"../enhanced/5.1.1.html"}, 3)...)
	p.leads("section [href=../providers/big.html#unknown-here]", slices.Repeat([]string{"../providers/big.html#unknown-here"}, 2)...)
	p.says(".anatomy li", "Did it work? 5 No", "What is it about? 5 The mail system", "What exactly? 0 Mailbox “unavailable”")
	p.leads(".anatomy a", "../digits.html#first-5", "../digits.html#second-5")
	p.says(".facts .c.permanent", "5.1.1", "5.9.9")
	p.says(".sources li", "RFC 5321, Simple Mail Transfer Protocol, section 4.2.3. Checked 24 November 2026.", "An article of 2001. Kept on paper. Checked 24 November 2026.")
	p.leads(".sources a", "https://www.rfc-editor.org/rfc/rfc5321.html#section-4.2.3")
	p.leads(".near a[href=551.html]", "551.html")
	p.leads(".paste a", "../index.html")
	p.leads("[rel=canonical]", "https://example.org/base/codes/550.html")
	p.leads("nav [aria-current=true]", "index.html")
}

func TestKindsOfPages(t *testing.T) {
	s := generate(t)

	p := parse(t, s, "codes/250.html")
	p.says(".notice .mark.success", "Success")
	p.says(".asks dt", "Is it an error?")
	p.none("#what-to-do")

	p = parse(t, s, "codes/450.html")
	p.says(".notice .mark.temporary", "Temporary")
	p.says(".notice .move", "that depends")
	p.says("#what-to-do", "What to do now")
	p.says(".causes .tag", "your move", "nothing to do but wait")

	p = parse(t, s, "codes/111.html")
	p.says(".notice .mark.mistaken", "Not a mail code")
	p.none(".anatomy")
	p.leads("section > div > p > a", "../reasons/no-way.html")

	p = parse(t, s, "enhanced/5.1.1.html")
	p.says("h1", "5.1.1: No such mailbox")
	p.says(".notice .cells b", "5", "1", "1")
	p.says(".facts .c", "550")
	p.leads(".anatomy a", "index.html#class-5", "index.html#subject-1")
	p.says(".role.moves li", "Compare the address.", "Ask the recipient.")
	p.says("#confused-with", "Not to be confused with")
	p.leads(".near a[href=4.1.1.html]", "4.1.1.html")

	p = parse(t, s, "enhanced/4.1.1.html")
	p.says("h1", "4.1.1: No such mailbox yet")
	p.leads(".answer a", "5.1.1.html")
	p.says(".facts .c", "450")

	p = parse(t, s, "enhanced/5.7.30.html") // a provider means something else by it, in a range
	p.says("tbody th", "The standard", "Big Mail")
	p.says("tbody .differs .tag", "differs")
	p.leads("tbody td a", "../reasons/no-way.html", "../providers/big.html#dkim", "../reasons/unknown.html")

	p = parse(t, s, "reasons/unknown.html")
	p.says(".asks .fine", "Permanent for this address.", "Whoever wrote the message.")
	p.says(".says b", "user", "is unknown")
	p.says(".letter", "Hello, the address the recipient’s address did not work: what the server said")
	p.says(".letter var", "the recipient’s address", "what the server said")
	p.leads(".near h3 a", "#read-on", "#codes", "#providers")

	p = parse(t, s, "providers/big.html")
	p.says(".own h2 code", "550", "X.7.30-31")
	p.says(".own .tag", "unconfirmed")
	p.leads(".contents li a", "#unknown-here", "#dkim")
	p.leads(".out a", "https://help.example.com/")
	p.says(".own .src", "An article of 2001, checked 24 November 2026", "An article of 2001, checked 24 November 2026")

	p = parse(t, s, "clients/program.html")
	p.says(".own h2 code", "0xABC1")

	p = parse(t, s, "blocklists/list.html")
	p.says(".notice .mark.active", "In use")
	p.leads(".act", "https://list.example.org/look")
	p.leads("td a", "../reasons/unknown.html")
	p.says(".says b", "zen.example.org")

	p = parse(t, s, "guides/first.html")
	p.says("h1", "First: a ‘guide’")
	p.leads(".prose > p > a", "../codes/550.html", "../codes/550.html#what-to-do", "../enhanced/5.1.1.html", "../digits.html#first-5",
		"../enhanced/index.html#subject-1", "https://example.org/x", "#three")
	p.leads(".toc li a", "#one-one", "#one-one-2", "#three", "#four")
	p.says(".prose td", "1", "2")
	p.says("#credit", "Credit")
	p.leads(".cards a", "second.html")

	p = parse(t, s, "guides/second.html")
	p.none(".toc")

	p = parse(t, s, "guides/index.html")
	p.leads(".shelf a", "first.html", "second.html")

	p = parse(t, s, "codes/index.html")
	p.says("section > h2", "5xx: No", "4xx: Not now", "2xx: It worked", "Numbers that are taken for reply codes")
	p.says(".shelf .tag", "no standard")

	p = parse(t, s, "enhanced/index.html")
	p.says("tbody th", "X.1.1", "X.7.30")
	p.leads("tbody a", "5.1.1.html", "4.1.1.html", "5.7.30.html")

	p = parse(t, s, "digits.html")
	p.says(".pictures .cells", "550", "511")
	p.says("h3 .mark", "Success", "Temporary", "Permanent")
	p.says(".src", "RFC 5321, section 4.2.1, checked 24 November 2026", "RFC 5321, section 4.2.1, checked 24 November 2026",
		"RFC 5321, section 4.2.1, checked 24 November 2026 · RFC 3463, section 2, checked 20 November 2026", "RFC 5321, section 4.2.1, checked 24 November 2026")

	p = parse(t, s, "index.html")
	p.leads("undelivered-explainer a", "codes/index.html")
	p.leads(".common .cards a", "codes/550.html", "enhanced/5.1.1.html")
	p.says("title", "Undelivered: Home")
	if n := p.find("script[src=v1/widget.js]"); len(n) != 1 || !has(n[0], "defer") {
		t.Errorf("index.html: %d scripts, want v1/widget.js, deferred", len(n))
	}

	p = parse(t, s, "404.html")
	p.leads("link", "/base/style.css", "/base/icon.svg", "/base/icons/180.png", "/base/opensearch.xml")
	p.leads(".prose a", "/base/codes/550.html")
	p.none("[rel=canonical]")
}

// TestEveryPage holds what is so of all pages, of the fixture and of ours.
func TestEveryPage(t *testing.T) {
	for name, s := range map[string]*Site{"fixture": generate(t), "real": real(t)} {
		t.Run(name, func(t *testing.T) {
			style := s.deflater.gzip(s.Files["style.css"])
			for _, page := range s.Pages {
				p := parse(t, s, page.Path)
				if got := s.deflater.gzip(s.Files[page.Path]) + style; got > 14_000 {
					t.Errorf("%s: %d bytes with its style, compressed; at most 14,000", page.Path, got)
				}
				for _, selector := range []string{"main h1", "header", "main", "footer", "nav", "a.skip", "title", "[name=description]", "[name=viewport]", "[rel=icon]", "[rel=stylesheet]", "html[lang=en]"} {
					if len(p.find(selector)) == 0 {
						t.Errorf("%s: no %s", page.Path, selector)
					}
				}
				for _, selector := range []string{"style", "[style]", "base", "iframe", "img", "form"} {
					p.none(selector)
				}
				if n := len(p.find("h1")); n != 1 {
					t.Errorf("%s: %d headings of the first level", page.Path, n)
				}
				level := 1
				for d := range p.root.Descendants() {
					for _, a := range d.Attr {
						if strings.HasPrefix(a.Key, "on") {
							t.Errorf("%s: a script in %s", page.Path, a.Key)
						}
					}
					if d.Type != html.ElementNode {
						continue
					}
					if d.Data == "script" && attribute(d, "src") == "" && attribute(d, "type") != "application/ld+json" {
						t.Errorf("%s: a script in the page", page.Path)
					}
					if l := slices.Index([]string{"", "h1", "h2", "h3", "h4", "h5", "h6"}, d.Data); l > 0 {
						if l > level+1 {
							t.Errorf("%s: a heading h%d after h%d: %s", page.Path, l, level, words(d))
						}
						level = l
						link := parsed{t, page.Path, d}.find("a")
						if id := attribute(d, "id"); id == "" || len(link) == 0 || attribute(link[0], "href") != "#"+id {
							t.Errorf("%s: the heading %q has no link of its own", page.Path, words(d))
						}
					}
				}
				if strings.Contains(string(s.Files[page.Path]), "ZgotmplZ") {
					t.Errorf("%s: a template took something for dangerous", page.Path)
				}
			}
			for _, err := range links.Check(s.Files, "/base/") {
				t.Error(err)
			}
		})
	}
}

// catalogue reads the project's own knowledge.
func catalogue(t testing.TB) *catalog.Catalog {
	t.Helper()
	data, err := os.ReadFile("../codes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c, problems := catalog.Load("codes.yaml", data)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	return c
}

// real makes the site of the project's own knowledge and content.
func real(t testing.TB) *Site {
	t.Helper()
	data, err := os.ReadFile("../codes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s, err := Generate(Config{Catalog: catalogue(t), Content: os.DirFS("../content"), Assets: maps.Clone(assets), Codes: data, BaseURL: "https://example.org/base/"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSameBytes(t *testing.T) {
	first := generate(t)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for _, n := range []int{1, 2, 7} {
		runtime.GOMAXPROCS(n)
		again := generate(t) // maps are walked in another order each time
		for name, data := range first.Files {
			if !bytes.Equal(data, again.Files[name]) {
				t.Errorf("with GOMAXPROCS %d, %s differs", n, name)
			}
		}
		if len(again.Files) != len(first.Files) || !slices.Equal(again.Pages, first.Pages) {
			t.Errorf("with GOMAXPROCS %d, there are other pages", n)
		}
	}
}

// TestMinified parses each page before and after minifying, and wants one tree.
func TestMinified(t *testing.T) {
	theme, err := loadTheme()
	if err != nil {
		t.Fatal(err)
	}
	b, err := newBook(Config{Catalog: codes(t), Content: content(), Assets: assets, ContentName: "content"}, nil, Settings{Name: ourName})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range b.plans {
		s := &sheet{book: b, plan: p}
		layout, body := p.make(s)
		raw, err := theme.raw(layout, s.frame(body))
		if err != nil {
			t.Fatal(err)
		}
		small, err := theme.minify.Bytes("text/html", bytes.Clone(raw)) // it works in place
		if err != nil {
			t.Fatal(err)
		}
		want, got := tree(t, raw), tree(t, small)
		if want != got {
			t.Errorf("%s: minifying changed the tree:\n%s", p.Path, firstDifference(want, got))
		}
		if want, got := flow(t, raw), flow(t, small); want != got {
			t.Errorf("%s: minifying changed the spaces:\n%s", p.Path, firstDifference(want, got))
		}
		if len(small) >= len(raw) {
			t.Errorf("%s: minified to %d bytes from %d", p.Path, len(small), len(raw))
		}
	}
}

// tree writes the elements, attributes and words of a page as lines. What is in a drawing
// is left out, since numbers in it are written in other ways.
func tree(t *testing.T, data []byte) string {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var walk func(n *html.Node, depth int, pre bool)
	walk = func(n *html.Node, depth int, pre bool) {
		indent := strings.Repeat(" ", depth)
		switch n.Type {
		case html.TextNode:
			text := n.Data
			if !pre {
				text = strings.Join(strings.Fields(text), " ")
			}
			if text != "" {
				b.WriteString(indent + "“" + text + "”\n")
			}
		case html.ElementNode:
			b.WriteString(indent + n.Data)
			if n.Data == "svg" {
				b.WriteString("\n")
				return
			}
			for _, a := range n.Attr {
				b.WriteString(" " + a.Key + "=" + strings.Join(strings.Fields(a.Val), " "))
			}
			b.WriteString("\n")
		}
		for c := range n.ChildNodes() {
			walk(c, depth+1, pre || n.Data == "pre")
		}
	}
	walk(root, 0, false)
	return b.String()
}

// flow writes the text of a page as a reader sees it: a line for each block, the spaces
// between words and inline elements joined to one.
func flow(t *testing.T, data []byte) string {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	inline := strings.Fields("a b code em i samp small span strong u var")
	var lines []string
	var line strings.Builder
	end := func() {
		lines = append(lines, strings.Join(strings.Fields(line.String()), " "))
		line.Reset()
	}
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		block := n.Type == html.ElementNode && !slices.Contains(inline, n.Data)
		if block {
			end()
		}
		if n.Type == html.TextNode {
			line.WriteString(n.Data)
		}
		for c := range n.ChildNodes() {
			walk(c)
		}
		if block {
			end()
		}
	}
	walk(root)
	end()
	return strings.Join(lines, "\n")
}

func firstDifference(want, got string) string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return "want " + a[i] + "\ngot  " + b[i]
		}
	}
	return "one ends before the other"
}

// TestSpaces wants the words of a sentence apart after minifying, where tags stand between.
func TestSpaces(t *testing.T) {
	s := generate(t)
	parse(t, s, "codes/450.html").says(".causes li", "No such mailbox your moveThe server works, but it has no such mailbox.",
		"Server not reached nothing to do but waitThe server could not be reached.")
	parse(t, s, "guides/first.html").says(".prose > p", "Lead to a code, its steps, a class, a digit and the subject.",
		"Mail to <bob@example.com> and https://example.org/x. It’s “quoted”.", "Up to three.")
}

func TestErrors(t *testing.T) {
	page := func(front, body string) string { return "---\ntitle: T\ndescription: D.\n" + front + "---\n" + body }
	tests := []struct {
		name    string
		codes   []string
		content []string
		assets  string
		base    string
		want    []string // parts of the error, a line each
	}{
		{name: "a link to nothing in content", content: []string{"guides/second.md", page("", "Text.\n\nSee\n[this](replies/999).\n")},
			want: []string{`content/guides/second.md:8: link to "replies/999": there is no such page`}},
		{name: "a link to a file", content: []string{"guides/second.md", page("", "[this](../codes/550.html)")},
			want: []string{`content/guides/second.md:5: link to "../codes/550.html": there is no such page; write "replies/550"`}},
		{name: "a link to nothing in codes", codes: []string{"[the code](replies/550)", "[the code](replies/559)"},
			want: []string{`codes.yaml:55: link to "replies/559": there is no such page`}},
		{name: "in a step", codes: []string{"[guide](guides/first)", "[guide](guides/none)"},
			want: []string{`: link to "guides/none": there is no such page`}},
		{name: "see a guide that is not there", codes: []string{"enhanced/X.1.1, guides/first]", "enhanced/X.1.1, guides/none]"},
			want: []string{`codes.yaml:99: see "guides/none": there is no such page`}},
		{name: "a link to no heading", content: []string{"guides/second.md", page("", "[this](replies/550#nowhere)")},
			want: []string{`content/guides/second.md:5: link to "replies/550#nowhere": codes/550.html has no heading #nowhere`}},
		{name: "a link to no heading here", content: []string{"guides/second.md", page("", "[this](#nowhere)")},
			want: []string{`content/guides/second.md:5: link to "#nowhere": guides/second.html has no heading #nowhere`}},
		{name: "a script as a link", content: []string{"guides/second.md", page("", "[this](javascript:alert(1))")},
			want: []string{`content/guides/second.md:5: link to "javascript:alert(1)": only https, http and mailto`}},
		{name: "another site without its scheme", content: []string{"guides/second.md", page("", "[this](//example.org/)")},
			want: []string{`content/guides/second.md:5: link to "//example.org/": only https`}},
		{name: "a reference-style link", content: []string{"guides/second.md", page("", "[this][x]\n\n[x]: replies/998\n")},
			want: []string{`content/guides/second.md:5: link to "replies/998": there is no such page`}},
		{name: "a picture", content: []string{"guides/second.md", page("", "![x](y.png)")}, want: []string{`content/guides/second.md:5: a picture: "y.png"`}},
		{name: "a first heading", content: []string{"guides/second.md", page("", "# One")}, want: []string{`content/guides/second.md:5: a heading of the first level`}},
		{name: "a link in a heading", content: []string{"guides/second.md", page("", "\n## [One](replies/550)")}, want: []string{`content/guides/second.md:6: a link in a heading`}},
		{name: "a heading in codes", codes: []string{"more: It is common.", `more: "## It is common"`}, want: []string{`codes.yaml:141: a heading inside prose`}},
		{name: "an unknown source", content: []string{"guides/second.md", page("sources: [rfc1]\n", "")}, want: []string{`content/guides/second.md:4: source "rfc1": there is no such source`}},
		{name: "an unknown key", content: []string{"guides/second.md", page("author: me\n", "")}, want: []string{`content/guides/second.md:4: the front matter has no key "author"; use title,`}},
		{name: "a key twice", content: []string{"guides/second.md", page("title: again\n", "")}, want: []string{`content/guides/second.md:4: "title" stands here twice`}},
		{name: "a wrong value", content: []string{"guides/second.md", page("order: soon\n", "")}, want: []string{"content/guides/second.md:4: order: "}},
		{name: "no YAML", content: []string{"guides/second.md", "---\ntitle: a: b\n---\n"}, want: []string{"content/guides/second.md:2: the front matter is no YAML"}},
		{name: "no front matter", content: []string{"guides/second.md", "Text"}, want: []string{"content/guides/second.md:1: there is no front matter"}},
		{name: "an open front matter", content: []string{"guides/second.md", "---\ntitle: x\n"}, want: []string{"content/guides/second.md:1: the front matter does not end"}},
		{name: "an empty front matter", content: []string{"guides/second.md", "---\n\n---\n"}, want: []string{"content/guides/second.md:1: the front matter has no keys"}},
		{name: "no title", content: []string{"guides/second.md", "---\ndescription: D.\n---\n"}, want: []string{"content/guides/second.md:1: the front matter has no title"}},
		{name: "no description", content: []string{"guides/second.md", "---\ntitle: T\n---\n"}, want: []string{"content/guides/second.md:1: the front matter has no description"}},
		{name: "no UTF-8", content: []string{"guides/second.md", "---\ntitle: T\n\xff: x\n---\n"}, want: []string{"content/guides/second.md:3: this is not UTF-8"}},
		{name: "a bad name", content: []string{"guides/My Guide.md", page("", "")}, want: []string{"content/guides/My Guide.md: this cannot be the name of a page"}},
		{name: "a folder too deep", content: []string{"guides/more/x.md", page("", "")}, want: []string{"content/guides/more/x.md: pages are in content"}},
		{name: "a missing page", content: []string{"home.md", ""}, want: []string{`content/home.md: this file is missing; it holds the text of the page "home"`}},
		{name: "a code like a heading", codes: []string{"      dkim:\n", "      sources:\n"}, want: []string{`codes.yaml:194: the code "sources" has the id of another heading`}},
		{name: "a row like an index", codes: []string{"  program:\n", "  index:\n"},
			want: []string{`codes.yaml:206: "clients/index.html" is made twice; rename one of the two`, `codes.yaml:206: "clients/index.md" is made twice`}},
		{name: "an asset out of the folder", assets: "../x.js", want: []string{`"../x.js" cannot be a file of the site`}},
		{name: "an asset in place of a page", assets: "index.html", want: []string{`"index.html" is made twice`}},
		{name: "a base URL that is none", base: "example.org/base", want: []string{`base URL "example.org/base" is not the address of a site`}},
		{name: "several at once", content: []string{"guides/second.md", page("", "[a](replies/1)\n\n[b](replies/2)"), "about.md", page("", "[c](replies/3)")},
			want: []string{`content/about.md:5: link to "replies/3"`, `content/guides/second.md:5: link to "replies/1"`, `content/guides/second.md:7: link to "replies/2"`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := maps.Clone(assets)
			if tt.assets != "" {
				files[tt.assets] = nil
			}
			s, err := Generate(Config{Catalog: codes(t, tt.codes...), Content: content(tt.content...), Assets: files, BaseURL: tt.base})
			if s != nil || err == nil {
				t.Fatalf("Generate = %v, %v; want an error alone", s, err)
			}
			lines := strings.Split(err.Error(), "\n")
			if len(lines) != len(tt.want) {
				t.Errorf("%d errors, want %d:\n%v", len(lines), len(tt.want), err)
			}
			for i, want := range tt.want {
				if i < len(lines) && !strings.Contains(lines[i], want) {
					t.Errorf("error\n\t%s\nwant\n\t%s", lines[i], want)
				}
			}
		})
	}
}

// TestEmptySections makes a site of a catalogue with reply codes alone.
func TestEmptySections(t *testing.T) {
	full := codes(t)
	little := &catalog.Catalog{Replies: full.Replies[1:2], Sources: full.Sources, Actors: full.Actors}
	pages := content("guides/first.md", "", "guides/second.md", "")
	pages["home.md"].Data = []byte("---\ntitle: Home\ndescription: Start.\n---\n")
	for name, f := range pages {
		if name != "home.md" {
			f.Data = bytes.Replace(f.Data, []byte("replies/550"), []byte("replies/250"), 1)
		}
	}
	s, err := Generate(Config{Catalog: little, Content: pages})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range s.Pages {
		if dir := path.Dir(p.Path); dir != "." && dir != "codes" {
			t.Errorf("%s is there, though its section is empty", p.Path)
		}
	}
	p := parse(t, s, "index.html")
	p.leads("header nav a", "codes/index.html")
	if n := len(p.find("script")); n != 2 {
		t.Errorf("%d scripts; the search's and the one that has the site kept are enough", n)
	}
	p.none("undelivered-explainer")
	if _, ok := s.Files["sitemap.xml"]; ok {
		t.Error("there is a sitemap without a base URL")
	}
}

// TestManyCodes gives a provider more codes than one page holds.
func TestManyCodes(t *testing.T) {
	c := codes(t)
	big := c.Providers[0]
	one := *big.Codes[0]
	for i := range 3 * mostCodes {
		more := one
		more.ID = "more-" + string(rune('a'+i/26)) + string(rune('a'+i%26))
		big.Codes = append(big.Codes, &more)
	}
	s, err := Generate(Config{Catalog: c, Content: content(), Assets: assets})
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range links.Check(s.Files, "/") {
		t.Error(err)
	}
	shown := 0
	for _, page := range s.Pages {
		if strings.HasPrefix(page.Path, "providers/big") {
			n := len(parse(t, s, page.Path).find(".own > h2"))
			if shown += n; n > mostCodes {
				t.Errorf("%s: %d codes", page.Path, n)
			}
		}
	}
	if shown != len(big.Codes) {
		t.Errorf("%d codes are shown, want %d", shown, len(big.Codes))
	}
	p := parse(t, s, "providers/big.html")
	if n := len(p.find(".contents li[id]")); n != len(big.Codes) {
		t.Errorf("the list has %d codes with a place to link to, want %d", n, len(big.Codes))
	}
	parse(t, s, "codes/550.html").leads("section [href=../providers/big-address.html#unknown-here]",
		"../providers/big-address.html#unknown-here", "../providers/big-address.html#unknown-here")
}

func TestSitemap(t *testing.T) {
	s := generate(t)
	text := string(s.Files["sitemap.xml"])
	for want, n := range map[string]int{
		"<loc>https://example.org/base/</loc>": 1, "<loc>https://example.org/base/codes/550.html</loc>": 1, "404": 0, "<url>": len(s.Pages) - 1,
	} {
		if got := strings.Count(text, want); got != n {
			t.Errorf("%d times %q in the sitemap, want %d", got, want, n)
		}
	}
}

func TestReport(t *testing.T) {
	s := generate(t)
	r := s.Report()
	raw := 0
	for _, data := range s.Files {
		raw += len(data)
	}
	if r.Pages != len(s.Pages) || r.Total.Raw != raw || r.Total.Files != len(s.Files) || r.Total.Gzip >= raw || r.Largest.Gzip == 0 {
		t.Errorf("report %+v of %d pages and %d bytes", r, len(s.Pages), raw)
	}
	sum := 0
	for _, k := range r.Kinds {
		sum += k.Raw
	}
	if sum != raw {
		t.Errorf("the kinds have %d bytes together, want %d", sum, raw)
	}
	var b bytes.Buffer
	r.Print(&b)
	for _, want := range []string{"reply pages", "decoder.wasm", "style.css", "gzip -9", "with"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the report does not say %q:\n%s", want, &b)
		}
	}
}

func TestSmart(t *testing.T) {
	for in, want := range map[string]string{
		`It's`: "It’s", `the "big" one`: "the “big” one", `("x")`: "(“x”)", `'a' b`: "‘a’ b", "plain": "plain",
	} {
		if got := smart(in); got != want {
			t.Errorf("smart(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSaid(t *testing.T) {
	tests := []struct {
		text  string
		words []string
		want  string
	}{
		{"550 5.1.1 no", []string{"550", "5.1.1"}, "[550] [5.1.1] no"},
		{"1550 5505 550.", []string{"550"}, "1550 5505 [550]."},
		{"5.1.10 5.1.1", []string{"5.1.1"}, "5.1.10 [5.1.1]"},
		{"15.1.1", []string{"5.1.1"}, "15.1.1"},
		{"User UNKNOWN here", []string{"user unknown", "unknown"}, "[User UNKNOWN] here"},
		{"İstanbul 550", []string{"550"}, "İstanbul [550]"},
		{"nothing", []string{"", "550"}, "nothing"},
		{"550 no \u00a0\n more\t\n", []string{"550"}, "[550] no\n more"},
	}
	for _, tt := range tests {
		var b strings.Builder
		for _, r := range said(tt.text, tt.words...) {
			if r.Mark {
				b.WriteString("[" + r.Text + "]")
			} else {
				b.WriteString(r.Text)
			}
		}
		if b.String() != tt.want {
			t.Errorf("said(%q, %q) = %s, want %s", tt.text, tt.words, &b, tt.want)
		}
	}
}

func BenchmarkGenerate(b *testing.B) {
	c := codes(b)
	for b.Loop() {
		if _, err := Generate(Config{Catalog: c, Content: content(), Assets: assets}); err != nil {
			b.Fatal(err)
		}
	}
}

// TestEmbedding holds the page about the widget to what the widget consists of.
func TestEmbedding(t *testing.T) {
	files := maps.Clone(assets)
	for _, name := range []string{"widget.js", "answer.js", "decoder.wasm", "settings.js", "tidy.js", "embed.html", "embed.css", "embed.js", "frame.js", "package.json"} {
		files["v1/0123456789/"+name] = []byte("content of " + name)
	}
	pages := content("embed.md", "---\ntitle: Embed\ndescription: D.\n---\n## One\n\nText.\n")
	s, err := Generate(Config{Catalog: codes(t), Content: pages, Assets: files, Fixed: "v1/0123456789/", BaseURL: "https://example.org/base/"})
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range links.Check(s.Files, "/base/") {
		t.Error(err)
	}
	page := string(s.Files["embed.html"])
	sum := sha512.Sum384([]byte("content of widget.js"))
	tag := `https://example.org/base/v1/0123456789/widget.js" integrity="sha384-` + base64.StdEncoding.EncodeToString(sum[:]) + `"`
	if !strings.Contains(strings.NewReplacer("&#43;", "+", "&#34;", `"`, "&quot;", `"`).Replace(page), tag) {
		t.Errorf("embed.html does not print %s", tag)
	}
	p := parse(t, s, "embed.html")
	p.leads(".versions td a", "v1/0123456789/widget.js", "v1/0123456789/answer.js", "v1/0123456789/decoder.wasm", "v1/0123456789/embed.css",
		"v1/0123456789/embed.html", "v1/0123456789/embed.js", "v1/0123456789/frame.js", "v1/0123456789/settings.js", "v1/0123456789/tidy.js")
	p.leads(".prose h2 a", "#one")
}
