package catalog

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strconv"
)

// Publication is what [Catalog.JSON] takes from the site that it is published on.
type Publication struct {
	Home  string                                   // the site's address, empty where it is not known
	Prose func(path string, prose Markdown) string // the prose at path as it is published, its links leading to pages
	Pages func(path string) (addresses []string)   // the pages about the row at path, relative to the site; none for most rows
}

// JSON returns all of codes.yaml as JSON for other programs: the same sections, rows and
// keys in the same order, with shorthands written out and the pages of each row added. What
// the file leaves out is left out. [DataSchema] describes it.
func (c *Catalog) JSON(p Publication) []byte {
	w := &dataWriter{shapes: shapes{}, publication: p}
	w.open('{')
	w.member("$schema", DataSchemaName)
	w.member("version", dataVersion)
	w.member("edition", c.Edition())
	w.member("licence", "MIT")
	if p.Home != "" {
		w.member("home", p.Home)
	}
	w.fields(reflect.ValueOf(c).Elem(), "", "version")
	w.close('}')
	w.b.WriteByte('\n')
	return w.b.Bytes()
}

// Edition returns the newest day on which a source was compared, by which two states of the
// knowledge are told apart.
func (c *Catalog) Edition() string {
	edition := ""
	for _, s := range c.Sources {
		edition = max(edition, s.Checked)
	}
	return edition
}

// DataSchemaName is the file that [DataSchema] is published as, beside the JSON.
const DataSchemaName = "codes.schema.json"

// dataVersion changes when a field of the JSON goes or means something else.
const dataVersion = 1

// paged are the rows with pages of their own.
var paged = map[string]bool{"Reply": true, "Enhanced": true, "Reason": true, "Provider": true, "Code": true, "Blocklist": true}

// DataSchema returns the JSON Schema (draft 2020-12) of what [Catalog.JSON] returns.
func DataSchema() []byte {
	s := schema{shapes: shapes{}, done: map[string]bool{}, data: true}
	root := s.structure(reflect.TypeFor[Catalog]())
	properties := root[1].value.(object)
	text := func(name, doc string) member {
		return member{name, object{{"description", doc}, {"type", "string"}, {"minLength", 1}}}
	}
	head := object{
		text("$schema", "This schema, which stands beside the file."),
		{"version", object{{"description", "The version of this format. It rises when a field goes or changes its meaning; new fields do not raise it."}, {"const", dataVersion}}},
		text("edition", "The newest day on which one of the sources was compared: 2026-11-24."),
		text("licence", "The licence of all that the file holds, as SPDX names it."),
		text("home", "The address of the site, which pages are relative to. Left out where the site does not know it."),
	}
	root[1].value = append(head, properties[1:]...) // the first is the version of codes.yaml
	root[2] = member{"required", []string{"$schema", "version", "edition", "licence"}}
	return s.finish("The knowledge of Undelivered, as JSON", root)
}

type dataWriter struct {
	b           bytes.Buffer
	depth       int
	filled      bool // whether the object or list being written has something
	shapes      shapes
	publication Publication
}

func (w *dataWriter) open(bracket byte) {
	w.b.WriteByte(bracket)
	w.depth++
	w.filled = false
}

func (w *dataWriter) close(bracket byte) {
	w.depth--
	if w.filled {
		w.line()
	}
	w.b.WriteByte(bracket)
	w.filled = true
}

// next begins the next member or item.
func (w *dataWriter) next() {
	if w.filled {
		w.b.WriteByte(',')
	}
	w.filled = true
	w.line()
}

func (w *dataWriter) line() {
	w.b.WriteByte('\n')
	for range w.depth {
		w.b.WriteByte(' ')
	}
}

func (w *dataWriter) key(name string) {
	w.next()
	w.text(name)
	w.b.WriteString(": ")
}

// member writes a text, a number or a list of texts.
func (w *dataWriter) member(name string, v any) {
	w.key(name)
	w.value(reflect.ValueOf(v), "")
}

func (w *dataWriter) text(s string) {
	encode := json.NewEncoder(&w.b)
	encode.SetEscapeHTML(false)
	encode.Encode(s) // a buffer takes everything
	w.b.Truncate(w.b.Len() - 1)
}

// fields writes the fields of the row at path, but for those left out.
func (w *dataWriter) fields(v reflect.Value, path string, without ...string) {
	for _, f := range w.shapes.of(v.Type()).fields {
		field := v.FieldByIndex(f.index)
		if field.IsZero() || len(without) > 0 && f.name == without[0] {
			continue
		}
		at := f.name
		if path != "" {
			at = path + "/" + f.name
		}
		w.key(f.name)
		w.value(field, at)
	}
}

func (w *dataWriter) value(v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.Pointer:
		w.value(v.Elem(), path)
	case reflect.Bool:
		w.b.WriteString(strconv.FormatBool(v.Bool()))
	case reflect.Int:
		w.b.WriteString(strconv.FormatInt(v.Int(), 10))
	case reflect.String:
		if v.Type() == reflect.TypeFor[Markdown]() {
			w.text(w.publication.Prose(path, Markdown(v.String())))
		} else {
			w.text(v.String())
		}
	case reflect.Slice:
		row, keyed := w.shapes.rowType(v.Type())
		if !keyed {
			w.open('[')
			for i := range v.Len() {
				w.next()
				w.value(v.Index(i), path)
			}
			w.close(']')
			return
		}
		w.open('{')
		for i := range v.Len() {
			key := v.Index(i).Elem().FieldByIndex(w.shapes.of(row).key.index).String()
			w.key(key)
			w.value(v.Index(i), path+"/"+key)
		}
		w.close('}')
	case reflect.Struct:
		if f := w.shapes.of(v.Type()).value; f != nil {
			w.value(v.FieldByIndex(f.index), path)
			return
		}
		w.open('{')
		w.fields(v, path)
		if paged[v.Type().Name()] {
			if pages := w.publication.Pages(path); len(pages) > 0 {
				w.member("pages", pages)
			}
		}
		w.close('}')
	}
}
