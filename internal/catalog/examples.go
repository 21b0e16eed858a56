package catalog

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/undelivered/undelivered/internal/catalog/packed"
)

// Recognised is what a decoder says of an example.
type Recognised struct {
	Outcome    string // bounce, delay, reply, delivered, auto-reply, complaint or none
	Reply      string // 550
	Enhanced   string // 5.1.1
	Reason     string // an id of the reasons
	Permanence string // permanent or temporary
	Actor      string // an id of the actors
	Provider   string // an id of the providers
	Client     string // an id of the clients

	// Rows are the rows that the decoder believed, by their paths: "replies/550",
	// "enhanced/X.1.1", "phrases/user unknown", "providers/gmail/codes/dkim",
	// "clients/outlook/codes/800ccc79", "blocklists/spamhaus".
	Rows []string
}

// CheckExamples hands every example to the decoder and reports those that are not
// recognised as their row says.
func (c *Catalog) CheckExamples(recognise func(text string) Recognised) Problems {
	_, problems := c.Examine(recognise)
	return problems
}

// try hands one example to the decoder. It is false with a problem where the example is not
// recognised as its row says.
func (c *Catalog) try(at string, e *Example, want wanted, recognise func(text string) Recognised) (Problem, bool) {
	got := recognise(e.Text)
	for _, v := range want.variants {
		if strings.HasPrefix(got.Enhanced, v.ID+".") {
			want.Reason = first(v.Reason, want.Reason)
		}
	}
	want.Reason = first(e.Reason, want.Reason)
	want.Permanence, want.Actor, want.Provider = e.Permanence, e.Actor, e.Provider
	wants, gives := want.missing(got)
	if len(wants) == 0 {
		return Problem{}, true
	}
	what := fmt.Sprintf("the example %s of %s must give %s, and gives %s", quote(e.Text), want.path, list(wants, "and"), list(gives, "and"))
	if len(got.Rows) > 0 {
		what += " (believed: " + strings.Join(got.Rows, ", ") + ")"
	}
	file, line := c.Place(at)
	return Problem{file, line, what, "mend the example, its row or the row that misleads"}, false
}

// wanted is what must be recognised in an example. What is empty is not asked for.
type wanted struct {
	Recognised
	path     string     // of the row that the example belongs to
	classes  []string   // the enhanced codes, one of which it must be
	variants []*Variant // where the reason differs by class
}

// missing returns what is wanted and not got, and what is got in its place.
func (w *wanted) missing(got Recognised) (wants, gives []string) {
	compare := func(name, want, got string) {
		if want != "" && want != got {
			wants = append(wants, name+" "+want)
			gives = append(gives, name+" "+first(got, "unknown"))
		}
	}
	compare("the outcome", w.Outcome, got.Outcome)
	compare("the reply code", w.Reply, got.Reply)
	if len(w.classes) > 0 && !slices.Contains(w.classes, got.Enhanced) {
		compare("the enhanced code", list(w.classes, "or"), got.Enhanced)
	}
	compare("the reason", w.Reason, got.Reason)
	compare("the permanence", w.Permanence, got.Permanence)
	compare("the actor", w.Actor, got.Actor)
	compare("the provider", w.Provider, got.Provider)
	for _, row := range w.Rows {
		if !slices.Contains(got.Rows, row) {
			wants = append(wants, "the row "+row)
			gives = append(gives, "it not")
		}
	}
	return wants, gives
}

// examples calls visit for each example with its path and with what its row asks for. An
// example without a text has been reported by the loader.
func (c *Catalog) examples(visit func(at string, e *Example, want wanted)) {
	one := func(at string, want wanted, e *Example) {
		if e != nil && e.Text != "" {
			visit(want.path+at, e, want)
		}
	}
	several := func(want wanted, examples []*Example) {
		for i, e := range examples {
			one("/examples/"+strconv.Itoa(i), want, e)
		}
	}
	for _, r := range c.Replies {
		want := wanted{path: "replies/" + r.ID}
		want.Reason = r.Reason
		if r.Kind == "mistaken" {
			want.Rows = []string{want.path}
		} else {
			want.Reply = r.ID
		}
		several(want, r.Examples)
	}
	for _, r := range c.Enhanced {
		want := wanted{path: "enhanced/" + r.ID, variants: r.Variants}
		want.Reason = r.Reason
		for _, class := range r.Classes {
			want.classes = append(want.classes, class+strings.TrimPrefix(r.ID, "X"))
		}
		several(want, r.Examples)
	}
	for _, cmd := range c.Commands {
		several(wanted{path: "commands/" + cmd.ID, Recognised: Recognised{Rows: []string{"commands/" + cmd.ID}}}, cmd.Examples)
	}
	for _, p := range c.Phrases {
		want := wanted{path: "phrases/" + p.ID}
		want.Reason, want.Rows = p.Reason, []string{"phrases/" + packed.Fold(p.ID)}
		one("/example", want, p.Example)
	}
	for _, h := range c.Headings {
		want := wanted{path: "headings/" + h.ID}
		want.Outcome = h.Outcome
		switch h.Outcome {
		case "bait":
			want.Outcome = "none" // it is no mail error
		case "backscatter":
			want.Outcome = "bounce"
		}
		one("/example", want, h.Example)
	}
	for _, w := range c.Windows {
		path := "windows/" + w.ID
		several(wanted{path: path, Recognised: Recognised{Reason: w.Reason, Outcome: "bounce"}}, w.Examples)
	}
	codes := func(section string, providers []*Provider) {
		for _, p := range providers {
			for _, code := range p.Codes {
				want := wanted{path: section + "/" + p.ID + "/codes/" + code.ID}
				want.Reason, want.Rows = code.Reason, []string{want.path}
				several(want, code.Examples)
			}
		}
	}
	codes("providers", c.Providers)
	codes("clients", c.Clients)
	for _, b := range c.Blocklists {
		want := wanted{path: "blocklists/" + b.ID}
		want.Rows = []string{want.path}
		one("/example", want, b.Example)
	}
}

// first returns the first of a and b that is not empty.
func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
