package bounce

// search returns the first of n numbers for which is holds, where it holds for all behind it
// too, or n. Those of the library would be one more copy in the download for each type.
func search(n int, is func(i int) bool) int {
	low := 0
	for low < n {
		if mid := int(uint(low+n) >> 1); is(mid) {
			n = mid
		} else {
			low = mid + 1
		}
	}
	return low
}

// nextClass returns where the next digit is from at on that a code begins with, 2 to 5, or the end
// of s. It passes over eight bytes at a time, most of which have none from 0 to 7.
func nextClass(s string, at int) int {
	const each = 0x0101010101010101
	for at < len(s) {
		if at+8 <= len(s) {
			b := s[at : at+8]
			w := uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
			// Those digits become zero, and taking one from zero sets the highest bit.
			if w = w&(0xf8*each) ^ '0'*each; (w-each)&^w&(0x80*each) == 0 {
				at += 8
				continue
			}
		}
		if '2' <= s[at] && s[at] <= '5' {
			return at
		}
		at++
	}
	return at
}
