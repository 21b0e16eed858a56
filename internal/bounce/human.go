package bounce

import (
	"strings"
	"unicode/utf8"
)

// mention is an address that the text names, and how plainly it is a failed recipient.
type mention struct {
	Span
	line     int
	labelled bool // a label with a colon stands before it
	strength int  // 0 somewhere, 1 in a sentence about delivery, 2 at the head of a block
}

// prose reads text that was written for people: who is named as a recipient, what servers
// are quoted with, and which belongs to which.
type prose struct {
	r        *Report
	t        string
	lines    []Span // trimmed
	indent   []int
	mentions []mention
	senders  []string // lower case
	local    bool     // the lines are a list of recipients by their local names
	sender   int      // which value of a table's rows is the sender, from 1 on; 0 where none is known
	column   int      // where the sender begins in the lines of a table whose columns stand below one another, from 1 on
	aliased  []string // lower case: addresses that an alias led to, which stands in their place
	said     []Statement
	saidOn   []int // the line that each begins on

	hosts     markedHosts
	greetings []Span // the hosts that a session was held with, in the order of the text
}

// human reads the stretch of text from from to to, which has the fields of a delivery status or
// not.
func (r *Report) human(from, to int, fields bool) []Failure {
	p := prose{r: r, t: r.Text}
	p.split(from, to, fields)
	p.collect()
	return p.failures(from, to)
}

func (p *prose) split(from, to int, fields bool) {
	n := 0 // counted as indexes are found, which a browser does much quicker than strings.Count
	for at := from; at < to; at++ {
		at = indexFrom(p.t[:to], at, '\n')
		n++
	}
	p.lines, p.indent = make([]Span, 0, n), make([]int, 0, n)
	fieldLines, header, above := 0, from, 0 // how many lines of a header, where it begins, and how many lines stand above
	blank := true
	lines(p.t[from:to], func(start, end int) bool {
		start, end = start+from, end+from
		raw := p.t[start:end]
		trimmed := trim(raw)
		if trimmed == "" {
			p.lines = append(p.lines, Span{start, start})
			p.indent = append(p.indent, 0)
			blank = true
			fieldLines = 0
			return true
		}
		if copyFollows(trimmed) && !fromSystem(p.t[end:to]) {
			p.r.copies = append(p.r.copies, Span{end, to})
			return false
		}
		if name, _ := fieldName(trimmed); fields && statusField(name) {
			// Read as a delivery status, not as prose.
			p.lines = append(p.lines, Span{start, start})
			p.indent = append(p.indent, 0)
			return true
		}
		if name, _ := fieldName(raw); blank || fieldLines > 0 {
			switch name {
			case "return-path", "received", "message-id", "dkim-signature", "mime-version", "x-google-dkim-signature", "x-mailer", "arc-seal", "x-received":
				if fieldLines++; fieldLines == 1 {
					header, above = start, len(p.lines)
				}
			case "date", "from", "subject", "to":
				if fieldLines > 0 { // behind one of those
					fieldLines++
				}
			}
			if fieldLines >= 2 && !fromSystem(p.t[header:to]) { // the header of the message that was sent
				p.lines, p.indent = p.lines[:above], p.indent[:above]
				p.r.copies = append(p.r.copies, Span{header, to})
				return false
			}
		}
		blank = false
		indent := strings.Index(raw, trimmed)
		for { // Python's replies by recipient: {'bob@example.com': (550, b'…'), 'carol@…
			cut := strings.Index(trimmed, "), '")
			if cut < 0 || !strings.Contains(trimmed[:cut], ": (") {
				break
			}
			cut += len("), ")
			p.lines = append(p.lines, Span{start + indent, start + indent + cut})
			p.indent = append(p.indent, indent)
			start, trimmed = start+cut, trimmed[cut:]
		}
		p.lines = append(p.lines, Span{start + indent, start + indent + len(trimmed)})
		p.indent = append(p.indent, indent)
		return true
	})
}

// copyFollows reports whether a line says that the message that was sent stands below.
func copyFollows(line string) bool {
	if len(line) > 120 {
		return false
	}
	switch line[0] | 0x20 {
	case 'b', 'c', 'i', 'm', 'o', 'p', 'r', 't', 'u', 'y': // as the sentences below begin
	case '-', '=' | 0x20, '_' | 0x20, '*', ' ':
	default:
		return false
	}
	lower := lower(line)
	rule := strings.HasPrefix(lower, "--") || strings.HasPrefix(lower, "==") || strings.HasPrefix(lower, "__") || strings.HasPrefix(lower, "**") || strings.HasPrefix(lower, "  --")
	if rule {
		for _, mark := range [...]string{"original message", "copy of the message", "copy of your message", "message header", "returned message", "unsent message", "message follows", "below this line", "begin message", "forwarded message", "headers follow", "original mail", "returned mail", "start of message", "the message header", "body of message", "message text", "undelivered message", "rejected message", "message content"} {
			if strings.Contains(lower, mark) {
				return true
			}
		}
	}
	if lower == "original message headers" || lower == "message headers" || lower == "original message" {
		return true
	}
	for _, mark := range [...]string{"original message follows", "the original message follows", "your original message follows", "original message headers:", "original message headers follow", "original message header:", "below is a copy of the message", "the body of your message follows", "original message is attached", "your message is attached below", "message headers follow", "received headers:", "the header of the message follows", "the first 50 lines of the original message", "i'm not including the message", "copy of the original message", "unsent message below", "your original message:", "text of the original message", "original message details:", "below is a copy of the original message", "copy of the message follows", "this is a copy of your message", "your message reads (in part):", "message reads (in part)", "possibly truncated original message"} {
		if strings.HasPrefix(lower, mark) {
			return mark[0] != 'o' || !strings.HasPrefix(mark, "original message details")
		}
	}
	return false
}

// fromSystem reports whether text begins with header fields as mail programs show them, of which
// one names a mail system: a bounce that was forwarded, and no copy of what was sent.
func fromSystem(text string) bool {
	const most, longestName = 6, 24 // lines, bytes
	n, is, empty := 0, false, false
	lines(text, func(start, end int) bool {
		line := text[start:min(end, start+200)]
		if trim(line) == "" {
			empty = n > 0
			return true
		}
		if empty && strings.IndexByte(line[:min(len(line), longestName)], ':') < 0 {
			return false // the header has ended, also where each of its lines was a paragraph
		}
		n++
		small := lower(line)
		is = strings.HasPrefix(small, "return-path: <>") || strings.IndexByte(line, ':') > 0 && showsSystem(small)
		return !is && n < most
	})
	return is
}

