package site

import (
	"os"
	"path/filepath"
	"testing"
)

// TestSwapInOne wants what was there where the new was, which only an exchange does: with
// two renames it would be aside, and for a moment there would be no site.
func TestSwapInOne(t *testing.T) {
	top := t.TempDir()
	dir, fresh, aside := filepath.Join(top, "dist"), filepath.Join(top, "new"), filepath.Join(top, "old")
	for _, name := range []string{dir, fresh} {
		if err := os.Mkdir(name, 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(name, "f"), []byte(filepath.Base(name)), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := swap(fresh, dir, aside); err != nil {
		t.Fatal(err)
	}
	if got := files(t, dir)["f"]; got != "new" {
		t.Errorf("the folder holds what was in %q, want new", got)
	}
	if got := entries(t, top); got != "dist new" {
		t.Errorf("there is %q, want the old site where the new one was", got)
	}
}
