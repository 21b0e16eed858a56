package site

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// files reads all files below dir.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		rel, _ := filepath.Rel(dir, name)
		all[filepath.ToSlash(rel)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// little returns a site of a few files.
func little(text string) *Site {
	return &Site{Files: map[string][]byte{
		markerName: []byte(marker), "index.html": []byte(text), "codes/550.html": []byte(text), "codes/a/b/c.html": []byte(text), "empty.txt": nil,
	}}
}

// entries names what is in a folder.
func entries(t *testing.T, dir string) string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range list {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}

func TestWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "not", "there", "dist")
	for _, text := range []string{"first", "second"} {
		s := little(text)
		if text == "first" {
			s.Files["old.html"] = []byte("old")
		}
		if err := s.Write(dir); err != nil {
			t.Fatal(err)
		}
		want := map[string]string{}
		for name, data := range s.Files {
			want[name] = string(data)
		}
		if got := files(t, dir); !maps.Equal(got, want) {
			t.Errorf("%s: the folder holds %q, want %q", text, got, want)
		}
		if got := entries(t, filepath.Dir(dir)); got != "dist" {
			t.Errorf("%s: beside the folder there is %q", text, got)
		}
	}
}

// steps are those of writing little, with a site there already or without.
const steps = 1 + 5 + 1 + 1 // a folder, five files, the swap, and removing

// TestWriteFails lets each step fail in turn, with an old site there and without: at once, and
// as a full disk does, with half of the file written. After it the disk has room again.
func TestWriteFails(t *testing.T) {
	failed := 0
	for _, old := range []bool{true, false} {
		for _, half := range []bool{false, true} {
			for fail := 1; fail <= steps; fail++ {
				failed++
				parent := t.TempDir()
				dir := filepath.Join(parent, "dist")
				before, left := map[string]string{}, ""
				if old {
					if err := little("old").Write(dir); err != nil {
						t.Fatal(err)
					}
					before, left = files(t, dir), "dist"
				}
				at, failing, fresh := 0, "", ""
				err := little("new").write(dir, disk{before: func(step, name string) error {
					if step == "mkdir" {
						fresh = name
					}
					if at++; at != fail {
						return nil
					}
					failing = step
					if half && step == "write" {
						if err := os.WriteFile(filepath.Join(fresh, name), []byte("ne"), 0o666); err != nil {
							t.Fatal(err)
						}
					}
					return syscall.ENOSPC
				}})
				if !errors.Is(err, syscall.ENOSPC) {
					t.Fatalf("step %d failed, and the error is %v", fail, err)
				}
				if failing == "remove" {
					if got := files(t, dir); got["index.html"] != "new" || len(got) != 5 {
						t.Errorf("the old site could not be removed, and the new one is %q", got)
					}
				} else {
					if old {
						if got := files(t, dir); !maps.Equal(got, before) {
							t.Errorf("%s failed, and the old site is no more what it was: %q", failing, got)
						}
					}
					if got := entries(t, parent); got != left {
						t.Errorf("%s failed, and left %q", failing, got)
					}
				}
				if err := little("next").Write(dir); err != nil {
					t.Errorf("after %s failed, the next build fails: %v", failing, err)
				}
				if got := entries(t, parent); got != "dist" || files(t, dir)["index.html"] != "next" {
					t.Errorf("after %s failed, the next build leaves %q", failing, got)
				}
			}
		}
	}
	t.Logf("%d failures", failed)
}

