package testkit

import (
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"
	"time"
)

// Shapes are texts made to be slow to read, by name. Each is of about the size that is asked
// for, in bytes.
var Shapes = map[string]func(size int) string{
	"reply codes":           repeat("", "550-"),
	"reply codes and words": repeat("", "550 5.1.1 x "),
	"multi-line reply":      repeat("", "550-5.7.1 no\n"),
	"lines of replies":      repeat("", "554 5.7.1 no, 421 4.7.0 later\n"),
	"lines of replies, CR":  repeat("", "554 5.7.1 no, 421 4.7.0 later\r"),
	"many replies on lines": numbered("", "4%d%d.%d user unknown 550 mailbox full\n"),
	"digits":                repeat("", "5"),
	"dots":                  repeat("", "5.1."),
	"at signs":              repeat("", "@"),
	"spaces":                repeat("", " "),
	"empty lines":           repeat("", "\n"),
	"one word":              repeat("", "a"),
	"letters and dots":      repeat("host ", "a.b-"),
	"hosts":                 repeat("bob@example.com\n", "host a.example.com by b.example.com "),
	"hosts on lines":        numbered("", "a%d@b.example host c%d.example said no %d\n"),

	"addresses":                 numbered("", "a%d@b%d.example%d\n"),
	"addresses on one line":     numbered("", "a%d@b%d.example%d, "),
	"addresses and replies":     numbered("", "<a%d@b%d.example%d>: 550 5.1.1 no\n\n"),
	"addresses, then replies":   numbered("", "a%d@b%d.example%d\n", "550 5.1.1 no\n"),
	"addresses parted":          numbered("", "a%d@b%d.example%d\n\n", "550 5.1.1 no\n\n"),
	"replies, then addresses":   numbered("", "550 5.1.1 no %d %d %d\n", "a@b.example\n"),
	"addresses, then words":     numbered("", "a%d@b%d.example%d\n", "over quota, user unknown, spam\n"),
	"words alone":               repeat("", "over quota, content, spam\n"),
	"headers of parts":          numbered("", "Content-Type: multipart/mixed; boundary=b%d%d%d\n\n--b\n"),
	"one address":               repeat("", "to a@b.example\n"),
	"senders":                   numbered("", "from a%d@b%d.example%d\n", "to c@d.example\n"),
	"literals":                  repeat("", "a@["),
	"to=":                       repeat("", "to=a@b "),
	"to=<>":                     repeat("", "to=<a@b>\n"),
	"log, Postfix":              numbered("", "Nov 24 mail postfix/smtp[1]: %d: to=<a%d@b%d.example>, relay=c.example[192.0.2.1]:25, dsn=5.1.1, status=bounced (host c.example[192.0.2.1] said: 550 5.1.1 User unknown)\n"),
	"log, Exim":                 numbered("", "2026-11-24 10:15:03 1tExyz-0001Ab-2C ** a%d@b%d.example%d R=r T=t H=c.example [192.0.2.1]: 550 5.1.1 User unknown\n"),
	"log, qmail":                numbered("", "@4 starting delivery %d: msg 1 to remote a%d@b%d.example\n", "@4 delivery 1: failure: 192.0.2.1_does_not_like_recipient./Remote_host_said:_550_no/\n"),
	"aliases":                   numbered("", "a%d@b%d.example%d\n (expanded from: <c@d.example>)\n"),
	"equals signs":              repeat("", "="),
	"equals signs and words":    repeat("", "a=b=550="),
	"angle brackets":            repeat("<html>", "<"),
	"tags that do not end":      repeat("<html>", "<a "),
	"tags":                      repeat("<html>", "<p>550 5.1.1 x</p>"),
	"styles that do not end":    repeat("<html>", "<style>"),
	"comments that do not end":  repeat("<html>", "<!-- "),
	"ampersands":                repeat("<html>", "&"),
	"references":                repeat("<html>", "&#53;&lt;&nbsp;"),
	"quoting":                   repeat("", "> "),
	"quoting, deeper each line": func(size int) string { return deeper(size, ">", "550 5.1.1 no\n") },
	"transcript":                repeat("", "<-- 220 a.example\n--> RCPT TO:<b@c.example>\n<-- 550 5.1.1 no\n"),

	"header that goes on":      repeat("From: a\nTo: b\nSubject:", " x\n"),
	"header fields":            numbered("From: a\nTo: b\n", "X-%d-%d: %d\n"),
	"addressees":               numbered("From: a\nTo: b", ",\n a%d@b%d.example%d", "\n\nto c@d.example\n"),
	"failed recipients":        numbered("From: a\nTo: b\nX-Failed-Recipients: c@d.example", ",\n a%d@b%d.example%d", "\n\na1@b1.example1\n  550 5.1.1 no\n"),
	"encoded words":            repeat("From: a\nTo: b\nSubject: ", "=?utf-8?q?=35?= "),
	"encoded words, no end":    repeat("From: a\nTo: b\nSubject: ", "=?a?b?c"),
	"boundaries":               repeat("", "--x\n"),
	"parts":                    repeat("From: a\nTo: b\nContent-Type: multipart/mixed; boundary=x\n\n", "--x\n\n550 5.1.1 no\n"),
	"parts in parts":           func(size int) string { return nested(size) },
	"parts in parts, the same": repeat("", "--x\nContent-Type: multipart/mixed; boundary=x\n\n"),
	"messages in messages":     repeat("From: a\nTo: b\n", "Content-Type: message/rfc822\n\nFrom: a\nTo: b\n"),
	"reports":                  numbered("", "Final-Recipient: rfc822;a%d@b%d.example%d\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no\n\n"),
	"reports and text":         numbered("", "Final-Recipient: rfc822;a%d@b%d.example%d\nAction: failed\n\n", "to a1@b1.example1: 550 5.1.1 no\n\n"),
	"diagnostic that goes on":  repeat("Final-Recipient: rfc822;a@b.example\nAction: failed\nDiagnostic-Code: smtp; 550 ", "5.1.1 no\n 554 5.7.1 "),
	"base64":                   repeat("From: a\nTo: b\nContent-Transfer-Encoding: base64\n\n", "NTUwIDUuMS4xIG5vIGFAYi5leGFtcGxlCg=="),
	"quoted-printable":         repeat("From: a\nTo: b\nContent-Transfer-Encoding: quoted-printable\n\n", "=35=\n50=20"),
	"Shift_JIS":                repeat("From: a\nTo: b\nContent-Type: text/plain; charset=shift_jis\n\n", "\x83\x81 550 5.1.1 "),
	"ISO-2022-JP":              repeat("From: a\nTo: b\nContent-Type: text/plain; charset=iso-2022-jp\n\n", "\x1b$B%a\x1b(B 550 "),

	"Japanese":         repeat("", "宛先が見つかりません"),
	"Japanese, lines":  repeat("", "宛先 550\n"),
	"emoji":            repeat("", "😱"),
	"not UTF-8":        repeat("", "\xff\xfe "),
	"phrases":          repeat("", "user unknown mailbox full over quota spam "),
	"phrases, lines":   repeat("bob@example.com\n", "user unknown\nmailbox full\n"),
	"half a phrase":    repeat("", "mailbox "),
	"titles":           repeat("a ", "undeliverable "),
	"sections":         repeat("5.1 a\n", "5.1.1 full\n"),
	"senders shown":    repeat("", "Von: a\n"),
	"values":           numbered("", "b,1,x,a%d@b%d.example,c%d@d.example,failed,5.1.1 full\n"),
	"values, one line": numbered("", "a%d@b%d.example,c%d@d.example,"),
	"Python":           numbered("", "'a%d@b%d.example%d': (550, b'5.1.1 no'), "),
	"parentheses":      repeat("a: (", "), '"),
	"log, attempts":    numbered("", "Nov 24 mail postfix/smtp[1]: A1: to=<a%d@b%d.example%d>, relay=none, dsn=4.4.1, status=deferred (timed out)\n"),
	"log, one message": repeat("", "Nov 24 mail postfix/smtp[1]: A1: to=<a@b.example>, relay=none, dsn=4.4.1, status=deferred (timed out)\n"),
	"local names":      repeat("was undeliverable to the following:\n", "\ta (user not found)\n"),
	"sessions":         repeat("", "Net::SMTP<<< 550 no\n554 <a@b.example>... Remote protocol error\n"),
	"hosts in bounces": repeat("", "Return-Path: <>\nReceived: a\n"),
	"waits":            repeat("bob@example.com 450 ", "in 5 x in 300 "),
}

