package site

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html/template"
	"path"
	"strings"
)

// openSearchName is the file that browsers read to search the site from their own box.
const openSearchName = "opensearch.xml"

// oldAddresses makes pages that lead on to the page of a code from where people look for it:
// /550, /codes/550, /5.1.1 and /enhanced/5.1.1, with or without a slash behind.
func (b *book) oldAddresses() map[string][]byte {
	made := map[string][]byte{}
	for _, p := range b.plans {
		if p.Kind != "reply" && p.Kind != "enhanced" {
			continue
		}
		for _, folder := range []string{p.Code, "codes/" + p.Code, path.Dir(p.Path) + "/" + p.Code} {
			name := folder + "/index.html"
			if made[name] != nil {
				continue
			}
			to := strings.Repeat("../", strings.Count(name, "/")) + p.Path
			canonical := ""
			if address := b.canonical(p); address != "" {
				canonical = `<link rel="canonical" href="` + template.HTMLEscapeString(address) + `">`
			}
			title := template.HTMLEscapeString(p.Title)
			made[name] = fmt.Appendf(nil, `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>%s</title><meta http-equiv="refresh" content="0; url=%s">%s</head><body><main><h1><a href="%s">%s</a></h1></main></body></html>`+"\n", title, to, canonical, to, title)
		}
	}
	return made
}

// isOldAddress reports whether a file only leads on to a page.
func isOldAddress(name string) bool {
	folder, file := path.Split(name)
	return file == "index.html" && folder != "" && strings.ContainsAny(path.Base(folder)[:1], "0123456789")
}

// robots is robots.txt (RFC 9309): everything may be read.
func (b *book) robots() []byte {
	return fmt.Appendf(nil, "User-agent: *\nAllow: /\n\nSitemap: %ssitemap.xml\n", b.base)
}

// openSearch tells browsers how to search here from their own box (OpenSearch 1.1). The words
// stand behind a #, so that they go to no server.
func (b *book) openSearch() []byte {
	var name, about bytes.Buffer
	xml.EscapeText(&name, []byte(b.settings.Name))
	xml.EscapeText(&about, []byte(b.pages["home"].Description))
	return fmt.Appendf(nil, `%s<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
<ShortName>%s</ShortName>
<Description>%s</Description>
<InputEncoding>UTF-8</InputEncoding>
<Image width="192" height="192" type="image/png">%sicons/192.png</Image>
<Url type="text/html" template="%s#text={searchTerms}"/>
</OpenSearchDescription>
`, xml.Header, name.Bytes(), about.Bytes(), b.base, b.base)
}

// structured tells search engines what a page is and where in the site it stands (schema.org, as
// JSON-LD 1.1). It is empty where the address of the site is not known.
func (b *book) structured(p *plan) template.JS {
	address := b.canonical(p)
	if address == "" {
		return ""
	}
	home := b.pages["home"]
	site := map[string]any{"@type": "WebSite", "@id": b.canonical(home), "url": b.canonical(home), "name": b.settings.Name}
	var graph []any
	if p == home {
		site["description"], site["inLanguage"] = p.Description, "en"
		graph = append(graph, site)
	} else {
		kind := "TechArticle"
		if p.Kind == "index" {
			kind = "CollectionPage"
		}
		graph = append(graph, map[string]any{
			"@type": kind, "@id": address, "url": address, "headline": p.Title, "name": p.Title, "description": p.Description,
			"inLanguage": "en", "isPartOf": site, "isAccessibleForFree": true,
		})
		type step struct {
			Type     string `json:"@type"`
			Position int    `json:"position"`
			Name     string `json:"name"`
			Item     string `json:"item"`
		}
		trail := []step{{"ListItem", 1, b.settings.Name, b.canonical(home)}}
		if group := b.pages[p.group]; group != nil && group != p {
			trail = append(trail, step{"ListItem", 2, group.short, b.canonical(group)})
		}
		trail = append(trail, step{"ListItem", len(trail) + 1, p.Title, address})
		graph = append(graph, map[string]any{"@type": "BreadcrumbList", "itemListElement": trail})
	}
	data, err := json.Marshal(map[string]any{"@context": "https://schema.org", "@graph": graph})
	if err != nil {
		panic(err) // strings can be marshalled
	}
	return template.JS(data)
}
