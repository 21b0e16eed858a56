package bounce

import "strings"

// Protocols are written in ASCII. The functions of package strings that know all of Unicode
// would bring its tables into what the widget downloads. What is used in many places, and in no
// inner loop, is kept out of line (go:noinline) here and elsewhere for the same reason.

// lower returns s with its ASCII letters in lower case; its length stays.
func lower(s string) string {
	for i := 0; i < len(s); i++ {
		if 'A' <= s[i] && s[i] <= 'Z' {
			b := []byte(s)
			for ; i < len(b); i++ {
				if 'A' <= b[i] && b[i] <= 'Z' {
					b[i] += 'a' - 'A'
				}
			}
			return string(b)
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
