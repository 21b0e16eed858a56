package catalog

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// shape is a struct as the file writes it.
type shape struct {
	fields []*field
	byName map[string]*field
	key    *field // set from the mapping's key
	value  *field // set from the mapping's value itself
	short  *field // set where the struct is written as a scalar
}

// field is a field of a struct, described by its tags.
type field struct {
	name  string
	index []int // for reflect.Value.FieldByIndex
	typ   reflect.Type
	doc   string
	need  bool
	oneof []string
	ref   string // what its value must be the id of: reasons, actors, providers, pages
	is    string // one of forms
}

// shapes are the shapes seen so far.
type shapes map[reflect.Type]*shape

func (s shapes) of(t reflect.Type) *shape {
	if known := s[t]; known != nil {
		return known
	}
	sh := &shape{byName: map[string]*field{}}
	s[t] = sh
	for i := range t.NumField() {
		sf := t.Field(i)
		if !sf.IsExported() {
			continue
		}
		name, options, _ := strings.Cut(sf.Tag.Get("yaml"), ",")
		if options == "inline" {
			for _, inner := range s.of(sf.Type).fields {
				f := *inner
				f.index = append([]int{i}, f.index...)
				sh.fields = append(sh.fields, &f)
				sh.byName[f.name] = &f
			}
			continue
		}
		f := &field{
			name: name, index: []int{i}, typ: sf.Type,
			doc:   sf.Tag.Get("doc"),
			need:  sf.Tag.Get("need") == "yes",
			oneof: strings.Fields(sf.Tag.Get("oneof")),
			ref:   sf.Tag.Get("ref"),
			is:    sf.Tag.Get("is"),
		}
		switch options {
		case "key":
			sh.key = f
			continue
		case "value":
			sh.value = f
			continue
		case "short":
			sh.short = f
		}
		sh.fields = append(sh.fields, f)
		sh.byName[name] = f
	}
	return sh
}

// names returns the keys that the struct may have.
func (s *shape) names() []string {
	names := make([]string, len(s.fields))
	for i, f := range s.fields {
		names[i] = f.name
	}
	return names
}

// rowType returns the struct of which t is a list, and whether the file writes that list
// as a mapping from each row's key.
func (s shapes) rowType(t reflect.Type) (row reflect.Type, keyed bool) {
	if t.Kind() != reflect.Slice || t.Elem().Kind() != reflect.Pointer {
		return nil, false
	}
	row = t.Elem().Elem()
	return row, s.of(row).key != nil
}

// spot is a place in the file on the way down, for messages and for [Catalog.Line].
type spot struct {
	up   *spot
	path string
	name string // how it is called within up; empty where the path says it
	line int
	key  bool // it is a key, so that its name says what its value is
}

// are puts words about the spot's value behind its name: "kind" of replies/550 is "x", which
// is not y.
func (s *spot) are(value, what string) string {
	if s.key {
		return s.String() + " " + what
	}
	return s.String() + " is " + quote(value) + ", which " + what
}

// String names the spot for a sentence: "answer" of replies/550.
func (s *spot) String() string {
	switch {
	case s.name == "":
		return s.path
	case s.up == nil || s.up.path == "":
		return s.name
	}
	return s.name + " of " + s.up.String()
}

func (l *loader) spot(up *spot, key, name string, line int) *spot {
	s := &spot{up: up, path: key, name: name, line: line}
	if up.path != "" {
		s.path = up.path + "/" + key
	}
	if _, ok := l.catalog.places[s.path]; !ok {
		l.catalog.places[s.path] = place{l.file, line}
	}
	return s
}

// reference is a value that must be the id of something.
type reference struct {
	to    string // sources, reasons, actors, providers or pages
	id    string
	where *spot
	at    place
}

// document reads a file's root into the catalogue.
func (l *loader) document(root *yaml.Node) {
	l.members(reflect.ValueOf(l.catalog).Elem(), root, &spot{line: 1}, "section")
}

