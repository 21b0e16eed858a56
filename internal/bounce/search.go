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
