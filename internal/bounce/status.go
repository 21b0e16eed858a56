package bounce

import "strings"

// statusFields reads the per-recipient fields of a delivery status (RFC 3464 section 2.3)
// between from and to, wherever they stand: in their own part or copied into text.
func (r *Report) statusFields(from, to int) []Failure {
	t := r.Text
	var all []Failure
	var group Failure
	var diagnostic Span
	var remote string
	var has struct{ final, original, action, status, any bool }
	originalRecipient := ""
	var originalAt Span
	flush := func(at int) {
		if has.final || has.original && (has.action || has.status) || has.status && (has.action || !diagnostic.Empty()) {
			if has.original && !has.final || has.original && !strings.Contains(group.Recipient[strings.LastIndexByte(group.Recipient, '@')+1:], ".") {
				group.Recipient, group.At = originalRecipient, originalAt
			}
			if !diagnostic.Empty() {
				group.Statement = r.diagnostic(diagnostic)
			}
			if remote != "" {
				group.RemoteHost = remote
			}
			group.Context.End = at
			all = append(all, group)
		}
		group, diagnostic, remote, originalRecipient = Failure{}, Span{}, "", ""
		has.final, has.original, has.action, has.status, has.any = false, false, false, false, false
	}
	inDiagnostic, margin := false, 0 // how deep the fields stand
	lines(t[from:to], func(start, end int) bool {
		start, end = start+from, end+from
		line := t[start:end]
		trimmed := trim(line)
		if trimmed == "" {
			inDiagnostic = false
			if has.final && (has.action || has.status || !diagnostic.Empty()) {
				flush(start)
			}
			return true
		}
		name, value := fieldName(strings.TrimLeft(line, " \t"))
		indent := len(line) - len(strings.TrimLeft(line, " \t"))
		if !statusField(name) {
			if inDiagnostic && (indent > 0 || name == "" || strings.HasPrefix(name, "http")) {
				diagnostic.End = end
			}
			return true
		}
		if indent > margin && inDiagnostic && name != "final-recipient" && name != "action" {
			diagnostic.End = end
			return true
		}
		inDiagnostic = false
		value += start + indent
		for value < end && (t[value] == ' ' || t[value] == '\t') {
			value++
		}
		text := trim(t[value:end])
		if !has.any {
			group.Context.Start, margin = start, indent
		}
		has.any = true
		switch name {
		case "original-recipient":
			if has.original {
				flush(start)
				has.any, group.Context.Start = true, start
			}
			has.original = true
			originalRecipient, originalAt = r.recipientIn(value, end)
		case "final-recipient":
			if has.final {
				flush(start)
				has.any, group.Context.Start = true, start
			}
			has.final = true
			group.Recipient, group.At = r.recipientIn(value, end)
		case "action":
			has.action = true
			group.Action, _, _ = strings.Cut(lower(text), " ")
			group.Action = strings.Trim(group.Action, ";,()")
		case "status":
			has.status = true
			for at := value; at < end; at++ {
				if code, ok := enhancedAt(t, at); ok {
					group.Status = code
					break
				}
			}
		case "remote-mta":
			if _, host, ok := strings.Cut(text, ";"); ok {
				text = host
			}
			if at := strings.Index(t[value:end], trim(text)); at >= 0 {
				if host, ok := hostAt(t[:end], value+at); ok {
					remote, group.HostAt = lower(t[host.Start:host.End]), host
				}
			}
		case "diagnostic-code":
			diagnostic = Span{value, end}
			inDiagnostic = true
		}
		return true
	})
	flush(to)
	return all
}

func statusField(name string) bool { return among(name, statusFields[:]) }

var statusFields = [...]string{
	"original-recipient", "final-recipient", "action", "status", "remote-mta", "diagnostic-code",
	"reporting-mta", "last-attempt-date", "will-retry-until", "arrival-date", "final-log-id", "original-envelope-id",
	"received-from-mta", "dsn-gateway", "x-actual-recipient", "x-postfix-queue-id", "x-postfix-sender", "x-display-name", "x-supplementary-info",
}

// recipientIn returns the address in the value of a recipient field: what stands behind
// "rfc822;", without angle brackets.
func (r *Report) recipientIn(start, end int) (string, Span) {
	t := r.Text
	var found Span
	addresses(t, start, end, func(s Span) {
		if found.Empty() {
			found = s
		}
	})
	if !found.Empty() {
		return t[found.Start:found.End], found
	}
	if semicolon := strings.IndexByte(t[start:end], ';'); semicolon >= 0 {
		start += semicolon + 1
	}
	for start < end && (t[start] == ' ' || t[start] == '<' || t[start] == '\t') {
		start++
	}
	for end > start && (t[end-1] == ' ' || t[end-1] == '>' || t[end-1] == '\t') {
		end--
	}
	return t[start:end], Span{start, end}
}

