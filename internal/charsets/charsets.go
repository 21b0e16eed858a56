// Package charsets decodes the legacy charsets of mail for the command. The widget has the
// browser's decoder and never links this.
package charsets

import (
	"strings"

	"golang.org/x/text/encoding/htmlindex"
)

// All decodes every charset of the WHATWG Encoding Standard. It is a bounce.Charsets.
type All struct{}

// Decode returns data as UTF-8, or false where the label is not known. Bytes that the
// charset does not have become U+FFFD.
func (All) Decode(label string, data []byte) (string, bool) {
	e, err := htmlindex.Get(strings.TrimSpace(label))
	if err != nil {
		return "", false
	}
	text, err := e.NewDecoder().Bytes(data)
	if err != nil {
		return "", false
	}
	return string(text), true
}
