//go:build linux || darwin

package site

import (
	"os"

	"golang.org/x/sys/unix"
)

// holds tells whether hold knows of other programs.
const holds = true

// hold takes a folder for this program, or returns an error where another has it. The system
// gives it back when it is closed, and however the program ends.
func hold(folder *os.File) error {
	return unix.Flock(int(folder.Fd()), unix.LOCK_EX|unix.LOCK_NB)
}
