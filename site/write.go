package site

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// markerName is a file by which Write knows a folder that it may replace. GitHub Pages
// wants a file of this name, and reads nothing in it.
const (
	markerName = ".nojekyll"
	marker     = "Written by undelivered build, which replaces this folder as a whole.\n"
)

// Write puts the site into the folder dir, in place of the site that is there. It is all or
// nothing: whatever fails, and whenever the program is stopped, dir is the old site or the
// new one. Where the system cannot exchange two folders in one step, a program that is killed
// between two leaves none, and the next Write brings the old one back before it does anything
// else. What killed programs leave beside dir it removes. A folder that holds anything but a
// site is refused.
func (s *Site) Write(dir string) error { return s.write(dir, disk{}) }

// disk is what Write does to the file system; a test puts failures in.
type disk struct {
	before func(step, name string) error
}

func (d disk) step(step, name string) error {
	if d.before == nil {
		return nil
	}
	return d.before(step, name)
}

func (s *Site) write(dir string, d disk) (err error) {
	dir, err = filepath.Abs(dir)
	if err != nil {
		return err
	}
	// Where dir is a link, the folder that it leads to is replaced, not the link.
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	if err := tidy(dir); err != nil {
		return err
	}
	old, err := replaceable(dir)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o777); err != nil {
		return err
	}
	tmp, held, err := workFolder(dir)
	if err != nil {
		return err
	}
	defer held.Close()
	defer func() {
		rerr := d.step("remove", tmp)
		if rerr == nil {
			rerr = os.RemoveAll(tmp)
		}
		if rerr != nil && err == nil {
			err = fmt.Errorf("the site is written; removing what was there before: %w", rerr)
		}
	}()
	fresh := filepath.Join(tmp, "site")
	if err := s.fill(fresh, dir, d); err != nil {
		return fmt.Errorf("writing the site: %w; %s is as it was", err, dir)
	}
	if err := d.step("swap", dir); err != nil {
		return err
	}
	if !old {
		err = os.Rename(fresh, dir)
	} else {
		err = swap(fresh, dir, filepath.Join(tmp, "old"))
	}
	if err != nil {
		return fmt.Errorf("putting the site in its place: %w; %s is as it was", err, dir)
	}
	return nil
}

// workName returns the beginning of the names of the folders in which a site for dir is
// written, beside dir. Digits follow.
func workName(dir string) string { return "." + filepath.Base(dir) + "-new-" }

// workFolder makes a folder to write a site for dir in, and holds it until it is closed, so
// that no other build takes it for left behind.
func workFolder(dir string) (name string, held *os.File, err error) {
	for range 10 {
		if name, err = os.MkdirTemp(filepath.Dir(dir), workName(dir)); err != nil {
			return "", nil, err
		}
		// A build that begins at this moment may have removed it again.
		if held, err = os.Open(name); err != nil {
			continue
		}
		if hold(held) == nil {
			if _, err = os.Stat(name); err == nil {
				return name, held, nil
			}
		}
		held.Close()
	}
	return "", nil, fmt.Errorf("another build for %s keeps this one from beginning; wait for it, or choose another folder: %w", dir, err)
}

// tidy removes the folders in which builds for dir were written that are no more, and brings
// back from them a site that was set aside.
func tidy(dir string) error {
	entries, err := os.ReadDir(filepath.Dir(dir))
	if err != nil {
		return nil // there is no such folder yet, or it will be said when it is needed
	}
	for _, e := range entries {
		number, ok := strings.CutPrefix(e.Name(), workName(dir))
		if !ok || !e.IsDir() || number == "" || strings.Trim(number, "0123456789") != "" {
			continue
		}
		name := filepath.Join(filepath.Dir(dir), e.Name())
		if err := clearAway(name, dir); err != nil {
			return err
		}
	}
	return nil
}

// clearAway removes a folder that a build for dir has left behind, if it is no more.
func clearAway(name, dir string) error {
	left, err := os.Open(name)
	if err != nil {
		return nil
	}
	defer left.Close()
	if hold(left) != nil {
		return nil // a build is at work in it
	}
	if _, err := os.Lstat(dir); errors.Is(err, fs.ErrNotExist) {
		err := os.Rename(filepath.Join(name, "old"), dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("bringing the site back that a build set aside: %w", err)
		}
	}
	if holds {
		os.RemoveAll(name) // what cannot be removed only takes room
	}
	return nil
}

// fill puts all files into a folder that it makes. Those that stand in the folder old as they are
// become links to the files there, which keep their times: what publishes a site sends what changed.
func (s *Site) fill(dir, old string, d disk) error {
	if err := d.step("mkdir", dir); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o777); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	folders := map[string]*os.Root{".": root}
	defer func() {
		for _, folder := range folders {
			folder.Close()
		}
	}()
	var mode fs.FileMode // that new files get here
	for _, name := range sortedKeys(s.Files) {
		if !fs.ValidPath(name) {
			return fmt.Errorf("%q is no file name", name)
		}
		data := s.Files[name]
		name = filepath.FromSlash(name)
		folder, ok := folders[filepath.Dir(name)]
		if !ok {
			if err := root.MkdirAll(filepath.Dir(name), 0o777); err != nil {
				return err
			}
			if folder, err = root.OpenRoot(filepath.Dir(name)); err != nil {
				return err
			}
			folders[filepath.Dir(name)] = folder
		}
		if err := d.step("write", name); err != nil {
			return err
		}
		if mode != 0 && unchanged(filepath.Join(old, name), data, mode) && os.Link(filepath.Join(old, name), filepath.Join(dir, name)) == nil {
			continue
		}
		if err := folder.WriteFile(filepath.Base(name), data, 0o666); err != nil {
			return err
		}
		if mode == 0 {
			info, err := folder.Stat(filepath.Base(name))
			if err != nil {
				return err
			}
			mode = info.Mode()
		}
	}
	return nil
}

// unchanged reports whether a plain file of the mode has exactly this in it.
func unchanged(name string, data []byte, mode fs.FileMode) bool {
	info, err := os.Lstat(name)
	if err != nil || info.Mode() != mode || info.Size() != int64(len(data)) {
		return false
	}
	there, err := os.ReadFile(name)
	return err == nil && bytes.Equal(there, data)
}

// replaceable reports whether dir is there. It returns an error where dir must not be
// replaced, since what is in it would be lost.
func replaceable(dir string) (there bool, err error) {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	case len(entries) == 0:
		return true, nil
	}
	data, err := os.ReadFile(filepath.Join(dir, markerName))
	if err != nil || !strings.HasPrefix(string(data), marker) {
		return false, fmt.Errorf("%s holds files that are no site of ours, and would be lost; name a new folder, or empty this one", dir)
	}
	return true, nil
}
