package site

import (
	"errors"

	"golang.org/x/sys/unix"
)

// swap puts fresh in the place of dir in one step, so that there is no moment without a
// site. What was there is left at fresh.
func swap(fresh, dir, aside string) error {
	err := unix.Renameat2(unix.AT_FDCWD, fresh, unix.AT_FDCWD, dir, unix.RENAME_EXCHANGE)
	if errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOTSUP) {
		return swapInTwo(fresh, dir, aside) // a file system that cannot exchange
	}
	return err
}
