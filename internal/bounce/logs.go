package bounce

import "strings"

// log reads lines of the logs of Postfix, Sendmail, Exim, qmail, Courier, amavisd and Exchange: one
// failure for each line that names a recipient and how it went. It reports whether the text is a
// log as a whole.
func (r *Report) log(from, to int) (failures []Failure, whole bool) {
	l := logReader{r: r}
	all, known := 0, 0
	lines(r.Text[from:to], func(start, end int) bool {
		start, end = start+from, end+from
		for end > start && r.Text[end-1] == ' ' {
			end--
		}
		if trim(r.Text[start:end]) == "" {
			return true
		}
		all++
		if l.line(start, end) {
			known++
		}
		return all < 100000 && (all < 200 || known > 0)
	})
	l.settle()
	return l.failures, len(l.failures) > 0 && known*3 >= all
}

// settle puts the lines together that tell of one message to one recipient: what stands last
// decides, unless it has no code.
func (l *logReader) settle() {
	last := map[string]int{} // by recipient and message: which failure
	n := 0
	for i := range l.failures {
		f := &l.failures[i]
		message := l.message(f.Context)
		key := lower(f.Recipient) + " " + message
		at, known := last[key]
		switch {
		case !known || message == "" || f.Recipient == "":
			at, last[key] = n, n
			n++
		case f.class() == 0 && l.failures[at].class() != 0:
			continue
		}
		l.failures[at] = *f
	}
	l.failures = l.failures[:n]
	for i := range l.failures {
		if f := &l.failures[i]; f.Action == "delayed" && among(l.message(f.Context), l.expired) {
			f.Action = "failed"
		}
	}
}

// expires reads a line of Postfix that gives up what was tried too long, for whomever it was:
// 4XvB2q0Qz1z9rxM: from=<alice@example.org>, status=expired, returned to sender.
func (l *logReader) expires(line string) bool {
	before, rest, ok := strings.Cut(line, ": from=<")
	if !ok || !strings.Contains(rest, ">, status=expired,") && !strings.Contains(rest, ">, status=force-expired,") {
		return false
	}
	l.expired = append(l.expired, lastWord(before))
	return true
}

// message returns by what a line names the message that it is about: the queue id of Postfix or
// Sendmail, also in amavisd's line, or the id of Exim or Courier. It is empty where there is none.
func (l *logReader) message(line Span) string {
	text := l.r.Text[line.Start:line.End]
	if before, _, ok := strings.Cut(text, ": to=<"); ok {
		return lastWord(before)
	}
	for _, mark := range [...]string{"Queue-ID: ", " id=", ",id="} {
		if _, id, ok := strings.Cut(text, mark); ok {
			id, _, _ = strings.Cut(id, ",")
			return id
		}
	}
	for _, word := range words(text) {
		if eximID(word) {
			return word
		}
	}
	return ""
}

// lastWord returns what stands behind the last space.
func lastWord(s string) string { return s[strings.LastIndexByte(s, ' ')+1:] }

type logReader struct {
	r          *Report
	failures   []Failure
	deliveries map[string]Span // qmail: the recipient of each delivery, by its number
	expired    []string        // Postfix: the queue ids of what was given up
}

// line reads one line and reports whether it is of a log.
func (l *logReader) line(start, end int) bool {
	return l.amavis(start, end) || l.exim(start, end) || l.qmail(start, end) || l.exchange(start, end) || l.syslog(start, end)
}

// amavis reads a line of amavisd: Blocked INFECTED (…), <alice@example.org> -> <bob@example.com>,
// with the recipients behind the arrow.
func (l *logReader) amavis(start, end int) bool {
	t := l.r.Text
	line := t[start:end]
	to := strings.Index(line, "> -> <")
	if to < 0 {
		return false
	}
	at, action := strings.Index(line[:to], ") Blocked "), "failed"
	if at < 0 {
		if at, action = strings.Index(line[:to], ") Passed "), "delivered"; at < 0 {
			return false
		}
	}
	to += len("> -> ")
	list := end
	if cut := strings.Index(line[to:], ">, "); cut >= 0 {
		list = start + to + cut + 1
	}
	words := Span{start + at + len(") "), start + to}
	if comma := strings.IndexByte(t[words.Start:words.End], ','); comma >= 0 {
		words.End = words.Start + comma
	}
	known := len(l.failures)
	addresses(t, start+to, list, func(s Span) { l.add(Span{start, end}, s, action, words, Span{}) })
	return len(l.failures) > known
}

