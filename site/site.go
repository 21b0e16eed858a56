// Package site makes the reference: every page, the stylesheet and the picture, and beside
// them the decoder as it is handed in.
//
// What a reader of codes.yaml and content/ can rely on:
//
//   - Each reply code, enhanced status code in each of its classes, reason, provider, mail
//     program, blocklist and guide has a page. A section that has nothing has no pages, no
//     index and no place in the navigation.
//   - Links are relative and name files, so the same folder works at the root of a domain,
//     under any path, and from disk. Only 404.html, which is served at any depth, is
//     written for one path: that of the base URL.
//   - In Markdown, links to our own pages are ids: [text](replies/550),
//     (enhanced/5.1.1), (enhanced/X.1.1), (reasons/mailbox-full), (providers/gmail),
//     (providers/gmail/CODE), (guides/greylisting), (digits), each with an optional
//     #heading, and the files for other programs by their names: (codes.json). A link to nothing is an error. Raw HTML is text.
//   - A Markdown file starts with YAML between two lines of ---: title and description,
//     and where wanted sources, order, credit and see (ids of pages to show below).
//   - Every heading has an id and links to itself.
//   - Beside each page but 404.html there is a copy in Markdown, which the page names as its
//     alternate. codes.json with its schema, codes.csv, codes.yaml and llms.txt stand at the
//     root; content/data.md describes them.
//   - The same knowledge gives the same bytes, whatever the machine does meanwhile.
package site

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/net/html"

	"github.com/undelivered/undelivered/internal/catalog"
)

// Config is what a site is made of.
type Config struct {
	Catalog *catalog.Catalog
	Content fs.FS             // the folder content/
	Assets  map[string][]byte // files to put below the root as they are, by name: v1/widget.js
	Fixed   string            // the folder among them that pages may name for good: v1/0123456789/
	Codes   []byte            // codes.yaml as it stands, to be published with the pages; may be empty
	BaseURL string            // where the site will be, for canonical links; where empty, what site.yaml says
	Forget  bool              // whether browsers are told to keep the site no longer

	// ContentName is what errors call the folder of Content; content, where it is empty.
	ContentName string
}

// Site is a finished site in memory.
type Site struct {
	// Files holds every file by its slash-separated name below the site's root.
	Files map[string][]byte
	// Pages lists the pages in the order of the reference, 404.html last.
	Pages []Page

	deflater *deflater
}

// Page is what is known of a page from outside.
type Page struct {
	ID          string // how links in Markdown name it: replies/550
	Path        string // its file: codes/550.html
	Kind        string // home, reply, enhanced, reason, provider, client, blocklist, guide, index or text
	Code        string // the code that it is about, where it is about one
	Title       string
	Description string // one or two plain sentences
}

