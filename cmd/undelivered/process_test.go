//go:build unix

package main

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// asCommand makes the test program the command itself.
const asCommand = "UNDELIVERED_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		main()
	}
	os.Exit(m.Run())
}

// child returns the command as a process of its own, whose files may not be larger than so
// many blocks of 512 bytes, or unlimited.
func child(t *testing.T, limit string, args ...string) *exec.Cmd {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), "sh", append([]string{"-c", `ulimit -f "$0" && exec "$@"`, limit, program}, args...)...)
	c.Env = append(os.Environ(), asCommand+"=1")
	return c
}

// guides is how many guides the site has, each of which is a page and its copy in Markdown.
const guides = 300

// sources writes a little codes.yaml and content of several hundred pages, on each of which
// the words stand. It returns the arguments of build that name them.
func sources(t *testing.T, words string) []string {
	t.Helper()
	dir := t.TempDir()
	page := func(name, text string) {
		t.Helper()
		name = filepath.Join(dir, "content", filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte("---\ntitle: T\ndescription: D.\n---\n"+text+"\n"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"home", "404", "guides"} {
		page(name+".md", words)
	}
	for i := range guides {
		page(fmt.Sprintf("guides/guide-%d.md", i), words)
	}
	codes := filepath.Join(dir, "codes.yaml")
	if err := os.WriteFile(codes, []byte("version: 1\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	return []string{"--codes", codes, "--content", filepath.Join(dir, "content")}
}

// folder returns what is in the files below dir, by their names.
func folder(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		all[path[len(dir)+1:]] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// beside names what is in the folder above dist.
func beside(t *testing.T, dist string) string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(dist))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}

// TestKilled kills builds from their first moment to their last, most of them while they
// write, and wants every file of the old site as it was, or of the new one.
func TestKilled(t *testing.T) {
	const (
		early = 12 // kills at times spread over the whole build
		late  = 28 // kills when so many files are written, spread over all
	)
	before, after := sources(t, "Old words."), sources(t, "New words.")
	dist := filepath.Join(t.TempDir(), "dist")
	build := func(out string, from []string) *exec.Cmd {
		return child(t, "unlimited", append([]string{"build", "--out", out}, from...)...)
	}
	finish := func(out string, from []string) map[string]string {
		t.Helper()
		if said, err := build(out, from).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, said)
		}
		return folder(t, out)
	}
	fresh := finish(filepath.Join(t.TempDir(), "dist"), after)
	start := time.Now()
	old := finish(dist, before)
	took := time.Since(start)
	if maps.Equal(old, fresh) || len(old) < 2*guides {
		t.Fatalf("the sites are of %d and %d files, and equal: %v", len(old), len(fresh), maps.Equal(old, fresh))
	}

	errs, err := os.Create(filepath.Join(t.TempDir(), "errors"))
	if err != nil {
		t.Fatal(err)
	}
	defer errs.Close()
	kills, swapped, left := 0, 0, 0
	for try := 0; kills < early+late; try++ {
		if try > 3*(early+late) {
			t.Fatalf("after %d tries only %d were killed", try, kills)
		}
		c := build(dist, after)
		c.Stderr = errs // no pipe, which the compiler would keep open
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan struct{})
		go func() {
			c.Wait() // what it returns, ProcessState tells too
			close(ended)
		}()
		over := func(wait time.Duration) bool {
			select {
			case <-ended:
				return true
			case <-time.After(wait):
				return false
			}
		}
		if kills < early {
			over(took * time.Duration(kills) / early)
		} else {
			for want := 2 * guides * (kills - early) / late; !over(time.Millisecond); {
				written, _ := filepath.Glob(filepath.Join(filepath.Dir(dist), ".dist-new-*", "site", "guides", "*"))
				if len(written) >= max(want, 1) {
					break
				}
			}
		}
		c.Process.Kill()
		<-ended
		if code := c.ProcessState.ExitCode(); code > 0 {
			said, _ := os.ReadFile(errs.Name())
			t.Fatalf("a build failed by itself with %d: %s", code, said)
		} else if code == 0 {
			continue // it was quicker
		}
		kills++
		if beside(t, dist) != "dist" {
			left++
		}
		switch got := folder(t, dist); {
		case maps.Equal(got, old):
		case maps.Equal(got, fresh):
			swapped++
			finish(dist, before)
		default:
			t.Fatalf("kill %d left a site of %d files that is neither the old one nor the new", kills, len(got))
		}
	}
	t.Logf("%d kills, %d of them while it wrote and %d when the new site was in its place", kills, left, swapped)
	if left < late/2 {
		t.Errorf("only %d kills came while it wrote", left)
	}
	if got := finish(dist, after); !maps.Equal(got, fresh) || beside(t, dist) != "dist" {
		t.Errorf("after them a build leaves %d files, and beside dist %q", len(got), beside(t, dist))
	}
}

