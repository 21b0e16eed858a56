package bounce

import (
	"strings"
	"unicode/utf8"
)

// Report is what a text says, before anybody asks what it means. Spans are offsets in Text;
// [Report.Source] leads back to the given text.
type Report struct {
	Text     string // what can be read: decoded, without quoting, part after part
	Parts    []Part
	Message  bool   // it begins with the header of a message
	From     string // the header's From field, decoded
	To       string
	Subject  string
	Failures []Failure   // one for each recipient, in the order of the text
	Alone    Failure     // of the only address of a text that nothing says has failed; empty where there is none
	Said     []Statement // every statement outside of failures, in the order of the text

	Complained []Failure // of a feedback report: the recipients that it names

	Delivery  bool // it holds a delivery status (RFC 3464)
	Complaint bool // it is a feedback report (RFC 5965)
	Automatic bool // its header says that it answers by itself (RFC 3834)
	Generated bool // its header says that a program wrote it, for no answer (RFC 3834)
	Bounce    bool // its header says that a mail system sent it
	Bulk      bool // its header says how to leave the list that it went to (RFC 2369)
	NoReturn  bool // its return path is empty, as that of bounces and some automatic answers
	Log       bool // it is made of log lines
	Person    bool // it shows a header as mail programs do, whose sender is no mail system
	Program   bool // it is the source of a program

	copies []Span // copies of the message that was sent, in the text for people
	failed string // the header's X-Failed-Recipients field
	views  []*view
	starts []int
}

// Part is a stretch of the readable text.
type Part struct {
	Kind Kind
	Span
}

// Failure is what the text says about one recipient; the recipient may be missing.
type Failure struct {
	Recipient  string
	At         Span   // where the recipient stands; empty where only the header names it
	Action     string // of a delivery status: failed, delayed, delivered, relayed, expanded
	Status     Code   // of a delivery status or a log line
	Statement         // what the far server said; its span is the diagnostic
	RemoteHost string
	HostAt     Span
	Context    Span // all that the text says about this recipient
}

// Read reads text. The charsets may be nil, which leaves legacy charsets undecoded.
func Read(text string, charsets Charsets) *Report {
	r := &Report{}
	root := &view{text: feeds(text)}
	rd := reader{charsets: charsets}
	v := unquote(dedent(plainSpaces(root)))
	h, body := readHeader(v, 0)
	if !h.isMessage() {
		if at := sourceBelow(v.text); at > 0 {
			v = v.part(at, len(v.text))
			h, body = readHeader(v, 0)
		}
	}
	switch {
	case h.isMessage():
		r.Message = true
		r.header(h, charsets)
		rd.system = r.ofSystem()
		rd.entity(v.part(body, len(v.text)), h, 0, false)
		if rd.attached != nil {
			r.header(rd.attached, charsets)
			rd.parts = rd.parts[rd.from:rd.to]
		}
	default:
		if boundary := guessBoundary(v.text); boundary != "" {
			if cut := strings.Index(v.text, "--"+boundary); cut > 0 && trim(v.text[:cut]) != "" {
				rd.add(Human, v.part(0, cut), false, "")
			}
			rd.multipart(v, boundary, false, 0, true)
		}
		if len(rd.parts) == 0 {
			rd.add(Human, v, false, "")
		}
	}
	r.join(rd.parts)
	r.Program = !r.Message && program(r.Text[:min(len(r.Text), longProgram)])
	r.read()
	r.Program = r.Program || !r.Message && r.inProgram()
	own := min(len(r.Text), longProgram)
	if len(r.copies) > 0 {
		own = min(own, r.copies[0].Start)
	}
	r.Person = !r.Message && person(r.Text[:own])
	return r
}

