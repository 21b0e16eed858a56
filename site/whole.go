package site

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"path"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// wholeName is the reference and the decoder as one file, to be kept on a stick or mailed.
const wholeName = "undelivered.html"

// parts are the scripts of the widget that the one file carries, since it has no folder to load
// them from.
var parts = []string{"answer.js", "decoder.js", "settings.js", "tidy.js"}

// whole is what the one file shows.
type whole struct {
	*frame
	Policy  string
	Head    template.HTML // stylesheet and icon
	Pages   template.HTML
	Scripts template.HTML // but that of the search
	Script  template.JS
}

// isPart reports whether a page is a part of the one file: all but those about the site.
func isPart(p *plan) bool { return p.ID != "404" && p.ID != "embed" }

// whole makes the one file. Each page is a section of it whose id is a slash and the page's
// path; the id of a heading follows behind a #. So a link to /codes/550.html#causes is, in the
// one file, a link to #/codes/550.html#causes. The mains are those of the finished pages.
func (b *book) whole(t *theme, mains []*html.Node) ([]byte, error) {
	var pages bytes.Buffer
	for i, p := range b.plans {
		if !isPart(p) || mains[i] == nil {
			continue
		}
		fmt.Fprintf(&pages, "<div class=\"page k-%s\" id=\"/%s\">", p.Kind, p.Path)
		b.gather(p, mains[i])
		for n := range mains[i].ChildNodes() {
			if err := html.Render(&pages, n); err != nil {
				return nil, err
			}
		}
		pages.WriteString("</div>\n")
	}
	var head, scripts bytes.Buffer
	var hashes []string
	style := string(t.files[styleName]) + b.settings.style() + string(t.whole)
	fmt.Fprintf(&head, "<style>%s</style>\n<link rel=\"icon\" href=\"data:image/svg+xml;base64,%s\">", style, base64.StdEncoding.EncodeToString(t.files["icon.svg"]))
	var wrong error
	// check returns a script as an element can hold it, and lets it run.
	check := func(text []byte) []byte {
		if bytes.Contains(bytes.ToLower(text), []byte("</script")) || bytes.Contains(text, []byte("<!--")) {
			wrong = fmt.Errorf("%s: a script would end the element that it is in; write </script and <!-- in another way", wholeName)
		}
		text = bytes.TrimSpace(text)
		hashes = append(hashes, hash(text))
		return text
	}
	script := func(attributes string, text []byte) {
		fmt.Fprintf(&scripts, "<script%s>%s</script>\n", attributes, check(text))
	}
	carry := func(name string, text []byte) {
		if text != nil {
			script(` type="text/plain" data-undelivered="`+name+`"`, text)
		}
	}
	s := &sheet{book: b, plan: b.pages["home"]}
	f := s.frame(nil)
	if f.Script != "" {
		for _, name := range parts {
			carry(name, b.config.Assets[path.Dir(widgetScript)+"/"+name])
		}
		script("", b.config.Assets[widgetScript])
	}
	carry(searchIndex, b.index())
	find := check(t.files[searchScript])
	if wrong != nil {
		return nil, wrong
	}
	w := &whole{
		frame: f, Head: template.HTML(head.String()), Pages: template.HTML(strings.ReplaceAll(pages.String(), ` hidden=""`, " hidden")), Scripts: template.HTML(scripts.String()), Script: template.JS(find),
		Policy: "default-src 'none'; script-src " + strings.Join(hashes, " ") + " 'wasm-unsafe-eval'; worker-src blob:; style-src " + hash([]byte(style)) + "; img-src data:; base-uri 'none'; form-action 'none'",
	}
	w.Home, w.Box = "#/index.html", true
	for i := range w.Nav {
		w.Nav[i].Href = "#/" + w.Nav[i].Href
	}
	w.Foot = slices.DeleteFunc(w.Foot, func(r ref) bool { return r.Href == "embed.html" })
	for i := range w.Foot {
		w.Foot[i].Href = "#/" + w.Foot[i].Href
	}
	return execute(t.layouts["whole"], "whole", w)
}

// hash returns the hash of an inline script or stylesheet (Content Security Policy Level 3).
func hash(text []byte) string {
	sum := sha256.Sum256(text)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// gather leads the ids and links of a page's main part to where they are in the one file.
// A link to what the file does not hold becomes one to the site, where its address is known,
// and plain text where not.
func (b *book) gather(p *plan, main *html.Node) {
	own := "/" + p.Path + "#"
	inside := func(href string) string {
		if href == "" || strings.Contains(href, ":") {
			return href
		}
		file, id, _ := strings.Cut(href, "#")
		if file == "" {
			file = p.Path
		} else {
			file = path.Join(path.Dir(p.Path), file)
		}
		if to := b.files[file]; to != nil && isPart(to) {
			if href = "#/" + file; id != "" {
				href += "#" + id
			}
			return href
		}
		if b.base == nil {
			return ""
		}
		if href = b.base.String() + file; id != "" {
			href += "#" + id
		}
		return href
	}
	for n := range main.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		kept := n.Attr[:0]
		for _, a := range n.Attr {
			switch a.Key {
			case "id":
				a.Val = own + a.Val
			case "for", "aria-labelledby", "aria-describedby", "aria-controls", "headers":
				ids := strings.Fields(a.Val)
				for i := range ids {
					ids[i] = own + ids[i]
				}
				a.Val = strings.Join(ids, " ")
			case "href", "src":
				if a.Val = inside(a.Val); a.Val == "" {
					continue
				}
			}
			kept = append(kept, a)
		}
		n.Attr = kept
		if n.Data == "undelivered-explainer" {
			n.Attr = append(n.Attr, html.Attribute{Key: "reference", Val: "#"})
		}
	}
}
