package bounce

import "strings"

// field is one header field, folded lines included in its value.
type field struct {
	name       string // lower case
	value      string // unfolded, comments left in
	start, end int    // where the value stands in the view
}

type header []field

func (h header) get(name string) string {
	for i := range h {
		if h[i].name == name {
			return h[i].value
		}
	}
	return ""
}

// fieldName returns the name of the header field that line is, lower case, and where its
// value begins, or "" where it is none (RFC 5322 section 2.2).
func fieldName(line string) (name string, value int) {
	colon := strings.IndexByte(line, ':')
	if colon < 1 || colon > 60 {
		return "", 0
	}
	for i := 0; i < colon; i++ {
		c := line[i]
		if c == ' ' || c == '\t' {
			if strings.TrimRight(line[i:colon], " \t") != "" {
				return "", 0
			}
			return lowerName(line[:i]), colon + 1
		}
		if c <= ' ' || c > '~' || c == '<' || c == '@' || c == '"' {
			return "", 0
		}
	}
	if !letter(line[0]) {
		return "", 0
	}
	return lowerName(line[:colon]), colon + 1
}

// lowerName returns the name of a header field in lower case. The usual ones are not made anew
// for each line.
func lowerName(name string) string {
	var b [32]byte
	if len(name) > len(b) {
		return lower(name)
	}
	n := copy(b[:], name)
	for i := range b[:n] {
		if 'A' <= b[i] && b[i] <= 'Z' {
			b[i] += 'a' - 'A'
		}
	}
	for _, known := range [...]string{"received", "from", "to", "date", "subject", "message-id", "mime-version", "content-type", "content-transfer-encoding", "content-description", "content-disposition",
		"return-path", "reply-to", "delivered-to", "auto-submitted", "dkim-signature", "received-spf", "authentication-results", "reporting-mta", "arrival-date",
		"original-recipient", "final-recipient", "action", "status", "remote-mta", "diagnostic-code", "last-attempt-date"} {
		if known == string(b[:n]) {
			return known
		}
	}
	return string(b[:n])
}

// longestFolded is how many lines of one header field are read: more than any needs whose value
// says something of a failure.
const longestFolded = 1000

// readHeader reads the header fields at the start of the view from at on, and returns where
// what follows them begins.
func readHeader(v *view, at int) (h header, body int) {
	t := v.text
	body = len(t)
	var folded []string // the lines of the last field's value
	unfold := func() {
		if len(folded) > 1 {
			h[len(h)-1].value = strings.Join(folded, " ")
		}
	}
	lines(t[at:], func(start, end int) bool {
		start, end = start+at, end+at
		line := t[start:end]
		switch {
		case trim(line) == "":
			if h == nil && line == "" {
				return true // empty lines before the header
			}
			body = afterLine(t, end)
			return false
		case (line[0] == ' ' || line[0] == '\t') && len(h) > 0:
			if len(folded) < longestFolded {
				folded = append(folded, trim(line))
			}
			h[len(h)-1].end = end
		default:
			name, value := fieldName(line)
			if name == "" {
				if len(h) == 0 && strings.HasPrefix(line, "From ") || strings.HasPrefix(line, ">From ") {
					return true // the separator of a mbox
				}
				body = start
				return false
			}
			unfold()
			text := trim(line[value:])
			if h == nil {
				h = make(header, 0, 16)
			}
			h = append(h, field{name, text, start + value, end})
			folded = append(folded[:0], text)
		}
		return true
	})
	unfold()
	return h, body
}

// afterLine returns where the line after the one that ends at end begins.
func afterLine(t string, end int) int {
	if end < len(t) && t[end] == '\r' {
		end++
		if end < len(t) && t[end] == '\n' {
			end++
		}
		return end
	}
	return min(end+1, len(t))
}

// mailFields are header fields that tell a message from any text that has colons.
var mailFields = [...]string{
	"from", "to", "subject", "date", "received", "return-path", "message-id", "mime-version", "content-type",
	"delivered-to", "reply-to", "cc", "x-original-to", "auto-submitted", "x-failed-recipients", "arc-seal",
	"arc-authentication-results", "authentication-results", "dkim-signature", "received-spf", "content-transfer-encoding",
	"x-google-smtp-source", "x-received", "envelope-to", "delivery-date", "thread-topic", "importance", "x-mailer",
}

// isMessage reports whether h is the header of a message. No sender, or a mail system by its name
// alone, and nothing that servers write, is what a mail program shows above a bounce.
func (h header) isMessage() bool {
	known := 0
	for i := range h {
		if among(h[i].name, mailFields[:]) {
			known++
		}
	}
	for _, name := range [...]string{"received", "message-id", "mime-version", "return-path", "content-type"} {
		if h.get(name) != "" {
			return known >= 2
		}
	}
	from := h.get("from")
	if from == "" || strings.IndexByte(from, '@') < 0 && (systemSender(lower(from)) || showsSystem(lower(from))) {
		return false
	}
	return known >= 2
}