// showsSystem reports whether a line in lower case, above a message as a mail program shows it, names
// a mail system as the sender. Where a name is shown without its address, Exchange's is all of the line
// but for a label.
func showsSystem(line string) bool {
	for _, name := range [...]string{"mailer-daemon", "mailer daemon", "postmaster@", "mail delivery s", "microsoftexchange"} {
		if strings.Contains(line, name) {
			return true
		}
	}
	if _, name, ok := strings.Cut(line, ":"); ok {
		line = name
	}
	line, _, _ = strings.Cut(line, "<")
	line = strings.Trim(line, " \t\r\"")
	return line == "microsoft outlook" || line == "system administrator" || line == "postmaster" || strings.HasSuffix(line, " postmaster")
}

// collect finds the mentions and statements.
func (p *prose) collect() {
	for n := 0; n < len(p.lines); n++ {
		line := p.lines[n]
		if line.Empty() {
			continue
		}
		p.recipients(n)
		p.greeting(line)
	}
	for n := 0; n < len(p.lines); n++ {
		if !p.lines[n].Empty() {
			n = p.statements(n)
		}
	}
}

// mailboxOf stand before the address of a mailbox, in lower case, with a word that else tells of a
// sender.
var mailboxOf = [...]string{"postfach von", "mailbox von", "konto von", "adresse von", "empfänger von", "boîte de", "boite de", "boîte aux lettres de", "compte de", "adresse de", "buzón de", "buzon de", "cuenta de", "caixa de", "caixa postal de", "conta de", "caixa de entrada de"}

// recipients adds the addresses of line n.
func (p *prose) recipients(n int) {
	line := p.lines[n]
	first := true
	if text := strings.TrimLeft(p.t[line.Start:line.End], "- "); strings.HasPrefix(text, "pipe to |") || strings.HasPrefix(text, "save to ") {
		return // Exim: a program or a file; whose it is stands below
	}
	back := 0 // how many lines up the address stands that this line gives another for
	switch text := p.t[line.Start:line.End]; {
	case strings.HasPrefix(text, "(expanded from: <"):
		back = 2 // Sendmail: what has failed is an alias; the address that was written to stands here
	case beginsFold(text, "original address: "):
		back = 1 // Oracle Messaging Server
	}
	if back > 0 {
		for last := len(p.mentions) - 1; last >= 0 && p.mentions[last].line >= n-back; last-- {
			p.aliased = append(p.aliased, lower(p.t[p.mentions[last].Start:p.mentions[last].End]))
			p.mentions = p.mentions[:last]
		}
		addresses(p.t, line.Start, line.End, func(s Span) { p.mentions = append(p.mentions, mention{Span: s, line: n, strength: 2}) })
		return
	}
	if p.byName(n) {
		return
	}
	p.header(n)
	row := values{t: p.t, at: line.Start}
	addresses(p.t, line.Start, line.End, func(s Span) {
		strength := p.judge(n, s, first)
		if p.sender > 0 && s.Start-line.Start < longestRow && row.before(s.Start) == p.sender || p.column > 0 && p.indent[n]+s.Start-line.Start+1 == p.column {
			strength = -1
		}
		if first && strength >= 0 {
			strength = min(strength, p.addressed(n, s))
		}
		first = false
		if strength == 2 && p.continues(n, s) {
			strength = 1
		}
		if strength >= 0 {
			at := n
			if text := p.t[line.Start:s.Start]; n > 0 && (strings.HasPrefix(text, "generated by ") || strings.HasPrefix(text, "generated from ")) {
				at = n - 1 // what is said of this recipient begins there
			}
			p.mentions = append(p.mentions, mention{Span: s, line: at, strength: strength, labelled: strength == 2 && labelled(p.t[line.Start:s.Start])})
		} else {
			p.senders = append(p.senders, lower(p.t[s.Start:s.End]))
		}
	})
}

// byName adds the recipient that line n names by a mailbox alone, with the reason behind it in
// parentheses, as GroupWise lists them: "LBRANDT (user not found)".
func (p *prose) byName(n int) bool {
	line := p.lines[n]
	text := p.t[line.Start:line.End]
	if p.indent[n] == 0 {
		const list = "undeliverable to the following:"
		p.local = len(text) >= len(list) && equalFold(text[len(text)-len(list):], list)
		return false
	}
	name := strings.IndexByte(text, ' ')
	if !p.local || name < 0 || !strings.HasPrefix(text[name:], " (") || text[len(text)-1] != ')' || strings.IndexByte(text[:name], '@') >= 0 {
		return false
	}
	p.mentions = append(p.mentions, mention{Span: Span{line.Start, line.Start + name}, line: n, strength: 2})
	return true
}

// header notes where the sender stands in the rows of a table, if the line is its header, as in
// PowerMTA's accounts ("type,timeLogged,timeQueued,orig,rcpt,dsnAction"), or a row of such: two
// addresses beside one another, behind other values.
func (p *prose) header(n int) {
	const few = 3 // commas
	line := p.lines[n]
	text := p.t[line.Start:min(line.End, line.Start+longestRow)]
	address := strings.IndexByte(text, '@') >= 0
	if !address && strings.Contains(text, "  ") {
		// "Received   SenderAddress   RecipientAddress", as PowerShell heads a trace of messages.
		names := lower(text)
		at, sender := columnNamed(names, "senderaddress")
		if _, recipient := columnNamed(names, "recipientaddress"); sender && recipient {
			p.column = p.indent[n] + at + 1
		}
	}
	if !address && strings.IndexByte(text, ' ') >= 0 || strings.Count(text, ",") < few {
		return
	}
	if !address {
		for n, name := range strings.Split(lower(text), ",") {
			if among(strings.Trim(name, "\""), senderColumns[:]) {
				p.sender = n + 1
				return
			}
		}
	}
	var last Span
	row := values{t: p.t, at: line.Start}
	value := 0 // which value the last address is
	addresses(p.t, line.Start, line.Start+len(text), func(s Span) {
		if value >= few && last.End < s.Start && p.t[last.End:s.Start] == "," { // readings of addresses may overlap
			p.sender = value
		}
		last, value = s, row.before(s.Start)
	})
}