// add keeps a failure: whom the log names, what it did, and the words that say why.
func (l *logReader) add(line, recipient Span, action string, words, host Span) {
	t := l.r.Text
	f := Failure{Recipient: t[recipient.Start:recipient.End], At: recipient, Action: action, Context: line}
	if !words.Empty() {
		f.Statement = Statement{Span: words, Strength: Placed}
		l.r.codesIn(&f.Statement, words.Start, words.End)
		f.Span = words
		if f.class() == 0 && action == "delivered" {
			f.Reply, _ = replyAt(t[:words.End], words.Start)
		}
	}
	if !host.Empty() && hostLike(t[host.Start:host.End]) {
		f.RemoteHost, f.HostAt = lower(t[host.Start:host.End]), host
	}
	l.failures = append(l.failures, f)
}

// firstAddress returns the first address between start and end.
func firstAddress(t string, start, end int) (first Span) {
	addresses(t, start, end, func(s Span) {
		if first.Empty() {
			first = s
		}
	})
	return first
}

// exim reads a line of Exim's main log or reject log.
func (l *logReader) exim(start, end int) bool {
	t := l.r.Text
	line := t[start:end]
	if strings.IndexByte(line, '=') < 0 && strings.IndexByte(line, '>') < 0 && strings.IndexByte(line, '*') < 0 {
		return false // as most lines of other texts
	}
	if at := strings.Index(line, " rejected "); at >= 0 && strings.Contains(line[:at], "H=") {
		// rejected RCPT <bob@example.com>: words; rejected connection in "connect" ACL: words
		var recipient Span
		if strings.HasPrefix(line[at:], " rejected RCPT <") {
			recipient = firstAddress(t, start+at, end)
		}
		words := Span{end, end}
		if colon := strings.Index(line[at:], ": "); colon >= 0 {
			words.Start = start + at + colon + len(": ")
		}
		l.add(Span{start, end}, recipient, "", words, Span{})
		return true
	}
	for _, mark := range [...]struct{ sign, action string }{{" ** ", "failed"}, {" == ", "delayed"}, {" => ", "delivered"}, {" -> ", "delivered"}} {
		at := strings.Index(line, mark.sign)
		if at < 0 || !eximID(line[strings.LastIndexByte(line[:at], ' ')+1:at]) {
			continue
		}
		at += len(mark.sign)
		words := Span{end, end}
		if colon := strings.Index(line[at:], ": "); colon >= 0 && mark.action != "delivered" {
			words.Start = start + at + colon + len(": ")
		}
		if c := strings.Index(line[at:], " C=\""); c >= 0 && mark.action == "delivered" {
			words.Start = start + at + c + len(" C=\"")
		}
		var host Span
		if h := strings.Index(line[at:], " H="); h >= 0 {
			host, _ = hostAt(t[:end], start+at+h+len(" H="))
		}
		l.add(Span{start, end}, firstAddress(t, start+at, end), mark.action, words, host)
		return true
	}
	return false
}

// eximID reports whether s is the id of a message in Exim's spool: 1tExyz-0001Ab-2C.
func eximID(s string) bool {
	first, rest, _ := strings.Cut(s, "-")
	middle, last, ok := strings.Cut(rest, "-")
	for i := 0; i < len(s); i++ {
		if !letter(s[i]) && !digit(s[i]) && s[i] != '-' {
			return false
		}
	}
	return ok && len(first) == 6 && (len(middle) == 6 && len(last) == 2 || len(middle) == 11 && len(last) == 4)
}