// structure reads n into the struct v. A struct that v needs and does not get stays empty
// and is not nil, so that whoever goes on in spite of problems finds something there.
func (l *loader) structure(v reflect.Value, n *yaml.Node, at *spot) {
	sh := l.shapes.of(v.Type())
	for _, f := range sh.fields {
		if f.need && f.typ.Kind() == reflect.Pointer {
			v.FieldByIndex(f.index).Set(reflect.New(f.typ.Elem()))
		}
	}
	if n.Kind == yaml.ScalarNode && sh.short != nil && !isNull(n) {
		l.set(v.FieldByIndex(sh.short.index), n, sh.short, at)
		return
	}
	if n.Kind != yaml.MappingNode || len(n.Content) == 0 {
		wanted := "a mapping"
		if sh.short != nil {
			wanted = "text or a mapping"
		}
		l.wrongKind(n, at, nil, wanted, "write it as key: value, with "+list(sh.names(), "or")+" as keys")
		return
	}
	seen := l.members(v, n, at, "key")
	for _, f := range sh.fields {
		if f.need && !seen[f.name] {
			l.report(at.line, fmt.Sprintf("%s has no %q", at, f.name), "add it: "+f.doc)
		}
	}
}

// members reads the values of a mapping into the fields of v and returns the keys seen. A
// key is called what the caller says.
func (l *loader) members(v reflect.Value, n *yaml.Node, at *spot, called string) map[string]bool {
	sh := l.shapes.of(v.Type())
	seen := map[string]bool{}
	l.pairs(n, at, func(key string, k, value *yaml.Node, again bool) {
		f := sh.byName[key]
		if f == nil {
			what := "unknown " + called + " " + quote(key)
			if at.path != "" {
				what += " in " + at.String()
			}
			l.report(k.Line, what, l.guess(key, sh.names(), "use one of "+list(sh.names(), "and")))
			return
		}
		seen[key] = true
		to := v.FieldByIndex(f.index)
		if again {
			to = reflect.New(f.typ).Elem() // read for its problems alone
		}
		l.set(to, value, f, l.spot(at, key, strconv.Quote(key), k.Line))
	})
	return seen
}

// pairs calls visit for each key and value of a mapping, and says whether the key stood
// there before.
func (l *loader) pairs(n *yaml.Node, at *spot, visit func(key string, k, value *yaml.Node, again bool)) {
	first := make(map[string]int, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, value := n.Content[i], n.Content[i+1]
		if k.Kind != yaml.ScalarNode || k.Tag == "!!merge" {
			if k.Kind != yaml.AliasNode && k.Tag != "!!merge" { // those are reported already
				l.report(k.Line, "a key of "+l.whole(at)+" is "+kindName(k)+" where text is wanted", "write a word, then a colon")
			}
			continue
		}
		key := k.Value
		switch {
		case strings.TrimSpace(key) == "":
			l.report(k.Line, "a key of "+l.whole(at)+" is empty", "write a word before the colon")
			continue
		case strings.TrimSpace(key) != key:
			l.report(k.Line, "the key "+strconv.Quote(key)+" of "+l.whole(at)+" begins or ends with a space", "take the space out")
		}
		l.checkCharacters(k, "the key "+quote(key)+" of "+l.whole(at))
		line, again := first[key]
		if again {
			l.report(k.Line, fmt.Sprintf("%s stands twice in %s, here and in line %d", quote(key), l.whole(at), line), "keep one of the two")
		} else {
			first[key] = k.Line
		}
		visit(key, k, value, again)
	}
}

// whole names the spot, or the file where it is the root.
func (l *loader) whole(at *spot) string {
	if at.path == "" {
		return "the file"
	}
	return at.String()
}

