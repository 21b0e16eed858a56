package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/undelivered/undelivered/internal/catalog"
	"github.com/undelivered/undelivered/internal/charsets"
	"github.com/undelivered/undelivered/site"
	"github.com/undelivered/undelivered/wasm"
)

// order is what a process of its own builds.
type order struct {
	Times int    // how many times the rows that recognise text
	Fixed string // the folder of the widget that never changes
	Out   string
}

// buildPart does what "undelivered build" does around the compiler: it reads codes.yaml, tries
// the examples, makes the site and its report, and writes it. The widget is in the folder.
func buildPart(dir string) error {
	data, err := os.ReadFile(filepath.Join(dir, "order.json"))
	if err != nil {
		return err
	}
	var o order
	if err := json.Unmarshal(data, &o); err != nil {
		return err
	}
	w := &wasm.Widget{Files: map[string][]byte{}, Fixed: o.Fixed}
	root := os.DirFS(filepath.Join(dir, "assets"))
	err = fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			w.Files[name], err = fs.ReadFile(root, name)
		}
		return err
	})
	if err != nil {
		return err
	}
	k, err := loadKnowledge("codes.yaml")
	if err != nil {
		return err
	}
	k.catalog.Examine(func(text string) catalog.Recognised {
		k.explain.Explain(text, charsets.All{})
		return catalog.Recognised{}
	})
	if o.Times > 1 {
		if k, err = compiled(multiply(k.catalog, o.Times), k.data); err != nil {
			return err
		}
	}
	s, err := k.site(w)
	if err != nil {
		return err
	}
	s.Report()
	if err := s.Write(o.Out); err != nil {
		return err
	}
	// What the system says of an ended process includes its parent's memory before it began.
	status, err := os.ReadFile("/proc/self/status")
	if _, peak, ok := strings.Cut(string(status), "VmHWM:"); ok {
		fmt.Println(strings.Fields(peak)[0], len(s.Pages))
	}
	return err
}

// building measures the build, the decoder being there, beside Hugo's of pages like ours.
func building(ctx context.Context, t *table, k *knowledge, w *wasm.Widget, dir string) error {
	for name, data := range w.Files {
		name = filepath.Join(dir, "assets", filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o777), os.WriteFile(name, data, 0o666)); err != nil {
			return err
		}
	}
	s, err := k.site(w)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	var failed error
	memory := int64(0)       // bytes
	pagesOf := map[int]int{} // by how many times the knowledge
	build := func(times int) func() {
		return func() {
			o, err := json.Marshal(order{times, w.Fixed, filepath.Join(dir, "built")})
			if err := errors.Join(err, os.WriteFile(filepath.Join(dir, "order.json"), o, 0o666)); err != nil {
				failed = err
				return
			}
			cmd := exec.CommandContext(ctx, self, "-part", dir)
			out, err := cmd.CombinedOutput()
			if err != nil {
				failed = fmt.Errorf("%w: %s", err, out)
				return
			}
			var kb int64
			var pages int
			if _, err := fmt.Sscan(string(out), &kb, &pages); err != nil {
				failed = err
				return
			}
			pagesOf[times] = pages
			if times == 1 {
				memory = max(memory, kb<<10)
			}
		}
	}

	pages, program := len(s.Pages), "no Hugo here; 1 ms a page"
	hugoPage := 1.0 // ms
	sides := []func(){build(1)}
	if name, err := exec.LookPath(*hugo); err == nil {
		folder := filepath.Join(dir, "hugo")
		if err := like(s, folder); err != nil {
			return err
		}
		sides = append(sides, func() {
			cmd := exec.CommandContext(ctx, name, "--minify", "--quiet", "--source", folder, "--cacheDir", filepath.Join(dir, "cache"))
			if out, err := cmd.CombinedOutput(); err != nil {
				failed = fmt.Errorf("%w: %s", err, out)
			}
		})
	}
	took := medianOf(*rounds, sides...)
	if len(took) > 1 {
		hugoPage = millis(took[1]) / likePages
		program = fmt.Sprintf("Hugo --minify, %d like pages: %s ms a page", likePages, number(hugoPage))
	}
	page := millis(took[0]) / float64(pages)
	t.row("undelivered build, decoder already built, a page", page, "ms", fmt.Sprintf("%d pages, all cores; %s, which is %s × ours", pages, program, number(hugoPage/page)), 0.3)
	t.row("its memory at most", float64(memory)/1e6, "MB", "", 200)
	grown := medianOf(1, build(10))[0]
	if failed != nil {
		return failed
	}
	t.row("undelivered build with the knowledge × 10, a page, ÷ × 1", millis(grown)/float64(pagesOf[10])/page, "×", fmt.Sprintf("linear: %d pages", pagesOf[10]), 1.2)
	return nil
}

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

const likePages = 600

// like writes the source of a site for Hugo with so many pages of the size of ours: the text
// of ours in Markdown, and a layout with as much around it.
func like(s *site.Site, dir string) error {
	files := map[string]string{
		"hugo.toml":          "baseURL = \"https://example.org/\"\ntitle = \"Pages\"\ndisableKinds = [\"taxonomy\", \"term\", \"RSS\"]\n",
		"layouts/index.html": "<!doctype html><title>{{ .Title }}</title>{{ range .Site.RegularPages }}<a href=\"{{ .RelPermalink }}\">{{ .Title }}</a>{{ end }}",
		"layouts/single.html": `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ .Title }} – {{ .Site.Title }}</title><meta name="description" content="{{ .Summary | plainify }}"><link rel="canonical" href="{{ .Permalink }}"><link rel="stylesheet" href="/style.css"></head>
<body><header><a href="/">{{ .Site.Title }}</a><nav><ul>{{ range first 8 .Site.RegularPages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}</ul></nav></header>
<main><h1>{{ .Title }}</h1>{{ .TableOfContents }}{{ .Content }}</main><footer>{{ with .Next }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}{{ with .Prev }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}</footer></body></html>`,
	}
	var texts []string
	for _, p := range s.Pages {
		if text, ok := s.Files[strings.TrimSuffix(p.Path, path.Ext(p.Path))+".md"]; ok {
			texts = append(texts, strings.NewReplacer("{{", "{ {", "---", "—").Replace(string(text)))
		}
	}
	for n := range likePages {
		files[fmt.Sprintf("content/p%d.md", n)] = fmt.Sprintf("---\ntitle: Page %d\nweight: %d\n---\n%s", n, n+1, texts[n%len(texts)])
	}
	for name, text := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o777), os.WriteFile(name, []byte(text), 0o666)); err != nil {
			return err
		}
	}
	return nil
}
