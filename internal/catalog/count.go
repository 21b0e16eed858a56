package catalog

import "reflect"

// Count is how much a section of codes.yaml holds.
type Count struct {
	Section  string // as in the file; "providers/codes" for the codes in its rows
	Rows     int
	Examples int
	Sources  int // references to sources, in rows and in what is within them
}

// Counts are the sections of codes.yaml in their order there.
type Counts []Count

// Total returns the sum of all sections.
func (c Counts) Total() Count {
	total := Count{Section: "all"}
	for _, n := range c {
		total.Rows += n.Rows
		total.Examples += n.Examples
		total.Sources += n.Sources
	}
	return total
}

// Count returns how much there is in each section.
func (c *Catalog) Count() Counts {
	var counts Counts
	v := reflect.ValueOf(c).Elem()
	for _, f := range (shapes{}).of(v.Type()).fields {
		rows := v.FieldByIndex(f.index)
		if rows.Kind() != reflect.Slice {
			continue
		}
		section, codes := Count{Section: f.name, Rows: rows.Len()}, Count{Section: f.name + "/codes"}
		section.add(rows, &codes)
		counts = append(counts, section)
		if codes.Rows > 0 {
			counts = append(counts, codes)
		}
	}
	return counts
}

// add counts the examples and sources in v, those of providers' codes in codes.
func (n *Count) add(v reflect.Value, codes *Count) {
	switch v.Kind() {
	case reflect.String:
		if v.Type() == reflect.TypeFor[Ref]() {
			n.Sources++
		}
	case reflect.Pointer:
		switch {
		case v.IsNil():
		case v.Type() == reflect.TypeFor[*Example]():
			n.Examples++
		case v.Type() == reflect.TypeFor[*Code]():
			codes.Rows++
			codes.add(v.Elem(), nil)
		default:
			n.add(v.Elem(), codes)
		}
	case reflect.Slice:
		for i := range v.Len() {
			n.add(v.Index(i), codes)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			n.add(v.Field(i), codes)
		}
	}
}