// set reads n into v as f says.
func (l *loader) set(v reflect.Value, n *yaml.Node, f *field, at *spot) {
	switch {
	case n.Kind == yaml.AliasNode:
		// Reported already.
	case v.Kind() == reflect.Pointer:
		row := reflect.New(v.Type().Elem())
		l.structure(row.Elem(), n, at)
		v.Set(row)
	case v.Kind() == reflect.Slice:
		if _, keyed := l.shapes.rowType(v.Type()); keyed {
			l.rows(v, n, f, at)
		} else {
			l.items(v, n, f, at)
		}
	default:
		l.scalar(v, n, f, at)
	}
}

// rows reads a mapping from keys to rows into the slice v, after what is in it.
func (l *loader) rows(v reflect.Value, n *yaml.Node, f *field, at *spot) {
	if n.Kind != yaml.MappingNode || len(n.Content) == 0 {
		l.wrongKind(n, at, f, "a mapping", "write each row below its key: "+f.doc)
		l.unreadable[at.path] = true
		return
	}
	sh := l.shapes.of(v.Type().Elem().Elem())
	l.pairs(n, at, func(key string, k, value *yaml.Node, again bool) {
		path := at.path + "/" + key
		if here := (place{l.file, k.Line}); !again && at.up.path == "" {
			if other, ok := l.rowPlaces[path]; ok {
				l.report(k.Line, fmt.Sprintf("%s stands twice, here and in %s:%d", quote(path), other.file, other.line), "keep one of the two")
				again = true
			} else {
				l.rowPlaces[path] = here
			}
		}
		form := *sh.key
		if f.is != "" {
			form.is = f.is
		}
		rowAt := l.spot(at, key, "", k.Line)
		row := reflect.New(v.Type().Elem().Elem())
		l.scalar(row.Elem().FieldByIndex(sh.key.index), k, &form, &spot{up: at, path: path, name: "the key " + quote(key), line: k.Line, key: true})
		if sh.value != nil {
			l.set(row.Elem().FieldByIndex(sh.value.index), value, sh.value, rowAt)
		} else {
			l.structure(row.Elem(), value, rowAt)
		}
		if !again {
			v.Set(reflect.Append(v, row))
		}
	})
}

// items reads a list into the slice v, after what is in it.
func (l *loader) items(v reflect.Value, n *yaml.Node, f *field, at *spot) {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		do := `begin each item with "- ", or write [one, two]`
		if n.Kind == yaml.ScalarNode && !isNull(n) {
			do = "write it as a list: [" + strings.Join(strings.Fields(n.Value), " ") + "]"
			if len(n.Value) > 40 {
				do = `write it as a list, each item after "- "`
			}
		}
		l.wrongKind(n, at, f, "a list", do)
		return
	}
	scalars := v.Type().Elem().Kind() == reflect.String
	seen := map[string]int{}
	for i, item := range n.Content {
		itemAt := l.spot(at, strconv.Itoa(v.Len()), fmt.Sprintf("item %d", i+1), item.Line)
		to := reflect.New(v.Type().Elem()).Elem()
		l.set(to, item, f, itemAt)
		if scalars && to.String() != "" {
			if line, ok := seen[to.String()]; ok {
				l.report(item.Line, fmt.Sprintf("%s stands twice in %s, here and in line %d", quote(to.String()), at, line), "keep one of the two")
				continue
			}
			seen[to.String()] = item.Line
		}
		if scalars && to.String() == "" || to.Kind() == reflect.Pointer && to.IsNil() {
			continue // it could not be read, and lists hold no nothing
		}
		v.Set(reflect.Append(v, to))
	}
}

