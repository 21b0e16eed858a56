//go:build unix

package testkit

import (
	"syscall"
	"time"
)

// worked returns the processor time that this program's own code has had. What the system does
// for it is left out: handing memory out takes as long as the machine likes.
func worked() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err) // it is this program's own
	}
	return time.Duration(usage.Utime.Nano())
}