// columnNamed returns where the name of a column stands in the names of a table, all in lower case.
func columnNamed(names, name string) (at int, ok bool) {
	at = strings.Index(names, name)
	return at, at >= 0 && (at == 0 || names[at-1] == ' ') && (at+len(name) == len(names) || names[at+len(name)] == ' ')
}

// longestRow is how much of a table's row is looked at for its addresses, in bytes.
const longestRow = 1000

// senderColumns are the names of columns with the senders.
var senderColumns = [...]string{"orig", "from", "sender", "mailfrom", "mail_from", "from_email", "sender-address"}

// values counts the values of a table's row, which commas part, from its start on.
type values struct {
	t      string
	at, n  int
	quoted bool
}

// before returns which value stands at the place, from 1 on. Places must be asked for in order.
func (v *values) before(place int) int {
	for ; v.at < place; v.at++ {
		switch c := v.t[v.at]; {
		case c == '"':
			v.quoted = !v.quoted
		case c == ',' && !v.quoted:
			v.n++
		}
	}
	return v.n + 1
}

// ends reports whether a line ends behind an address, or a date stands far to the right of it.
func ends(rest string) bool {
	rest = strings.TrimLeft(rest, ">\"')]")
	return trim(rest) == "" || strings.HasPrefix(rest, "   ")
}

// addressed says how plainly the address at s, behind a short label, can be a failed recipient, as
// strength does, after the lines above and below that stand as those of a header do, without a gap
// or each a paragraph. Where one names a mail system, as where a mail program shows or forwards a
// bounce, the bounce itself was for the address; where one names a sender, the message may have been.
func (p *prose) addressed(n int, s Span) (most int) {
	const longest, far = 24, 5 // bytes, lines
	most = 2
	label := strings.TrimRight(p.t[p.lines[n].Start:s.Start], " \t<\"'([")
	colon := strings.HasSuffix(label, ":") || strings.HasSuffix(label, "：")
	if label == "" || len(label) > longest || beginsFold(label, "x-failed-") || !ends(p.t[s.End:p.lines[n].End]) {
		return most
	}
	for i := n; !colon && i > 0 && !p.lines[i-1].Empty(); i-- {
		if n-i >= headerLines-1 {
			return most
		}
	}
	for _, step := range [...]int{-1, 1} {
		for i, seen := n+step, 0; i >= 0 && i < len(p.lines) && seen < far; i += step {
			if p.lines[i].Empty() {
				if colon && n < 4*headerLines && i > 0 && i+1 < len(p.lines) && !p.lines[i-1].Empty() && !p.lines[i+1].Empty() {
					continue // each line is a paragraph
				}
				break
			}
			seen++
			line := lower(p.t[p.lines[i].Start:min(p.lines[i].End, p.lines[i].Start+200)])
			if showsSystem(line) {
				return -1
			}
			if colon && strings.IndexByte(line, ':') < 0 && !strings.Contains(line, "：") && !(i > 0 && p.goesOn(i)) {
				break
			}
			if n < 2*headerLines && senderLabel(line) != "" {
				most = 1
			}
		}
	}
	return most
}

// continues reports whether the address at s, with which line n begins, goes on with what is
// said of a recipient above: the line stands deeper than the one that names him, and words
// stand between.
func (p *prose) continues(n int, s Span) bool {
	if strings.Trim(p.t[p.lines[n].Start:s.Start], "<\"'([ ") != "" {
		return false
	}
	for i := len(p.mentions) - 1; i >= 0; i-- {
		m := p.mentions[i]
		if m.line < n-maxContinued || m.line >= n {
			return false
		}
		if m.strength < 2 || p.indent[n] <= p.indent[m.line] {
			continue
		}
		for _, line := range p.lines[m.line:n] {
			if line.Empty() {
				return false
			}
		}
		end := p.lines[m.line].End // before the mention, where what is said of it begins a line above
		return m.End < end && strings.Contains(p.t[m.End:end], " ")
	}
	return false
}

// maxContinued is how many lines what is said of a recipient may go on.
const maxContinued = 12

// goesOn reports whether line n goes on with the sentence of the line above.
func (p *prose) goesOn(n int) bool {
	if n == 0 || p.lines[n-1].Empty() || p.indent[n-1] != p.indent[n] || p.headed(n-1) {
		return false
	}
	const short, width = 30, 58 // bytes; a line with room for the next word was not wrapped
	above, line := p.lines[n-1], p.lines[n]
	word := indexFrom(p.t[:line.End], line.Start, ' ') - line.Start
	last := p.t[above.End-1]
	if last < utf8.RuneSelf && strings.IndexByte(p.t[above.Start:above.End], ' ') < 0 {
		return false // the names of a table's columns, say
	}
	return above.End-above.Start > short && above.End-above.Start+word > width && (letter(last) || last == ',' || last >= utf8.RuneSelf)
}

// codeAbove reports whether the line above line n ends in an enhanced status code, behind words.
func (p *prose) codeAbove(n int) bool {
	above := p.t[p.lines[n-1].Start:p.lines[n-1].End]
	code := above[strings.LastIndexByte(above, ' ')+1:]
	_, ok := enhancedAt(code, 0)
	return ok && !codesOnly(above)
}

// listed reports whether line n is an address and nothing else.
func (p *prose) listed(n int) bool {
	if n >= len(p.lines) {
		return false
	}
	line := p.t[p.lines[n].Start:p.lines[n].End]
	return strings.IndexByte(line, '@') > 0 && strings.IndexByte(line, ' ') < 0
}

// listedWithWords reports whether the line of m begins with its address, and has words behind it that no
// colon leads to: "bob@example.com ..... Hard bounced - user unknown".
func (p *prose) listedWithWords(m mention) bool {
	const least = 8 // bytes
	line := p.lines[m.line]
	return m.Start == line.Start && m.End < line.End && strings.IndexByte(" \t.-,;|", p.t[m.End]) >= 0 && len(strings.TrimLeft(p.t[m.End:line.End], " \t.-,;|")) >= least
}