func (r *Report) header(h header, charsets Charsets) {
	r.From = decodeWords(h.get("from"), charsets)
	r.To = decodeWords(h.get("to"), charsets)
	r.Subject = decodeWords(h.get("subject"), charsets)
	media, parameters := mediaType(h.get("content-type"))
	if media == "multipart/report" {
		switch lower(parameter(parameters, "report-type")) {
		case "delivery-status":
			r.Bounce = true
		case "feedback-report":
			r.Complaint = true
		}
	}
	auto := lower(h.get("auto-submitted"))
	r.Generated = strings.HasPrefix(auto, "auto-generated")
	r.Automatic = strings.HasPrefix(auto, "auto-replied") || h.get("x-autoreply") != "" || h.get("x-autorespond") != "" ||
		r.Generated && equalFold(h.get("x-auto-response-suppress"), "All") && h.get("in-reply-to")+h.get("references") != ""
	from := lower(r.From)
	person := h.get("user-agent") != "" && strings.Contains(from, "postmaster@") // who runs the mail system, writing
	if h.get("x-failed-recipients") != "" || systemSender(from) && !person {
		r.Bounce = true
	}
	r.failed = h.get("x-failed-recipients")
	r.Bulk = h.get("list-unsubscribe") != ""
	r.NoReturn = trim(h.get("return-path")) == "<>"
}

// ofSystem reports whether the header is that of what a mail system sends.
func (r *Report) ofSystem() bool {
	return r.Bounce || r.Complaint || r.Automatic || r.NoReturn
}

// systemSender reports whether a From field is that of a mail system.
func systemSender(from string) bool {
	for _, name := range [...]string{"mailer-daemon", "mailerdaemon", "postmaster", "post_master", "post.master", "mail delivery", "mail-daemon", "mail administrator", "microsoftexchange329e71ec88ae4615bbc36ab6ce41109e", "mdaemon", "maildeliverysubsystem", "mail deliver", "bounce", "mail system", "delivery subsystem"} {
		if strings.Contains(from, name) {
			return true
		}
	}
	return false
}

// person reports whether lines of text begin with what mail programs put before the sender, and
// no mail system is among those.
func person(text string) bool {
	shown, system := false, false
	lines(text, func(start, end int) bool {
		const longest, longestLabel = 200, 40 // bytes
		line := trim(text[start:min(end, start+longest)])
		if colon := line[:min(len(line), longestLabel)]; strings.IndexByte(colon, ':') < 0 && !strings.Contains(colon, "：") {
			return true
		}
		line = lower(line)
		if label := senderLabel(line); label != "" {
			shown, system = true, systemSender(line) || showsSystem(line)
		}
		return !system
	})
	return shown && !system
}

// senderLabel returns the label of the sender that a line in lower case begins with.
func senderLabel(line string) string {
	for _, label := range senderLabels {
		if strings.HasPrefix(line, label) {
			return label
		}
	}
	for _, label := range [...]string{"from:", "von:", "de:", "de :", "kimden:"} {
		if strings.HasPrefix(line, label) {
			return label
		}
	}
	return ""
}

// join puts the parts together to one text.
func (r *Report) join(parts []part) {
	size := 0
	for _, p := range parts {
		size += len(p.view.text) + 2
	}
	if len(parts) == 1 {
		r.Text = parts[0].view.text
		r.Parts = []Part{{parts[0].kind, Span{0, len(r.Text)}}}
		r.views, r.starts = []*view{parts[0].view}, []int{0}
		return
	}
	b := make([]byte, 0, size)
	r.Parts, r.views, r.starts = make([]Part, 0, len(parts)), make([]*view, 0, len(parts)), make([]int, 0, len(parts))
	for _, p := range parts {
		start := len(b)
		b = append(b, p.view.text...)
		r.Parts = append(r.Parts, Part{p.kind, Span{start, len(b)}})
		r.views, r.starts = append(r.views, p.view), append(r.starts, start)
		b = append(b, "\n\n"...)
	}
	r.Text = text(b)
}

