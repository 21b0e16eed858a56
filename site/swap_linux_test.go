package site

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// TestWriteNeverAway looks all the time while a site is written again and again.
func TestWriteNeverAway(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "dist")
	if err := little("0").Write(dir); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		for i := range 50 {
			if err := little(fmt.Sprint(i)).Write(dir); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	looks := 0
	for {
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("looked %d times", looks)
			return
		default:
		}
		looks++
		if _, err := os.Stat(filepath.Join(dir, "codes", "550.html")); err != nil {
			t.Fatalf("for a moment there is no site: %v", err)
		}
	}
}