// headerLines is on how many lines a mail program shows whom a message is from and for.
const headerLines = 5

// longestLabel bounds how far before an address the words that judge it may begin.
const longestLabel = 80

// judge says how plainly the address at s is a failed recipient, or -1 where it is not.
func (p *prose) judge(n int, s Span, first bool) int {
	line := p.lines[n]
	address := p.t[s.Start:s.End]
	at := strings.IndexByte(address, '@')
	local := lower(address[:at])
	if strings.HasPrefix(local, "mailer-daemon") || strings.HasPrefix(local, "mailerdaemon") || strings.HasPrefix(local, "microsoftexchange") {
		return -1
	}
	if strings.Contains(address, "://") || strings.HasSuffix(p.t[line.Start:s.Start], "//") {
		return -1
	}
	near := max(line.Start, s.Start-longestLabel)
	before := lower(strings.TrimRight(p.t[near:s.Start], " \t<\"'({[*|•·“„‘«（「『【"))
	switch {
	case near == line.Start && (before == "->" || before == "=>" || before == "--" || len(before) == 2 && digit(before[0]) && (before[1] == ')' || before[1] == '.')):
		before = "" // the mark of an item in a list
	case before == "" && near > line.Start:
		before = "-"
	}
	after := strings.TrimLeft(p.t[s.End:line.End], ">\"')]*|”“’»")
	if arrow := strings.TrimLeft(after, " "); strings.HasPrefix(arrow, "→") || strings.HasPrefix(arrow, "-> ") {
		if to := strings.TrimLeft(arrow, "→-> "); strings.IndexByte(to[:indexFrom(to, 0, ' ')], '@') > 0 {
			return -1 // "alice@example.org → bob@example.com"
		}
	}
	office := officeName(local)
	if strings.HasPrefix(trim(after), "wrote") || beginsFold(strings.TrimLeft(after, ": "), "sender address ") {
		return -1
	}
	if strings.HasPrefix(after, ":~") || strings.HasPrefix(after, ":/") {
		return -1 // the prompt of a shell
	}
	if p.queued(line.Start, s.Start) || succeeded(p.t[s.End:line.End]) {
		return -1
	}
	if first && s.Start-line.Start < longestLabel {
		text := lower(p.t[line.Start:s.Start])
		if label := senderLabel(text); label != "" && strings.IndexByte(strings.TrimSuffix(text[len(label):], "mailto:"), ':') < 0 {
			return -1 // De : "Alice" <alice@example.org>; Från: Alice [mailto:alice@example.org]
		}
	}
	for _, label := range senderLabels {
		if rest, ok := strings.CutSuffix(before, label); ok && (rest == "" || strings.IndexByte(" \t,;|-(['\"*>", rest[len(rest)-1]) >= 0) {
			return -1 // and not the end of another word, such as "agenda:"
		}
	}
	if strings.HasSuffix(before, "expanded from") {
		return -1 // Postfix: whom the sender wrote to; the address before it failed
	}
	if strings.HasPrefix(after, "您好") || strings.HasPrefix(after, "你好") || strings.HasPrefix(after, "様") || strings.HasPrefix(after, "さん") {
		return -1 // a greeting
	}
	if strings.HasSuffix(before, "generated from") || strings.HasSuffix(before, "generated by") {
		if last := len(p.mentions) - 1; last >= 0 && p.mentions[last].line >= n-1 {
			return 0 // Exim: an alias that led to the address above
		}
		return 2 // an alias whose members are not shown
	}
	bare := strings.TrimRight(before, " :=(<\"'")
	// The sentence of the line above may go on; "Undelivered Mail Returned to Sender" is none.
	wrapped := before == "" && n > 0 && !p.headed(n-1) && !endsFold(p.t[p.lines[n-1].Start:p.lines[n-1].End], "returned to sender")
	if before == "" && n > 0 && endsFold(p.t[p.lines[n-1].Start:p.lines[n-1].End], "(expanded from") {
		return -1
	}
	if wrapped {
		above := p.lines[n-1]
		bare = strings.TrimRight(lower(p.t[max(above.Start, above.End-longestLabel):above.End]), " :=(<\"'")
	}
	for _, word := range [...]string{"from", "sender", "reply-to", "return-path", "message-id", "from=", "contact", "managing the", "the list owner", "the list owners", "abuse", "by", "mailfrom", "mail from", "smtp-id", "support", "report", "von", "de", "mail-from", "mail from:", "helo=", "msgid", "orig", "email us at", "write to", "signed-by", "envelope-from", "absender", "ctladdr=", "id", "message id", "identifier was", "in-reply-to", "messageid", "references", "x-sender", "return path", "hello", "dear", "hi", "forward this email to", "forward this message to", "sender address", "from address", "source mailbox", "source", "sent by", "from you", "moved to", "changed to", "proveniente da", "inviato da", "identificativo messaggio"} {
		if !strings.HasSuffix(bare, word) || wrapped && len(word) < len("from") || len(word) < len("from") && endsInAny(bare, mailboxOf[:]) {
			continue
		}
		if len(bare) == len(word) {
			return -1
		}
		switch bare[len(bare)-len(word)-1] {
		case ' ', '\t', ';', ',', '"', '\'', '{':
			return -1
		case '_': // a name in a program's data: "msg_from"
			if word == "from" || word == "sender" {
				return -1
			}
		case '-':
			if word != "by" && word != "de" && word != "id" {
				return -1
			}
		}
	}
	if before == "" {
		tail := trim(after)
		switch {
		case tail == "" && office && n < 4*headerLines && p.indent[n] == 0 && s.Start == line.Start:
			return -1 // whom the bounce is from, as a mail program shows it
		case wrapped && p.indent[n] >= p.indent[n-1] && p.codeAbove(n):
			return 1 // "said: 550 5.7.1", and on the next line "<bob@example.com>... Access denied"
		case tail == "" && strings.HasSuffix(bare, " for"):
			return 1 // a sentence that was wrapped: "Verification failed for"
		case tail == "" && p.goesOn(n) && !p.listed(n+1), tail != "" && strings.IndexByte("(,;", tail[0]) >= 0 && p.goesOn(n):
			return 1
		case tail == "" || after[0] == ':' || strings.HasPrefix(tail, "...") || strings.HasPrefix(tail, "(") || after[0] == ',' || after[0] == ';':
			return 2
		case office:
			return -1
		case letter(tail[0]) && strings.Trim(p.t[line.Start:s.Start], "\"'“„‘«") == "" && p.goesOn(n):
			return 1
		}
		return 2
	}
	if (strings.HasPrefix(after, "...") || len(p.mentions) == 0 && beginsFold(after, ": recipient address ")) && near == line.Start && codesOnly(before) {
		return 2 // "550 <bob@example.com>... User unknown", as Sendmail says it
	}
	if strings.HasSuffix(strings.TrimRight(before, " :<"), "rcpt to") {
		return 2
	}
	if office {
		return -1
	}
	label := strings.TrimRight(before, " ")
	if first && near == line.Start && len(label) <= 48 {
		switch label[len(label)-1] {
		case ':', ';', '=':
			return 2
		}
		if strings.HasSuffix(label, "：") {
			return 2
		}
	}
	if before == "smtp" || strings.HasSuffix(before, "to=") || strings.HasSuffix(before, "rfc822;") {
		return 2
	}
	if at := strings.TrimRight(p.t[line.Start:s.Start], " <"); strings.HasSuffix(at, " (") && letter(at[0]) {
		if n > 0 && p.lines[n-1].Empty() && trim(p.t[s.End:line.End]) == ")" && n+1 < len(p.lines) && !p.lines[n+1].Empty() {
			return 2 // at the head of what is said of the recipient
		}
		return 1 // the name of a recipient, and the address in parentheses
	}
	unlabelled := strings.TrimRight(before, " :=\"'")
	for _, word := range [...]string{" to", "recipient", "recipients", "following", "suivant", "suivants", "folgende", "folgenden", "siguiente", "seguente", "seguinte", "volgende", "следующему", "email", "address", "user", "mailbox", "account", "for", "delivery to", "deliver to", "to:", " an", "destinataire", "destinatario", "a", "à", "para", "zu", "aan", " do", "till", "til", "ontvanger", "mottagare", "получателя", "получателю", "адресату", "адрес", "адреса", "для", "für", "empfänger", "naar", "adres", "odbiorcy", "adresata", "adresse", "konto", "postfach", "skrzynka", "skrzynki", "casella", "buzón", "buzon", "caixa", "postvak", "boîte", "ящик", "ящика", "пользователь", "utilisateur", "utente", "usuario", "usuário", "użytkownik", "benutzer", "dirección", "endereço", "indirizzo", "alıcı", "收件人", "收件者", "受信者", "受取人", "宛先", "发往", "发给", "寄给", "发至", "发送到", "送至", "寄至", "寄往", "傳送到", "寄送到", "수신자", "받는 사람"} {
		if strings.HasSuffix(before, word) || strings.HasSuffix(unlabelled, word) {
			return 1
		}
	}
	for _, word := range [...]string{"adresine", "adlı", "님에게", "님께", "宛"} {
		if strings.HasPrefix(trim(after), word) {
			return 1
		}
	}
	return 0
}

