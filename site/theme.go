package site

import (
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/tdewolff/minify/v2"
	"github.com/tdewolff/minify/v2/css"
	"github.com/tdewolff/minify/v2/html"
	"github.com/tdewolff/minify/v2/js"
	"github.com/tdewolff/minify/v2/svg"
)

//go:embed templates static
var embedded embed.FS

// styleName is the stylesheet of all pages.
const styleName = "style.css"

// theme is how pages look: the templates, and the files that stand beside the pages.
type theme struct {
	layouts  map[string]*template.Template
	files    map[string][]byte
	whole    []byte // what the stylesheet of the one file has besides
	working  []byte // the service worker, without what it keeps
	unworker []byte // the one that takes all away
	minify   *minify.M
}

// loadTheme parses the templates, once in the life of a program.
var loadTheme = sync.OnceValues(func() (*theme, error) { return parseTheme(embedded) })

func parseTheme(files fs.FS) (*theme, error) {
	t := &theme{layouts: map[string]*template.Template{}, files: map[string][]byte{}, minify: minifier()}
	base, err := template.New("").Funcs(template.FuncMap{
		"head":       func(id, text string) heading { return heading{id, text} },
		"groupTitle": groupTitle,
	}).ParseFS(files, "templates/page.html", "templates/parts.html")
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(files, "templates/*.html")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		layout := strings.TrimSuffix(path.Base(name), ".html")
		if layout == "page" || layout == "parts" {
			continue
		}
		one, err := template.Must(base.Clone()).ParseFS(files, name)
		if err != nil {
			return nil, err
		}
		t.layouts[layout] = one
	}
	for name, into := range map[string]*[]byte{"whole.css": &t.whole, "worker.js": &t.working, "unworker.js": &t.unworker} {
		data, err := fs.ReadFile(files, "templates/"+name)
		if err != nil {
			return nil, err
		}
		if *into, err = t.minify.Bytes(kindsOfFiles[path.Ext(name)], data); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	static, err := fs.Sub(files, "static")
	if err != nil {
		return nil, err
	}
	return t, fs.WalkDir(static, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(static, name)
		if err != nil {
			return err
		}
		if kind := kindsOfFiles[path.Ext(name)]; kind != "" {
			if data, err = t.minify.Bytes(kind, data); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		t.files[name] = data
		return nil
	})
}

// heading is a heading that links to itself.
type heading struct{ ID, Text string }

// page makes a page of a layout.
func (t *theme) page(layout string, f *frame) ([]byte, error) {
	raw, err := t.raw(layout, f)
	if err != nil {
		return nil, err
	}
	return t.minify.Bytes("text/html", raw)
}

// raw makes a page as the templates have it.
func (t *theme) raw(layout string, f *frame) ([]byte, error) {
	one := t.layouts[layout]
	if one == nil {
		return nil, fmt.Errorf("there is no template %q", layout)
	}
	return execute(one, "page", f)
}

var kindsOfFiles = map[string]string{".css": "text/css", ".svg": "image/svg+xml", ".js": "text/javascript"}

// minifier returns a minifier that leaves a page's tree as it is. The tags and quotes that
// HTML lets one leave out cost next to nothing when compressed, and other programs than
// browsers read our pages.
func minifier() *minify.M {
	m := minify.New()
	m.Add("text/html", &html.Minifier{KeepDocumentTags: true, KeepEndTags: true, KeepQuotes: true, KeepDefaultAttrVals: true})
	m.Add("text/css", &css.Minifier{})
	m.Add("image/svg+xml", &svg.Minifier{})
	m.Add("text/javascript", &js.Minifier{})
	return m
}
