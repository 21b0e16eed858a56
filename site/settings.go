package site

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"math"
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

const (
	settingsName = "site.yaml"
	ourName      = "Undelivered"
	ourAddress   = "https://github.com/undelivered/undelivered"
)

// Settings are what whoever publishes the site has of their own: a file of a few lines, which
// the project itself goes without, so that its changes never meet theirs.
type Settings struct {
	Name    string // of the site
	BaseURL string // where it will be; may be empty
	Contact Contact
	Light   Colours
	Dark    Colours
}

// Contact is whom readers can ask. What is empty is not shown.
type Contact struct{ Name, Telephone, Link, Hours string }

// Colours are colours in place of ours, as #rrggbb; ours where empty.
type Colours struct {
	Link  string // links, and what has the focus
	Stamp string // the squares of codes, and the mark of the next move
}

// ReadSettings reads site.yaml in the folder content/, which errors call name. Where there is no
// such file the settings are the project's own.
func ReadSettings(content fs.FS, name string) (Settings, error) {
	s := Settings{Name: ourName}
	data, err := fs.ReadFile(content, settingsName)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	file := path.Join(name, settingsName)
	if err != nil {
		return s, fmt.Errorf("reading %s: %w", file, err)
	}
	var node yaml.Node
	if err := yaml.NewDecoder(bytes.NewReader(data)).Decode(&node); err != nil && !errors.Is(err, io.EOF) {
		line, text := yamlError(err)
		return s, &fault{spot{file, max(line, 1)}, "this is no YAML: " + text + "; put values with a colon or a # in quotation marks"}
	}
	if node.Kind == 0 {
		return s, nil // nothing but comments
	}
	r := settingsReader{file: file}
	r.mapping(node.Content[0], "the file", map[string]func(*yaml.Node, string){
		"name":     r.text(&s.Name, nil),
		"base-url": r.text(&s.BaseURL, func(v string) error { _, err := parseBase(v); return err }),
		"contact": r.group(map[string]func(*yaml.Node, string){
			"name": r.text(&s.Contact.Name, nil), "telephone": r.text(&s.Contact.Telephone, isTelephone),
			"link": r.text(&s.Contact.Link, isLink), "hours": r.text(&s.Contact.Hours, nil),
		}),
		"colours": r.group(map[string]func(*yaml.Node, string){
			"light": r.group(r.colours(&s.Light, "#f3f5f4", "#ffffff")),
			"dark":  r.group(r.colours(&s.Dark, "#11181f", "#18222c")),
		}),
	})
	return s, join(r.errs)
}

type settingsReader struct {
	file string
	errs []error
}

func (r *settingsReader) fail(n *yaml.Node, format string, args ...any) {
	r.errs = append(r.errs, &fault{spot{r.file, max(n.Line, 1)}, fmt.Sprintf(format, args...)})
}

func (r *settingsReader) group(fields map[string]func(*yaml.Node, string)) func(*yaml.Node, string) {
	return func(n *yaml.Node, what string) { r.mapping(n, what, fields) }
}

func (r *settingsReader) mapping(n *yaml.Node, what string, fields map[string]func(*yaml.Node, string)) {
	if n.Kind != yaml.MappingNode {
		r.fail(n, "%s is no list of keys and values; write %s, each with a colon behind it", what, strings.Join(sortedKeys(fields), ", "))
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		read := fields[k.Value]
		switch {
		case read == nil:
			r.fail(k, "there is no %q in %s; use %s", k.Value, what, strings.Join(sortedKeys(fields), ", "))
		case seen[k.Value]:
			r.fail(k, "%q stands here twice; keep one", k.Value)
		default:
			seen[k.Value] = true
			read(v, k.Value)
		}
	}
}

func (r *settingsReader) text(to *string, check func(string) error) func(*yaml.Node, string) {
	return func(n *yaml.Node, what string) {
		value := strings.TrimSpace(n.Value)
		switch {
		case n.Kind != yaml.ScalarNode || value == "" || n.Tag == "!!null":
			r.fail(n, "%s is empty; write its text, or take the line out", what)
			return
		case len(value) > 300 || strings.ContainsFunc(value, func(c rune) bool { return c < ' ' }):
			r.fail(n, "%s is longer than a line; shorten it", what)
			return
		}
		if check != nil {
			if err := check(value); err != nil {
				r.fail(n, "%s: %v", what, err)
				return
			}
		}
		*to = value
	}
}

func (r *settingsReader) colours(to *Colours, backgrounds ...string) map[string]func(*yaml.Node, string) {
	readable := func(v string) error {
		if !hexColour.MatchString(v) {
			return fmt.Errorf("%q is no colour; write it like %q, in quotation marks", v, "#0a4c92")
		}
		for _, background := range backgrounds {
			if c := contrast(v, background); c < 4.5 {
				return fmt.Errorf("%s on %s has a contrast of %.1f, and people need 4.5 to read it (WCAG 2.2, 1.4.3); take one that is %s", v, background, c, map[bool]string{true: "darker", false: "lighter"}[luminance(background) > 0.5])
			}
		}
		return nil
	}
	return map[string]func(*yaml.Node, string){"link": r.text(&to.Link, readable), "stamp": r.text(&to.Stamp, readable)}
}

var (
	hexColour = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)
	telephone = regexp.MustCompile(`^\+?[0-9][0-9 ()./-]{2,30}$`)
)

func isTelephone(v string) error {
	if !telephone.MatchString(v) {
		return fmt.Errorf("%q is no telephone number; write it like %q", v, "+61 8 5550 1234")
	}
	return nil
}

func isLink(v string) error {
	if u, err := url.Parse(v); err != nil || (u.Scheme != "https" && u.Scheme != "http" || u.Host == "") && (u.Scheme != "mailto" || u.Opaque == "") {
		return fmt.Errorf("%q is no address of a page or of mail; write it like https://example.net/help or mailto:help@example.net", v)
	}
	return nil
}

// luminance returns the relative luminance of a colour (WCAG 2.2).
func luminance(colour string) float64 {
	channel := func(hex string) float64 {
		n, _ := strconv.ParseUint(hex, 16, 8) // the form is checked
		c := float64(n) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*channel(colour[1:3]) + 0.7152*channel(colour[3:5]) + 0.0722*channel(colour[5:7])
}

// contrast returns the contrast ratio of two colours, from 1 to 21 (WCAG 2.2).
func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// style returns what stands behind our stylesheet to change its colours.
func (s Settings) style() string {
	rule := func(c Colours) string {
		var w strings.Builder
		if c.Link != "" {
			w.WriteString("--link:" + c.Link + ";")
		}
		if c.Stamp != "" {
			w.WriteString("--stamp:" + c.Stamp + ";")
		}
		if w.Len() == 0 {
			return ""
		}
		return ":root{" + strings.TrimSuffix(w.String(), ";") + "}"
	}
	style := ""
	if light := rule(s.Light); light != "" {
		style += "@media screen and (prefers-color-scheme:light){" + light + "}"
	}
	if dark := rule(s.Dark); dark != "" {
		style += "@media screen and (prefers-color-scheme:dark){" + dark + "}"
	}
	return style
}

// Call is the telephone number as a link dials it.
func (c Contact) Call() template.URL {
	return template.URL("tel:" + strings.Map(func(r rune) rune {
		if r == '+' || '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, c.Telephone))
}

// Known reports whether there is anybody to ask.
func (c Contact) Known() bool { return c != Contact{} }
