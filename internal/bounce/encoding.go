package bounce

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// unquotePrintable undoes the quoted-printable encoding (RFC 2045 section 6.7). What is not
// well formed stays as it is.
func unquotePrintable(v *view) *view {
	if strings.IndexByte(v.text, '=') < 0 {
		return v
	}
	var m maker
	m.b = make([]byte, 0, len(v.text))
	t := v.text
	for at := 0; at < len(t); {
		next := strings.IndexByte(t[at:], '=')
		if next < 0 {
			m.add(t[at:], at, len(t)-at)
			break
		}
		next += at
		m.add(t[at:next], at, next-at)
		at = next
		if n := softBreak(t[at+1:]); n > 0 {
			at += 1 + n
			continue
		}
		if at+2 < len(t) {
			high, low := hexValue(t[at+1]), hexValue(t[at+2])
			if high >= 0 && low >= 0 {
				m.add(string([]byte{byte(high<<4 | low)}), at, 3)
				at += 3
				continue
			}
		}
		m.add("=", at, 1)
		at++
	}
	return m.view(v)
}

// softBreak returns the length of the white space and line end that t begins with.
func softBreak(t string) int {
	n := 0
	for n < len(t) && (t[n] == ' ' || t[n] == '\t') {
		n++
	}
	switch {
	case n == len(t):
		return n
	case t[n] == '\n':
		return n + 1
	case t[n] == '\r':
		if n+1 < len(t) && t[n+1] == '\n' {
			return n + 2
		}
		return n + 1
	}
	return 0
}

