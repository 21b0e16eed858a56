package site

import (
	"bytes"
	"cmp"
	"compress/flate"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"unsafe"
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
	each(len(names), func(i int) { zipped[i] = s.deflater.gzip(s.Files[names[i]]) })

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

// deflater compresses files as gzip -9 does, each once. The zip, the page about the widget and
// the report ask for the same ones.
type deflater struct {
	known   sync.Map  // *byte, where the data begins -> deflated
	writers sync.Pool // a compressor takes a megabyte
}

type deflated struct {
	length int // of the data
	packed []byte
}

// deflate returns data compressed (RFC 1951).
func (d *deflater) deflate(data []byte) []byte {
	key := unsafe.SliceData(data)
	if known, ok := d.known.Load(key); ok && known.(deflated).length == len(data) {
		return known.(deflated).packed
	}
	w, ok := d.writers.Get().(*flate.Writer)
	if !ok {
		w, _ = flate.NewWriter(nil, flate.BestCompression) // the level is one of its own
	}
	var packed bytes.Buffer
	w.Reset(&packed)
	w.Write(data) // a buffer takes everything
	w.Close()
	d.writers.Put(w)
	d.known.Store(key, deflated{len(data), packed.Bytes()})
	return packed.Bytes()
}

// gzip returns how large data is, compressed as gzip -9 does: with ten bytes before it and
// eight behind (RFC 1952).
func (d *deflater) gzip(data []byte) int { return len(d.deflate(data)) + 18 }