// succeeded reports whether what stands behind an address is the rest of an event that a sending
// service tells a program, of a message that did not fail: {"email": …, "event": "delivered"}.
func succeeded(rest string) bool {
	const longEvent = 300 // bytes
	rest = rest[:min(len(rest), longEvent)]
	rest, _, _ = strings.Cut(rest, "}")
	_, value, ok := strings.Cut(rest, "\"event\":")
	value = strings.TrimLeft(value, " \"")
	return ok && beginsWithAny(value, []string{"processed\"", "delivered\"", "open\"", "click\""})
}

// senderLabels stand before the sender's address in the lists that hosts and mail programs show,
// as they are written there: those outside of ASCII keep their capital.
var senderLabels = [...]string{
	"exp.:", "exp. :", "remitente:", "remetente:", "mittente:", "expéditeur:", "expéditeur :", "expéditeur\u00a0:", "afzender:", "gönderen:", "nadawca:", "odesílatel:",
	"avsändare:", "afsender:", "avsender:", "lähettäjä:", "feladó:", "expeditor:", "отправитель:", "Отправитель:", "от:", "От:", "від:", "od:", "da:", "fra:", "från:", "van:",
	"absenderadresse:", "nadawcy:", "отправителя:", "gönderen adresi:", "发件人地址:", "寄件者地址:", "送信者アドレス:", "보낸 사람 주소:", "发件人:", "发件人：", "發件人:", "發件人：", "寄件者:", "寄件者：", "寄件人：", "送信者:", "送信者：", "差出人:", "差出人：", "보낸사람:", "보낸 사람:", "발신자:", "người gửi:", "pengirim:",
}

// queued reports whether the line shows a message in a queue, whose sender stands at the place:
// behind the queue id, the size and the time of Postfix and Sendmail, or behind Exim's id.
func (p *prose) queued(start, at int) bool {
	const longest = 120 // bytes
	if at-start > longest || at-start < len("3h 2K 1kQvB2-0004aG-V1 ") {
		return false
	}
	fields := words(p.t[start:at])
	if n := len(fields); n == 4 && fields[3] == "<" || n == 3 { // 3h  2.9K 1kQvB2-0004aG-V1 <alice@example.org>
		return eximID(fields[2])
	}
	return len(fields) == 6 && len(fields[2]) == 3 && len(fields[3]) == 3 && len(fields[5]) == 8 && fields[5][2] == ':' && fields[5][5] == ':'
}

// codesOnly reports whether s holds nothing but codes and the marks of a transcript.
func codesOnly(s string) bool {
	return strings.Trim(s, "0123456789.-<> ") == ""
}

// officeName reports whether the local part is that of a mail system or an office that
// bounces name for questions.
func officeName(local string) bool {
	return among(local, offices[:]) || strings.HasPrefix(local, "abuse_") || strings.HasPrefix(local, "postmaster") || strings.HasSuffix(local, "-abuse") || strings.HasPrefix(local, "delist") || strings.HasPrefix(local, "mailer-daemon")
}

var offices = [...]string{"postmaster", "mailer-daemon", "abuse", "noreply", "no-reply", "hostmaster", "mailerdaemon", "donotreply", "helpdesk", "delist", "removal", "unblock", "mailmaster", "mail-abuse", "spam", "antispam", "root", "office365"}