// Joined returns Text with the codes blanked that a multi-line reply (RFC 5321 section 4.2.1)
// repeats, so that its words stand together, and so the underscores that stand for spaces in
// the log of qmail. Every place stays what it was.
func (r *Report) Joined() string {
	var b []byte
	last := Statement{}
	for at := nextClass(r.Text, 0); at+3 < len(r.Text); at = nextClass(r.Text, at+1) {
		if r.Text[at] < '4' {
			continue
		}
		s, ok := statementAt(r.Text, at)
		if !ok || s.Reply.Value == "" {
			continue
		}
		at = s.End - 1
		same := s.Reply.Value == last.Reply.Value && s.Enhanced.Value == last.Enhanced.Value && s.Start-last.End < longLine
		if same && (s.Enhanced.Value != "" || s.Start > 0 && r.Text[s.Start-1] == '\n') && !strings.Contains(r.Text[last.End:s.Start], "\n\n") {
			if b == nil {
				b = []byte(r.Text)
			}
			for i := s.Start; i < s.End || i < len(b) && b[i] == '-'; i++ {
				b[i] = ' '
			}
		}
		last = s
	}
	for i := range r.Failures {
		f := &r.Failures[i]
		if !r.Log || f.Statement.Empty() || strings.IndexByte(r.Text[f.Start:f.End], '_') < 0 || strings.IndexByte(r.Text[f.Start:f.End], ' ') >= 0 {
			continue
		}
		if b == nil {
			b = []byte(r.Text)
		}
		for at := f.Start; at < f.End; at++ {
			if b[at] == '_' {
				b[at] = ' '
			}
		}
	}
	if b == nil {
		return r.Text
	}
	return string(b)
}

// longProgram is how much of a text is looked at to see whether it is a program.
const longProgram = 1 << 16

// longLine is how far apart in a multi-line reply two codes may be, in bytes. A line of a
// reply has 512 at most (RFC 5321 section 4.5.3.1.5).
const longLine = 512

// Stretches calls each for the stretches of Text that are no copy of the message that was sent,
// and for the header of each copy.
func (r *Report) Stretches(each func(s Span, copied bool)) {
	at := 0
	for _, c := range r.copies {
		if c.Start > at {
			each(Span{at, c.Start}, false)
		}
		if header := strings.TrimLeft(r.Text[c.Start:c.End], " \t\r\n"); c.Start >= at {
			start := c.End - len(header)
			end := strings.Index(header[:min(len(header), longHeader)], "\n\n")
			if end < 0 {
				end = min(len(header), longHeader)
			}
			each(Span{start, start + end}, true)
		}
		at = max(at, c.End)
	}
	if at < len(r.Text) {
		each(Span{at, len(r.Text)}, false)
	}
}

// Copies returns the stretches of Text that are copies of the message that was sent, in their order.
func (r *Report) Copies() []Span { return r.copies }

// longHeader is how much of a message's header is read, in bytes.
const longHeader = 1 << 14

// Length returns the length of Text in bytes without the copies of the message that was sent, and
// without a signature (RFC 3676, section 4.3).
func (r *Report) Length() int {
	n := len(r.Text)
	for _, mark := range [...]string{"\n--\n", "\n-- \n"} {
		if at := strings.LastIndex(r.Text, mark); at > 0 && len(r.copies) == 0 {
			n = at
		}
	}
	for _, c := range r.copies {
		n -= c.End - c.Start
	}
	return n
}

// Loose returns what the only number of the text tells that could be a reply code, where nothing marks
// it as one: no statement is made of it.
func (r *Report) Loose() (f Failure, ok bool) {
	for at := nextClass(r.Text, 0); at < len(r.Text); at = nextClass(r.Text, at+1) {
		if s, is := statementAt(r.Text, at); is {
			if ok {
				return f, false
			}
			f, ok = Failure{Statement: s}, true
		}
	}
	return f, ok
}

// Source returns the stretch of the given text that a span of Text was read from.
func (r *Report) Source(s Span) Span {
	v, from := r.view(s.Start)
	start := v.source(min(s.Start-from, len(v.text)))
	if s.Empty() {
		return Span{start, start}
	}
	v, from = r.view(s.End - 1)
	return Span{start, max(start, v.sourceEnd(min(s.End-from, len(v.text))))}
}

// view returns the part's view that a place of Text is in, and where it begins in Text.
func (r *Report) view(at int) (v *view, start int) {
	i := search(len(r.starts), func(i int) bool { return r.starts[i] > at })
	if i == 0 {
		return &view{}, 0
	}
	return r.views[i-1], r.starts[i-1]
}

