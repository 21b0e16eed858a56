// Package explain puts together what a text says (bounce) and what is known about it
// (catalog) into an answer for a person.
package explain

import "github.com/undelivered/undelivered/internal/bounce"

// Explainer explains texts with one state of the knowledge. It may be used by several
// goroutines at a time.
type Explainer struct{}

// Open takes the knowledge in its packed form.
func Open(knowledge []byte) (*Explainer, error) {
	return &Explainer{}, nil
}

// Explain says what text means. The charsets may be nil, which leaves legacy charsets
// undecoded.
func (e *Explainer) Explain(text string, charsets bounce.Charsets) *Result {
	return &Result{Outcome: "none"}
}
