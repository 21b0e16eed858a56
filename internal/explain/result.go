package explain

import (
	"strconv"
	"unicode/utf8"
)

// Result is what one text says. Its JSON form ([Result.AppendJSON]) is what the command
// prints with --json and what the widget reads.
type Result struct {
	File     string    // the file's name; empty for standard input
	Outcome  string    // bounce, delay, reply, delivered, auto-reply, complaint or none
	Verdict  string    // the outcome in a sentence
	Findings []Finding // one for each failed recipient, in the order of the text
	Ask      []string  // what would help, where the text does not tell
	Unlisted int       // how many there are beyond Findings
}

// Finding is what happened for one recipient.
type Finding struct {
	Reply      string // as it stands in the text: "550"
	Enhanced   string // as it stands in the text: "5.1.1"
	Permanence string // permanent, temporary, or empty where the text does not tell
	Reason     string // an id of the catalogue's reasons, or empty
	Actor      string // who must move next, an id of the catalogue's actors, or empty
	Recipient  string
	Provider   string // an id of the catalogue's providers, or empty
	RemoteHost string // the server that refused or did not answer
	Client     string // an id of the catalogue's mail programs, or empty
	Diagnostic string // the far server's own words
	Title      string
	Summary    string
	Final      string // permanent or temporary, in a word for the verdict
	Move       string // whose move it is, in words for the verdict
	Retry      string
	Page       string     // the page that explains it best, relative to the site's root
	Advice     []Advice   // steps for each role, in the catalogue's order of roles
	Links      []Link     // the pages of what was found
	Evidence   []Evidence // in the order of the text
	Notes      []string   // doubts: code and words disagree, and which was believed
	Message    string     // ready to send, filled with the facts
	MessageTo  string     // the actor whom the message is for
	Rows       []string   // the catalogue's rows that were believed, the deciding one first
}

// Advice is what one role does about a finding.
type Advice struct {
	Role  string // an id of the catalogue's actors
	Label string // how the role is called on a switch
	Steps []string
}

// Link leads to the page of something that was found.
type Link struct {
	Kind  string // reply, enhanced, reason, provider, system, blocklist
	Code  string // what was found: 550, 5.1.1, gmail
	Title string
	Page  string // relative to the site's root: codes/550.html
}

// Evidence is a part of the given text that tells something, as offsets in bytes.
type Evidence struct {
	Start, End int
	Kind       string // reply, enhanced, recipient, host, phrase, code, retry, blocklist
	Page       string // the page about it, or empty
}

// AppendJSON appends r as one line of JSON without a line end. Empty strings and lists of
// the documented fields are kept, so that a reader need not ask whether a field is there.
func (r *Result) AppendJSON(b []byte) []byte {
	o := object{b: append(b, '{')}
	if r.File != "" {
		o.string("file", r.File)
	}
	o.string("outcome", r.Outcome)
	o.string("verdict", r.Verdict)
	o.strings("ask", r.Ask)
	if r.Unlisted > 0 {
		o.number("unlisted", r.Unlisted)
	}
	o.list("findings", len(r.Findings), func(o *object, i int) {
		f := &r.Findings[i]
		o.string("reply", f.Reply)
		o.string("enhanced", f.Enhanced)
		o.string("permanence", f.Permanence)
		o.string("reason", f.Reason)
		o.string("actor", f.Actor)
		o.string("recipient", f.Recipient)
		o.string("provider", f.Provider)
		o.string("remote_host", f.RemoteHost)
		o.string("client", f.Client)
		o.string("diagnostic", f.Diagnostic)
		o.string("title", f.Title)
		o.string("summary", f.Summary)
		o.string("final", f.Final)
		o.string("move", f.Move)
		var steps []string
		if len(f.Advice) > 0 {
			steps = f.Advice[0].Steps
		}
		o.strings("steps", steps)
		o.list("advice", len(f.Advice), func(o *object, i int) {
			a := &f.Advice[i]
			o.string("role", a.Role)
			o.string("label", a.Label)
			o.strings("steps", a.Steps)
		})
		o.string("retry", f.Retry)
		o.string("page", f.Page)
		o.list("links", len(f.Links), func(o *object, i int) {
			l := &f.Links[i]
			o.string("kind", l.Kind)
			o.string("code", l.Code)
			o.string("title", l.Title)
			o.string("page", l.Page)
		})
		o.list("evidence", len(f.Evidence), func(o *object, i int) {
			e := &f.Evidence[i]
			o.number("start", e.Start)
			o.number("end", e.End)
			o.string("kind", e.Kind)
			o.string("page", e.Page)
		})
		o.strings("notes", f.Notes)
		o.string("message", f.Message)
		o.string("message_to", f.MessageTo)
		o.strings("rows", f.Rows)
	})
	return append(o.b, '}')
}

// AppendError appends the JSON of an answer that says what broke the decoder.
func AppendError(b []byte, what string) []byte {
	o := object{b: append(b, '{')}
	o.string("error", what)
	return append(o.b, '}')
}

// object appends the members of a JSON object. The decoder is downloaded, and
// encoding/json would more than double it.
type object struct {
	b     []byte
	wrote bool
}

func (o *object) key(name string) {
	if o.wrote {
		o.b = append(o.b, ',')
	}
	o.wrote = true
	o.b = append(appendString(o.b, name), ':')
}

func (o *object) string(name, value string) {
	o.key(name)
	o.b = appendString(o.b, value)
}

func (o *object) number(name string, value int) {
	o.key(name)
	o.b = strconv.AppendInt(o.b, int64(value), 10)
}

func (o *object) strings(name string, values []string) {
	o.key(name)
	o.b = append(o.b, '[')
	for i, v := range values {
		if i > 0 {
			o.b = append(o.b, ',')
		}
		o.b = appendString(o.b, v)
	}
	o.b = append(o.b, ']')
}

func (o *object) list(name string, n int, member func(o *object, i int)) {
	o.key(name)
	o.b = append(o.b, '[')
	for i := range n {
		if i > 0 {
			o.b = append(o.b, ',')
		}
		m := object{b: append(o.b, '{')}
		member(&m, i)
		o.b = append(m.b, '}')
	}
	o.b = append(o.b, ']')
}

// appendString appends s as a JSON string. Bytes that are not UTF-8 become U+FFFD. The
// angle brackets and the ampersand are escaped so that the line can stand in a page.
func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	from := 0 // what is to be copied as it stands
	for i := 0; i < len(s); {
		if plain[s[i]] == ' ' {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r > 0x7f && r != '\u2028' && r != '\u2029' && r != utf8.RuneError {
			i += size
			continue
		}
		b = append(b, s[from:i]...)
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, '\\', 'n')
		case r == '\t':
			b = append(b, '\\', 't')
		case r == '\u2028' || r == '\u2029':
			b = append(b, '\\', 'u', '2', '0', '2', hex[r&15])
		case r == utf8.RuneError: // one byte that is no UTF-8, or U+FFFD itself
			b = utf8.AppendRune(b, r)
		default:
			b = append(b, '\\', 'u', '0', '0', hex[r>>4], hex[r&15])
		}
		i += size
		from = i
	}
	return append(append(b, s[from:]...), '"')
}

// plain has a space for each byte that stands in JSON as it is, and is itself a character.
const plain = "" +
	"................................" +
	"  .   .                     . . " + // not " & < >
	"                            .   " + // not \
	"                               ." +
	"................................................................" +
	"................................................................"
