package catalog

import (
	"reflect"
	"slices"
)

// Claim is something that must be so of every row of a kind.
type Claim struct {
	Text  string // "reasons have steps for each role, and a message to send"
	Rows  int    // how many rows it is about
	Holds int    // of how many of them it is so
}

// Examine hands every example to the decoder, and reports those that are not recognised as
// their row says. It also counts what readers are promised: that every reason says what each
// role does, that every entry says where it comes from, and that the decoder is right about
// every example. It counts by itself, whatever the loader has said.
func (c *Catalog) Examine(recognise func(text string) Recognised) ([]Claim, Problems) {
	reasons := Claim{Text: "reasons have steps for each role, and a message to send"}
	for _, r := range c.Reasons {
		reasons.add(r.Message != "" && r.MessageTo != "" && !slices.ContainsFunc(c.Actors, func(a *Actor) bool {
			return a.Role != "" && !slices.ContainsFunc(r.Steps, func(s *Role) bool { return s.ID == a.ID && len(s.Steps) > 0 })
		}))
	}
	entries := Claim{Text: "entries have a source"}
	countSources(reflect.ValueOf(c).Elem(), &entries)

	examples := Claim{Text: "examples are recognised as their rows say"}
	right := map[string]bool{} // by the path of the row
	var problems Problems
	c.examples(func(at string, e *Example, want wanted) {
		problem, ok := c.try(at, e, want, recognise)
		if !ok {
			problems = append(problems, problem)
		}
		examples.add(ok)
		right[want.path] = ok
	})
	phrases := Claim{Text: "phrases have an example that the decoder gets right"}
	for _, p := range c.Phrases {
		phrases.add(right["phrases/"+p.ID])
	}
	return []Claim{reasons, entries, phrases, examples}, problems.sorted()
}

func (c *Claim) add(holds bool) {
	c.Rows++
	if holds {
		c.Holds++
	}
}

// countSources counts the structs with sources in v, and those that name one.
func countSources(v reflect.Value, claim *Claim) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			countSources(v.Elem(), claim)
		}
	case reflect.Slice:
		for i := range v.Len() {
			countSources(v.Index(i), claim)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.Type() == reflect.TypeFor[[]Ref]() {
				claim.add(f.Len() > 0)
			} else if v.Type().Field(i).IsExported() {
				countSources(f, claim)
			}
		}
	}
}
