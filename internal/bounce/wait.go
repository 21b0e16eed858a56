package bounce

import "strings"

// longestWait bounds how far into a failure's text a time to wait is looked for.
const longestWait = 4096

// Wait returns the stretch of a failure's text that says how long to wait before trying
// again: "300 seconds" of "try again in 300 seconds".
func (r *Report) Wait(f *Failure) (Span, bool) {
	s := f.Statement.Span
	if s.Empty() {
		s = f.Context
	}
	if s.End > len(r.Text) || s.Empty() {
		return Span{}, false
	}
	s.End = min(s.End, s.Start+longestWait)
	t := r.Text
	for at := s.Start; at < s.End; at++ {
		if !digit(t[at]) || at > s.Start && (digit(t[at-1]) || letter(t[at-1]) || t[at-1] == '.') {
			continue
		}
		end := at
		for end < s.End && digit(t[end]) {
			end++
		}
		unit := end
		for unit < s.End && t[unit] == ' ' {
			unit++
		}
		length := unitLength(t[unit:s.End])
		if length == 0 || end-at > 6 {
			at = end
			continue
		}
		before := lower(strings.TrimRight(t[max(s.Start, at-24):at], " "))
		for _, word := range [...]string{"in", "for", "after", "wait", "within", "least", "retry", "another", "=", "about", "next"} {
			if strings.HasSuffix(before, word) {
				return Span{at, unit + length}, true
			}
		}
		at = end
	}
	return Span{}, false
}

// unitLength returns the length of the unit of time that t begins with.
func unitLength(t string) int {
	for _, unit := range [...]string{"seconds", "second", "secs", "sec", "minutes", "minute", "mins", "min", "hours", "hour", "hrs", "days", "day"} {
		if len(t) >= len(unit) && equalFold(t[:len(unit)], unit) && (len(t) == len(unit) || !letter(t[len(unit)])) {
			return len(unit)
		}
	}
	return 0
}
