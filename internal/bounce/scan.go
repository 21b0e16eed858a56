package bounce

import (
	"strings"
	"unicode/utf8"
)

// Span is a stretch of a text, as offsets in bytes.
type Span struct{ Start, End int }

// Empty reports whether the span holds nothing.
func (s Span) Empty() bool { return s.End <= s.Start }

// Code is a reply code or an enhanced status code as it stands in the text.
type Code struct {
	Value string
	Span
}

// Statement is what a server said: a reply (RFC 5321 section 4.2) or the part of one that
// is left. Either code may be missing, not both.
type Statement struct {
	Reply    Code
	Enhanced Code
	Span          // from the first code to the end of the words
	Words    Span // of these the far server's own, where a report puts its own before them
	Strength int  // how plainly the place says that this is a reply, see the constants
	Sent     bool // the client's own line, in a transcript
	Quoted   bool // nothing but a mark of quotation says that it is one
}

// How plainly the place of a statement says that it is one.
const (
	Loose   = iota // a number of three digits among words
	Named          // "error 421": a word beside the number says what it is
	Placed         // where a reply would stand: at the start of a line, behind a colon
	Certain        // reply code and enhanced code together, or marked as one
)

// class returns the first digit of the statement's most telling code.
func (s *Statement) class() byte {
	if s.Enhanced.Value != "" {
		return s.Enhanced.Value[0]
	}
	if s.Reply.Value != "" {
		return s.Reply.Value[0]
	}
	return 0
}

// enhancedAt returns the enhanced status code (RFC 3463) that stands at the place.
func enhancedAt(t string, at int) (code Code, ok bool) {
	if at+5 > len(t) || t[at] != '2' && t[at] != '4' && t[at] != '5' || t[at+1] != '.' {
		return code, false
	}
	if at > 0 {
		before := t[at-1]
		if letter(before) || digit(before) || before == '.' || before == '/' || before == '@' || before == '$' || before == '_' && at > 1 && letter(t[at-2]) {
			return code, false
		}
		if (before == ' ' || before == '\'' || before == '"') && versioned(t[max(0, at-24):at-1]) {
			return code, false
		}
		if before == '-' && (at < 2 || !digit(t[at-2])) && at > 1 && letter(t[at-2]) {
			return code, false
		}
	}
	end := at + 2
	for part := range 2 {
		start := end
		for end < len(t) && digit(t[end]) && end-start < 3 {
			end++
		}
		if end == start || end < len(t) && digit(t[end]) {
			return code, false
		}
		if part == 0 {
			if end >= len(t) || t[end] != '.' || end-start == 1 && t[start] > '7' {
				return code, false // no subject has the number 8 or 9 (RFC 3463 section 3.1)
			}
			end++
		}
	}
	if opensLine(t, at) {
		if strings.HasPrefix(t[end:], ". ") || strings.HasPrefix(t[end:], ".\t") {
			return code, false // the number of a section
		}
		if rest := strings.TrimLeft(t[end:], " (-–"); len(rest) > 4 && len(rest) < len(t[end:]) && rest[0] == '2' && rest[1] == '0' && digit(rest[2]) && digit(rest[3]) && (rest[4] == '-' || rest[4] == '/' || rest[4] == '.') {
			return code, false // a version and its date
		}
	}
	if end+1 < len(t) && t[end] == '-' && letter(t[end+1]) && !(at > 1 && digit(t[at-2])) {
		return code, false // the number of a parcel: "5.1.1-ES-0045"
	}
	if end < len(t) && letter(t[end]) || end+1 < len(t) && t[end] == '.' && (digit(t[end+1]) || 'a' <= t[end+1] && t[end+1] <= 'z') {
		return code, false // of a longer number, or of a file: "5.1.1.tar.gz"
	}
	if heading := t[at:at+len("5.1")] + " "; strings.Contains(t[max(0, at-longSection):at], "\n"+heading) || at < longSection && strings.HasPrefix(t, heading) {
		return code, false // "5.1.1" below the heading "5.1 Closing your account"
	}
	return Code{t[at:end], Span{at, end}}, true
}

