package bounce

import (
	"strings"
	"unicode/utf8"
)

// unHTML returns what HTML shows as plain text: tags gone, blocks on lines of their own,
// character references replaced. It is no validating parser; what it does not know stays.
func unHTML(v *view) *view {
	var m maker
	m.b = make([]byte, 0, len(v.text))
	endless := map[string]bool{} // hidden elements that do not end any more
	t := v.text
	kept := false // the line ends, in text that is set as it was typed
	for at := 0; at < len(t); {
		next := strings.IndexAny(t[at:], "<&\r\n\t")
		if next < 0 {
			m.add(t[at:], at, len(t)-at)
			break
		}
		next += at
		m.add(t[at:next], at, next-at)
		at = next
		switch t[at] {
		case '&':
			text, n := reference(t[at:])
			m.add(text, at, n)
			at += n
		case '<':
			n, shows := tag(t[at:], endless)
			switch head := t[at : at+n]; {
			case isTag(head, "<pre"):
				kept = true
			case isTag(head, "</pre"):
				kept = false
			}
			m.add(shows, at, n)
			at += n
		default: // a line end in HTML is a space
			switch last := len(m.b) - 1; {
			case kept:
				m.add(t[at:at+1], at, 1)
			case last >= 0 && m.b[last] != '\n' && m.b[last] != ' ':
				m.add(" ", at, 1)
			}
			at++
		}
	}
	return m.view(v)
}

// isTag reports whether text begins with a tag that begins so.
func isTag(text, tag string) bool {
	return beginsFold(text, tag) && endsName(text[len(tag):])
}

// longestTag bounds a tag; what is longer is a lone angle bracket.
const longestTag = 4096

// tag returns the length of the tag, comment or hidden element that t begins with and what
// it shows: nothing, a line end or a space. It notes which hidden elements do not end, so that
// nobody looks for their end again.
func tag(t string, endless map[string]bool) (n int, shows string) {
	if strings.HasPrefix(t, "<!--") {
		if end := strings.Index(t, "-->"); end >= 0 {
			return end + 3, ""
		}
		return len(t), ""
	}
	name := t[1:]
	name = strings.TrimPrefix(name, "/")
	length := 0
	for length < len(name) && (letter(name[length]) || '0' <= name[length] && name[length] <= '9') {
		length++
	}
	if length == 0 && !strings.HasPrefix(name, "!") && !strings.HasPrefix(name, "?") {
		return 1, "<"
	}
	end := strings.IndexByte(t[:min(len(t), longestTag)], '>')
	if end < 0 {
		return 1, "<"
	}
	name = lower(name[:length])
	rest := t[1+length:]
	if strings.HasPrefix(rest, "@") || strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, "-") || strings.HasPrefix(rest, "_") || strings.HasPrefix(rest, "+") {
		return 1, "<" // an address in angle brackets, unescaped
	}
	end++
	switch name {
	case "style", "script", "head", "title":
		if t[1] != '/' && !endless[name] {
			if close := indexFold(t[end:], "</"+name); close >= 0 {
				if after := strings.IndexByte(t[end+close:], '>'); after >= 0 {
					return end + close + after + 1, ""
				}
			}
			endless[name] = true
		}
		return end, ""
	case "td", "th":
		return end, " "
	}
	if among(name, blocks[:]) {
		return end, "\n"
	}
	return end, ""
}

// blocks are elements that begin a line.
var blocks = [...]string{"br", "p", "div", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "hr", "dd", "dt"}

// indexFold is strings.Index without regard to the case of ASCII letters; what must be
// lower case.
func indexFold(s, what string) int {
	first := what[0]
	if letter(first) {
		for i := 0; i+len(what) <= len(s); i++ {
			if s[i]|0x20 == first && equalFold(s[i:i+len(what)], what) {
				return i
			}
		}
		return -1
	}
	for i := 0; ; i++ {
		next := strings.IndexByte(s[i:], first)
		if i += next; next < 0 || i+len(what) > len(s) {
			return -1
		}
		if equalFold(s[i:i+len(what)], what) {
			return i
		}
	}
}

// reference returns what the character reference that t begins with stands for, and its
// length.
func reference(t string) (text string, n int) {
	end := strings.IndexByte(t[:min(len(t), 11)], ';')
	if end < 2 {
		return "&", 1
	}
	name := t[1:end]
	if name[0] == '#' {
		var r rune
		digits, base := name[1:], rune(10)
		if digits != "" && (digits[0] == 'x' || digits[0] == 'X') {
			digits, base = digits[1:], 16
		}
		for i := 0; i < len(digits); i++ {
			value := hexValue(digits[i])
			if value < 0 || rune(value) >= base || r > utf8.MaxRune {
				return "&", 1
			}
			r = r*base + rune(value)
		}
		if digits == "" || r == 0 || !utf8.ValidRune(r) {
			return "&", 1
		}
		return string(r), end + 1
	}
	switch name {
	case "amp":
		return "&", end + 1
	case "lt":
		return "<", end + 1
	case "gt":
		return ">", end + 1
	case "quot":
		return "\"", end + 1
	case "apos", "rsquo", "lsquo":
		return "'", end + 1
	case "nbsp", "ensp", "emsp", "thinsp":
		return " ", end + 1
	}
	if r, ok := latin[name]; ok {
		return string(r), end + 1
	}
	return "&", 1
}

// latin holds the named references of the letters that European bounces are written with.
var latin = map[string]rune{
	"auml": 'ä', "ouml": 'ö', "uuml": 'ü', "Auml": 'Ä', "Ouml": 'Ö', "Uuml": 'Ü', "szlig": 'ß',
	"eacute": 'é', "egrave": 'è', "ecirc": 'ê', "agrave": 'à', "aacute": 'á', "acirc": 'â', "atilde": 'ã',
	"ccedil": 'ç', "iacute": 'í', "oacute": 'ó', "ocirc": 'ô', "otilde": 'õ', "uacute": 'ú', "ugrave": 'ù',
	"ntilde": 'ñ', "aring": 'å', "oslash": 'ø', "aelig": 'æ', "iuml": 'ï', "ugrav": 'ù', "icirc": 'î',
	"Eacute": 'É', "ndash": '–', "mdash": '—', "laquo": '«', "raquo": '»', "ldquo": '“', "rdquo": '”',
}
