package bounce

import "strings"

// read finds the failures in the parts.
func (r *Report) read() {
	var reported, told []Failure
	for _, p := range r.Parts {
		switch p.Kind {
		case Status:
			r.Delivery = true
			found := r.statusFields(p.Start, p.End)
			if indexFold(r.Text[p.Start:p.End], "disposition:") >= 0 {
				for i := range found { // a receipt that it was read (RFC 8098)
					found[i].Action = "delivered"
				}
			}
			reported = append(reported, found...)
		case Feedback:
			r.Complaint = true
			r.complained(p.Start, p.End)
		case Original:
			r.copies = append(r.copies, p.Span)
		case Human:
			text := r.Text[p.Start:p.End]
			fields := hasStatusFields(text)
			if fields {
				if found := r.statusFields(p.Start, p.End); len(found) > 0 {
					r.Delivery = true
					reported = append(reported, found...)
				}
			}
			logged, whole := r.log(p.Start, p.End)
			if whole {
				r.Log = true
				told = append(told, logged...)
				continue
			}
			found := r.human(p.Start, p.End, fields)
			if len(logged) > 0 && r.inLog(found) { // lines of a log that somebody asks about
				r.Log = true
				found = logged
			}
			if told == nil {
				told = found
			} else {
				told = append(told, found...)
			}
		}
	}
	if r.Complaint {
		r.Failures = nil // nothing failed: the mail arrived, and somebody complained
		return
	}
	if len(reported) == 0 {
		r.Failures = r.named(told)
		if len(r.Failures) == 0 && len(r.copies) > 0 {
			r.Failures = []Failure{{Context: Span{0, r.copies[0].Start}}}
		}
		if len(r.Failures) == 1 && r.Failures[0].Recipient == "" {
			r.Failures[0].Recipient, r.Failures[0].At = r.addressee()
		}
		return
	}
	r.Failures = reported
	for i := range r.Failures {
		r.complete(&r.Failures[i], told, len(reported) == 1)
	}
}

// inLog reports whether all that was found in a text stands on lines of a log in it.
func (r *Report) inLog(found []Failure) bool {
	for i := range found {
		for _, s := range [...]Span{found[i].Statement.Span, found[i].At} {
			if !s.Empty() && !stamped(r.Text[strings.LastIndexByte(r.Text[:s.Start], '\n')+1:]) {
				return false
			}
		}
	}
	return true
}

// complained reads the fields of a feedback report (RFC 5965 section 3.2): whom the mail was
// for that somebody complained about.
func (r *Report) complained(from, to int) {
	lines(r.Text[from:to], func(start, end int) bool {
		start, end = start+from, end+from
		if name, value := fieldName(r.Text[start:end]); name == "original-rcpt-to" {
			address, at := r.recipientIn(start+value, end)
			r.Complained = append(r.Complained, Failure{Recipient: address, At: at})
		}
		return true
	})
}

// addressee returns whom the message that was sent was for, as its copy says in the To
// field, where that is one address.
func (r *Report) addressee() (string, Span) {
	for _, c := range r.copies {
		var found Span
		n := 0
		lines(r.Text[c.Start:c.End], func(start, end int) bool {
			start, end = start+c.Start, end+c.Start
			if name, value := fieldName(r.Text[start:end]); name == "to" {
				addresses(r.Text, start+value, end, func(s Span) { found, n = s, n+1 })
				return false
			}
			return true
		})
		if n == 1 {
			return r.Text[found.Start:found.End], found
		}
	}
	return "", Span{}
}

// named puts the recipients of the X-Failed-Recipients field, which Exim and Gmail write, in
// place of those that the text was thought to name.
func (r *Report) named(told []Failure) []Failure {
	if r.failed == "" {
		return told
	}
	var all []Failure
	for _, address := range strings.Split(r.failed, ",") {
		address = trim(address)
		f := Failure{Recipient: address, Context: Span{0, len(r.Text)}}
		for i := range told {
			if equalFold(told[i].Recipient, address) {
				f = told[i]
				break
			}
			if i == 0 {
				f.Statement, f.RemoteHost, f.HostAt = told[0].Statement, told[0].RemoteHost, told[0].HostAt
			}
		}
		if address != "" {
			all = append(all, f)
		}
	}
	return all
}

// hasStatusFields reports whether the fields of a delivery status stand in text.
func hasStatusFields(text string) bool {
	status, diagnostic, original := false, false, false
	for at := 0; ; at++ {
		next := strings.IndexByte(text[at:], ':')
		if next < 0 {
			return false
		}
		at += next
		switch before := text[max(0, at-len("original-recipient")):at]; {
		case endsFold(before, "final-recipient"):
			return true
		case endsFold(before, "status"):
			status = true
		case endsFold(before, "diagnostic-code"):
			diagnostic = true
		case endsFold(before, "original-recipient"):
			original = true
		default:
			continue
		}
		if diagnostic && (status || original) {
			return true
		}
	}
}

// complete fills what a delivery status leaves out from what the text for people says of
// the same recipient.
func (r *Report) complete(f *Failure, told []Failure, alone bool) {
	var other *Failure
	for i := range told {
		if equalFold(told[i].Recipient, f.Recipient) {
			other = &told[i]
			break
		}
	}
	if other == nil && alone && len(told) > 0 {
		other = &told[0]
	}
	if other != nil {
		if f.RemoteHost == "" {
			f.RemoteHost, f.HostAt = other.RemoteHost, other.HostAt
		}
		if f.Recipient == "" || strings.IndexByte(f.Recipient, '@') < 0 && other.Recipient != "" {
			f.Recipient, f.At = other.Recipient, other.At // a program or a file is nobody's address
		}
		// Of several recipients the text's words may be another's, whose status is not this one.
		others := !alone && f.Status.Value != "" && !vague(f.Status.Value) && other.Enhanced.Value != "" && other.Enhanced.Value != f.Status.Value
		if !others && (f.Statement.Empty() || f.Reply.Value == "" && f.Enhanced.Value == "" && other.class() != 0) {
			if other.Reply.Value != "" || other.Enhanced.Value != "" {
				f.Statement = other.Statement
			}
		} else if f.Reply.Value == "" && other.Reply.Value != "" && (f.class() == 0 || f.class() == other.Reply.Value[0]) {
			f.Reply = other.Reply
		}
		f.Context = other.Context
	}
	if f.RemoteHost == "" {
		var hosts markedHosts
		hosts.find(r.Text, f.Start, f.End)
		if h, ok := hosts.plainest(f.Start, f.End); ok {
			f.RemoteHost, f.HostAt = lower(r.Text[h.Start:h.End]), h
		}
	}
	if f.Enhanced.Value == "" || vague(f.Enhanced.Value) && f.Status.Value != "" && !vague(f.Status.Value) {
		f.Enhanced = f.Status
	}
}
