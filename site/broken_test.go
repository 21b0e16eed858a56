package site

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

// TestBrokenTemplate breaks the templates of pages in the ways in which a row or a document
// can, and wants each page's own source named, and not a word of the others.
func TestBrokenTemplate(t *testing.T) {
	for _, test := range []struct{ name, body, says string }{
		{"a field that is not there", `{{define "page"}}{{.Body.NoSuchField}}{{end}}`, "NoSuchField"},
		{"a template that is not there", `{{define "page"}}{{template "no-such" .}}{{end}}`, "no-such"},
		{"an index out of range", `{{define "page"}}{{index .Nav 99}}{{end}}`, "out of range"},
	} {
		files := fstest.MapFS{}
		err := fs.WalkDir(embedded, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := embedded.ReadFile(name)
			files[name] = &fstest.MapFile{Data: data}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		files["templates/page.html"] = &fstest.MapFile{Data: []byte(test.body)}
		theme, err := parseTheme(files)
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		b, err := newBook(Config{Catalog: codes(t), Content: content(), ContentName: "content"}, nil, Settings{Name: ourName})
		if err != nil {
			t.Fatal(err)
		}
		for id, from := range map[string]string{"replies/550": `"550":`, "enhanced/5.1.1": "X.1.1:", "reasons/unknown": "unknown:", "guides/first": "", "about": ""} {
			s := &sheet{book: b, plan: b.pages[id]}
			s.render(theme)
			if len(s.errs) != 1 || !strings.Contains(s.errs[0].Error(), test.says) {
				t.Errorf("%s: %s: %v", test.name, id, s.errs)
				continue
			}
			at := spotOf(s.errs[0])
			if from == "" && (at.file != "content/"+id+".md" || at.line != 1) || from != "" && !strings.Contains(lineAt(t, at), from) {
				t.Errorf("%s: %s: the error is at %v", test.name, id, at)
			}
		}
	}
}

// TestBrokenPage lets the making of a page panic, and wants an error with a line.
func TestBrokenPage(t *testing.T) {
	b, err := newBook(Config{Catalog: codes(t), Content: content(), ContentName: "content"}, nil, Settings{Name: ourName})
	if err != nil {
		t.Fatal(err)
	}
	theme, err := loadTheme()
	if err != nil {
		t.Fatal(err)
	}
	page := *b.pages["guides/first"]
	page.make = func(*sheet) (string, any) { panic("something unexpected") }
	s := &sheet{book: b, plan: &page}
	if s.render(theme); len(s.errs) != 1 || !strings.HasPrefix(s.errs[0].Error(), "content/guides/first.md:1: ") || !strings.Contains(s.errs[0].Error(), "something unexpected") {
		t.Errorf("the errors are %v", s.errs)
	}
}

// lineAt returns the line of the fixture at a spot.
func lineAt(t *testing.T, at spot) string {
	t.Helper()
	data, err := os.ReadFile("testdata/codes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(data), "\n")
	if at.file != "codes.yaml" || at.line < 1 || at.line > len(lines) {
		t.Fatalf("there is no %v", at)
	}
	return lines[at.line-1]
}