// mediaType returns the lower-case media type of a Content-Type field and its parameters'
// text.
func mediaType(value string) (media, parameters string) {
	media, parameters, _ = strings.Cut(value, ";")
	return lower(trim(media)), parameters
}

// parameter returns a parameter of a Content-Type field (RFC 2045 section 5.1).
func parameter(parameters, name string) string {
	for parameters != "" {
		parameters = strings.TrimLeft(parameters, " \t;")
		key, rest, ok := strings.Cut(parameters, "=")
		if !ok {
			return ""
		}
		rest = strings.TrimLeft(rest, " \t")
		var value string
		if strings.HasPrefix(rest, "\"") {
			end := 1
			for end < len(rest) && rest[end] != '"' {
				if rest[end] == '\\' && end+1 < len(rest) {
					end++
				}
				end++
			}
			value = strings.ReplaceAll(rest[1:min(end, len(rest))], "\\", "")
			parameters = rest[min(end+1, len(rest)):]
		} else {
			end := strings.IndexAny(rest, "; \t")
			if end < 0 {
				end = len(rest)
			}
			value, parameters = rest[:end], rest[end:]
		}
		if equalFold(trim(key), name) {
			return value
		}
	}
	return ""
}

// Kind is what a part of a message is for.
type Kind int

const (
	Human    Kind = iota // written for people
	Status               // the fields of a delivery status (RFC 3464)
	Feedback             // the fields of a feedback report (RFC 5965)
	Original             // the message that was sent, or its header
)

// part is a readable part of the given text.
type part struct {
	kind Kind
	html bool
	view *view
}

// maxDepth bounds how deep parts may stand in parts. Real bounces have four.
const maxDepth = 12

type reader struct {
	charsets Charsets
	parts    []part
	system   bool   // the message is from a mail system
	attached header // of a bounce that somebody has attached to the message
	from, to int    // which parts are that one's
}

// ofBounce reports whether h is the header of what a mail system sends.
func (h header) ofBounce() bool {
	var r Report
	r.header(h, nil)
	return r.ofSystem()
}

// attach reads a bounce that is attached to a person's message, who asks about it: it counts in
// place of that message. It reports whether the attached message is one.
func (r *reader) attach(body *view, depth int) bool {
	inner, at := readHeader(body, 0)
	if r.system || r.attached != nil || !inner.isMessage() || !inner.ofBounce() {
		return false
	}
	r.attached, r.from = inner, len(r.parts)
	r.entity(body.part(at, len(body.text)), inner, depth+1, false)
	r.to = len(r.parts)
	return true
}

// entity reads a MIME entity (RFC 2045): its header is h, its body the stretch of v.
func (r *reader) entity(v *view, h header, depth int, inReport bool) {
	media, parameters := mediaType(h.get("content-type"))
	switch {
	case depth > maxDepth:
		return
	case strings.HasPrefix(media, "multipart/"):
		boundary := strings.TrimRight(parameter(parameters, "boundary"), " ")
		if boundary == "" {
			boundary = guessBoundary(v.text)
		}
		report := media == "multipart/report" || inReport
		before := len(r.parts)
		if boundary != "" {
			r.multipart(v, boundary, media == "multipart/alternative", depth, report)
		}
		if len(r.parts) == before {
			r.add(Human, v, false, "")
		}
		return
	}
	body := decodeTransfer(v, lower(h.get("content-transfer-encoding")))
	switch media {
	case "message/delivery-status", "message/global-delivery-status", "message/disposition-notification":
		r.add(Status, body, false, "utf-8")
	case "message/feedback-report":
		r.add(Feedback, body, false, "utf-8")
	case "text/rfc822-headers", "text/rfc822-header", "message/rfc822-headers", "message/global-headers":
		r.add(Original, body, false, parameter(parameters, "charset"))
	case "message/rfc822", "message/global":
		if !inReport && r.attach(body, depth) {
			return
		}
		inner, at := readHeader(body, 0)
		innerMedia, _ := mediaType(inner.get("content-type"))
		if innerMedia == "multipart/report" && !inReport {
			r.entity(body.part(at, len(body.text)), inner, depth+1, inReport)
			return
		}
		r.add(Original, body, false, "")
	case "text/html":
		if h.get("content-disposition") == "" || strings.HasPrefix(lower(h.get("content-disposition")), "inline") {
			r.add(Human, body, true, parameter(parameters, "charset"))
		}
	case "", "text/plain", "text", "text/report":
		r.add(Human, body, false, parameter(parameters, "charset"))
	default:
		if name := lower(parameter(parameters, "name")); !inReport && strings.HasSuffix(name, ".eml") && r.attach(body, depth) {
			return
		}
		if strings.HasPrefix(media, "text/") && !strings.HasPrefix(lower(h.get("content-disposition")), "attachment") {
			r.add(Human, body, false, parameter(parameters, "charset"))
		}
	}
}

