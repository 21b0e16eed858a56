package site

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"path"
	"strings"
	"testing"

	"github.com/undelivered/undelivered/internal/catalog"
	"github.com/undelivered/undelivered/site/links"
)

// TestCodesJSON holds codes.json to the site: each row names its pages, and they and the
// links in its prose are there. That it fits its schema is tested in internal/catalog.
func TestCodesJSON(t *testing.T) {
	s := real(t)
	var data struct {
		Schema    string `json:"$schema"`
		Version   int
		Edition   string
		Home      string
		Replies   map[string]struct{ Pages []string }
		Enhanced  map[string]struct{ Classes, Pages []string }
		Reasons   map[string]struct{ Pages []string }
		Providers map[string]struct {
			Pages []string
			Codes map[string]struct{ Pages []string }
		}
	}
	if err := json.Unmarshal(s.Files["codes.json"], &data); err != nil {
		t.Fatal(err)
	}
	if s.Files[data.Schema] == nil || data.Version != 1 || len(data.Edition) != len("2026-11-24") || data.Home != "https://example.org/base/" {
		t.Errorf("codes.json has the schema %q, the version %d, the edition %q and the home %q", data.Schema, data.Version, data.Edition, data.Home)
	}
	listed := map[string]bool{}
	note := func(id string, pages []string, want int) {
		if len(pages) != want {
			t.Errorf("%s has the pages %q, want %d", id, pages, want)
		}
		for _, page := range pages {
			file, _, _ := strings.Cut(page, "#")
			listed[file] = true
		}
	}
	for id, r := range data.Replies {
		note("replies/"+id, r.Pages, 1)
	}
	for id, r := range data.Enhanced {
		note("enhanced/"+id, r.Pages, len(r.Classes))
	}
	for id, r := range data.Reasons {
		note("reasons/"+id, r.Pages, 1)
	}
	for id, p := range data.Providers {
		note("providers/"+id, p.Pages, 1)
		for code, c := range p.Codes {
			note("providers/"+id+"/"+code, c.Pages, 1)
		}
	}
	for _, p := range s.Pages {
		switch p.Kind {
		case "reply", "enhanced", "reason", "provider":
			if !listed[p.Path] {
				t.Errorf("no row of codes.json names %s", p.Path)
			}
		}
	}

	// As a page with all the links, so that they are checked as those of pages are.
	var all any
	if err := json.Unmarshal(s.Files["codes.json"], &all); err != nil {
		t.Fatal(err)
	}
	var prose bytes.Buffer
	count := 0
	var walk func(key string, v any)
	walk = func(key string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for k, inner := range v {
				walk(k, inner)
			}
		case []any:
			for _, inner := range v {
				walk(key, inner)
			}
		case string:
			switch {
			case key == "pages":
				prose.WriteString("<a href=\"" + v + "\"></a>\n")
				count++
			case strings.Contains(v, "](") && key != "text" && key != "examples" && key != "example":
				_, dest, _ := strings.Cut(v, "](")
				dest, _, _ = strings.Cut(dest, ")")
				prose.WriteString("<a href=\"" + dest + "\"></a>\n")
				count++
			}
		}
	}
	walk("", all)
	if count < 1000 {
		t.Errorf("only %d links were found", count)
	}
	s.Files["all.html"] = prose.Bytes()
	for _, err := range links.Check(s.Files, "/base/") {
		t.Error(err)
	}
}

// TestCodesCSV wants a line for each code, each with as many columns as there are headings,
// and no blank where every code has something.
func TestCodesCSV(t *testing.T) {
	s := real(t)
	rows, err := csv.NewReader(bytes.NewReader(s.Files["codes.csv"])).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	codes := catalogue(t)
	want := map[string]bool{}
	for _, r := range codes.Replies {
		want["replies/"+r.ID] = true
	}
	for _, e := range codes.Enhanced {
		for _, class := range e.Classes {
			want["enhanced/"+class+e.ID[1:]] = true
		}
	}
	for section, list := range map[string][]*catalog.Provider{"providers": codes.Providers, "clients": codes.Clients} {
		for _, p := range list {
			for _, c := range p.Codes {
				want[section+"/"+p.ID+"/"+c.ID] = true
			}
		}
	}
	for _, row := range rows[1:] {
		id := row[column["id"]]
		if !want[id] {
			t.Errorf("%s stands there twice, or is no code", id)
		}
		delete(want, id)
		for _, name := range []string{"kind", "name", "meaning", "page", "sources", "checked"} {
			if row[column[name]] == "" {
				t.Errorf("%s has no %s", id, name)
			}
		}
		if file, _, _ := strings.Cut(row[column["page"]], "#"); s.Files[file] == nil {
			t.Errorf("%s has the page %s, which is not there", id, file)
		}
		if strings.ContainsAny(row[column["meaning"]], "[]`\n") && !strings.Contains(row[column["meaning"]], "[") {
			t.Errorf("%s has markup in its meaning: %s", id, row[column["meaning"]])
		}
	}
	for id := range want {
		t.Errorf("%s has no line", id)
	}
	at := func(id, name string) string {
		for _, row := range rows {
			if row[column["id"]] == id {
				return row[column[name]]
			}
		}
		return ""
	}
	for _, tt := range [][3]string{
		{"replies/550", "permanence", "permanent"}, {"replies/250", "permanence", "success"}, {"replies/354", "permanence", "continue"},
		{"replies/250", "actor", ""}, {"enhanced/5.1.1", "actor", "sender"}, {"enhanced/5.1.1", "reason", "mailbox-unknown"},
		{"enhanced/4.2.2", "permanence", "temporary"}, {"enhanced/4.2.2", "code", "4.2.2"}, {"replies/550", "page", "codes/550.html"},
	} {
		if got := at(tt[0], tt[1]); got != tt[2] {
			t.Errorf("the %s of %s is %q, want %q", tt[1], tt[0], got, tt[2])
		}
	}
}

func TestCodesYAML(t *testing.T) {
	if got := string(generate(t).Files["codes.yaml"]); got != "version: 1\n" {
		t.Errorf("codes.yaml is %q, and not what was handed in", got)
	}
	s, err := Generate(Config{Catalog: codes(t), Content: content()})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := s.Files["codes.yaml"]; ok || bytes.Contains(s.Files["llms.txt"], []byte("codes.yaml")) {
		t.Error("codes.yaml is there without having been handed in")
	}
}

// TestOverview wants llms.txt to lead to the copy of every page, in full where it is known
// where the site is, and relative where not.
func TestOverview(t *testing.T) {
	s := real(t)
	text := string(s.Files["llms.txt"])
	if !strings.HasPrefix(text, "# Undelivered\n\n> ") {
		t.Errorf("llms.txt begins with %q", text[:40])
	}
	for _, p := range s.Pages {
		name := markdownName(p.Path)
		if name == "" {
			continue
		}
		if n := strings.Count(text, "](https://example.org/base/"+name+")"); n != 1 {
			t.Errorf("llms.txt leads %d times to %s, want once", n, name)
		}
	}
	s, err := Generate(Config{Catalog: codes(t), Content: content()})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(s.Files["llms.txt"], []byte("](codes/550.md): ")) || bytes.Contains(s.Files["llms.txt"], []byte("://")) {
		t.Errorf("llms.txt of a site without a known place:\n%s", s.Files["llms.txt"])
	}
	if path.Ext(markdownName("404.html")) != "" {
		t.Error("404.html has a copy")
	}
}
