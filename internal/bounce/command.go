package bounce

import "strings"

// The commands of an SMTP session (RFC 5321 section 4.1.1) that a refusal can answer.
// Connect stands for the time before the first of them.
const (
	Connect = "connect"
	Ehlo    = "EHLO"
	Mail    = "MAIL"
	Rcpt    = "RCPT"
	Data    = "DATA"
)

type commandMark struct{ words, command string } // lower case

// commandsBehind are the words by which mail systems say behind a server's words, or in them,
// which command they answer.
var commandsBehind = [...]commandMark{
	{"in reply to mail from", Mail}, // Postfix
	{"in reply to rcpt to", Rcpt},
	{"in reply to end of data", Data},
	{"in reply to data", Data},
	{"in reply to ehlo", Ehlo},
	{"in reply to helo", Ehlo},
	{"while performing the ehlo handshake", Ehlo},
	{"while performing the helo handshake", Ehlo},
	{"while receiving the initial server greeting", Connect},
}

// commandsBefore are the words by which they say it before the server's words.
var commandsBefore = [...]commandMark{
	{"after mail from", Mail}, // Exim
	{"after pipelined mail from", Mail},
	{"after rcpt to", Rcpt},
	{"after pipelined rcpt to", Rcpt},
	{"after end of data", Data},
	{"after data", Data},
	{"after initial connection", Connect},
	{"after ehlo", Ehlo},
	{"after helo", Ehlo},
	{">>> mail from", Mail}, // the transcript of a session, as Sendmail and Courier show it
	{">>> rcpt to", Rcpt},
	{">>> data", Data},
	{">>> ehlo", Ehlo},
	{">>> helo", Ehlo},
	{"refused to talk to me", Connect}, // Postfix
	{"our mail from", Mail},            // DragonFly
	{"our rcpt to", Rcpt},
	{"but sender was rejected", Mail}, // qmail
	{"does not like recipient", Rcpt},
	{"but my name was rejected", Ehlo},
	{"but greeting failed", Connect},
	{"failed on data command", Data},
	{"failed after i sent the message", Data},
}

// How far around a server's words the command is looked for, in bytes.
const (
	commandBefore = 300
	commandBehind = 1 << 10
	commandLines  = 3 // before; what stands higher is about somebody else
)

// Command returns the command that a failure answers, one of the constants, or the empty
// string where the text does not say.
func (r *Report) Command(f *Failure) string {
	s := f.Statement.Span
	if s.Empty() {
		return ""
	}
	words := squeeze(r.Text[s.Start:min(s.End, s.Start+commandBehind)])
	if c := lastCommand(words, commandsBehind[:]); c != "" {
		return c
	}
	if c := lastCommand(words, commandsBefore[:]); c != "" {
		return c
	}
	if !within(s, f.Context) && !f.Context.Empty() {
		// A delivery status keeps the words; the text for people says what they answered.
		context := squeeze(r.Text[f.Context.Start:min(f.Context.End, f.Context.Start+4*commandBehind)])
		if c := lastCommand(context, commandsBehind[:]); c != "" {
			return c
		}
		return lastCommand(context, commandsBefore[:])
	}
	before := r.Text[max(0, s.Start-commandBefore):s.Start]
	for at, n := len(before), 0; at > 0; at-- {
		if before[at-1] == '\n' {
			if n++; n > commandLines {
				before = before[at:]
				break
			}
		}
	}
	return lastCommand(squeeze(before), commandsBefore[:])
}

func within(s, outer Span) bool { return s.Start >= outer.Start && s.End <= outer.End }

// lastCommand returns the command of the last mark in text.
func lastCommand(text string, marks []commandMark) (command string) {
	begins := uint64(0) // by the low bits of a byte: whether a mark may begin with it
	for i := range marks {
		begins |= 1 << (marks[i].words[0] & 63)
	}
	for at := len(text) - 1; at >= 0; at-- {
		if begins>>(text[at]&63)&1 == 0 || at > 0 && letter(text[at-1]) {
			continue
		}
		for i := range marks {
			if m := &marks[i]; strings.HasPrefix(text[at:], m.words) {
				return m.command
			}
		}
	}
	return ""
}

// squeeze returns s in lower case, with every run of white space as one space.
func squeeze(s string) string {
	b := make([]byte, 0, len(s))
	last := byte(0)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '\n' || c == '\r' || c == '\t' || c == ' ':
			c = ' '
			if last == ' ' {
				continue
			}
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		}
		b = append(b, c)
		last = c
	}
	return text(b)
}
