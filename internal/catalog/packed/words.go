package packed

import "strings"

// The rows are carried with their commonest words written short: as one byte that the text
// does not have, or as two. A compressed download looks back 32 KB, and the words of this text
// stand farther apart; so it gains a ninth, for a millisecond when it is opened.
//
// What is carried begins with the number of bytes that are a word each and the number of those
// that begin two, then these bytes, and the words, each with a rowMark behind it; an empty word
// ends them. The second byte of two counts from firstSecond.

const (
	firstSecond = ' '
	seconds     = 256 - firstSecond
)

// expand writes the words out. It reports whether data was such as shorten writes.
func expand(data string) (text string, ok bool) {
	if len(data) < 2 {
		return "", false
	}
	ones, pairs := int(data[0]), int(data[1])
	data = data[2:]
	if len(data) < ones+pairs {
		return "", false
	}
	var first [256]uint16 // by byte: a word plus one, or zero
	for i := range ones {
		first[data[i]] = uint16(i) + 1
	}
	for i := range pairs {
		first[data[ones+i]] = uint16(ones+i*seconds) + 1
	}
	paired := data[ones : ones+pairs]
	data = data[ones+pairs:]
	var words []string
	for {
		end := strings.IndexByte(data, rowMark[0])
		if end < 0 {
			return "", false
		}
		if end == 0 {
			data = data[1:]
			break
		}
		words = append(words, data[:end])
		data = data[end+1:]
	}
	size := 0
	for pass := range 2 { // the first counts, so that nothing is copied twice
		var b []byte
		if pass == 1 {
			b = make([]byte, 0, size)
		}
		for i := 0; i < len(data); i++ {
			c := data[i]
			n := int(first[c])
			if n == 0 {
				if size++; pass == 1 {
					b = append(b, c)
				}
				continue
			}
			if n--; n >= ones && strings.IndexByte(paired, c) >= 0 {
				if i++; i == len(data) || data[i] < firstSecond {
					return "", false
				}
				n += int(data[i] - firstSecond)
			}
			if n >= len(words) {
				return "", false
			}
			if size += len(words[n]); pass == 1 {
				b = append(b, words[n]...)
			}
			if size > longestText {
				return "", false
			}
		}
		if pass == 1 {
			return string(b), true
		}
		if size == 0 {
			return "", true
		}
	}
	return "", false
}

// longestText bounds what bytes that were made on purpose can be expanded to.
const longestText = 1 << 28
