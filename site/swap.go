package site

import (
	"errors"
	"os"
)

// swapInTwo puts fresh in the place of dir, where the system cannot do it in one step.
// What was there is left at aside.
func swapInTwo(fresh, dir, aside string) error {
	if err := os.Rename(dir, aside); err != nil {
		return err
	}
	if err := os.Rename(fresh, dir); err != nil {
		return errors.Join(err, os.Rename(aside, dir))
	}
	return nil
}