func repeat(head, body string) func(int) string {
	return func(size int) string { return head + strings.Repeat(body, size/len(body)) }
}

// numbered makes lines with different numbers in them, each form filling its share.
func numbered(head string, forms ...string) func(int) string {
	return func(size int) string {
		var b strings.Builder
		b.WriteString(head)
		for n, form := range forms {
			share := size * (n + 1) / len(forms)
			for i := 0; b.Len() < share; i++ {
				if strings.Contains(form, "%d") {
					fmt.Fprintf(&b, form, i, i%10, i%7)
				} else {
					b.WriteString(form)
				}
			}
		}
		return b.String()
	}
}

// deeper makes lines of which each begins with one mark more than the last.
func deeper(size int, mark, line string) string {
	var b strings.Builder
	for n := 1; b.Len() < size; n++ {
		b.WriteString(strings.Repeat(mark, n%1000))
		b.WriteString(line)
	}
	return b.String()
}

func nested(size int) string {
	var b strings.Builder
	b.WriteString("From: a\nTo: b\n")
	for n := 0; b.Len() < size; n++ {
		fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", n, n)
	}
	return b.String()
}

// marks are what a reader looks for, and what stands between.
var marks = []string{
	"a", "A", "5", ".", ":", ";", ",", "-", "=", "_", "@", "<", ">", "(", ")", "[", "]", "{", "}", "\"", "'", "#", "/", "\\", "|", "*", "&", "?", "%", "+",
	" ", "\t", "\n", "\r\n", "\n\n", "--", "> ", "=?", "&lt;", "<br>", "550", "550 ", "550-", "5.1.1", "192.0.2.1", "a@b.example", "user unknown",
	"host ", "said: ", "to ", "by ", "smtp;", "To: ", "Subject: ", "é", "宛", "。", "\xff",
}

