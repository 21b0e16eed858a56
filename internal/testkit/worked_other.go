//go:build !unix

package testkit

import "time"

var began = time.Now()

// worked returns how long this program has run, where no system says how long it worked.
func worked() time.Duration { return time.Since(began) }
