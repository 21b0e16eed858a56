package catalog

import (
	"bytes"
	"encoding/json"
	"reflect"
)

//go:generate go test -run TestSchema -update .

// Schema returns the JSON Schema (draft 2020-12) of codes.yaml, made from the types of this
// package. It lets an editor complete keys and show what they mean; the loader checks more.
func Schema() []byte {
	s := schema{shapes: shapes{}, done: map[string]bool{}}
	return s.finish("The knowledge of Undelivered", s.structure(reflect.TypeFor[Catalog]()))
}

// finish makes a schema of its root and the definitions made for it.
func (s *schema) finish(title string, root object) []byte {
	root = append(object{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"title", title},
	}, root...)
	root = append(root, member{"$defs", s.defs})
	compact, err := root.MarshalJSON()
	if err != nil {
		panic(err) // the values are strings, numbers and lists of them
	}
	var b bytes.Buffer
	if err := json.Indent(&b, compact, "", "  "); err != nil {
		panic(err)
	}
	b.WriteByte('\n')
	return b.Bytes()
}

// object is a JSON object whose members keep their order, which is the order in which an
// editor offers keys.
type object []member

type member struct {
	name  string
	value any
}

// MarshalJSON writes the members in their order.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	encode := json.NewEncoder(&b)
	encode.SetEscapeHTML(false)
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := encode.Encode(m.name); err != nil {
			return nil, err
		}
		b.WriteByte(':')
		if err := encode.Encode(m.value); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

type schema struct {
	shapes shapes
	done   map[string]bool // the definitions made or being made
	defs   object
	data   bool // of the JSON that other programs read, which knows no shorthands and has pages
}

// ref refers to the definition of a struct, which it makes where there is none.
func (s *schema) ref(t reflect.Type) object {
	name := t.Name()
	if !s.done[name] {
		s.done[name] = true
		at := len(s.defs)
		s.defs = append(s.defs, member{name: name})
		definition := s.structure(t) // which appends to the definitions
		s.defs[at].value = definition
	}
	return object{{"$ref", "#/$defs/" + name}}
}

// structure describes a struct as the file writes it.
func (s *schema) structure(t reflect.Type) object {
	sh := s.shapes.of(t)
	if sh.value != nil {
		return s.value(sh.value, sh.value.typ)
	}
	var properties object
	var required []string
	if t == reflect.TypeFor[Catalog]() {
		required = append(required, "version")
	}
	for _, f := range sh.fields {
		properties = append(properties, member{f.name, s.value(f, f.typ)})
		if f.need {
			required = append(required, f.name)
		}
	}
	if s.data && paged[t.Name()] {
		properties = append(properties, member{"pages", object{
			{"description", "Its pages, relative to this file."},
			{"type", "array"}, {"minItems", 1}, {"items", object{{"type", "string"}, {"minLength", 1}}},
		}})
	}
	o := object{{"type", "object"}, {"properties", properties}}
	if len(required) > 0 {
		o = append(o, member{"required", required})
	}
	o = append(o, member{"additionalProperties", false}, member{"minProperties", 1})
	if sh.short != nil && !s.data {
		return object{{"anyOf", []object{s.value(sh.short, sh.short.typ), o}}}
	}
	return o
}

// value describes a value of type t in the field f.
func (s *schema) value(f *field, t reflect.Type) object {
	var o object
	if f.doc != "" {
		o = append(o, member{"description", f.doc})
	}
	switch t.Kind() {
	case reflect.Pointer:
		return append(o, s.ref(t.Elem())...)
	case reflect.Slice:
		row, keyed := s.shapes.rowType(t)
		if keyed {
			key := *s.shapes.of(row).key
			if f.is != "" {
				key.is = f.is
			}
			o = append(o, member{"type", "object"}, member{"minProperties", 1})
			if p := forms[key.is].pattern; p != "" {
				o = append(o, member{"propertyNames", object{{"pattern", p}}})
			}
			return append(o, member{"additionalProperties", s.ref(row)})
		}
		item := *f
		item.doc = ""
		return append(o, member{"type", "array"}, member{"minItems", 1}, member{"items", s.value(&item, t.Elem())})
	case reflect.Bool:
		return append(o, member{"type", "boolean"})
	case reflect.Int:
		return append(o, member{"const", 1}) // the version
	}
	if len(f.oneof) > 0 {
		return append(o, member{"enum", f.oneof})
	}
	form := forms[f.is]
	if form.high > 0 && !s.data { // a number without quotation marks is meant as its digits
		return append(o, member{"type", []string{"string", "integer"}}, member{"pattern", form.pattern},
			member{"minimum", form.low}, member{"maximum", form.high})
	}
	o = append(o, member{"type", "string"}, member{"minLength", 1})
	if form.pattern != "" {
		o = append(o, member{"pattern", form.pattern})
	}
	return o
}
