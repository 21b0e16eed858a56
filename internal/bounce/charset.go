// Package bounce reads any text and tells what it says: codes, hosts, recipients and the
// words of servers, each with its position. It knows the formats of mail systems and gives
// no advice.
package bounce

// Charsets decodes the legacy charsets of mail. The browser has them, and so has
// golang.org/x/text for the command; neither belongs into what the widget downloads.
type Charsets interface {
	// Decode returns data as UTF-8, or false where it does not know the charset that a
	// MIME label names.
	Decode(label string, data []byte) (string, bool)
}