// qmail reads a line of qmail-send's log, where underscores stand for spaces.
func (l *logReader) qmail(start, end int) bool {
	t := l.r.Text
	line := t[start:end]
	if at := strings.Index(line, "starting delivery "); at >= 0 {
		number, rest, ok := strings.Cut(line[at+len("starting delivery "):], ":")
		if ok && strings.HasPrefix(rest, " msg ") {
			if l.deliveries == nil {
				l.deliveries = map[string]Span{}
			}
			l.deliveries[number] = firstAddress(t, end-len(rest), end)
		}
		return ok
	}
	at := strings.Index(line, "delivery ")
	if at < 0 {
		return strings.Contains(line, "msg ") && (strings.Contains(line, "new msg ") || strings.Contains(line, "info msg ") || strings.Contains(line, "end msg ")) ||
			strings.Contains(line, "status: local ")
	}
	number, rest, _ := strings.Cut(line[at+len("delivery "):], ": ")
	outcome, rest, ok := strings.Cut(rest, ": ")
	var action string
	switch outcome {
	case "failure":
		action = "failed"
	case "deferral":
		action = "delayed"
	case "success":
		action = "delivered"
	}
	if !ok || action == "" {
		return false
	}
	words := Span{end - len(rest), end}
	recipient, ok := l.deliveries[number]
	if !ok {
		recipient = firstAddress(t, words.Start, end)
	}
	host := l.qmailHost(words)
	if said := strings.Index(rest, "said:_"); said >= 0 && action == "delivered" {
		words.Start += said + len("said:_")
	}
	l.add(Span{start, end}, recipient, action, words, host)
	return true
}

// qmailHost returns the far server's address: where the words begin with it, or behind
// those that name it.
func (l *logReader) qmailHost(words Span) Span {
	t := l.r.Text
	for _, mark := range [...]string{"", "onnected_to_", "iving_up_on_"} {
		at := strings.Index(t[words.Start:words.End], mark)
		if at < 0 {
			continue
		}
		at += words.Start + len(mark)
		end := at
		for end < words.End && (digit(t[end]) || t[end] == '.') {
			end++
		}
		if name := strings.TrimRight(t[at:end], "."); name != "" && hostLike(name) {
			return Span{at, at + len(name)}
		}
	}
	return Span{}
}

// exchange reads a line of Exchange's message tracking log, values parted by commas: when,
// client's address and name, server's address and name, …, event, …, recipients, status.
func (l *logReader) exchange(start, end int) bool {
	t := l.r.Text
	line := t[start:end]
	if len(line) < 20 || line[4] != '-' || line[10] != 'T' || strings.IndexByte(line, ',') < 0 {
		return false
	}
	for _, event := range [...]struct{ name, action string }{{",FAIL,", "failed"}, {",DEFER,", "delayed"}, {",SEND,", "delivered"}, {",DELIVER,", "delivered"}} {
		at := strings.Index(line, event.name)
		if at < 0 {
			continue
		}
		at += len(event.name)
		var recipients []Span
		for field := start + at; field < end; {
			stop := field
			for stop < end && t[stop] != ',' {
				stop++
			}
			if t[field] != '<' { // not the message's id
				addresses(t, field, stop, func(s Span) { recipients = append(recipients, s) })
			}
			field = stop + 1
			if len(recipients) == 0 {
				continue
			}
			words := trackingStatus(t, field, end)
			if led := strings.Index(line, "LED="); words.Empty() && led >= 0 { // the last error, in an export
				words = Span{start + led + len("LED="), end}
				if closing := strings.IndexByte(t[words.Start:end], '}'); closing >= 0 {
					words.End = words.Start + closing
				}
			}
			host := Span{}
			if values := strings.SplitN(line, ",", 6); len(values) == 6 {
				at := start + len(line) - len(values[5]) - 1 - len(values[4])
				host = Span{at, at + len(values[4])}
			}
			for _, s := range recipients {
				l.add(Span{start, end}, s, event.action, words, host)
			}
			break
		}
		return true
	}
	return false
}

// trackingStatus returns the recipient's status that begins at the place, without the
// quotation marks around it.
func trackingStatus(t string, start, end int) Span {
	close := ","
	if start < end && (t[start] == '\'' || t[start] == '"') {
		close = t[start:start+1] + ","
		start++
	}
	if start >= end {
		return Span{}
	}
	if stop := strings.Index(t[start:end], close); stop >= 0 {
		end = start + stop
	}
	return Span{start, end}
}

// logMarks counts the names of values in a line that Postfix, Sendmail and Courier write.
func logMarks(line string) (n int) {
	seen := uint(0)
	for at := 0; ; at++ {
		next := strings.IndexByte(line[at:], '=')
		if next < 0 {
			return n
		}
		at += next
		for i, name := range [...]string{"status", "dsn", "stat", "relay", "delay", "proto", "helo", "mailer", "from", ",addr"} {
			if seen>>i&1 == 0 && strings.HasSuffix(line[:at], name) && (i < 8 || strings.HasPrefix(line[at:], "=<")) {
				seen |= 1 << i
				n++
			}
		}
	}
}

