// Package links checks the links of a finished site, in its pages and in their copies in
// Markdown: each leads to a file of the site and, where it names one, to a heading that is
// there. A site that passes works at the root of a
// domain, under a base path and from disk, since no link leaves the folder or depends on
// where it is.
package links

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
	"golang.org/x/net/html"
)

// Check returns an error for each bad link in files, which are named by their paths below
// the site's root. Only 404.html, which is served at any depth, may have links that begin
// with a slash, and those must begin with base, the path of the site: "/" or "/name/".
func Check(files map[string][]byte, base string) []error {
	c := checker{files: files, base: base, ids: map[string]map[string]bool{}}
	var names []string
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		c.file = name
		switch path.Ext(name) {
		case ".html":
			c.page(files[name])
		case ".md", ".txt":
			c.markdown(files[name])
		case ".css":
			for _, m := range cssURL.FindAllSubmatch(files[name], -1) {
				c.link(string(m[1]), true)
			}
		}
	}
	for _, f := range c.fragments {
		if !c.ids[f.target][f.id] {
			c.file = f.file
			c.report(f.link, "%s has nothing with the id %q", f.target, f.id)
		}
	}
	return c.errs
}

// CheckFS is [Check] for a site in a folder.
func CheckFS(site fs.FS, base string) ([]error, error) {
	files := map[string][]byte{}
	err := fs.WalkDir(site, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files[name], err = fs.ReadFile(site, name)
		return err
	})
	if err != nil {
		return nil, err
	}
	return Check(files, base), nil
}

type checker struct {
	files     map[string][]byte
	base      string
	file      string                     // the one being read
	ids       map[string]map[string]bool // of each page
	fragments []fragment
	errs      []error
}

// fragment is a link to a part of a page, looked up when all pages are read.
type fragment struct{ file, link, target, id string }

var cssURL = regexp.MustCompile(`url\(\s*["']?([^"')]+)`)

func (c *checker) report(link, format string, args ...any) {
	c.errs = append(c.errs, fmt.Errorf("%s: link to %q: %s", c.file, link, fmt.Sprintf(format, args...)))
}

// page reads the links and ids of a page.
func (c *checker) page(data []byte) {
	ids := map[string]bool{}
	c.ids[c.file] = ids
	z := html.NewTokenizer(bytes.NewReader(data))
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		t := z.Token()
		if t.Data == "base" {
			c.errs = append(c.errs, fmt.Errorf("%s: a base element, which would lead every link elsewhere", c.file))
		}
		loads := t.Data != "a" && t.Data != "area" // the browser fetches it by itself
		for _, a := range t.Attr {
			if t.Data == "link" && a.Key == "rel" && (a.Val == "canonical" || a.Val == "alternate") {
				loads = false
			}
		}
		for _, a := range t.Attr {
			switch a.Key {
			case "id":
				if ids[a.Val] {
					c.errs = append(c.errs, fmt.Errorf("%s: two elements have the id %q", c.file, a.Val))
				}
				ids[a.Val] = true
			case "href", "src", "action", "poster", "data":
				c.link(a.Val, loads)
			case "srcset":
				for one := range strings.SplitSeq(a.Val, ",") {
					if words := strings.Fields(one); len(words) > 0 {
						c.link(words[0], true)
					}
				}
			}
		}
	}
}

// markdown reads the links of a Markdown file.
func (c *checker) markdown(data []byte) {
	doc := goldmark.New(goldmark.WithExtensions(extension.Table)).Parser().Parse(text.NewReader(data))
	ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if link, ok := n.(*ast.Link); ok && entering {
			c.link(string(link.Destination), false)
		}
		return ast.WalkContinue, nil
	})
}

// link checks a link of the current file. What a browser loads by itself must be ours.
func (c *checker) link(link string, loads bool) {
	u, err := url.Parse(link)
	switch {
	case err != nil:
		c.report(link, "it cannot be parsed")
		return
	case u.Scheme == "data" && loads:
		return
	case u.Scheme == "https" || u.Scheme == "http":
		if loads {
			c.report(link, "the page loads something from another site")
		}
		return
	case u.Scheme == "mailto":
		return
	case u.Scheme != "":
		c.report(link, "the scheme %q is none that leads anywhere", u.Scheme)
		return
	case u.Host != "":
		c.report(link, "it leaves the site without saying so")
		return
	case u.Path == "" && u.Fragment == "":
		c.report(link, "it is empty")
		return
	}
	target := c.file
	if u.Path != "" {
		rest, rooted := strings.CutPrefix(u.Path, c.base)
		switch {
		case !strings.HasPrefix(u.Path, "/"):
			target = path.Join(path.Dir(c.file), u.Path)
		case c.file == "404.html" && rooted:
			target = path.Clean(rest)
		default:
			c.report(link, "it depends on where the site is; make it relative")
			return
		}
	}
	switch _, ok := c.files[target]; {
	case target == ".." || strings.HasPrefix(target, "../"):
		c.report(link, "it leads out of the folder")
	case strings.HasSuffix(u.Path, "/") || u.Path == "." || u.Path == "..":
		c.report(link, "it names a folder, which from disk shows no page; name the file")
	case !ok:
		c.report(link, "%s is not there", target)
	case u.Fragment != "":
		c.fragments = append(c.fragments, fragment{c.file, link, target, u.Fragment})
	}
}