// statements adds what servers are quoted with from line n on and returns the last line
// that belongs to it.
func (p *prose) statements(n int) int {
	line := p.lines[n]
	t := p.t
	for at := nextClass(t[:line.End], line.Start); at < line.End; at = nextClass(t[:line.End], at+1) {
		s, ok := statementAt(t[:line.End], at)
		if !ok {
			continue
		}
		s.place(t, line.Start)
		if s.Strength == Loose && s.Enhanced.Value == "" && endsInAny(t[line.Start:s.Start], columnEnds[:]) && plausibleReply(s.Reply.Value) && p.headed(n) {
			s.Strength = Placed // "bob@example.com: [192.0.2.1], 554 Service unavailable", or in columns
		}
		if s.Strength == Loose && s.Enhanced.Value == "" {
			at = s.End - 1
			continue
		}
		start := s.Start
		if s.Reply.Value == "" && start > 1 && t[start-1] == '#' && t[start-2] == '(' {
			start = p.opening(n) // "I couldn't find any host by that name. (#4.1.2)", as qmail says it
		}
		last := p.extent(n, &s)
		end := p.lines[last].End
		whole := Statement{Span: Span{start, end}, Strength: s.Strength, Quoted: s.Quoted}
		p.r.codesIn(&whole, start, end)
		if whole.Reply.Value == "" && whole.Enhanced.Value == "" {
			whole.Reply, whole.Enhanced = s.Reply, s.Enhanced
		}
		whole.Start, whole.End = start, end
		// A client says a command; a number behind the mark was quoted three times.
		whole.Sent = inSession(t[line.Start:line.End], ">>>") && strings.Trim(t[line.Start:s.Start], "> ") != "" || strings.HasSuffix(t[line.Start:s.Start], "--> ")
		p.said, p.saidOn = append(p.said, whole), append(p.saidOn, n)
		return last
	}
	return n
}

// columnEnds part what a line says of a recipient from what stands before it.
var columnEnds = [...]string{", ", "  ", "\t"}

// sessionMarks begin the lines of a session, as Sendmail, Courier, swaks and InterScan show it.
var sessionMarks = [...]string{"--", "...", "-> ", "<- ", "~> ", "<~ ", "<** ", "<~* ", "=== ", "*** "}

// inSession reports whether the line begins with the mark of one side of a session, also behind a
// word: ">>>", "Sent >>>", "Net::SMTP>>>".
func inSession(line, mark string) bool {
	const longest = 40 // bytes
	at := strings.Index(line[:min(len(line), longest)], mark)
	return at == 0 || at > 0 && letter(line[0]) && strings.IndexByte(line[:at-1], ' ') < 0
}

// opening returns where the paragraph that line n ends begins, behind the recipient that
// heads it.
func (p *prose) opening(n int) int {
	for n > 0 && !p.lines[n-1].Empty() && !p.headed(n-1) {
		n--
	}
	return p.lines[n].Start
}

// extent returns the last line of the statement that begins on line n: the lines of a
// multi-line reply, and lines that were wrapped.
func (p *prose) extent(n int, s *Statement) int {
	last := n
	for next := n + 1; next < len(p.lines) && next < n+24; next++ {
		line := p.lines[next]
		if line.Empty() {
			break
		}
		text := p.t[line.Start:line.End]
		if s.Reply.Value != "" && strings.HasPrefix(text, s.Reply.Value) && len(text) > 3 && (text[3] == '-' || text[3] == ' ') && !strings.HasPrefix(p.t[p.lines[n].Start:], "<<<") {
			last = next
			continue
		}
		if beginsFold(strings.TrimLeft(text, ". "), "while talking to ") {
			break
		}
		if strings.Contains(text, "returned '") || strings.Contains(text, "--> ") || strings.Contains(text, "<-- ") || strings.Contains(text, " -> CLIENT:") || strings.Contains(text, " -> SERVER:") || stamped(text) || inSession(text, "<<<") || inSession(text, ">>>") || beginsWithAny(text, sessionMarks[:]) {
			break
		}
		if name, _ := fieldName(text); statusField(name) {
			break
		}
		if p.heads(next, n) || p.row(next) && p.row(n) {
			break
		}
		if other, ok := statementAt(p.t[:line.End], line.Start); ok {
			other.place(p.t, line.Start)
			if other.Strength >= Placed && other.Reply.Value != "" {
				break
			}
		}
		if p.indent[next] < p.indent[n] && p.indent[n] > 4 {
			break
		}
		last = next
	}
	return last
}

// row reports whether line n is one of a table: an address, and soon behind it a code.
func (p *prose) row(n int) bool {
	const soon = 60 // bytes
	at := -1
	addresses(p.t, p.lines[n].Start, min(p.lines[n].End, p.lines[n].Start+longestLabel), func(s Span) {
		if at < 0 {
			at = s.End
		}
	})
	if at < 0 {
		return false
	}
	for end := min(p.lines[n].End, at+soon); at < end; at++ {
		if c := p.t[at]; c >= '2' && c <= '5' && strings.IndexByte(" \t,;|\"", p.t[at-1]) >= 0 {
			if s, ok := statementAt(p.t[:p.lines[n].End], at); ok && s.class() != 0 {
				return true
			}
		}
	}
	return false
}

// mentionsOn returns which mentions stand on line n.
func (p *prose) mentionsOn(n int) (from, to int) {
	from = search(len(p.mentions), func(i int) bool { return p.mentions[i].line >= n })
	to = search(len(p.mentions), func(i int) bool { return p.mentions[i].line > n })
	return from, to
}

// headed reports whether line n begins with a recipient.
func (p *prose) headed(n int) bool {
	from, to := p.mentionsOn(n)
	for _, m := range p.mentions[from:to] {
		if m.strength == 2 {
			return true
		}
	}
	return false
}