// diagnostic reads the value of a Diagnostic-Code field.
func (r *Report) diagnostic(s Span) Statement {
	t := r.Text
	start := s.Start
	if semicolon := strings.IndexByte(t[start:s.End], ';'); semicolon > 0 && semicolon < 16 && strings.IndexByte(t[start:start+semicolon], ' ') < 0 {
		start += semicolon + 1
	}
	for start < s.End && (t[start] == ' ' || t[start] == '\t' || t[start] == '\n' || t[start] == '\r') {
		start++
	}
	best := Statement{Span: Span{start, s.End}, Strength: Placed}
	r.codesIn(&best, start, s.End)
	best.Start, best.End = start, s.End
	return best
}

// codesIn sets the codes of a statement from what stands between start and end: the first
// reply code at a place for one, and the enhanced code that belongs to it. What stands at
// start is as plain as the statement's strength says already.
func (r *Report) codesIn(best *Statement, start, end int) {
	t := r.Text
	if smtp := strings.Index(t[start:end], "smtp;"); smtp > 0 {
		best.Words = Span{start + smtp, end}
	}
	line := start
	var loose Statement
	for at := start; at < end; at++ {
		switch c := t[at]; {
		case c == '\n' || c == '\r':
			line = at + 1
			continue
		case c < '2' || c > '5':
			continue
		}
		s, ok := statementAt(t[:end], at)
		if !ok {
			continue
		}
		if at == start {
			s.Strength = max(s.Strength, best.Strength) // what stands before it is known to the caller
		} else {
			s.place(t, line)
		}
		quoted := at > start && s.class() != '2' && s.Reply.Value != "" && best.class() != 0 &&
			(t[at-1] == '<' && s.Strength == Certain || strings.HasSuffix(strings.TrimRight(t[start:at], " "), "...") && s.class() == best.class() && plausibleReply(s.Reply.Value))
		if quoted {
			// The sending side's summary stands before the far server's own words.
			best.Reply, best.Words = s.Reply, Span{s.Start, end}
			if s.Enhanced.Value != "" {
				best.Enhanced = s.Enhanced
			}
			at = s.End - 1
			continue
		}
		if s.Strength == Loose && s.Enhanced.Value == "" {
			if loose.Reply.Value == "" && plausibleReply(s.Reply.Value) {
				loose = s
			}
			at = s.End - 1
			continue
		}
		if s.class() == '2' && (best.class() == 0 || best.class() != '2') && s.Strength < Certain {
			at = s.End - 1
			continue
		}
		inner := s.Strength == Certain && s.Reply.Value != "" && s.Enhanced.Value != "" && best.Reply.Value == "" && s.class() == best.class()
		if inner {
			best.Reply, best.Enhanced, best.Strength, best.Words = s.Reply, s.Enhanced, Certain, Span{s.Start, end}
			at = s.End - 1
			continue
		}
		if t[max(at, 1)-1] == '#' && best.Reply.Value != "" && best.Enhanced.Value != "" && best.Enhanced.End <= best.Reply.Start && best.class() == s.class() {
			best.Enhanced = s.Enhanced // of the reply that is quoted: 5.1.0 - Unknown address error 553-'sorry (#5.7.1)'
		}
		if best.Reply.Value == "" && s.Reply.Value != "" && (best.Enhanced.Value == "" || best.Enhanced.Value[0] == s.Reply.Value[0]) {
			best.Reply = s.Reply
			best.Strength = max(best.Strength, s.Strength)
		}
		if s.Enhanced.Value != "" && (best.Enhanced.Value == "" || vague(best.Enhanced.Value) && !vague(s.Enhanced.Value) && best.Enhanced.Value[0] == s.Enhanced.Value[0]) {
			if best.Reply.Value == "" || best.Reply.Value[0] == s.Enhanced.Value[0] || best.Enhanced.Value == "" {
				best.Enhanced = s.Enhanced
				best.Strength = max(best.Strength, s.Strength)
			}
		}
		at = s.End - 1
	}
	if best.Reply.Value == "" && loose.Reply.Value != "" && best.Enhanced.Value != "" && best.Enhanced.Value[0] == loose.Reply.Value[0] {
		best.Reply = loose.Reply
	}
}

// plausibleReply reports whether a number can be a failing reply code at all.
func plausibleReply(code string) bool {
	return (code[0] == '4' || code[0] == '5') && code[1] <= '7'
}

// vague reports whether an enhanced code says no more than its class.
func vague(code string) bool { return len(code) > 1 && code[1:] == ".0.0" }
