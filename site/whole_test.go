package site

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"strings"
	"testing"
)

func TestWhole(t *testing.T) {
	for name, s := range map[string]*Site{"fixture": generate(t), "real": real(t)} {
		p := parse(t, s, wholeName)
		sections := map[string]bool{}
		for _, n := range p.find("div.page") {
			sections[attribute(n, "id")] = true
		}
		for _, page := range s.Pages {
			if want := page.ID != "404" && page.ID != "embed"; sections["/"+page.Path] != want {
				t.Errorf("%s: %s is in the one file: %t", name, page.Path, !want)
			}
		}
		// That each link in it leads to something is held by TestEveryPage.
		for _, a := range p.find("a") {
			href := attribute(a, "href")
			if href != "" && !strings.HasPrefix(href, "#") && !strings.Contains(href, ":") {
				t.Errorf("%s: a link leads out of the one file to %q", name, href)
			}
		}
		for _, selector := range []string{"img", "link[rel=stylesheet]", "script[src]", "[style]", "form"} {
			p.none(selector)
		}
		policy := attribute(p.find("meta[http-equiv]")[0], "content")
		for _, element := range regexp.MustCompile(`(?s)<(script|style)[^>]*>(.*?)</(?:script|style)>`).FindAllSubmatch(s.Files[wholeName], -1) {
			sum := sha256.Sum256(element[2])
			if hash := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(policy, hash) {
				t.Errorf("%s: the policy does not allow a %s that begins with %.60q", name, element[1], element[2])
			}
		}
		if strings.Contains(policy, "unsafe-inline") || strings.Contains(policy, "unsafe-eval'") && !strings.Contains(policy, "wasm-unsafe-eval") {
			t.Errorf("%s: the policy is %s", name, policy)
		}
	}
}

// TestWholeLinks leads the links and ids of a page to where they are in the one file.
func TestWholeLinks(t *testing.T) {
	s := generate(t)
	p := parse(t, s, wholeName)
	for _, want := range []string{
		`href="#/guides/first.html"`, `href="#/codes/550.html#what-to-do"`, `href="#/enhanced/index.html#subject-1"`,
		`id="/codes/550.html#what-to-do"`, `href="#/index.html"`, `reference="#"`,
	} {
		if !bytes.Contains(s.Files[wholeName], []byte(want)) {
			t.Errorf("no %s", want)
		}
	}
	p.leads(".toc h2 a", "#/guides/first.html#contents")
	p.leads("header.top nav a", "#/codes/index.html", "#/enhanced/index.html", "#/digits.html", "#/reasons/index.html", "#/providers/index.html", "#/clients/index.html", "#/blocklists/index.html", "#/guides/index.html")
}

// TestWholeScript refuses a script that would end the element that it is in.
func TestWholeScript(t *testing.T) {
	for _, bad := range []string{`let a = "</SCRIPT>"`, `let a = "<!--"`} {
		_, err := Generate(Config{Catalog: codes(t), Content: content(), Assets: map[string][]byte{"v1/widget.js": []byte(bad)}})
		if err == nil || !strings.Contains(err.Error(), "script") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