// heads are what stands above such marks: nothing, a reply, a header, a report, a bounce as it is
// shown, a page.
var heads = []string{
	"", "550 5.1.1 <bob@example.com> unknown\n", "From: a\nTo: b\nSubject: ", "Undelivered Mail\n\nbob@example.com\nhost ", "<html>",
	"Final-Recipient: rfc822;a@b.example\nAction: failed\nDiagnostic-Code: smtp; ",
}

const (
	factor = 4 // how many times as large the larger text is
	most   = 7 // how many times as long it may take
)

// Pairs fails as [Growth] does, for texts that are two marks again and again. Nobody has to think
// of them first: of a million bytes of "a:", which took minutes, nobody had.
func Pairs(t *testing.T, read func(text string)) {
	const size, slow = 1500, 4 // bytes; times as slow as words are
	// Not with stopwatch: to collect garbage before each would take most of the time.
	quickest := func(tries int, text string) time.Duration {
		best := time.Duration(math.MaxInt64)
		for range tries {
			start := time.Now()
			read(text)
			best = min(best, time.Since(start))
		}
		return best
	}
	words := quickest(100, strings.Repeat("words ", factor*size/len("words ")))
	for _, head := range heads {
		for _, first := range marks {
			for _, second := range marks {
				shape := repeat(head, first+second)
				if quickest(1, shape(factor*size)) < slow*words || quickest(2, shape(factor*size)) < most*quickest(2, shape(size)) {
					continue
				}
				if ratio := growth(read, shape(factor*size), shape(factor*factor*size), factor, most); ratio >= most {
					t.Errorf("%q and %q below %q: %d bytes take %.1f times as long as a quarter of them", first, second, head, factor*factor*size, ratio)
				}
			}
		}
	}
}

// Growth fails where a text four times as large takes much more than four times as long.
// Reading in proportion gives a ratio of four, quadratic reading one of sixteen; what lies
// between is left to a busy machine, and a bad ratio must show again at a larger size.
func Growth(t *testing.T, read func(text string)) {
	// Go gives memory back to the system, and some systems take their time to hand it out again,
	// which would be measured as reading. This much in use, and never touched, has it keep more.
	ballast := make([]byte, 256<<20)
	defer runtime.KeepAlive(ballast)
	for name, shape := range Shapes {
		t.Run(name, func(t *testing.T) {
			size := 100_000
			if stopwatch(read, shape(size)) < 2*time.Millisecond {
				size *= factor // too short to compare
			}
			ratio := growth(read, shape(size), shape(factor*size), factor, most)
			if ratio >= most {
				size *= factor
				ratio = growth(read, shape(size), shape(factor*size), factor, most)
			}
			if ratio >= most {
				t.Errorf("%d bytes take %.1f times as long as a quarter of them", factor*size, ratio)
			}
		})
	}
}

// growth returns how many times as long much, which is factor times as large, takes as little.
// Whatever else the machine does only makes a reading slower, so the quickest of a few tells, if
// that is less than most. Where the machine is busy all the while, what the processor did for
// each tells. Some systems keep that account coarsely, so it is taken over many readings.
func growth(read func(string), little, much string, factor int, most float64) float64 {
	const tries, rounds, enough = 16, 4, 200 * time.Millisecond
	quick, slow := time.Duration(math.MaxInt64), time.Duration(math.MaxInt64)
	for range tries {
		quick = min(quick, stopwatch(read, little))
		slow = min(slow, stopwatch(read, much))
		if ratio := float64(slow) / float64(quick); ratio < most {
			return ratio
		}
	}
	var less, more time.Duration
	for n := 0; n < rounds || less < enough; n++ {
		began := worked()
		for range factor {
			read(little)
		}
		between := worked()
		read(much)
		less += between - began
		more += worked() - between
	}
	return float64(factor) * float64(more) / float64(less)
}

// stopwatch returns how long reading a text takes by the clock, with nothing left to collect
// from the reading before.
func stopwatch(read func(string), text string) time.Duration {
	runtime.GC()
	start := time.Now()
	read(text)
	return time.Since(start)
}