// heads reports whether line n begins a block about a recipient whom the lines from since
// on do not name. A server's words often begin with the recipient that the block is about.
func (p *prose) heads(n, since int) bool {
	from, to := p.mentionsOn(n)
	for i := from; i < to; i++ {
		m := p.mentions[i]
		if m.strength < 2 || strings.Trim(p.t[p.lines[n].Start:m.Start], " <\"'([0123456789.-") != "" {
			continue
		}
		for o := i - 1; o >= 0 && p.mentions[o].line >= since-4; o-- {
			other := p.mentions[o]
			if equalFold(p.t[other.Start:other.End], p.t[m.Start:m.End]) {
				return false
			}
			if other.strength == 2 && p.lines[other.line].Start == other.Start {
				break // the block is about that one
			}
		}
		return true
	}
	return false
}

// place is where something is said of a recipient, who is given by number.
type place struct{ at, recipient int }

// failures puts recipients and statements together.
func (p *prose) failures(from, to int) []Failure {
	recipients := p.failed()
	known := make(map[string]int, len(recipients))
	for i, m := range recipients {
		known[lower(p.t[m.Start:m.End])] = i
	}
	// Where what is said of each begins: also where a recipient from a list above heads a line
	// again.
	var places []place
	for _, m := range p.mentions {
		i, ok := known[lower(p.t[m.Start:m.End])]
		if ok && (m.Start == recipients[i].Start || m.strength == 2 && !m.labelled && m.Start > recipients[i].Start && p.lines[m.line].Start+1 >= m.Start) {
			places = append(places, place{m.Start, i})
		}
	}
	// The best statements, by their number plus one: those that name each recipient, those
	// that stand under each, and those that stand above all.
	best, under, above := make([]int, len(recipients)), make([]int, len(recipients)), 0
	again := make([]Span, len(recipients)) // what is said under a recipient who heads a line again
	alone := len(p.said) == 1              // one statement, which names nobody
	if alone && p.reached(p.saidOn[0]) {   // nor is it about another's success
		alone = false
		for _, m := range recipients {
			alone = alone || m.line == p.saidOn[0]
		}
	}
	for i := range p.said {
		s := &p.said[i]
		if s.Sent || s.class() == '2' || s.class() == '3' {
			continue
		}
		names, said := false, p.spoken(i)+1
		addresses(p.t, p.lines[p.saidOn[i]].Start, s.End, func(a Span) {
			address := lower(p.t[a.Start:a.End])
			o, ok := known[address]
			if !ok { // "user=bob@example.com"
				o, ok = known[address[strings.LastIndexByte(address, '=')+1:]]
			}
			if ok {
				names = true
				best[o] = p.better(best[o], said)
			}
		})
		alone = alone && !names
		nearest := search(len(places), func(i int) bool { return places[i].at >= s.Start })
		switch {
		case names:
		case nearest < len(places) && strings.HasSuffix(p.t[:s.Start], "<<< ") && p.summed(&recipients[places[nearest].recipient], places[nearest].at):
			next := places[nearest].recipient // Sendmail: whom it is about stands below a session
			under[next] = p.better(under[next], i+1)
		case nearest == 0:
			above = p.better(above, i+1)
		default:
			at := places[nearest-1]
			under[at.recipient] = p.better(under[at.recipient], i+1)
			if at.at > recipients[at.recipient].Start && again[at.recipient].Empty() && nearest < len(places) {
				again[at.recipient] = Span{at.at, places[nearest].at}
			}
		}
	}
	// What stands under a block of recipients is about all of them.
	block := 0
	for i := len(recipients) - 1; i >= 0; i-- {
		if i+1 < len(recipients) && recipients[i+1].line-recipients[i].line > 1 {
			block = 0
		}
		if under[i] > 0 {
			block = under[i]
		}
		best[i] = p.better(best[i], block)
	}
	all := make([]Failure, 0, max(1, len(recipients)))
	for i, m := range recipients {
		f := Failure{Recipient: p.t[m.Start:m.End], At: m.Span, Context: p.context(recipients, i, to)}
		switch {
		case best[i] > 0:
			f.Statement = p.said[best[i]-1]
		case above > 0:
			f.Statement = p.said[above-1]
		case alone && (m.Start < p.said[0].Start || p.said[0].class() < '4') && !p.worded(recipients, i):
			f.Statement = p.said[0]
		}
		if !again[i].Empty() {
			f.Context = again[i]
		}
		all = append(all, f)
	}
	if len(recipients) == 0 && above > 0 {
		all = append(all, Failure{Statement: p.said[above-1], Context: Span{from, to}})
	}
	if len(all) == 0 && len(p.said) > 0 && p.said[0].class() < '4' {
		all = append(all, Failure{Statement: p.said[0], Context: Span{from, to}}) // a reply that is no failure
	}
	end := from
	if len(p.lines) > 0 {
		end = p.lines[len(p.lines)-1].End
	}
	p.hosts.find(p.t, from, end)
	for i := range all {
		all[i].RemoteHost, all[i].HostAt = p.host(&all[i])
	}
	return all
}

// summed reports whether Sendmail sums up a session at the place, where a recipient heads a line again:
// "<bob@example.com>... Deferred: 421 Too many connections".
func (p *prose) summed(m *mention, at int) bool {
	return at > m.Start && strings.HasPrefix(p.t[at+m.End-m.Start:], ">... ")
}

// spoken returns the far server's reply where statement i only says that there was one, as Sendmail
// 5 does below a session: "554 <bob@example.com>... Remote protocol error". Else it returns i.
func (p *prose) spoken(i int) int {
	const near = 3 // statements
	if s := p.said[i]; !strings.Contains(p.t[s.Start:s.End], "... Remote protocol error") {
		return i
	}
	for last := i - 1; last >= max(0, i-near); last-- {
		if s := &p.said[last]; strings.HasSuffix(p.t[:s.Start], "<<< ") && s.class() >= '4' {
			return last
		}
	}
	return i
}

// worded reports whether words of its own stand under a recipient, before the next one.
func (p *prose) worded(recipients []mention, i int) bool {
	if i+1 == len(recipients) || recipients[i].strength < 2 {
		return false
	}
	for n := recipients[i].line + 1; n < recipients[i+1].line; n++ {
		if line := p.lines[n]; !line.Empty() && p.indent[n] > p.indent[recipients[i].line] {
			return true
		}
	}
	return false
}

// labelled reports whether words and a colon stand before an address on its line.
func labelled(before string) bool {
	before = strings.TrimRight(before, " \t<\"'([")
	return strings.HasSuffix(before, ":") && !codesOnly(before[:len(before)-1])
}