// otherNumbers are words before numbers that are no codes.
var otherNumbers = [...]string{"§", "item", "clause", "version", "versions", "release", "chapter", "section", "firmware", "build", "v", "ver", "ver.", "update", "attempt", "attempts", "try", "kapitel", "chapitre", "capítulo", "rfc", "page", "figure", "table", "reading", "exim", "postfix", "sendmail", "dovecot", "php", "python", "linux", "kernel", "mysql", "java", "perl", "ruby", "wordpress", "android", "ios"}

// opensLine reports whether nothing stands before the place on its line but the marks of a heading
// or of a list.
func opensLine(t string, at int) bool {
	for at > 0 && strings.IndexByte("#*-[v ", t[at-1]) >= 0 {
		at--
	}
	return at == 0 || t[at-1] == '\n'
}

// longSection is how far below its heading a numbered paragraph is looked for, in bytes.
const longSection = 1000

// versioned reports whether the last word before a number says that it is of something else:
// "version 5.7.1", "chapter 4.2.2".
func versioned(before string) bool {
	word := lower(before[strings.LastIndexByte(before, ' ')+1:])
	word = strings.TrimRight(strings.TrimLeft(word, "("), ":='\"")
	return among(word[strings.LastIndexByte(word, '-')+1:], otherNumbers[:])
}

// enhancedBehind reports whether an enhanced status code stands behind a space at the place.
func enhancedBehind(t string, at int) bool {
	if at >= len(t) || t[at] != ' ' {
		return false
	}
	_, ok := enhancedAt(t, at+1)
	return ok
}

// replyAt returns the reply code that stands at the place.
func replyAt(t string, at int) (code Code, ok bool) {
	if at+3 > len(t) || t[at] < '2' || t[at] > '5' || !digit(t[at+1]) || !digit(t[at+2]) {
		return code, false
	}
	if at > 0 {
		switch before := t[at-1]; {
		case letter(before), digit(before), before == '.', before == '/', before == '$', before == '@', before == '+', before == '%', before == '?', before == '&':
			return code, false
		case before == ',' && at > 1 && digit(t[at-2]) && !enhancedBehind(t, at+3), before == ':' && at > 1 && digit(t[at-2]) && at > 2 && (digit(t[at-3]) || t[at-3] == ':' || t[at-3] == ' '):
			return code, false
		case before == '-' && at > 1 && (letter(t[at-2]) || digit(t[at-2])) && !arrow(t, at):
			return code, false
		case before == '[' && at > 1 && letter(t[at-2]) && strings.HasPrefix(t[at+3:], "]:"):
			return code, false // a process: "sendmail[550]:"
		case before == '=' && strings.HasSuffix(t[:at], "size="):
			return code, false
		case before == '_' && at > 1 && t[at-2] != ':' && t[at-2] != '_':
			return code, false
		case before == ':' && at > 1 && at+3 < len(t) && t[at+3] == ')' && letter(t[at-2]) && strings.LastIndexByte(t[max(0, at-40):at], '.') > strings.LastIndexByte(t[max(0, at-40):at], ' '):
			return code, false // a line of a file: "(CustomerDao.java:550)"
		case before >= utf8.RuneSelf && strings.HasSuffix(t[:at], "€"), before == ':' && at > 1 && (t[at-2] == ':' || addressBefore(t, at-1)):
			return code, false
		}
	}
	end := at + 3
	if end < len(t) {
		switch after := t[end]; {
		case letter(after), digit(after), after == '@', after == '%', after == '/', after == '=', after == '\\', after == '*':
			return code, false
		case (after == '.' || after == ',' || after == ':') && end+1 < len(t) && digit(t[end+1]):
			return code, false
		case after == '-' && end+1 < len(t) && digit(t[end+1]):
			if _, ok := enhancedAt(t, end+1); !ok && !(beginsLine(t, at) && addressAhead(t, end+1)) {
				return code, false
			}
		case after == '_' && end+1 < len(t) && t[end+1] == '_':
			return code, false
		case after == ' ' && end+2 < len(t) && digit(t[end+1]) && t[end+2] == '\\':
			return code, false // a pattern of a filter: "450 4\.7\.1 .*"
		case after == ')' && at > 1 && t[at-1] == '-' && t[at-2] == ' ':
			return code, false // an extension: "(phone -421)"
		}
	}
	if end < len(t) && (currency(t[end:]) || grouped(t, at)) || port(t, at) {
		return code, false
	}
	return Code{t[at:end], Span{at, end}}, true
}

