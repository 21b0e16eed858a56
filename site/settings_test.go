package site

import (
	"bytes"
	"maps"
	"strings"
	"testing"
	"testing/fstest"
)

const fork = `# What is ours.
name: Example Mail Help
base-url: https://help.example.net/mail
contact:
  name: Example Internet
  telephone: +61 8 5550 1234
  link: https://example.net/help
  hours: Monday to Friday, 8 to 18
colours:
  light: { link: "#7a1fa2", stamp: "#7a1fa2" }
  dark: { link: "#d7a8f0" }
`

// TestFork makes the site of somebody who has changed nothing but site.yaml.
func TestFork(t *testing.T) {
	pages := content(settingsName, fork, "about.md", "---\ntitle: About {name}\ndescription: What {name} is.\n---\n{name} explains.\n")
	s, err := Generate(Config{Catalog: codes(t), Content: pages, Assets: maps.Clone(assets)})
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range s.Pages {
		p := parse(t, s, page.Path)
		if title := words(p.find("title")[0]); !strings.Contains(title, "Example Mail Help") || strings.Contains(title, ourName) {
			t.Errorf("%s: the title is %q", page.Path, title)
		}
		p.says(".brand span", "Example Mail Help")
		p.says(".foot strong", "Example Mail Help")
		p.leads(".contact a", "https://example.net/help", "tel:+61855501234")
		if canonical := p.find("[rel=canonical]"); page.ID != "404" && attribute(canonical[0], "href") != "https://help.example.net/mail/"+strings.TrimSuffix(page.Path, "index.html") {
			t.Errorf("%s: canonical is %v", page.Path, canonical[0].Attr)
		}
		// The project is named once: where it says what the site is made with.
		if n := bytes.Count(s.Files[page.Path], []byte(ourName)); n != 1 {
			t.Errorf("%s says %s %d times, want once", page.Path, ourName, n)
		}
	}
	box := parse(t, s, "index.html").find("undelivered-explainer")[0]
	if attribute(box, "contact-name") != "Example Internet" || attribute(box, "contact-telephone") != "+61 8 5550 1234" {
		t.Errorf("the box has %v", box.Attr)
	}
	for file, want := range map[string]string{
		styleName:      "@media screen and (prefers-color-scheme:dark){:root{--link:#d7a8f0}}",
		manifestName:   `"name": "Example Mail Help"`,
		openSearchName: "<ShortName>Example Mail Help</ShortName>",
		"robots.txt":   "Sitemap: https://help.example.net/mail/sitemap.xml",
		"llms.txt":     "# Example Mail Help\n",
		"about.md":     "# About Example Mail Help",
		wholeName:      "--link:#7a1fa2",
	} {
		if !bytes.Contains(s.Files[file], []byte(want)) {
			t.Errorf("%s has no %s", file, want)
		}
	}
}

func TestSettingsErrors(t *testing.T) {
	for _, tt := range []struct{ yaml, want string }{
		{"nome: x\n", `content/site.yaml:1: there is no "nome" in the file; use base-url, colours, contact, name`},
		{"\nname:\n", "content/site.yaml:2: name is empty"},
		{"name: [x]\n", "content/site.yaml:1: name is empty"},
		{"name: x\nname: y\n", `content/site.yaml:2: "name" stands here twice`},
		{"base-url: example.org\n", "content/site.yaml:1: base-url: "},
		{"contact:\n  telephone: call us\n", "content/site.yaml:2: telephone: \"call us\" is no telephone number"},
		{"contact:\n  link: javascript:alert(1)\n", "content/site.yaml:2: link: "},
		{"contact: us\n", "content/site.yaml:1: contact is no list of keys and values"},
		{"colours:\n  light:\n    link: red\n", `content/site.yaml:3: link: "red" is no colour`},
		{"colours:\n  light:\n    link: \"#ffcc00\"\n", "content/site.yaml:3: link: #ffcc00 on #f3f5f4 has a contrast of 1.4, and people need 4.5 to read it (WCAG 2.2, 1.4.3); take one that is darker"},
		{"colours:\n  dark:\n    stamp: \"#333333\"\n", "take one that is lighter"},
		{"name: 'x\n", "content/site.yaml:"},
		{"- x\n", "content/site.yaml:1: the file is no list of keys and values"},
	} {
		_, err := ReadSettings(fstest.MapFS{settingsName: &fstest.MapFile{Data: []byte(tt.yaml)}}, "content")
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: %v\nwant %s", tt.yaml, err, tt.want)
		}
	}
	for _, yaml := range []string{"", "# nothing yet\n"} {
		if s, err := ReadSettings(fstest.MapFS{settingsName: &fstest.MapFile{Data: []byte(yaml)}}, "content"); err != nil || s.Name != ourName {
			t.Errorf("%q: %+v, %v", yaml, s, err)
		}
	}
}

func TestContrast(t *testing.T) {
	// The examples of WCAG's own techniques: G18.
	for _, tt := range []struct {
		a, b string
		want float64
	}{{"#000000", "#ffffff", 21}, {"#777777", "#ffffff", 4.48}, {"#ff0000", "#ffffff", 4}} {
		if got := contrast(tt.a, tt.b); got < tt.want-0.01 || got > tt.want+0.01 {
			t.Errorf("%s on %s: %.3f, want %.2f", tt.a, tt.b, got, tt.want)
		}
	}
}

// TestOldAddresses leads from where people look for a code to its page.
func TestOldAddresses(t *testing.T) {
	s := generate(t)
	for name, want := range map[string]string{
		"550/index.html":            "../codes/550.html",
		"codes/550/index.html":      "../../codes/550.html",
		"5.1.1/index.html":          "../enhanced/5.1.1.html",
		"enhanced/5.1.1/index.html": "../../enhanced/5.1.1.html",
		"codes/5.1.1/index.html":    "../../enhanced/5.1.1.html",
	} {
		p := parse(t, s, name)
		p.leads("a", want)
		if refresh := attribute(p.find("[http-equiv=refresh]")[0], "content"); refresh != "0; url="+want {
			t.Errorf("%s goes to %q", name, refresh)
		}
		if bytes.Contains(s.Files["sitemap.xml"], []byte("/"+strings.TrimSuffix(name, "index.html")+"<")) {
			t.Errorf("%s is in the sitemap", name)
		}
	}
}

// TestStructured wants data for search engines on every page that has an address.
func TestStructured(t *testing.T) {
	s := generate(t)
	for _, page := range s.Pages {
		found := parse(t, s, page.Path).find("script[type=application/ld+json]")
		if len(found) != 1 != (page.ID == "404") {
			t.Errorf("%s: %d blocks", page.Path, len(found))
		}
	}
	got := words(parse(t, s, "codes/550.html").find("script[type=application/ld+json]")[0])
	for _, want := range []string{`"@type":"TechArticle"`, `"url":"https://example.org/base/codes/550.html"`, `"position":2,"name":"Reply codes","item":"https://example.org/base/codes/"`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
}
