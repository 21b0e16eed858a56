package site

import (
	"cmp"
	"crypto/sha512"
	"encoding/base64"
	"net/url"
	"path"
	"slices"
	"strings"
)

// embedding is what the page about the widget shows: a form that writes the lines to copy, and
// what the widget consists of.
type embedding struct {
	*textual
	Moving, Fixed string // the folders of the widget: the one with the newest, and the one that never changes
	Base          string // where the site is, with a slash at its end; an example where that is not known
	Host          string // the origin of Base
	Known         bool   // whether Base is no example
	Integrity     string // of widget.js in Fixed
	Assets        []asset
	Costs         costs
}

// asset is a file of the widget.
type asset struct {
	Name      string
	Size      string // as it is sent, compressed
	Integrity string // for scripts
}

// costs are what the ways to embed the widget cost a visitor, as they are sent.
type costs struct{ Page, Use, Settings, Report, Frame, Around string }

// embedPage makes the page about the widget, where there is one.
func embedPage(d *document) func(*sheet) (string, any) {
	return func(s *sheet) (string, any) {
		if s.config.Fixed == "" {
			return textPage(d)(s)
		}
		files := s.config.Assets
		e := embedding{textual: s.text(d), Moving: path.Dir(widgetScript) + "/", Fixed: s.config.Fixed, Known: s.base != nil}
		base := cmp.Or(s.base, &url.URL{Scheme: "https", Host: "example.org", Path: "/undelivered/"})
		e.Base, e.Host = base.String(), base.Scheme+"://"+base.Host
		size := func(names ...string) string {
			n := 0
			for _, name := range names {
				n += s.deflater.gzip(files[s.config.Fixed+name])
			}
			return kilo(n)
		}
		for _, name := range sortedKeys(files) {
			name, ok := strings.CutPrefix(name, e.Fixed)
			if !ok || path.Ext(name) == ".md" || path.Ext(name) == ".ts" || name == "package.json" {
				continue
			}
			a := asset{Name: name, Size: size(name)}
			if ext := path.Ext(name); ext == ".js" || ext == ".mjs" || ext == ".wasm" {
				sum := sha512.Sum384(files[e.Fixed+name])
				a.Integrity = "sha384-" + base64.StdEncoding.EncodeToString(sum[:])
			}
			if name == "widget.js" {
				e.Integrity = a.Integrity
			}
			e.Assets = append(e.Assets, a)
		}
		// The script that pages name comes first.
		slices.SortStableFunc(e.Assets, func(a, b asset) int { return cmp.Compare(rank(a.Name == "widget.js"), rank(b.Name == "widget.js")) })
		e.Costs = costs{
			Page: size("widget.js"), Use: size("answer.js", "decoder.wasm"), Settings: size("settings.js"), Report: size("tidy.js"),
			Frame: size("embed.html", "embed.css", "embed.js", "widget.js"), Around: size("frame.js"),
		}
		return "embed", e
	}
}
