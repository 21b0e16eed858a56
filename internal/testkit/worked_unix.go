//go:build unix

package testkit

import (
	"syscall"
	"time"
)

// worked returns the processor time that this program has had.
func worked() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err) // it is this program's own
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
