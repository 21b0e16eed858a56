package bounce

import "strings"

// hostMarks stand before the name of the server that refused or was not reached, the
// plainest first.
var hostMarks = [...]string{
	"host ", "host: ", "talking to ", "relay=", "connect to ", "h=", "remote server:", "receiving server:", "remote system: dns;",
	"rejected by:", "server at ", "transferring to ", "mx=", " by ", "server ", "mx ", "connected to ", "giving up on ", "from ", "mta ",
}

// senderMarks stand before a mark where it names the sender's side: "Client host [192.0.2.7]".
var senderMarks = [...]string{"client ", "your ", "sending ", "sender ", "generating ", "submitting ", "our "}

// markedHosts holds, for each mark, the hosts behind it in the order of the text.
type markedHosts [len(hostMarks)][]Span

// find adds the hosts that stand behind one of the marks between from and to.
func (m *markedHosts) find(t string, from, to int) {
	t = t[:to]
	for at := from + 1; at < to; {
		// A host has a dot, which most words have not.
		dot := indexFrom(t, at, '.')
		if dot == to {
			return
		}
		start := dot
		for start > at && hostByte(t[start-1]) {
			start--
		}
		for start > at && opensHost(t[start-1]) {
			start--
		}
		for at = start; at <= dot; at++ {
			m.behind(t, from, at)
		}
	}
}

// behind adds the host at the place, if one of the marks stands before it.
func (m *markedHosts) behind(t string, from, at int) {
	switch t[at-1] {
	case ' ':
		if at-2 >= from && t[at-2] == ' ' {
			return // no mark ends in two
		}
	case '=', ':', ';':
	default:
		return
	}
	h, ok := hostAt(t, at)
	if !ok || !hostLike(t[h.Start:h.End]) {
		return
	}
	for n, mark := range hostMarks {
		start := at - len(mark)
		if start >= from && equalFold(t[start:at], mark) && !(start > from && letter(t[start-1]) && mark[0] != ' ') && !ofSender(t[from:start]) {
			m[n] = append(m[n], h)
		}
	}
}

// ofSender reports whether the words before a mark make it name the sender's side.
func ofSender(before string) bool {
	for _, mark := range senderMarks {
		if endsFold(before, mark) {
			return true
		}
	}
	return false
}

// plainest returns the host between from and to that has the plainest mark.
func (m *markedHosts) plainest(from, to int) (Span, bool) {
	for _, hosts := range m {
		i := search(len(hosts), func(i int) bool { return hosts[i].Start >= from })
		if i < len(hosts) && hosts[i].End <= to {
			return hosts[i], true
		}
	}
	return Span{}, false
}

// host returns the far server that the text about a failure names.
func (p *prose) host(f *Failure) (string, Span) {
	name := func(s Span) (string, Span) { return lower(p.t[s.Start:s.End]), s }
	if h, ok := p.hosts.plainest(max(f.Context.Start, f.Start-200), f.End); ok && !f.Statement.Empty() {
		return name(h)
	}
	if h, ok := p.hostAlone(f); ok {
		return name(h)
	}
	if h, ok := p.hosts.plainest(f.Context.Start, f.Context.End); ok {
		return name(h)
	}
	// A session names its server once, at its start; Sendmail sums it up before.
	after := search(len(p.greetings), func(i int) bool { return p.greetings[i].Start >= f.Start })
	switch {
	case after > 0:
		return name(p.greetings[after-1])
	case len(p.greetings) == 1:
		return name(p.greetings[0])
	}
	return "", Span{}
}

// hostAlone returns a host that stands at the start of one of the last lines before a
// statement, with nothing behind it but its address or Exchange's mark of a code.
func (p *prose) hostAlone(f *Failure) (host Span, ok bool) {
	from := max(f.At.End, f.Start-200, 0)
	if f.Statement.Empty() || from >= f.Start {
		return host, false
	}
	whole := from == f.At.End
	lines(p.t[from:f.Start], func(start, end int) bool {
		start, end = start+from, end+from
		for start < end && (p.t[start] == ' ' || p.t[start] == '\t') {
			start++
		}
		h, is := hostAt(p.t[:end], start)
		if is && whole && h.Start == start && hostLike(p.t[start:h.End]) {
			switch rest := strings.TrimLeft(p.t[h.End:end], " \t"); {
			case rest == "", rest == ":", rest[0] == '#', rest[0] == '[':
				host, ok = h, true
			}
		}
		whole = true
		return true
	})
	return host, ok
}

// greeting adds the host that a line names as the server of a session.
func (p *prose) greeting(line Span) {
	text := p.t[line.Start:line.End]
	at := strings.Index(text, "alking to ") // "while talking to", as Sendmail says it
	switch {
	case at >= 0:
		at += len("alking to ")
	default:
		at = strings.Index(text, "220")
		if at < 0 || at+3 >= len(text) || text[at+3] != ' ' && text[at+3] != '-' || at > 0 && !strings.HasSuffix(text[:at], "<-- ") && !strings.HasSuffix(text[:at], "<<< ") {
			return
		}
		at += 4
	}
	if h, ok := hostAt(p.t[:line.End], line.Start+at); ok && hostLike(p.t[h.Start:h.End]) {
		p.greetings = append(p.greetings, h)
	}
}

// hostLike reports whether a name with dots can be that of a host: letters in its last
// label, or an IP address.
func hostLike(name string) bool {
	last := name[strings.LastIndexByte(name, '.')+1:]
	letters := 0
	for i := 0; i < len(last); i++ {
		if letter(last[i]) {
			letters++
		}
	}
	if letters == len(last) && letters >= 2 {
		return true
	}
	dots := strings.Count(name, ".")
	for i := 0; i < len(name); i++ {
		if !digit(name[i]) && name[i] != '.' {
			return false
		}
	}
	return dots == 3
}

// NamesServer reports whether the name of a host stands in text that is called as servers for
// mail are: smtp.example.com, mx2.example.com, smtp-out.example.com.
func NamesServer(text string) bool {
	const longLabel = 20 // bytes
	for at := 0; at < len(text); at++ {
		if text[at] != '.' || at+2 >= len(text) || !letter(text[at+1]) {
			continue
		}
		start := at
		for start > 0 && at-start < longLabel && (letter(text[start-1]) || digit(text[start-1]) || text[start-1] == '-') {
			start--
		}
		if start > 0 && strings.IndexByte("./-_@", text[start-1]) >= 0 {
			continue
		}
		name, _, _ := strings.Cut(lower(text[start:at]), "-")
		if among(strings.TrimRight(name, "0123456789"), serverNames[:]) {
			end := at + 1
			for end < len(text) && (letter(text[end]) || digit(text[end]) || text[end] == '-') {
				end++
			}
			if end+1 < len(text) && text[end] == '.' && letter(text[end+1]) {
				return true
			}
		}
	}
	return false
}

// serverNames begin the names of servers for mail.
var serverNames = [...]string{"smtp", "smtps", "imap", "imaps", "pop", "mail", "mx", "mailhost", "mailout", "outgoing"}