// TestNoRoom lets every file of a build end at a size, as a full disk or a quota does, and
// wants an error that says so and the old site as it was.
func TestNoRoom(t *testing.T) {
	before, after := sources(t, "Old words."), sources(t, "New words.")
	// More than the compiler writes, so that the site itself is what there is no room for.
	large := filepath.Join(after[3], "large.md")
	text := "---\ntitle: T\ndescription: D.\n---\n" + strings.Repeat(strings.Repeat("Words and more words. ", 50)+"\n\n", 4<<10)
	if err := os.WriteFile(large, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	dist := filepath.Join(t.TempDir(), "dist")
	build := func(blocks string, from []string) (string, error) {
		said, err := child(t, blocks, append([]string{"build", "--out", dist}, from...)...).CombinedOutput()
		return string(said), err
	}
	if said, err := build("unlimited", before); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	old := folder(t, dist)
	// The compiler's linker does not say that it had no room; what it made tells.
	for _, test := range []struct{ blocks, says string }{
		{"0", "too large"}, {"64", "is the disk full?"}, {"1024", "is the disk full?"}, {"9000", "writing the site: "},
	} {
		said, err := build(test.blocks, after)
		if err == nil || !strings.Contains(strings.ToLower(said), test.says) {
			t.Errorf("with %s blocks a file: %v, want an error that says %q:\n%s", test.blocks, err, test.says, said)
		}
		if got := folder(t, dist); !maps.Equal(got, old) || beside(t, dist) != "dist" {
			t.Errorf("with %s blocks a file, the old site has %d files of %d, and beside it is %q", test.blocks, len(got), len(old), beside(t, dist))
		}
	}
	if said, err := build("unlimited", after); err != nil {
		t.Errorf("with room: %v: %s", err, said)
	}
}

// TestBuildTwice builds the site from two copies of the tree, with all different that must not
// matter: the folders, the order in which their files were made, their times, the time of day,
// the locale, the settings of Go and the number of processors. It wants the same bytes.
func TestBuildTwice(t *testing.T) {
	var built [2]map[string]string
	for i, tree := range []struct {
		name    string
		reverse bool
		env     []string
	}{
		{"one", false, []string{"TZ=UTC", "LC_ALL=C", "LANG=C", "GOMAXPROCS=1"}},
		{"a longer name é", true, []string{"TZ=Pacific/Auckland", "LC_ALL=tr_TR.UTF-8", "LANG=de_DE.UTF-8", "GOMAXPROCS=7", "GOFLAGS=-buildvcs=true -ldflags=-X=main.x=y", "SOURCE_DATE_EPOCH=1", "GODEBUG=randautoseed=1"}},
	} {
		top := filepath.Join(t.TempDir(), tree.name)
		copyTree(t, top, tree.reverse)
		c := child(t, "unlimited", "build", "--out", filepath.Join(top, "out"), "--base-url", "https://example.org/base/")
		c.Dir = top
		c.Env = append(c.Env, tree.env...)
		said, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, said)
		}
		if !strings.Contains(string(said), "pages") || !strings.Contains(string(said), "decoder.wasm") {
			t.Errorf("build does not say what it made:\n%s", said)
		}
		built[i] = folder(t, filepath.Join(top, "out"))
		for name, data := range built[i] {
			if strings.Contains(data, filepath.Dir(top)) {
				t.Errorf("%s names the folder in which it was built", name)
			}
		}
	}
	if len(built[0]) < 30 || len(built[0]) != len(built[1]) {
		t.Errorf("%d and %d files", len(built[0]), len(built[1]))
	}
	for name, data := range built[0] {
		if built[1][name] != data {
			t.Errorf("%s differs", name)
		}
	}
}

// copyTree copies what a build reads, from the first name to the last or the other way round.
func copyTree(t *testing.T, to string, reverse bool) {
	t.Helper()
	var names []string
	for _, name := range []string{"go.mod", "go.sum", "codes.yaml", "content", "internal", "wasm"} {
		err := filepath.WalkDir(filepath.Join(root, name), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				if d != nil && (d.Name() == "node_modules" || d.Name() == "testdata") {
					return fs.SkipDir
				}
				return err
			}
			names = append(names, path)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if reverse {
		slices.Reverse(names)
	}
	for i, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			t.Fatal(err)
		}
		name = filepath.Join(to, rel)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, data, 0o666); err != nil {
			t.Fatal(err)
		}
		if reverse {
			day := time.Date(1999, 12, 31, 23, i%60, 0, 0, time.UTC)
			if err := os.Chtimes(name, day, day); err != nil {
				t.Fatal(err)
			}
		}
	}
}
