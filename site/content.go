package site

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/undelivered/undelivered/internal/catalog"
)

// document is a Markdown file of content/.
type document struct {
	front
	name string // below content/, without .md: guides/greylisting
	file string // as errors name it
	body []byte
	line int // the line of the file on which the body starts
	keys map[string]int
}

// front is what stands at the start of a Markdown file.
type front struct {
	Title       string           `yaml:"title"`
	Description string           `yaml:"description"`
	Sources     []catalog.Ref    `yaml:"sources"`
	Order       int              `yaml:"order"`
	Credit      catalog.Markdown `yaml:"credit"`
	See         []string         `yaml:"see"`
}

// readContent reads every Markdown file, by name. {name} in them is the name of the site.
func readContent(c Config, settings Settings) (map[string]*document, error) {
	docs := map[string]*document{}
	var errs []error
	err := fs.WalkDir(c.Content, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		// README.md tells authors about the folder. What starts with a dot is an editor's.
		base := path.Base(name)
		if name != "." && strings.HasPrefix(base, ".") {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if d.IsDir() || path.Ext(name) != ".md" || base == "README.md" {
			return nil
		}
		data, err := fs.ReadFile(c.Content, name)
		if err != nil {
			return err
		}
		doc, err := parseDocument(path.Join(c.ContentName, name), bytes.ReplaceAll(data, []byte("{name}"), []byte(settings.Name)))
		if err != nil {
			errs = append(errs, err)
			return nil
		}
		doc.name = strings.TrimSuffix(name, ".md")
		if dir := path.Dir(name); dir != "." && dir != "guides" {
			errs = append(errs, fmt.Errorf("%s: pages are in %s or %s/guides; move it there", doc.file, c.ContentName, c.ContentName))
		}
		if !pageName.MatchString(path.Base(doc.name)) || doc.name == "guides/index" || doc.name == "index" {
			errs = append(errs, fmt.Errorf("%s: this cannot be the name of a page; use lower-case letters, digits and hyphens, and not index", doc.file))
		}
		docs[doc.name] = doc
		return nil
	})
	if err != nil {
		errs = append(errs, fmt.Errorf("reading %s: %w", c.ContentName, err))
	}
	return docs, join(errs)
}

var pageName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// parseDocument takes a Markdown file apart.
func parseDocument(file string, data []byte) (*document, error) {
	at := func(line int, format string, args ...any) error {
		return &fault{spot{file, line}, fmt.Sprintf(format, args...)}
	}
	if !utf8.Valid(data) {
		line := 1
		for rest := data; len(rest) > 0; {
			r, n := utf8.DecodeRune(rest)
			if r == utf8.RuneError && n == 1 {
				break
			}
			if r == '\n' {
				line++
			}
			rest = rest[n:]
		}
		return nil, at(line, "this is not UTF-8; save the file as UTF-8")
	}
	data = bytes.ReplaceAll(bytes.TrimPrefix(data, []byte("\ufeff")), []byte("\r\n"), []byte("\n"))
	rest, ok := bytes.CutPrefix(data, []byte("---\n"))
	if !ok {
		return nil, at(1, "there is no front matter; start the file with a line of ---, then title and description, then a line of ---")
	}
	head, body, ok := bytes.Cut(rest, []byte("\n---\n"))
	if !ok {
		return nil, at(1, "the front matter does not end; put a line of --- after it")
	}
	d := &document{file: file, body: body, keys: map[string]int{}}
	d.line = 3 + bytes.Count(head, []byte("\n")) + 1

	// A comment in place of the opening line keeps the line numbers of YAML's own errors.
	var node yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(append([]byte("#\n"), head...)))
	if err := dec.Decode(&node); err != nil && !errors.Is(err, io.EOF) {
		line, text := yamlError(err)
		return nil, at(line, "the front matter is no YAML: %s; put values with a colon or a # in quotation marks", text)
	}
	if node.Kind == 0 || node.Content[0].Kind != yaml.MappingNode {
		return nil, at(1, "the front matter has no keys; write title and description")
	}
	known := []string{"title", "description", "sources", "order", "credit", "see"}
	mapping := node.Content[0]
	for i := 0; i < len(mapping.Content); i += 2 {
		k, v := mapping.Content[i], mapping.Content[i+1]
		if _, twice := d.keys[k.Value]; twice {
			return nil, at(k.Line, "%q stands here twice; keep one", k.Value)
		}
		d.keys[k.Value] = k.Line
		var err error
		switch k.Value {
		case "title":
			err = v.Decode(&d.Title)
		case "description":
			err = v.Decode(&d.Description)
		case "sources":
			err = v.Decode(&d.Sources)
		case "order":
			err = v.Decode(&d.Order)
		case "credit":
			err = v.Decode(&d.Credit)
		case "see":
			err = v.Decode(&d.See)
		default:
			return nil, at(k.Line, "the front matter has no key %q; use %s", k.Value, strings.Join(known, ", "))
		}
		if err != nil {
			_, text := yamlError(err)
			return nil, at(k.Line, "%s: %s; look at another page for how it is written", k.Value, text)
		}
	}
	if strings.TrimSpace(d.Title) == "" {
		return nil, at(1, "the front matter has no title; add it")
	}
	if strings.TrimSpace(d.Description) == "" {
		return nil, at(1, "the front matter has no description; add it")
	}
	return d, nil
}

var yamlLine = regexp.MustCompile(`line (\d+): `)

// yamlError takes the line out of an error of the YAML package.
func yamlError(err error) (line int, text string) {
	text = strings.Join(strings.Fields(strings.TrimPrefix(err.Error(), "yaml: ")), " ")
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		line, _ = strconv.Atoi(m[1])
		text = strings.Replace(text, m[0], "", 1)
	}
	return line, strings.TrimPrefix(text, "unmarshal errors: ")
}
