package site

import (
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
// new one. A folder that holds anything but a site is refused.
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
	old, err := replaceable(dir)
	if err != nil {
		return err
	}
	parent := filepath.Dir(dir)
	if err := os.MkdirAll(parent, 0o777); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(parent, "."+filepath.Base(dir)+"-new-")
	if err != nil {
		return err
	}
	defer func() {
		if rerr := os.RemoveAll(tmp); rerr != nil && err == nil {
			err = fmt.Errorf("the site is written; removing what was there before: %w", rerr)
		}
	}()
	fresh := filepath.Join(tmp, "site")
	if err := s.fill(fresh, d); err != nil {
		return fmt.Errorf("writing the site: %w; %s is as it was", err, dir)
	}
	if err := d.step("swap", dir); err != nil {
		return err
	}
	if !old {
		return os.Rename(fresh, dir)
	}
	return swap(fresh, dir, filepath.Join(tmp, "old"))
}

// fill writes all files into a folder that it makes.
func (s *Site) fill(dir string, d disk) error {
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
	defer root.Close()
	made := map[string]bool{".": true}
	for _, name := range sortedKeys(s.Files) {
		if !fs.ValidPath(name) {
			return fmt.Errorf("%q is no file name", name)
		}
		name = filepath.FromSlash(name)
		if folder := filepath.Dir(name); !made[folder] {
			if err := root.MkdirAll(folder, 0o777); err != nil {
				return err
			}
			made[folder] = true
		}
		if err := d.step("write", name); err != nil {
			return err
		}
		if err := root.WriteFile(name, s.Files[filepath.ToSlash(name)], 0o666); err != nil {
			return err
		}
	}
	return nil
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