// scalar reads text, true or false, or a number into v.
func (l *loader) scalar(v reflect.Value, n *yaml.Node, f *field, at *spot) {
	if n.Kind != yaml.ScalarNode || strings.TrimSpace(n.Value) == "" || isNull(n) && n.Value == "~" {
		wanted, do := "text", "write one text, without brackets and dashes"
		switch {
		case v.Kind() == reflect.Bool:
			wanted, do = "true or false", "write true or false"
		case v.Kind() == reflect.Int:
			wanted, do = "a number", "write a whole number"
		case n.Kind == yaml.MappingNode:
			do = `put the text in quotation marks if it holds ": "`
		}
		l.wrongKind(n, at, f, wanted, do)
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		if n.Tag != "!!bool" {
			l.report(n.Line, at.String()+" is "+quote(n.Value)+" where true or false is wanted", "write true or false, without quotation marks")
			return
		}
		v.SetBool(strings.EqualFold(n.Value, "true"))
	case reflect.Int:
		number, err := strconv.Atoi(n.Value)
		if err != nil {
			l.report(n.Line, at.String()+" is "+quote(n.Value)+" where a number is wanted", "write a whole number")
			return
		}
		v.SetInt(int64(number))
	default:
		value := strings.TrimRightFunc(n.Value, unicode.IsSpace)
		v.SetString(value)
		l.checkText(value, v.Type(), n, f, at)
	}
}

// checkText reports what is wrong with a text by itself and remembers what it refers to.
func (l *loader) checkText(value string, t reflect.Type, n *yaml.Node, f *field, at *spot) {
	l.checkCharacters(n, at.String())
	if len(f.oneof) > 0 {
		known := false
		for _, word := range f.oneof {
			known = known || word == value
		}
		if !known {
			l.report(n.Line, at.are(value, "is none of "+list(f.oneof, "and")),
				l.guess(value, f.oneof, "choose one of them"))
		}
	}
	if f.is != "" {
		if what, do := l.wrongForm(f.is, value); what != "" {
			if forms[f.is].pattern == "" {
				what = at.String() + " " + what
			} else {
				what = at.are(value, what)
			}
			l.report(n.Line, what, do)
			return
		}
	}
	here := place{l.file, n.Line}
	switch {
	case t == reflect.TypeFor[Ref]():
		l.refs = append(l.refs, reference{"sources", value, at, here})
	case f.ref != "":
		l.refs = append(l.refs, reference{f.ref, value, at, here})
	case f.is == "" && len(f.oneof) == 0 && n.Style == 0 && n.LineComment != "":
		l.report(n.Line, at.String()+" ends at a #, and what follows is a comment", "put the whole text in quotation marks, or the comment on a line of its own")
	}
}

// checkCharacters reports characters that only an escape in the file can write. Two of them
// separate fields in the decoder's form of the knowledge.
func (l *loader) checkCharacters(n *yaml.Node, where string) {
	for _, r := range n.Value {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			l.report(n.Line, fmt.Sprintf("%s holds an invisible character, U+%04X", where, r), "take it out")
			return
		}
	}
}

// wrongKind reports that n, which is read as f says or as a row, is of another kind than
// wanted, or empty.
func (l *loader) wrongKind(n *yaml.Node, at *spot, f *field, wanted, do string) {
	if n.Kind == yaml.AliasNode {
		return // reported already
	}
	if n.Kind == yaml.ScalarNode && n.Value != "~" && strings.TrimSpace(n.Value) != "" || len(n.Content) > 0 {
		l.report(n.Line, at.String()+" is "+kindName(n)+" where "+wanted+" is wanted", do)
		return
	}
	line := n.Line
	if at.line > 0 {
		line = at.line // the library puts what is not there on some later line
	}
	switch {
	case f == nil || f.name == "" && f.doc == "":
	case f.need || f.name == "":
		do = "write it: " + f.doc
	default:
		do = "write it, or take the key out"
	}
	l.report(line, at.String()+" is empty", do)
}

// guess asks for the word that was probably meant, or says what else to do.
func (l *loader) guess(word string, known []string, otherwise string) string {
	if l.guesses > 0 {
		l.guesses--
		if meant := nearest(word, known); meant != "" {
			return "did you mean " + strconv.Quote(meant) + "?"
		}
	}
	return otherwise
}
