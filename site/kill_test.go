package site

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// killedAt has, in a process that is to be killed, the step before which it kills itself, and
// the folder that it writes.
const killedAt = "UNDELIVERED_TEST_KILLED_AT"

func TestMain(m *testing.M) {
	if at, dir, ok := strings.Cut(os.Getenv(killedAt), " "); ok {
		writeAndDie(at, dir)
		os.Exit(3)
	}
	os.Exit(m.Run())
}

// writeAndDie writes a site and kills its own process, as kill -9 does, before a step.
func writeAndDie(at, dir string) {
	n := 0
	little("new").write(dir, disk{before: func(string, string) error {
		if n++; strconv.Itoa(n) == at {
			self, err := os.FindProcess(os.Getpid())
			if err == nil && self.Kill() == nil {
				select {}
			}
		}
		return nil
	}})
}

// TestKilled kills a process before each step of writing, and wants the old site whole, or the
// new one, and nothing of it left after the next build.
func TestKilled(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	kills := 0
	for _, old := range []bool{true, false} {
		for at := 1; at <= steps; at++ {
			parent := t.TempDir()
			dir := filepath.Join(parent, "dist")
			want := map[string]string{}
			if old {
				if err := little("old").Write(dir); err != nil {
					t.Fatal(err)
				}
				want = files(t, dir)
			}
			child := exec.Command(program)
			child.Env = append(os.Environ(), killedAt+"="+strconv.Itoa(at)+" "+dir)
			if out, err := child.CombinedOutput(); err == nil || child.ProcessState.ExitCode() != -1 {
				t.Fatalf("before step %d it was not killed: %v %s", at, err, out)
			}
			kills++
			if at == steps { // the new site is in its place, the old one not yet removed
				if got := files(t, dir); got["index.html"] != "new" || len(got) != 5 {
					t.Errorf("killed after the swap, the site is %q", got)
				}
			} else if old {
				if got := files(t, dir); !maps.Equal(got, want) {
					t.Errorf("killed before step %d, the old site is no more what it was: %q", at, got)
				}
			} else if _, err := os.Stat(dir); err == nil {
				t.Errorf("killed before step %d, there is a site: %q", at, files(t, dir))
			}
			if got := entries(t, parent); !strings.HasPrefix(got, ".dist-new-") {
				t.Errorf("killed before step %d, it left %q; this test has nothing to see", at, got)
			}
			if err := little("next").Write(dir); err != nil {
				t.Errorf("killed before step %d, the next build fails: %v", at, err)
			}
			if got := entries(t, parent); holds && got != "dist" || files(t, dir)["index.html"] != "next" {
				t.Errorf("killed before step %d, the next build leaves %q", at, got)
			}
		}
	}
	t.Logf("%d kills", kills)
}

// TestSetAside is what a program leaves that was killed where a system needs two steps to
// exchange folders. The next build brings the old site back, also where it fails itself.
func TestSetAside(t *testing.T) {
	parent := t.TempDir()
	dir, work := filepath.Join(parent, "dist"), filepath.Join(parent, ".dist-new-17")
	if err := os.Mkdir(work, 0o777); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"old": "old", "site": "new"} {
		if err := little(text).Write(filepath.Join(work, name)); err != nil {
			t.Fatal(err)
		}
	}
	full := disk{before: func(step, _ string) error {
		if step == "mkdir" {
			return os.ErrPermission
		}
		return nil
	}}
	if err := little("next").write(dir, full); err == nil {
		t.Fatal("the build did not fail")
	}
	if got := entries(t, parent); holds && got != "dist" || files(t, dir)["index.html"] != "old" {
		t.Errorf("there is %q, want the old site alone", got)
	}
}

// TestLeavesOthers wants folders left alone that are at work, or only look like ours.
func TestLeavesOthers(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "dist")
	name, held, err := workFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	others := []string{".dist-new-", ".dist-new-2b", ".dist-new-x", ".other-new-1", "dist-new-1"}
	for _, other := range others {
		if err := os.Mkdir(filepath.Join(parent, other), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(parent, ".dist-new-3"), []byte("a file"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := little("new").Write(dir); err != nil {
		t.Fatal(err)
	}
	for _, other := range append(others, ".dist-new-3", filepath.Base(name)) {
		if _, err := os.Stat(filepath.Join(parent, other)); err != nil {
			t.Errorf("%s was removed", other)
		}
	}
}
