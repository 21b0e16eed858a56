package site

import (
	"bytes"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/net/html"

	"github.com/undelivered/undelivered/internal/catalog"
	"github.com/undelivered/undelivered/internal/catalog/packed"
	"github.com/undelivered/undelivered/site/links"
)

// unbalanced says which tag of a page is not closed, or closes what is not open; it is empty
// where each is in its place. A browser repairs such a page, and every one in its own way.
func unbalanced(page []byte) string {
	void := " area base br col hr img input link meta source wbr "
	var open []string
	for z := html.NewTokenizer(bytes.NewReader(page)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return strings.Join(open, " ")
		case html.StartTagToken:
			if name, _ := z.TagName(); !strings.Contains(void, " "+string(name)+" ") {
				open = append(open, string(name))
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			last := len(open) - 1
			if last < 0 || open[last] != string(name) {
				return "/" + string(name)
			}
			open = open[:last]
		}
	}
}

// bare returns pages for every section and the guides that the fixture names, with no link in
// them.
func bare() fstest.MapFS {
	pages := fstest.MapFS{}
	for name := range content() {
		pages[name] = &fstest.MapFile{Data: []byte("---\ntitle: T\ndescription: D.\n---\nText.\n")}
	}
	return pages
}

// FuzzSite wants of any codes.yaml problems with their lines, or a site: one that can be
// packed and opened again, in which every tag is closed, nothing runs that is not ours and
// every link leads somewhere.
func FuzzSite(f *testing.F) {
	data, err := os.ReadFile("testdata/codes.yaml")
	if err != nil {
		f.Fatal(err)
	}
	whole := string(data)
	f.Add(whole)
	f.Add("version: 1\n")
	for _, change := range [][2]string{
		{"answer: All is well.", `answer: "<script>alert(1)</script> [x](javascript:alert) <b>&amp;"`},
		{"name: It worked", `name: "</title><script>"`},
		{"checked: 2026-11-24", "checked: 2026-11-24\n    note: '\" onload=x <!--'"},
		{"[the code](replies/550)", "[the code](replies/551#nowhere)"},
	} {
		if !strings.Contains(whole, change[0]) {
			f.Fatalf("the fixture has no %q", change[0])
		}
		f.Add(strings.Replace(whole, change[0], change[1], 1))
	}
	pages := bare()
	if problems, _ := fromText(f, whole, pages); problems != "" {
		f.Fatalf("the fixture itself is wrong: %s", problems)
	}
	says := regexp.MustCompile(`^codes\.yaml:[1-9][0-9]*: .`)
	f.Fuzz(func(t *testing.T, text string) {
		c, problems := catalog.Load("codes.yaml", []byte(text))
		if len(problems) > 0 {
			for _, p := range problems {
				if !says.MatchString(p.String()) {
					t.Errorf("the problem has no line: %v", p)
				}
			}
			return
		}
		if _, err := packed.Open(c.Pack()); err != nil {
			t.Errorf("the catalogue has no problem, and cannot be opened: %v", err)
		}
		s, err := Generate(Config{Catalog: c, Content: pages, Codes: []byte(text), BaseURL: "https://example.org/base/"})
		if err != nil {
			for line := range strings.Lines(err.Error()) {
				if !says.MatchString(line) {
					t.Errorf("the error has no line: %q", line)
				}
			}
			return
		}
		for _, err := range links.Check(s.Files, "/base/") {
			t.Error(err)
		}
		for _, p := range s.Pages {
			harmless(t, p.Path, s.Files[p.Path])
		}
	})
}

// harmless fails where a page has a tag out of its place, a script or a handler that is not
// in the templates, or a link to what runs.
func harmless(t *testing.T, name string, page []byte) {
	t.Helper()
	if tag := unbalanced(page); tag != "" {
		t.Errorf("%s: tags are not in their places: %s", name, tag)
	}
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "script":
			if attribute(n, "type") != "application/ld+json" && (n.FirstChild != nil || attribute(n, "src") == "") {
				t.Errorf("%s: a script stands in the page: %q", name, words(n))
			}
		case "iframe", "object", "embed", "base", "style", "img":
			t.Errorf("%s: there is a %s", name, n.Data)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "srcdoc" {
				t.Errorf("%s: there is %s=%q", name, a.Key, a.Val)
			}
			if a.Key == "href" || a.Key == "src" || a.Key == "action" {
				if u, err := url.Parse(a.Val); err != nil || !strings.Contains(" http https mailto  ", " "+u.Scheme+" ") {
					t.Errorf("%s: %s leads to %q", name, a.Key, a.Val)
				}
			}
		}
	}
}