func hexValue(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// base64Value returns the six bits of c, -1 for what is none, -2 for the padding.
func base64Value(c byte) int {
	switch {
	case 'A' <= c && c <= 'Z':
		return int(c - 'A')
	case 'a' <= c && c <= 'z':
		return int(c-'a') + 26
	case '0' <= c && c <= '9':
		return int(c-'0') + 52
	case c == '+' || c == '-':
		return 62
	case c == '/' || c == '_':
		return 63
	case c == '=':
		return -2
	}
	return -1
}

// unbase64 undoes the base64 encoding (RFC 2045 section 6.8). Four letters side by side are
// a run, or go on with one, so that a place is found again to within three bytes. Padding in
// the middle starts anew, as where two encodings were joined; what is no base64 is passed
// over.
func unbase64(v *view) *view {
	var m maker
	m.b = make([]byte, 0, len(v.text))
	t := v.text
	var bits uint32
	have, first, last := 0, 0, 0 // the letters of this group, the first and the last of them
	var plain []byte             // of the groups that stand side by side from start to end
	start, end := 0, 0
	flush := func() {
		m.add(string(plain), start, end-start)
		plain = plain[:0]
	}
	group := func() {
		if len(plain) > 0 && (first != end || last-first != 3) {
			flush()
		}
		if len(plain) == 0 {
			start = first
		}
		switch have {
		case 2:
			plain = append(plain, byte(bits>>4))
		case 3:
			plain = append(plain, byte(bits>>10), byte(bits>>2))
		case 4:
			plain = append(plain, byte(bits>>16), byte(bits>>8), byte(bits))
		}
		end = last + 1
		if have != 4 || last-first != 3 {
			flush()
		}
		bits, have = 0, 0
	}
	for i := 0; i < len(t); i++ {
		switch n := base64Value(t[i]); n {
		case -1:
		case -2:
			if have > 1 {
				group()
			}
			bits, have = 0, 0
		default:
			if have == 0 {
				first = i
			}
			bits, last = bits<<6|uint32(n), i
			if have++; have == 4 {
				group()
			}
		}
	}
	if have > 1 {
		group()
	}
	flush()
	return m.view(v)
}

// decodeCharset turns what is not UTF-8 into it. ASCII lines stay in place; another line is
// decoded as a whole, because a charset may shift states within a line but not across its
// end, and the ASCII in it is found again.
func decodeCharset(v *view, label string, charsets Charsets) *view {
	label = lower(trim(label))
	switch {
	case label == "utf-8" || label == "utf8":
		return v
	case !strings.HasPrefix(label, "iso-2022") && !strings.HasPrefix(label, "hz") && !strings.HasPrefix(label, "utf-") && utf8.ValidString(v.text):
		// UTF-8 in spite of its label, as when a mail program saved it anew; no legacy
		// charset with bytes above 127 looks like it by accident.
		return v
	}
	if charsets == nil {
		return v
	}
	if strings.HasPrefix(label, "utf-16") || strings.HasPrefix(label, "utf-32") {
		text, ok := charsets.Decode(label, []byte(v.text))
		if !ok {
			return v
		}
		return &view{text: text, runs: []run{{0, len(text), 0, len(v.text)}}, under: v}
	}
	if label == "" || label == "us-ascii" || label == "unknown-8bit" {
		label = "windows-1252"
	}
	var m maker
	m.b = make([]byte, 0, len(v.text))
	at := 0
	lines(v.text, func(start, end int) bool {
		line := v.text[start:end]
		if ascii(line) {
			return true
		}
		text, ok := charsets.Decode(label, []byte(line))
		if !ok {
			return true
		}
		m.add(v.text[at:start], at, start-at)
		m.addDecoded(text, line, start, strings.HasPrefix(label, "iso-2022"))
		at = end
		return true
	})
	m.add(v.text[at:], at, len(v.text)-at)
	return m.view(v)
}

// addDecoded appends the text that a line at start was decoded to. ASCII keeps its place byte
// for byte, so that a code among Japanese words is marked exactly.
func (m *maker) addDecoded(text, line string, start int, shifts bool) {
	pairs := pairPunctuation(text, line)
	if shifts {
		pairs = pairShifted(text, line)
	}
	// Room for all at once: growing it piece by piece costs more than the reading.
	m.runs = slices.Grow(m.runs, 2*len(pairs)+1)
	m.b = slices.Grow(m.b, len(text))
	for _, p := range pairs {
		t, l := text[:p.text], line[:p.line]
		text, line = text[p.text:], line[p.line:]
		head := 0
		for head < len(t) && head < len(l) && t[head] == l[head] && t[head] < utf8.RuneSelf {
			head++
		}
		tail := 0
		for tail < len(t)-head && tail < len(l)-head && t[len(t)-1-tail] == l[len(l)-1-tail] && t[len(t)-1-tail] < utf8.RuneSelf {
			tail++
		}
		m.add(t[:head], start, head)
		m.add(t[head:len(t)-tail], start+head, len(l)-tail-head)
		m.add(t[len(t)-tail:], start+len(l)-tail, tail)
		start += len(l)
	}
	m.add(text, start, len(line))
}

// pair is the lengths of a stretch of a decoded text and of what it was decoded from.
type pair struct{ text, line int }

// pairPunctuation parts a line and what it was decoded to behind each ASCII space and most
// punctuation. No charset but those that shift has these bytes in its other letters.
func pairPunctuation(text, line string) (pairs []pair) {
	n := 0
	for i := range len(line) {
		if line[i] < '0' {
			n++
		}
	}
	pairs = make([]pair, 0, n)
	t, l := 0, 0
	for {
		endT, endL := t, l
		for endT < len(text) && text[endT] >= '0' {
			endT++
		}
		for endL < len(line) && line[endL] >= '0' {
			endL++
		}
		if endT == len(text) || endL == len(line) || text[endT] != line[endL] {
			return pairs
		}
		pairs = append(pairs, pair{endT + 1 - t, endL + 1 - l})
		t, l = endT+1, endL+1
	}
}

// pairShifted parts a line of a charset of ISO 2022 where it shifts to and from ASCII.
func pairShifted(text, line string) (pairs []pair) {
	t, l := 0, 0
	for at := 0; at < len(line); {
		end := strings.IndexByte(line[at:], 0x1b)
		if end < 0 {
			end = len(line)
		} else {
			end += at
		}
		shift := line[max(0, at-3):at]
		if plain := line[at:end]; plain != "" && (at == 0 || shift == "\x1b(B" || shift == "\x1b(J") {
			other := t
			for other < len(text) && text[other] >= utf8.RuneSelf {
				other++
			}
			if !strings.HasPrefix(text[other:], plain) {
				return pairs
			}
			pairs = append(pairs, pair{other - t, at - l}, pair{len(plain), len(plain)})
			t, l = other+len(plain), end
		}
		at = min(end+3, len(line))
	}
	return pairs
}

// ascii reports whether s has neither bytes above 127 nor the escape that begins another
// charset in ISO 2022.
func ascii(s string) bool {
	if strings.IndexByte(s, 0x1b) >= 0 {
		return false
	}
	i := 0
	for ; i+8 <= len(s); i += 8 {
		if (s[i]|s[i+1]|s[i+2]|s[i+3]|s[i+4]|s[i+5]|s[i+6]|s[i+7])&utf8.RuneSelf != 0 {
			return false
		}
	}
	for ; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// decodeWords decodes the encoded words of a header field (RFC 2047).
func decodeWords(s string, charsets Charsets) string {
	if !strings.Contains(s, "=?") {
		return s
	}
	var b strings.Builder
	afterWord := false
	for s != "" {
		start := strings.Index(s, "=?")
		if start < 0 {
			break
		}
		word, rest, ok := cutWord(s[start:])
		if !ok {
			b.WriteString(s[:start+2])
			s, afterWord = s[start+2:], false
			continue
		}
		// White space between two encoded words is not part of the text.
		if gap := s[:start]; !afterWord || trim(gap) != "" {
			b.WriteString(gap)
		}
		b.WriteString(decodeWord(word, charsets))
		s, afterWord = rest, true
	}
	b.WriteString(s)
	return b.String()
}

type encodedWord struct{ charset, encoding, text string }

// longestWord bounds an encoded word. The standard says 75; some programs encode a whole
// field at once.
const longestWord = 4096

// cutWord takes one =?charset?encoding?text?= from the start of s.
func cutWord(s string) (word encodedWord, rest string, ok bool) {
	whole := s
	s = s[:min(len(s), longestWord)]
	charset, s, ok := strings.Cut(s[2:], "?")
	if !ok {
		return word, "", false
	}
	encoding, s, ok := strings.Cut(s, "?")
	if !ok {
		return word, "", false
	}
	text, _, ok := strings.Cut(s, "?=")
	if !ok || len(encoding) != 1 || strings.IndexByte("BbQq", encoding[0]) < 0 {
		return word, "", false
	}
	return encodedWord{charset, encoding, text}, whole[len("=????=")+len(charset)+len(encoding)+len(text):], true
}

func decodeWord(w encodedWord, charsets Charsets) string {
	var data string
	if w.encoding == "B" || w.encoding == "b" {
		data = unbase64(&view{text: w.text}).text
	} else {
		data = unquotePrintable(&view{text: strings.ReplaceAll(w.text, "_", " ")}).text
	}
	label, _, _ := strings.Cut(w.charset, "*") // RFC 2231 adds a language
	return decodeCharset(&view{text: data}, label, charsets).text
}