// syslog reads a line of Postfix, Sendmail or Courier.
func (l *logReader) syslog(start, end int) bool {
	var f Failure
	r := l.r
	line := r.Text[start:end]
	marks := logMarks(line)
	if marks == 0 {
		return false
	}
	if strings.Contains(line, "reject:") {
		marks++
	}
	to := strings.Index(line, "to=<")
	courier := strings.Index(line, ",status: ")
	refused := -1 // from=<…>,addr=<…>: 550 …
	if addr := strings.Index(line, ",addr=<"); addr >= 0 {
		to = max(to, addr+1)
		if end := strings.Index(line[addr:], ">: "); end >= 0 && courier < 0 {
			refused = addr + end + len(">: ")
		}
	}
	if l.expires(line) {
		return true
	}
	if marks < 2 || to < 0 && !strings.Contains(line, "NOQUEUE: ") {
		return false
	}
	f.Context = Span{start, end}
	if to >= 0 {
		addresses(r.Text, start+to+4, end, func(s Span) {
			if f.Recipient == "" {
				f.Recipient, f.At = r.Text[s.Start:s.End], s
			}
		})
	}
	words, strength := Span{start, end}, Placed
	switch {
	case courier >= 0: // from=<…>,addr=<…>,status: failure: 550 …
		outcome, _, _ := strings.Cut(line[courier+len(",status: "):], ":")
		f.Action = logAction(outcome)
		words.Start = min(end, start+courier+len(",status: ")+len(outcome)+len(": "))
	case refused >= 0:
		words.Start += refused
	case strings.Contains(line, "status="):
		words.Start += strings.Index(line, "status=") + len("status=")
		if space := strings.IndexByte(r.Text[words.Start:end], ' '); space >= 0 {
			f.Action = logAction(r.Text[words.Start : words.Start+space])
			words.Start += space + 1
			if f.Action == "delivered" && words.Start < end && r.Text[words.Start] == '(' {
				words.Start++ // "sent (250 Ok)"
				strength = Certain
			}
		} else {
			f.Action = logAction(r.Text[words.Start:end])
			words.Start = end
		}
	case strings.Contains(line, "stat="):
		words.Start += strings.Index(line, "stat=") + len("stat=")
		f.Action = logAction(r.Text[words.Start:end])
		if _, result, ok := strings.Cut(line, " result=\""); ok { // OpenSMTPD
			f.Action = logAction(result)
		}
		if reply := strings.Index(line, "reply="); reply >= 0 {
			words.Start = min(words.Start, start+reply+len("reply=")) // the far server's own words
		}
	case strings.Contains(line, "reject:"):
		words.Start += strings.Index(line, "reject:") + len("reject:")
		if semicolon := strings.Index(r.Text[words.Start:end], "; from=<"); semicolon >= 0 {
			words.End = words.Start + semicolon
		}
	}
	if dsn := strings.Index(line, "dsn="); dsn >= 0 {
		f.Status, _ = enhancedAt(r.Text[:end], start+dsn+4)
	}
	if !words.Empty() {
		f.Statement = Statement{Span: words, Strength: strength}
		r.codesIn(&f.Statement, words.Start, words.End)
		f.Span = words
	}
	if f.Enhanced.Value == "" {
		f.Enhanced = f.Status
	}
	if relay := strings.Index(line, "relay="); relay >= 0 {
		if h, ok := hostAt(r.Text[:end], start+relay+6); ok {
			if cut := strings.IndexByte(r.Text[h.Start:h.End], ':'); cut > 0 {
				h.End = h.Start + cut
			}
			f.RemoteHost, f.HostAt = lower(r.Text[h.Start:h.End]), h
		}
	}
	if f.Recipient == "" && f.class() == 0 && f.Action == "" {
		return false
	}
	l.failures = append(l.failures, f)
	return true
}

func logAction(word string) string {
	switch {
	case strings.HasPrefix(word, "sent"), strings.HasPrefix(word, "Sent"), strings.HasPrefix(word, "Ok\""), word == "success":
		return "delivered"
	case strings.HasPrefix(word, "bounced"), strings.HasPrefix(word, "expired"):
		return "failed"
	case strings.HasPrefix(word, "deferred"), strings.HasPrefix(word, "Deferred"), strings.HasPrefix(word, "SOFTBOUNCE"), strings.HasPrefix(word, "TempFail"):
		return "delayed"
	}
	return "failed"
}