// FuzzBaseURL wants of any base URL an error that names it, or a site whose addresses are all
// below it, and which is where a browser looks for it.
func FuzzBaseURL(f *testing.F) {
	for _, base := range []string{
		"", "https://example.org", "https://example.org/base", "http://[::1]:80/a/../b//", "HTTPS://Example.ORG/%2e%2e/x", "javascript:alert(1)", "//example.org/",
		"https://example.org/a b/\"'<>&/", "https://example.org/a%3Fb%23c%25/", "https://user@example.org/", "https://example.org/?q", "https://example.org/#f",
		"https://example.org/é/\u202e/", "ftp://example.org/", "https://", "https:///x", "https://example.org\\@evil.example/", "https://example.org/\x00", "https://ex ample.org/", "https://example.org/?", "https://example.org/#",
	} {
		f.Add(base)
	}
	c := &catalog.Catalog{Replies: codes(f).Replies[1:2], Sources: codes(f).Sources, Actors: codes(f).Actors}
	pages := bare()
	f.Fuzz(func(t *testing.T, base string) {
		s, err := Generate(Config{Catalog: c, Content: pages, BaseURL: base})
		if err != nil {
			if !strings.HasPrefix(err.Error(), "base URL ") || strings.Contains(err.Error(), "\n") {
				t.Errorf("the error does not say what is wrong: %q", err)
			}
			return
		}
		if base == "" {
			return
		}
		p := parse(t, s, "about.html")
		canonical := attribute(p.find("link[rel=canonical]")[0], "href")
		root, ok := strings.CutSuffix(canonical, "about.html")
		u, err := url.Parse(canonical)
		if !ok || err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
			t.Fatalf("the canonical address is %q (%v)", canonical, err)
		}
		if strings.ContainsAny(canonical, " \"'<>\\\x00\n\r\t`") {
			t.Errorf("the canonical address %q has what no address has", canonical)
		}
		// 404.html is served at any depth, so its links must be whole paths below the base.
		for _, n := range parse(t, s, "404.html").find("header a") {
			to, err := u.Parse(attribute(n, "href"))
			if err != nil || !strings.HasPrefix(to.String(), root) {
				t.Errorf("404.html leads to %q (%v), want it below %q", attribute(n, "href"), err, root)
			}
		}
		if text := string(s.Files["sitemap.xml"]); !strings.Contains(text, "<loc>") {
			t.Errorf("the sitemap is %q", text)
		}
		harmless(t, "404.html", s.Files["404.html"])
	})
}

// FuzzAssetName wants a file with any name refused, or written where its name says below
// the folder, and nothing beside it.
func FuzzAssetName(f *testing.F) {
	for _, name := range []string{
		"v1/x.js", "../x.js", "/x", "a/../../x", "a\\..\\..\\x", "c:/x", "x\x00.js", ".", "", "a//b", "a/", "index.html", "index.html/x", "codes", "codes/550.html/", ".nojekyll",
		"\xff", strings.Repeat("a", 300), strings.Repeat("a/", 300) + "b", "a\nb", "con", "é", "..a", "a..", "~/x",
	} {
		f.Add(name)
	}
	c := &catalog.Catalog{Replies: codes(f).Replies[1:2], Sources: codes(f).Sources, Actors: codes(f).Actors}
	pages := bare()
	f.Fuzz(func(t *testing.T, name string) {
		s, err := Generate(Config{Catalog: c, Content: pages, Assets: map[string][]byte{name: []byte("asset")}})
		if err != nil {
			if strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "; ") {
				t.Errorf("the error does not say what to do: %q", err)
			}
			return
		}
		small := &Site{Files: map[string][]byte{markerName: []byte(marker), "index.html": []byte("home"), name: s.Files[name]}}
		parent := t.TempDir()
		dir := filepath.Join(parent, "dist")
		if err := small.Write(dir); err != nil { // a name that this system does not take
			if got := entries(t, parent); got != "" {
				t.Errorf("a file named %q leaves %q", name, got)
			}
			return
		}
		want := map[string]string{}
		for name, data := range small.Files {
			want[name] = string(data)
		}
		if got := files(t, dir); !maps.Equal(got, want) || entries(t, parent) != "dist" {
			t.Errorf("a file named %q makes %q, beside %q", name, got, entries(t, parent))
		}
	})
}
