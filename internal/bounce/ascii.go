package bounce

import (
	"strings"
	"unsafe"
)

// Protocols are written in ASCII. The functions of package strings that know all of Unicode
// would bring its tables into what the widget downloads.

// lower returns s with its ASCII letters in lower case; its length stays.
func lower(s string) string {
	for i := 0; i < len(s); i++ {
		if 'A' <= s[i] && s[i] <= 'Z' {
			return text(appendLower(make([]byte, 0, len(s)), s))
		}
	}
	return s
}

// appendLower appends s with its ASCII letters in lower case.
func appendLower(b []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		b = append(b, c)
	}
	return b
}

// text returns b as a string without a copy. It changes with b, which must not be written to
// while the string is used.
func text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// trim returns s without the white space around it.
func trim(s string) string {
	for s != "" && white(s[0]) {
		s = s[1:]
	}
	for s != "" && white(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

func white(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

// words returns the parts of s that spaces part.
func words(s string) (all []string) {
	for s != "" {
		var word string
		if word, s, _ = strings.Cut(strings.TrimLeft(s, " \t"), " "); word != "" {
			all = append(all, word)
		}
	}
	return all
}

// among reports whether s is one of all. Where there are many, a switch takes more of the download.
func among(s string, all []string) bool {
	for _, one := range all {
		if s == one {
			return true
		}
	}
	return false
}

// equalFold compares without regard to the case of ASCII letters.
func equalFold(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := 0; i < len(a); i++ {
		if a[i] != b[i] && (a[i]|0x20 != b[i]|0x20 || !letter(a[i])) {
			return false
		}
	}
	return true
}

// endsFold reports whether s ends in what, which is lower case.
func endsFold(s, what string) bool {
	return len(s) >= len(what) && equalFold(s[len(s)-len(what):], what)
}

// beginsFold reports whether s begins with what, which is lower case.
func beginsFold(s, what string) bool {
	return len(s) >= len(what) && equalFold(s[:len(what)], what)
}
