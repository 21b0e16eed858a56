package site

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
)

// Report is what was made, for a person to read.
type Report struct {
	Pages   int // HTML pages
	Kinds   []Size
	Total   Size
	Largest Size // the page that, with the stylesheet, is the largest to download
}

// Size is how large files are, in bytes.
type Size struct {
	Name  string // the kind, or the file
	Files int
	Raw   int
	Gzip  int // compressed as gzip -9 does
}

// Report measures the site. Compressing takes longer than making it.
func (s *Site) Report() Report {
	names := sortedKeys(s.Files)
	zipped := make([]int, len(names))
	var writers sync.Pool // a compressor takes a megabyte
	each(len(names), func(i int) {
		data := s.Files[names[i]]
		if n, ok := s.zipped[path.Base(names[i])]; ok && bytes.Equal(data, n.data) {
			zipped[i] = n.size // a file of the widget, which is there twice
			return
		}
		w, ok := writers.Get().(*gzip.Writer)
		if !ok {
			w = newGzip()
		}
		zipped[i] = gzippedBy(w, data)
		writers.Put(w)
	})

	kindOf := map[string]string{}
	isPage := map[string]bool{}
	for _, p := range s.Pages {
		isPage[p.Path] = true
		kindOf[p.Path] = p.Kind + " pages"
		if name := markdownName(p.Path); name != "" {
			kindOf[name] = "copies in Markdown"
		}
	}
	r := Report{Total: Size{Name: "all"}}
	kinds := map[string]*Size{}
	style := 0
	for i, name := range names {
		kind, known := kindOf[name]
		if !known {
			kind = name
			if isOldAddress(name) {
				kind = "old addresses"
			} else if dir := path.Dir(name); strings.Contains(dir, "/") {
				kind = dir + "/*"
			}
		}
		size := kinds[kind]
		if size == nil {
			size = &Size{Name: kind}
			kinds[kind] = size
		}
		for _, t := range []*Size{size, &r.Total} {
			t.Files++
			t.Raw += len(s.Files[name])
			t.Gzip += zipped[i]
		}
		if name == "style.css" {
			style = zipped[i]
		}
		if isPage[name] {
			r.Pages++
			if zipped[i] > r.Largest.Gzip {
				r.Largest = Size{name, 1, len(s.Files[name]), zipped[i]}
			}
		}
	}
	r.Largest.Gzip += style
	for _, size := range kinds {
		r.Kinds = append(r.Kinds, *size)
	}
	slices.SortFunc(r.Kinds, func(a, b Size) int { return cmp.Or(cmp.Compare(b.Gzip, a.Gzip), cmp.Compare(a.Name, b.Name)) })
	return r
}

// Print writes the report as a table.
func (r Report) Print(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "files\traw\tgzip -9\t ")
	for _, s := range append(slices.Clone(r.Kinds), r.Total) {
		fmt.Fprintf(t, "%d\t%s\t%s\t %s\n", s.Files, kilo(s.Raw), kilo(s.Gzip), s.Name)
	}
	t.Flush()
	fmt.Fprintf(w, "%d pages; the largest to download, its stylesheet included, is %s with %s\n", r.Pages, r.Largest.Name, kilo(r.Largest.Gzip))
}

// kilo writes a size in thousands of bytes.
func kilo(n int) string { return fmt.Sprintf("%.1f KB", float64(n)/1000) }

// gzipped returns how large data is, compressed as gzip -9 does.
func gzipped(data []byte) int { return gzippedBy(newGzip(), data) }

func newGzip() *gzip.Writer {
	w, _ := gzip.NewWriterLevel(nil, gzip.BestCompression) // the level is one of gzip's own
	return w
}

func gzippedBy(w *gzip.Writer, data []byte) int {
	var n counter
	w.Reset(&n)
	w.Write(data) // a counter takes everything
	w.Close()
	return int(n)
}

// counter is a writer that counts what is written.
type counter int

func (c *counter) Write(data []byte) (int, error) {
	*c += counter(len(data))
	return len(data), nil
}

// compressed is a file and how large it is, compressed.
type compressed struct {
	data []byte
	size int
}