// add appends a part. HTML is also known by its tags, as some systems call it plain.
func (r *reader) add(kind Kind, v *view, html bool, charset string) {
	v = decodeCharset(v, charset, r.charsets)
	if kind == Human {
		if html = html || looksLikeHTML(v.text); html {
			v = unquote(unHTML(v))
		} else {
			v = tighten(v)
		}
		v = rejoin(v)
	}
	r.parts = append(r.parts, part{kind, html, v})
}

func decodeTransfer(v *view, encoding string) *view {
	switch trim(encoding) {
	case "quoted-printable":
		return unquotePrintable(v)
	case "base64":
		return unbase64(v)
	}
	return v
}

// looksLikeHTML reports whether text begins as an HTML document or holds its tags.
func looksLikeHTML(text string) bool {
	head := text[:min(len(text), 2048)]
	if strings.IndexByte(head, '<') < 0 || strings.HasPrefix(strings.TrimLeft(head, " \r\n"), "<?php") {
		return false
	}
	for _, tag := range [...]string{"<html", "<!doctype html", "<body", "<p", "<br"} {
		if hasTag(head, tag) {
			return true
		}
	}
	if hasTag(head, "<div") && strings.Contains(head, "</") {
		return true
	}
	for _, tag := range [...]string{"<pre", "<span", "<table", "<blockquote", "<font", "<code", "<ul", "<ol", "<li", "<h1", "<h2", "<h3", "<b", "<strong"} {
		if hasTag(head, tag) && hasTag(head, "</"+tag[1:]) {
			return true
		}
	}
	return false
}

// hasTag reports whether a tag that begins so stands in text, and not an address in angle brackets
// that begins so too: "<bruno@example.com>".
func hasTag(text, tag string) bool {
	for {
		at := indexFold(text, tag)
		if at < 0 {
			return false
		}
		if text = text[at+len(tag):]; endsName(text) {
			return true
		}
	}
}

// endsName reports whether the name of a tag ends where rest begins.
func endsName(rest string) bool {
	return rest == "" || strings.IndexByte(" >/\t\r\n", rest[0]) >= 0
}

// multipart reads the parts between the lines of a boundary (RFC 2046 section 5.1).
func (r *reader) multipart(v *view, boundary string, alternative bool, depth int, report bool) {
	delimiter := "--" + boundary
	begin := -1
	first := len(r.parts)
	read := func(end int) {
		if begin < 0 {
			return
		}
		p := v.part(begin, end)
		h, at := readHeader(p, 0)
		if h != nil && !strings.HasPrefix(h[0].name, "content-") && h.get("content-type") == "" && !h.isMessage() {
			h, at = nil, 0 // a part without a header whose first line has a colon
		}
		r.entity(p.part(at, len(p.text)), h, depth+1, report)
	}
	lines(v.text, func(start, end int) bool {
		line := strings.TrimRight(v.text[start:end], " \t")
		if !strings.HasPrefix(line, delimiter) {
			return true
		}
		switch line[len(delimiter):] {
		case "":
			read(start)
			begin = afterLine(v.text, end)
		case "--":
			read(start)
			begin = -1
			return false
		}
		return true
	})
	if begin >= 0 {
		read(len(v.text))
	}
	if alternative {
		r.parts = append(r.parts[:first], plainest(r.parts[first:])...)
	}
}

// plainest leaves the HTML away where plain text says the same.
func plainest(parts []part) []part {
	plain := false
	for _, p := range parts {
		plain = plain || p.kind == Human && !p.html && trim(p.view.text) != ""
	}
	if !plain {
		return parts
	}
	kept := parts[:0]
	for _, p := range parts {
		if !p.html {
			kept = append(kept, p)
		}
	}
	return kept
}

// guessBoundary returns the boundary of a multipart whose header is lost: what stands
// behind two hyphens on a line that header fields of a part follow.
func guessBoundary(text string) string {
	boundary, candidate := "", ""
	lines(text, func(start, end int) bool {
		line := strings.TrimRight(text[start:end], " \t")
		if candidate != "" {
			if name, _ := fieldName(line); strings.HasPrefix(name, "content-") {
				boundary = candidate
				return false
			}
		}
		candidate = ""
		if len(line) > 2 && strings.HasPrefix(line, "--") && strings.IndexByte(line, ' ') < 0 {
			candidate = line[2:]
		}
		return true
	})
	return boundary
}

func letter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func digit(c byte) bool { return '0' <= c && c <= '9' }
