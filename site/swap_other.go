//go:build !linux && !darwin

package site

func swap(fresh, dir, aside string) error { return swapInTwo(fresh, dir, aside) }
