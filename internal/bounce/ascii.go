package bounce

import "strings"

// Protocols are written in ASCII. The functions of package strings that know all of Unicode
// would bring its tables into what the widget downloads.

// lower returns s with its ASCII letters in lower case; its length stays.
func lower(s string) string {
	for i := 0; i < len(s); i++ {
		if 'A' <= s[i] && s[i] <= 'Z' {
			var b strings.Builder
			b.Grow(len(s))
			b.WriteString(s[:i])
			for ; i < len(s); i++ {
				c := s[i]
				if 'A' <= c && c <= 'Z' {
					c += 'a' - 'A'
				}
				b.WriteByte(c)
			}
			return b.String()
		}
	}
	return s
}

// trim returns s without the white space around it.
func trim(s string) string { return strings.Trim(s, " \t\r\n\f\v") }

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