// deepInSaid reports whether the place is in a server's words, and not where they begin.
func (p *prose) deepInSaid(at int) bool {
	i := search(len(p.said), func(i int) bool { return p.said[i].Start > at })
	return i > 0 && at < p.said[i-1].End && at-p.said[i-1].Start > 40
}

// failed returns the mentions that are failed recipients, each address once, the most
// plainly named only.
func (p *prose) failed() []mention {
	for i := range p.mentions {
		// A server's own words may have labels: "the check failed for: carol@example.net".
		if m := &p.mentions[i]; m.labelled && p.deepInSaid(m.Start) {
			m.strength = 1
		}
	}
	senders := map[string]bool{}
	for _, address := range p.senders {
		senders[address] = true
	}
	strongest, whole := 0, 0 // of those who are not senders too, and of all
	for _, m := range p.mentions {
		whole = max(whole, m.strength)
		if !senders[lower(p.t[m.Start:m.End])] {
			strongest = max(strongest, m.strength)
		}
	}
	if strongest == 0 {
		strongest = whole
	}
	header := map[string]bool{} // whom the bounce itself goes to and comes from
	for _, field := range [...]string{p.r.To, p.r.From} {
		addresses(field, 0, len(field), func(s Span) { header[lower(field[s.Start:s.End])] = true })
	}
	aliased := map[string]bool{}
	for _, address := range p.aliased {
		aliased[address] = true
	}
	if strongest == 0 && len(p.said) == 0 {
		p.r.lone(p.mentions, header, senders)
	}
	var failed []mention
	others := false // there are recipients who are not senders too
	for _, m := range p.mentions {
		others = others || m.strength == strongest && !senders[lower(p.t[m.Start:m.End])]
	}
	several := len(p.mentions) > 1
	known := map[string]bool{}
	for _, m := range p.mentions {
		address := lower(p.t[m.Start:m.End])
		if m.strength < strongest || m.strength == 0 && len(p.said) == 0 || others && senders[address] ||
			strongest < 2 && header[address] || known[address] || aliased[address] || several && p.reached(m.line) {
			continue
		}
		known[address] = true
		failed = append(failed, m)
	}
	return failed
}

// lone notes the only address that the text names beside whom it is from and for.
func (r *Report) lone(mentions []mention, header, senders map[string]bool) {
	var only Span
	for _, m := range mentions {
		switch address := lower(r.Text[m.Start:m.End]); {
		case header[address] || senders[address]:
		case only.Empty() || equalFold(address, r.Text[only.Start:only.End]):
			only = m.Span
		default:
			return // there are two
		}
	}
	if !only.Empty() {
		r.Alone = Failure{Recipient: r.Text[only.Start:only.End], At: only, Context: Span{0, len(r.Text)}}
	}
}

// reached reports whether line n, which names a recipient, says that the message has arrived: it
// has the code of a success, as a table of many recipients has, and no other.
func (p *prose) reached(n int) bool {
	const longest = 1000 // bytes
	line := p.lines[n]
	if from, to := p.mentionsOn(n); from < to && p.mentions[to-1].End <= line.End {
		switch lower(trim(p.t[p.mentions[to-1].End:line.End])) {
		case "ok", "sent", "delivered", "success":
			return true
		}
	}
	if n+1 < len(p.lines) && beginsFold(strings.TrimLeft(p.t[line.Start:line.End], "<>-~ "), "rcpt to:") {
		answer := strings.TrimLeft(p.t[p.lines[n+1].Start:p.lines[n+1].End], "<>-~ ")
		return strings.HasPrefix(answer, "250") // of a session
	}
	success := false
	for at := line.Start; at < line.End && line.End-line.Start <= longest; at++ {
		if at > line.Start && (letter(p.t[at-1]) || digit(p.t[at-1]) || p.t[at-1] == '.' || p.t[at-1] == '-') {
			continue
		}
		s, ok := statementAt(p.t[:line.End], at)
		if !ok {
			continue
		}
		switch s.class() {
		case '2':
			success = success || s.Enhanced.Value != "" || s.Reply.Value == "250"
		default:
			return false
		}
	}
	return success
}

// better returns the statement that tells more, of two numbers plus one; zero is none.
func (p *prose) better(a, b int) int {
	switch {
	case a == 0:
		return b
	case b == 0:
		return a
	}
	if x, y := p.rank(a-1), p.rank(b-1); x > y || x == y && a < b {
		return a
	}
	return b
}

// rank says how much a statement tells.
func (p *prose) rank(i int) int {
	s := &p.said[i]
	rank := s.Strength * 2
	if s.Reply.Value != "" {
		rank += 4
		switch s.Reply.Value {
		case "503":
			rank -= 6 // mostly the echo of an earlier refusal
		case "400", "500":
			rank-- // mostly made by the sending side
		}
	}
	if s.Enhanced.Value != "" {
		if !vague(s.Enhanced.Value) {
			rank += 5
		}
	}
	if s.class() == '5' {
		rank++
	}
	return rank
}

// context returns all that stands between recipient i and the next one.
func (p *prose) context(recipients []mention, i, to int) Span {
	const most = 3 // lines that its sentence began above
	first := recipients[i].line
	for recipients[i].strength < 2 && first > 0 && first > recipients[i].line-most && p.goesOn(first) {
		first--
	}
	start := p.lines[first].Start
	end := to
	if n := len(p.lines); n > 0 {
		end = p.lines[n-1].End
	}
	line := p.lines[recipients[i].line]
	// A row of a table, words in parentheses, or words on each line of a list say all there is of this
	// recipient.
	row := p.row(recipients[i].line) || p.listedWithWords(recipients[i]) && i+1 < len(recipients) && recipients[i+1].line == recipients[i].line+1 && p.listedWithWords(recipients[i+1]) || recipients[i].End < line.End && strings.HasPrefix(strings.TrimLeft(p.t[recipients[i].End:line.End], "> "), "(") && p.t[line.End-1] == ')'
	for _, m := range recipients[i+1:] {
		if m.line-recipients[i].line > 1 || row && m.line > recipients[i].line {
			end = min(end, p.lines[m.line].Start)
			break
		}
	}
	return Span{start, max(start, end)}
}