// grouped reports whether the three digits at the place are the first group of a longer number that
// ends its line: "450 221".
func grouped(t string, at int) bool {
	rest := t[at+len("450"):]
	n := 1
	for n < len(rest) && digit(rest[n]) {
		n++
	}
	if n != len(" 221") || rest[0] != ' ' || rest[1:n] == t[at:at+len("450")] {
		return false
	}
	rest = strings.TrimLeft(rest[n:], " ")
	return rest == "" || rest[0] < ' ' || digit(rest[0])
}

// port reports whether the number at the place is one of a port: "port 587", or one that mail
// or the web uses behind the name of a host.
func port(t string, at int) bool {
	if number := t[at : at+3]; number == "465" || number == "587" {
		return true // the ports for sending; no server answers with these
	}
	before := t[max(0, at-48):at]
	word := strings.TrimRight(before, " :='\"")
	if n := len(word) - len("port"); n >= 0 && len(word) < len(before) && equalFold(word[n:], "port") && (n == 0 || !letter(word[n-1])) {
		return true
	}
	if !strings.HasSuffix(before, ":") {
		return false
	}
	switch t[at : at+3] {
	case "443", "465", "587":
	default:
		return false
	}
	host := strings.TrimRight(before, ":")
	n := len(host)
	for n > 0 && (letter(host[n-1]) || digit(host[n-1]) || host[n-1] == '-' || host[n-1] == '.') {
		n--
	}
	return strings.IndexByte(host[n:], '.') > 0
}

// beginsLine reports whether nothing but white space stands before the place on its line.
func beginsLine(t string, at int) bool {
	for at > 0 && (t[at-1] == ' ' || t[at-1] == '\t') {
		at--
	}
	return at == 0 || t[at-1] == '\n'
}

// addressAhead reports whether an IP address with a space behind it begins at the place, as in
// a reply's line that goes on: "550-192.0.2.7 is listed".
func addressAhead(t string, at int) bool {
	dots := 0
	for at < len(t) && (digit(t[at]) || t[at] == '.') {
		if t[at] == '.' {
			dots++
		}
		at++
	}
	return dots == 3 && at < len(t) && t[at] == ' '
}

// addressBefore reports whether an IP address ends at the place, so that a port follows.
func addressBefore(t string, at int) bool {
	dots := 0
	for at > 0 && (digit(t[at-1]) || t[at-1] == '.') {
		at--
		if t[at] == '.' {
			dots++
		}
	}
	return dots == 3
}

