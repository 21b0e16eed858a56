package site

import (
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// FuzzDocument wants of any file an error with its name, or HTML in which nothing runs and
// no link leads where links must not lead.
func FuzzDocument(f *testing.F) {
	head := "---\ntitle: T\ndescription: D.\n---\n"
	for _, seed := range []string{
		"", "---", "---\n---\n", head, "\ufeff" + head + "Text\r\n", "---\ntitle: [a, b]\ndescription: {}\n---\n", "---\ntitle: &a x\ndescription: *a\nsources: *a\n---\n",
		head + "<script>alert(1)</script>", head + "<img src=x onerror=alert(1)>", head + "[a](javascript:alert(1)) [b](JaVaScRiPt&#58;x) <javascript:alert(1)>",
		head + "[a]: data:text/html,x\n\n[a] [b](vbscript:x \"t\")", head + "## [a](replies/550)\n\n## `b`\n\n# c", head + "![x](y)\n\n| a |\n|:-:|\n| [b](guides/first#one-one) |",
		head + "<bob@example.com> &lt;b&gt; \\<b\\> `<i>`", head + "- a\n  - b\n    - c\n\n> > > d\n\n```html\n<b>\n```\n", head + "[a](<replies/550>) [b](replies/550 'x') [c](#) [d]()",
		string(content()["guides/first.md"].Data),
	} {
		f.Add([]byte(seed))
	}
	b, err := newBook(Config{Catalog: codes(f), Content: content(), ContentName: "content"}, nil, Settings{Name: ourName})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := parseDocument("content/x.md", data)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "content/x.md:") || strings.Contains(err.Error(), "\n") {
				t.Errorf("the error does not say where: %q", err)
			}
			return
		}
		s := &sheet{book: b, plan: &plan{Page: Page{Path: "guides/x.html"}}}
		text := string(s.text(d).Text)
		for _, err := range s.errs {
			if spot := spotOf(err); spot.file != "content/x.md" || spot.line < 1 || spot.line > strings.Count(string(data), "\n")+2 {
				t.Errorf("the error is at %v: %v", spot, err)
			}
		}
		if len(s.errs) > 0 {
			return // no page is made of it
		}
		if tag := unbalanced([]byte(text)); tag != "" {
			t.Errorf("tags are not in their places, %s: %q", tag, text)
		}
		root, err := html.Parse(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		for n := range root.Descendants() {
			if n.Type == html.CommentNode || n.Type == html.ElementNode && strings.Contains(" script style iframe object embed img svg form base link meta ", " "+n.Data+" ") {
				t.Errorf("there is a %s in %q", n.Data, text)
			}
			for _, a := range n.Attr {
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "align" {
					t.Errorf("there is %s=%q in %q", a.Key, a.Val, text)
				}
				if a.Key == "href" {
					if u, err := url.Parse(a.Val); err != nil || !strings.Contains(" http https mailto  ", " "+u.Scheme+" ") {
						t.Errorf("a link leads to %q in %q", a.Val, text)
					}
				}
			}
		}
	})
}