// Generate makes the whole site in memory. It reports all that is wrong at once, each with
// the file and line that it comes from; the site is then nil.
func Generate(c Config) (*Site, error) {
	c.ContentName = cmp.Or(c.ContentName, "content")
	settings, err := ReadSettings(c.Content, c.ContentName)
	if err != nil {
		return nil, err
	}
	base, err := parseBase(cmp.Or(c.BaseURL, settings.BaseURL))
	if err != nil {
		return nil, err
	}
	b, err := newBook(c, base, settings)
	if err != nil {
		return nil, err
	}
	t, err := loadTheme()
	if err != nil {
		return nil, err
	}

	site := &Site{deflater: b.deflater, Files: make(map[string][]byte, len(b.plans)+len(c.Assets)+len(t.files)+3)}
	put := func(name string, data []byte) error {
		if !fs.ValidPath(name) || name == "." || strings.ContainsAny(name, "\\:\x00") {
			return fmt.Errorf("%q cannot be a file of the site; name it by a relative path with slashes", name)
		}
		if _, ok := site.Files[name]; ok {
			return fmt.Errorf("%q is made twice; rename one of the two", name)
		}
		site.Files[name] = data
		return nil
	}

	pages := make([][]byte, len(b.plans))
	copies := make([][]byte, len(b.plans)) // in Markdown
	mains := make([]*html.Node, len(b.plans))
	sheets := make([]*sheet, len(b.plans))
	each(len(b.plans), func(i int) {
		s := &sheet{book: b, plan: b.plans[i]}
		sheets[i] = s
		pages[i] = s.render(t)
		main, err := mainOf(pages[i])
		if err != nil {
			s.fail(s.origin(), "%s: %v", s.plan.Path, err)
		}
		mains[i], copies[i] = main, s.copy(main)
	})

	var errs []error
	for i, s := range sheets {
		errs = append(errs, s.errs...)
		for name, data := range map[string][]byte{s.plan.Path: pages[i], markdownName(s.plan.Path): copies[i]} {
			if data == nil {
				continue
			}
			if err := put(name, data); err != nil {
				errs = append(errs, &fault{s.origin(), err.Error()})
			}
		}
		site.Pages = append(site.Pages, s.plan.Page)
	}
	for _, s := range sheets {
		for _, f := range s.fragments {
			if !bytes.Contains(site.Files[f.path], []byte(`id="`+f.id+`"`)) {
				errs = append(errs, fmt.Errorf("%s: link to %q: %s has no heading #%s; see its headings, or leave the part after # out", f.spot, f.dest, f.path, f.id))
			}
		}
	}
	for name, data := range t.files {
		if name == styleName {
			data = append(data[:len(data):len(data)], settings.style()...)
		}
		errs = append(errs, put(name, data))
	}
	for name, data := range b.oldAddresses() {
		errs = append(errs, put(name, data))
	}
	for name, data := range b.data() {
		errs = append(errs, put(name, data))
	}
	for name, data := range c.Assets {
		errs = append(errs, put(name, data))
	}
	errs = append(errs, put(searchIndex, b.index()))
	one, err := b.whole(t, mains)
	errs = append(errs, err, put(wholeName, one))
	if base != nil {
		errs = append(errs, put("sitemap.xml", b.sitemap()), put("robots.txt", b.robots()), put(openSearchName, b.openSearch()))
	}
	kept, err := b.offline(t, site.Files)
	errs = append(errs, err)
	for name, data := range kept {
		errs = append(errs, put(name, data))
	}
	errs = append(errs, put(markerName, []byte(marker)))
	if err := join(errs); err != nil {
		return nil, err
	}
	return site, nil
}

// plainHost is a host that every page can name: an URL may have quotation marks in its own.
var plainHost = regexp.MustCompile(`^[\pL\pM\pN._:\[\]-]+$`)

// parseBase reads a base URL. The result has a path that ends in a slash, or is nil where
// there is no base URL.
func parseBase(s string) (*url.URL, error) {
	if s == "" {
		return nil, nil
	}
	u, err := url.Parse(s)
	if err != nil || !plainHost.MatchString(u.Host) || (u.Scheme != "http" && u.Scheme != "https") || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || u.User != nil {
		return nil, fmt.Errorf("base URL %q is not the address of a site; write it like https://example.org/undelivered/", s)
	}
	u.Path = path.Join("/", u.Path)
	if u.Path != "/" {
		u.Path += "/"
	}
	u.RawPath = ""
	return u, nil
}

// each calls do for 0 to n-1 on all processors.
func each(n int, do func(i int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	wg.Wait()
}

// join makes one error of all, each message once, those of one file together.
func join(errs []error) error {
	errs = slices.DeleteFunc(errs, func(err error) bool { return err == nil })
	slices.SortStableFunc(errs, func(a, b error) int {
		x, y := spotOf(a), spotOf(b)
		return cmp.Or(cmp.Compare(x.file, y.file), cmp.Compare(x.line, y.line), cmp.Compare(a.Error(), b.Error()))
	})
	errs = slices.CompactFunc(errs, func(a, b error) bool { return a.Error() == b.Error() })
	return errors.Join(errs...)
}

// spot is a line of a source.
type spot struct {
	file string
	line int
}

func (s spot) String() string {
	if s.line == 0 {
		return s.file
	}
	return fmt.Sprintf("%s:%d", s.file, s.line)
}

// fault is something wrong at a line of a source.
type fault struct {
	spot
	text string
}

func (f *fault) Error() string { return f.spot.String() + ": " + f.text }

func spotOf(err error) spot {
	if f, ok := err.(*fault); ok {
		return f.spot
	}
	return spot{}
}
