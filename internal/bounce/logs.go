package bounce

import "strings"

// log reads lines of the logs of Postfix, Sendmail, Exim and qmail: one failure for each
// line that names a recipient and how it went.
func (r *Report) log(from, to int) []Failure {
	var all []Failure
	n := 0
	lines(r.Text[from:to], func(start, end int) bool {
		start, end = start+from, end+from
		if trim(r.Text[start:end]) == "" {
			return true
		}
		n++
		if f, ok := r.logLine(start, end); ok {
			all = append(all, f)
		}
		return n < 100000
	})
	if len(all)*3 < n {
		return nil // a line quoted in a text is read as text
	}
	return all
}

// logLine reads one log line.
func (r *Report) logLine(start, end int) (f Failure, ok bool) {
	line := r.Text[start:end]
	to := strings.Index(line, "to=<")
	marks := 0
	for _, mark := range [...]string{"status=", "dsn=", "stat=", "relay=", "delay=", "proto=", "helo=", "from=<", "reject:", "mailer="} {
		if strings.Contains(line, mark) {
			marks++
		}
	}
	if marks < 2 || to < 0 && !strings.Contains(line, "NOQUEUE: ") {
		return f, false
	}
	f.Context = Span{start, end}
	if to >= 0 {
		addresses(r.Text, start+to+4, end, func(s Span) {
			if f.Recipient == "" {
				f.Recipient, f.At = r.Text[s.Start:s.End], s
			}
		})
	}
	words := Span{start, end}
	switch {
	case strings.Contains(line, "status="):
		words.Start += strings.Index(line, "status=") + len("status=")
		if space := strings.IndexByte(r.Text[words.Start:end], ' '); space >= 0 {
			f.Action = logAction(r.Text[words.Start : words.Start+space])
			words.Start += space + 1
		} else {
			f.Action = logAction(r.Text[words.Start:end])
			words.Start = end
		}
	case strings.Contains(line, "stat="):
		words.Start += strings.Index(line, "stat=") + len("stat=")
		f.Action = logAction(r.Text[words.Start:end])
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
		f.Statement = Statement{Span: words, Strength: Placed}
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
	return f, f.Recipient != "" || f.class() != 0 || f.Action != ""
}

func logAction(word string) string {
	switch {
	case strings.HasPrefix(word, "sent"), strings.HasPrefix(word, "Sent"):
		return "delivered"
	case strings.HasPrefix(word, "bounced"), strings.HasPrefix(word, "expired"):
		return "failed"
	case strings.HasPrefix(word, "deferred"), strings.HasPrefix(word, "Deferred"), strings.HasPrefix(word, "SOFTBOUNCE"):
		return "delayed"
	}
	return "failed"
}