// units are those of things that have three digits, as they are written behind them.
var units = [...]string{"g", "kg", "mg", "ml", "cl", "l", "km", "m", "cm", "mm", "kcal", "kWh", "W", "V", "Hz", "°C", "TL", "kr", "kr.", "Ft", "lei", "zł", "Kč", "руб.", "руб", "грн", "лв.", "₽", "₺", "₴", "₹", "元", "円", "원", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RUB", "UAH", "BRL", "CAD", "NZD", "ZAR", "INR"}

// longUnit is more than the longest of them, in bytes.
const longUnit = 9

// currency reports whether t begins with the name or sign of money, or a unit behind a space.
func currency(t string) bool {
	if unit, ok := strings.CutPrefix(t, " "); ok {
		if end := strings.IndexByte(unit[:min(len(unit), longUnit)], ' '); end > 0 && among(unit[:end], units[:]) {
			return true
		}
	}
	t = strings.TrimPrefix(strings.TrimPrefix(t, " "), "\u00a0")
	for _, name := range [...]string{"€", "£", "¥", "EUR", "USD", "AUD", "GBP", "CHF", "euro", "Euro", "dollar"} {
		if strings.HasPrefix(t, name) {
			return true
		}
	}
	return false
}

// arrow reports whether "->" or a dash that parts words stands before the place.
func arrow(t string, at int) bool { return at > 1 && (t[at-2] == ' ' || t[at-2] == '-') }

// statementAt returns the statement whose codes begin at the place. Its end is the end of
// the codes; the words behind are found by the caller.
func statementAt(t string, at int) (s Statement, ok bool) {
	if code, ok := enhancedAt(t, at); ok {
		s.Enhanced, s.Span = code, code.Span
		s.Strength = Loose
		if at > 0 && (t[at-1] == '#' || t[at-1] == ';') {
			s.Strength = Certain
		}
		return s, true
	}
	code, ok := replyAt(t, at)
	if !ok {
		return s, false
	}
	s.Reply, s.Span = code, code.Span
	next := code.End
	for n := 0; next < len(t) && n < 4 && (t[next] == ' ' || t[next] == '-' || t[next] == '#' || t[next] == '(' || t[next] == '_' || t[next] == '[' || t[next] == ':' || t[next] == '\t' || t[next] == '\''); n++ {
		next++
	}
	if strings.HasPrefix(t[code.End:], ",\"") {
		next = code.End + len(",\"") // a table whose values commas part
	}
	for _, tuple := range [...]string{", b'", ", b\"", ", '"} { // (550, b'5.1.1 …'), as Python shows a reply
		if said, ok := strings.CutPrefix(t[code.End:], tuple); ok && at > 0 && t[at-1] == '(' {
			if said, _, _ = strings.Cut(said, "'"); strings.IndexByte(said, ' ') > 0 { // words, and no other value
				next = code.End + len(tuple)
				s.Strength = Certain
			}
		}
	}
	if enhanced, ok := enhancedAt(t, next); ok && strings.IndexByte(t[code.End:next], '(') < 0 || ok && enhanced.Value[0] == code.Value[0] {
		s.Enhanced, s.End = enhanced, enhanced.End
		s.Strength = Certain
	}
	return s, true
}

// certainMarks stand before a server's words, and before nothing else; placedMarks before
// much, a reply among it; dividers part words from what follows. All are in lower case.
var (
	certainMarks = [...]string{"smtp;", "x-unix;", "said:", "dsn=", "<<<", "<--", "responded:", "response:", "response was:", "returned was:", "(reason:", "smtp error:", "replied:", "reply:"}
	placedMarks  = [...]string{"status:", "returned", "reply", "返回", "回應", "応答", "응답"}
	dividers     = [...]string{":", "：", ";", "=", " -", " --", " –", " —", "_"}
	openings     = [...]string{"\"", "'", "(", "[", "（", "「", "【", "„", "“", "‘", "«", "« ", "«\u00a0", "«\u202f", " / ", ". ", "> "}
)

// beginsWithAny reports whether text begins with one of the marks.
func beginsWithAny(text string, marks []string) bool {
	for _, mark := range marks {
		if text != "" && text[0] == mark[0] && strings.HasPrefix(text, mark) {
			return true
		}
	}
	return false
}

// endsInAny reports whether text ends in one of the marks.
func endsInAny(text string, marks []string) bool {
	for _, mark := range marks {
		if strings.HasSuffix(text, mark) {
			return true
		}
	}
	return false
}

// strength judges the place of a statement from what stands before it on its line, which
// begins at start.
func (s *Statement) place(t string, start int) {
	if s.Strength == Certain {
		return
	}
	before := strings.TrimRight(t[start:s.Start], " \t\"'<([{*#_|„“«‘（「【\u00a0\u202f")
	after := ""
	if s.End < len(t) {
		after = t[s.End:min(len(t), s.End+1)]
	}
	lower := lower(before[max(0, len(before)-24):])
	switch {
	case compared(t[start:s.Start]), expected(t[:s.Start]), strings.Contains(lower, "httpstatus"), strings.Contains(lower, "http_status"):
	case endsInAny(lower, certainMarks[:]), strings.HasSuffix(t[start:s.Start], "<** "), strings.HasSuffix(t[start:s.Start], "<~* "):
		s.Strength = Certain
	case endsInAny(lower, placedMarks[:]):
		s.Strength = Placed
	case strings.Trim(before, "> ") == "" || before == "--" || strings.HasSuffix(lower, "==>") || strings.HasSuffix(lower, "->"):
		tuple := after == "," && s.Start > 0 && t[s.Start-1] == '(' // the values of a row: (550, 'Bob', …)
		if !tuple && strings.Contains(" -\n\r:,_.;)\"'\t]>", after) {
			s.Strength = Placed
		}
	case named(lower), s.Start > 0 && t[s.Start-1] == '(' && strings.Contains(lower, "smtp"):
		s.Strength = Named
	case strings.HasSuffix(before, "':") || strings.HasSuffix(before, "\":") || strings.HasSuffix(before, " ="):
		// A value in a program or its data, which is a code where its name says so.
		if named(strings.TrimRight(lower, "'\":= ")) {
			s.Strength = Named
		}
	case oneWord(before), strings.HasSuffix(before, "="), strings.HasSuffix(lower, " id:"), strings.HasSuffix(before, ":") && after == ",":
		s.Strength, s.Quoted = Named, true
	case endsInAny(before, dividers[:]), numbered(before):
		s.Strength = Placed
	case s.quoted(t, start):
		s.Strength, s.Quoted = Named, true
	}
}

// quoted reports whether a mark of quotation, a bracket, a slash, the end of a sentence or a name in a
// chat stands before a number, and words behind it, as where somebody quotes a server: «550 mailbox full».
func (s *Statement) quoted(t string, start int) bool {
	if class := s.class(); class != '4' && class != '5' || s.End+2 >= len(t) || t[s.End] != ' ' || !letter(t[s.End+1]) && t[s.End+1] < utf8.RuneSelf {
		return false
	}
	return endsInAny(t[start:s.Start], openings[:])
}

// oneWord reports whether before is a single word and a colon, as before a value of any kind:
// "Room: 550". It is no place where replies stand before others.
func oneWord(before string) bool {
	word, ok := strings.CutSuffix(before, ":")
	if !ok || word == "" {
		return false
	}
	for i := range len(word) {
		if !letter(word[i]) && word[i] != '-' && word[i] < utf8.RuneSelf {
			return false
		}
	}
	return true
}

// numbered reports whether an error's number of Windows ends before the place: "(000C05A6)".
func numbered(before string) bool {
	const size = len("(000C05A6)")
	if len(before) < size || before[len(before)-size] != '(' || before[len(before)-1] != ')' {
		return false
	}
	for _, c := range []byte(before[len(before)-size+1 : len(before)-1]) {
		if !digit(c) && (c < 'A' || c > 'F') {
			return false
		}
	}
	return true
}

// compared reports whether an operator of a program stands before a number: "status >= 500".
func compared(before string) bool {
	before = strings.TrimRight(before, " ")
	n := len(before)
	if n < 2 {
		return false
	}
	switch before[n-1] {
	case '=':
		return strings.IndexByte("<>=!+-*/", before[n-2]) >= 0
	case ':': // "late ? 421 : 450"
		return n > 2 && before[n-2] == ' ' && digit(before[n-3])
	case '<', '>':
		return before[n-2] == ' ' && strings.Trim(before[:n-1], " >|") != ""
	}
	return false
}

// expected reports whether a program says before a number that it wanted this one: Expected response
// code "354" but got code "550".
func expected(before string) bool {
	before = strings.TrimRight(before, "\"'")
	for _, word := range [...]string{"code", "response", "expected"} {
		if before = strings.TrimRight(before, " \r\n"); !endsFold(before, word) {
			return false
		}
		before = before[:len(before)-len(word)]
	}
	return true
}

// named reports whether the words before a number say that it is an error's.
func named(before string) bool {
	before = strings.TrimRight(before, " :=.,-")
	for _, word := range [...]string{"error", "code", "errors", "status", "reply", "response", "smtp", "esmtp", "returned", "said", "fehler", "fehlercode", "erreur", "errore", "codice", "código", "codigo", "kod", "ошибка", "код", "エラー", "コード", "错误", "代码", "오류", "failure", "fout", "błąd", "hata", "number", "nummer", "no", "nr", "diagnostic", "reason", "bounce", "bounced", "says", "saying", "sagt", "meldet", "meldete", "antwortet", "antwortete", "dit", "répond", "répondu", "dice", "responde", "respondió", "respondeu", "devolveu", "risponde", "risposto", "antwoordt", "zegt", "ответил", "отвечает"} {
		if strings.HasSuffix(before, word) {
			rest := strings.TrimSuffix(before, word)
			if word != "no" && word != "nr" && word != "number" && word != "nummer" || strings.HasSuffix(strings.TrimRight(rest, " "), "error") {
				return rest == "" || !letter(rest[len(rest)-1]) || word[0] >= utf8.RuneSelf
			}
		}
	}
	return false
}

// address returns the address (RFC 5321 section 4.1.2, without quoted local parts) whose at
// sign stands at the place.
func addressAround(t string, at int) (Span, bool) {
	start := at
	for start > 0 && localByte(t[start-1]) {
		start--
	}
	for start < at && (strings.IndexByte(".'/={}|`*?^~", t[start]) >= 0 && !strings.HasPrefix(t[max(0, start-1):], "<.") || t[start] == '-' && start+1 < at && t[start+1] == '-') {
		start++
	}
	if key := strings.IndexByte(t[start:at], '='); key > 0 {
		switch lower(t[start : start+key]) {
		case "to", "orig", "rcpt", "recipient", "recipientstatus", "user", "email", "mailto", "smtp": // of a log, a table or an X.400 name
			start += key + 1
		}
	}
	// Words of a script without spaces, and quotation marks, run up to an address, which
	// begins behind them unless nothing is left.
	for i := start; i < at; {
		r, size := utf8.DecodeRuneInString(t[i:at])
		i += size
		if r >= utf8.RuneSelf && !addressRune(r) && i < at {
			start = i
		}
	}
	if equals := strings.LastIndexByte(t[start:at], '='); equals >= 0 && equals < 12 && strings.HasPrefix(lower(t[start:min(len(t), start+3)]), "to=") {
		start += equals + 1
	}
	end := at + 1
	if end < len(t) && t[end] == '[' { // an address literal
		if close := strings.IndexByte(t[end:min(len(t), end+48)], ']'); close > 0 {
			return Span{start, end + close + 1}, start < at
		}
	}
	for end < len(t) {
		r, size := utf8.DecodeRuneInString(t[end:])
		if size == 1 && !letter(t[end]) && !digit(t[end]) && t[end] != '-' && t[end] != '.' && t[end] != '_' || size > 1 && !addressRune(r) {
			break
		}
		end += size
	}
	for end > at+1 && (t[end-1] == '.' || t[end-1] == '-' || t[end-1] == '_') {
		end--
	}
	end = pastComma(t, start, end)
	if strings.IndexByte(t[start:at], '/') >= 0 && strings.IndexByte(t[at:end], '.') < 0 {
		return Span{}, false // a file of a package: node_modules/@example
	}
	if start > 0 && t[start-1] == ' ' && strings.HasPrefix(t[end:], ">:") {
		// A local part with spaces, as Postfix heads a paragraph: "<unit 12@example.com>: …".
		if open := strings.LastIndexAny(t[max(0, start-longLocal):start], "<>\n@\""); open >= 0 {
			if open += max(0, start-longLocal); t[open] == '<' && (open == 0 || t[open-1] == '\n') {
				start = open + 1
			}
		}
	}
	return Span{start, end}, start < at && end > at+1 && t[at+1] != '-'
}

// pastComma returns where an address ends that stands in quotation marks with a comma for the last dot,
// as a window shows what somebody has typed: "bob@example,com". Any other ends where it did.
func pastComma(t string, start, end int) int {
	const longest = 6 // letters behind the last dot of most domains
	if end >= len(t) || t[end] != ',' || start == 0 || strings.IndexByte("\"'", t[start-1]) < 0 && t[start-1] < utf8.RuneSelf {
		return end
	}
	at := end + 1
	for at < len(t) && at-end <= longest && letter(t[at]) {
		at++
	}
	if at-end > 2 && at < len(t) && (t[at] == t[start-1] || t[at] >= utf8.RuneSelf) {
		return at
	}
	return end
}

// longLocal is how long the local part of an address may be, in bytes: RFC 5321, section
// 4.5.3.1.1.
const longLocal = 64

// addressRune reports whether r, which is not ASCII, is a letter of a script with spaces
// between words. Letters of other scripts in an address are not told from the words around
// it; an address there is mostly given in ASCII.
func addressRune(r rune) bool {
	return 0xc0 <= r && r < 0x2000 && r != '×' && r != '÷'
}

func localByte(c byte) bool {
	return letter(c) || digit(c) || c >= utf8.RuneSelf || strings.IndexByte("!#$%&'*+-/=?^_`{|}~.", c) >= 0
}

// addresses calls each for every address between from and to.
func addresses(t string, from, to int, each func(Span)) {
	for at := from; at < to; {
		next := strings.IndexByte(t[at:to], '@')
		if next < 0 {
			return
		}
		next += at
		if s, ok := addressAround(t[:to], next); ok && s.Start >= from {
			each(s)
			at = max(s.End, next+1)
			continue
		}
		at = next + 1
	}
}

// longestHost is more than the name of a host may have, in bytes: RFC 1035, section 2.3.4.
const longestHost = 256

// hostAt returns the host name or address literal that stands at the place: a name with a
// dot in it, or an IP address in brackets.
func hostAt(t string, at int) (Span, bool) {
	for n := 0; n < 4 && at < len(t) && opensHost(t[at]); n++ {
		at++
	}
	end, dots := at, 0
	for end < len(t) && hostByte(t[end]) && (t[end] != ':' || end+1 < len(t) && (digit(t[end+1]) || letter(t[end+1]))) {
		if t[end] == '.' {
			dots++
		}
		if end++; end-at == longestHost {
			return Span{}, false
		}
	}
	for end > at && (t[end-1] == '.' || t[end-1] == '-') {
		if t[end-1] == '.' {
			dots--
		}
		end--
	}
	return Span{at, end}, dots > 0 && end-at > 3
}

// opensHost reports whether c may stand between the mark of a host and its name.
func opensHost(c byte) bool {
	switch c {
	case ' ', '\t', '<', '(', '[', '"', '\'':
		return true
	}
	return false
}

// hostByte reports whether c may stand in the name of a host, in an IP address, or before a port.
func hostByte(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '-' <= c && c <= ':' && c != '/' || c == '_'
}