// TestSwapInTwo is for systems that cannot exchange two folders.
func TestSwapInTwo(t *testing.T) {
	for _, fails := range []bool{false, true} {
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
		want := "new"
		if fails {
			fresh, want = filepath.Join(top, "missing"), "dist"
		}
		if err := swapInTwo(fresh, dir, aside); (err != nil) != fails {
			t.Errorf("swapInTwo = %v", err)
		}
		if got := files(t, dir)["f"]; got != want {
			t.Errorf("the folder holds what was in %q, want %q", got, want)
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	tests := []struct {
		name string
		make func(dir string) error
		want string
	}{
		{"somebody's files", func(dir string) error {
			return errors.Join(os.Mkdir(dir, 0o777), os.WriteFile(filepath.Join(dir, "thesis.txt"), []byte("x"), 0o666))
		}, "holds files that are no site of ours"},
		{"another's .nojekyll", func(dir string) error {
			return errors.Join(os.Mkdir(dir, 0o777), os.WriteFile(filepath.Join(dir, markerName), nil, 0o666))
		}, "holds files that are no site of ours"},
		{"a file", func(dir string) error { return os.WriteFile(dir, []byte("x"), 0o666) }, "not a directory"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			parent := t.TempDir()
			dir := filepath.Join(parent, "dist")
			if err := tt.make(dir); err != nil {
				t.Fatal(err)
			}
			before := files(t, parent)
			err := little("new").Write(dir)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Write = %v, want %q", err, tt.want)
			}
			if got := files(t, parent); !maps.Equal(got, before) {
				t.Errorf("the folder is now %q", got)
			}
		})
	}
	empty := t.TempDir()
	if err := little("new").Write(empty); err != nil {
		t.Errorf("an empty folder is refused: %v", err)
	}
}

// TestWriteBelow wants nothing written outside of the folder, whatever names files have.
func TestWriteBelow(t *testing.T) {
	for _, name := range []string{"../x", "a/../../x", "/x", ".", "", "a//b", "a/./b", "a/"} {
		parent := t.TempDir()
		s := little("new")
		s.Files[name] = []byte("x")
		if err := s.Write(filepath.Join(parent, "dist")); err == nil {
			t.Errorf("a file named %q is written", name)
		}
		if got := entries(t, parent); got != "" {
			t.Errorf("a file named %q leaves %q", name, got)
		}
	}
}

// TestWriteThroughLink wants the folder replaced to which a link leads.
func TestWriteThroughLink(t *testing.T) {
	parent := t.TempDir()
	target := filepath.Join(parent, "target", "dist")
	if err := little("old").Write(target); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(parent, "link")
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	if err := little("new").Write(link); err != nil {
		t.Fatal(err)
	}
	if got := files(t, target)["index.html"]; got != "new" {
		t.Errorf("the folder behind the link holds %q", got)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link is no link any more: %v %v", info, err)
	}
}

// TestWriteChanges wants what did not change to be the same file as before, and all else new.
func TestWriteChanges(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "dist")
	first := little("old")
	first.Files["mode.html"], first.Files["link.html"] = []byte("mode"), []byte("link")
	if err := first.Write(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, "mode.html"), 0o600); err != nil {
		t.Fatal(err)
	}
	elsewhere := filepath.Join(t.TempDir(), "link.html")
	if err := errors.Join(os.WriteFile(elsewhere, []byte("link"), 0o666), os.Remove(filepath.Join(dir, "link.html")), os.Symlink(elsewhere, filepath.Join(dir, "link.html"))); err != nil {
		t.Fatal(err)
	}
	stat := func(name string) os.FileInfo {
		info, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		return info
	}
	before := map[string]os.FileInfo{}
	for name := range first.Files {
		before[name] = stat(name)
	}
	second := &Site{Files: maps.Clone(first.Files)}
	second.Files["index.html"] = []byte("new") // as long as the old
	if err := second.Write(dir); err != nil {
		t.Fatal(err)
	}
	for name, data := range second.Files {
		if name == markerName { // the first of all shows what new files are like
			continue
		}
		same := os.SameFile(before[name], stat(name))
		if want := name != "index.html" && name != "mode.html" && name != "link.html"; same != want {
			t.Errorf("%s: the same file as before is %t, want %t", name, same, want)
		}
		if got := files(t, dir)[name]; got != string(data) || !stat(name).Mode().IsRegular() {
			t.Errorf("%s holds %q, want %q", name, got, data)
		}
	}
	if got, _ := os.ReadFile(elsewhere); string(got) != "link" {
		t.Errorf("what a link led to holds %q", got)
	}
}