// plainSpaces makes no-break spaces plain, and takes out what cannot be seen: web pages and
// mail programs put both between codes.
func plainSpaces(v *view) *view {
	t := v.text
	if ascii(t) || !utf8.ValidString(t) { // else it is in a charset that is known later
		return v
	}
	var m maker
	m.b = make([]byte, 0, len(v.text))
	last := 0
	for at, r := range t {
		shown := ""
		switch r {
		case '\u00a0', '\u2007', '\u202f', '\u2002', '\u2003', '\u2009':
			shown = " "
		case '\ufeff', '\u200b', '\u200c', '\u200d', '\u2060', '\u00ad', '\u200e', '\u200f':
		default:
			continue
		}
		m.add(t[last:at], last, at-last)
		last = at + utf8.RuneLen(r)
		m.add(shown, at, last-at)
	}
	if last == 0 {
		return v
	}
	m.add(t[last:], last, len(t)-last)
	return m.view(v)
}

// feeds returns text with a line feed for each carriage return that ends a line alone, as old Macs
// wrote.
func feeds(t string) string {
	var b []byte
	for at := 0; at < len(t); at++ {
		if at = indexFrom(t, at, '\r'); at < len(t) && (at+1 == len(t) || t[at+1] != '\n') {
			if b == nil {
				b = []byte(t)
			}
			b[at] = '\n'
		}
	}
	if b == nil {
		return t
	}
	return text(b)
}

// dedent takes away the white space that every line of a text begins with.
func dedent(v *view) *view {
	margin, first := "", true
	lines(v.text, func(start, end int) bool {
		line := v.text[start:end]
		if trim(line) == "" {
			return true
		}
		if first {
			margin, first = line[:len(line)-len(strings.TrimLeft(line, " \t"))], false
		}
		for !strings.HasPrefix(line, margin) {
			margin = margin[:len(margin)-1]
		}
		return margin != ""
	})
	if margin == "" {
		return v
	}
	return without(v, func(line string) int {
		if strings.HasPrefix(line, margin) {
			return len(margin)
		}
		return 0
	})
}

// without takes from each line as many bytes at its start as marks says.
func without(v *view, marks func(line string) int) *view {
	var m maker
	m.b = make([]byte, 0, len(v.text))
	last := 0
	lines(v.text, func(start, end int) bool {
		if n := marks(v.text[start:end]); n > 0 {
			m.add(v.text[last:start], last, start-last)
			last = start + n
		}
		return true
	})
	m.add(v.text[last:], last, len(v.text)-last)
	return m.view(v)
}

// sourceBelow returns where the source of a bounce begins that somebody asks about: a header,
// below a few words without a code. It is zero where there is none.
func sourceBelow(text string) int {
	const longest = 1000 // bytes
	found, blank := 0, false
	lines(text[:min(len(text), longest)], func(start, end int) bool {
		if blank {
			h, _ := readHeader(&view{text: text[start:]}, 0)
			if h.isMessage() && h.ofBounce() && (h.get("received") != "" || h.get("message-id") != "" || h.get("mime-version") != "") {
				found = start
			}
		}
		blank = trim(text[start:end]) == ""
		return found == 0
	})
	for at := range found {
		if s, ok := statementAt(text, at); ok && s.class() >= '4' {
			return 0
		}
	}
	return found
}

// unquote takes the marks of quoting ("> ") from the lines of a text that is quoted as a
// whole or in part, and leaves the client's lines of a transcript (">>> DATA") alone.
func unquote(v *view) *view {
	if strings.IndexByte(v.text, '>') < 0 && strings.IndexByte(v.text, '|') < 0 {
		return v
	}
	quoted, all := 0, 0
	lines(v.text, func(start, end int) bool {
		if line := v.text[start:end]; line != "" && (line[0] > ' ' || trim(line) != "") {
			all++
			if quoteMarks(line) > 0 {
				quoted++
			}
		}
		return true
	})
	if quoted < 2 && quoted < all || quoted == 0 {
		return v
	}
	return without(v, quoteMarks)
}

// quoteMarks returns the length of the quoting marks that line begins with.
func quoteMarks(line string) int {
	n := 0
	for n < len(line) && (line[n] == '>' || line[n] == '|') {
		n++
		if n < len(line) && line[n] == ' ' {
			n++
		}
	}
	if strings.HasPrefix(line, ">>> ") && n == 4 && len(line) > 7 && 'A' <= line[4] && line[4] <= 'Z' && 'A' <= line[5]&^0x20 && line[5]&^0x20 <= 'Z' {
		return 0
	}
	if strings.HasPrefix(line, ">From ") {
		return 0
	}
	return n
}
