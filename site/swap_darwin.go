package site

import (
	"errors"

	"golang.org/x/sys/unix"
)

// swap puts fresh in the place of dir in one step, so that there is no moment without a
// site. What was there is left at fresh.
func swap(fresh, dir, aside string) error {
	err := unix.RenamexNp(fresh, dir, unix.RENAME_SWAP)
	if errors.Is(err, unix.ENOTSUP) || errors.Is(err, unix.EINVAL) {
		return swapInTwo(fresh, dir, aside) // a file system that cannot exchange
	}
	return err
}
