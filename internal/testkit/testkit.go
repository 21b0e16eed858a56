// Package testkit reads the cases that tests are written as: a text file with what is known
// of a text, an empty line, and the text exactly as somebody pastes it.
//
//	about: what it is, and who writes such text (always given)
//	line-ends: crlf   the text has cr or crlf; a file has lf
//	escape: yes       the text is written with Go's escapes: \x1b, \u00a0, \\
//
// All other keys belong to the test that reads the case, which must refuse those that it
// does not know.
package testkit

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Case is one case.
type Case struct {
	Name string // of the file, without .txt
	Keys []Key
	Text string
}

// Key is one line of what is known.
type Key struct {
	Name, Value string
	Place       string // file:line
}

// Dir reads all cases of a folder. It is an error if there is none.
func Dir(dir string) ([]Case, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s holds no case; a case is a .txt file", dir)
	}
	all := make([]Case, len(files))
	for i, file := range files {
		if all[i], err = Read(file); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Read reads one case.
func Read(file string) (Case, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return Case{}, err
	}
	c := Case{Name: strings.TrimSuffix(filepath.Base(file), ".txt")}
	head, text, ok := strings.Cut(string(data), "\n\n")
	if !ok {
		return c, fmt.Errorf("%s: no empty line parts the keys from the text; add one", file)
	}
	about, lineEnd, escaped := false, "\n", false
	for n, line := range strings.Split(head, "\n") {
		place := fmt.Sprintf("%s:%d", file, n+1)
		name, value, ok := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		if !ok {
			return c, fmt.Errorf("%s: %q is not of the form key: value", place, line)
		}
		switch name {
		case "about":
			about = value != ""
		case "line-ends":
			if lineEnd = map[string]string{"cr": "\r", "crlf": "\r\n"}[value]; lineEnd == "" {
				return c, fmt.Errorf("%s: line-ends is %q, and must be cr or crlf", place, value)
			}
		case "escape":
			if escaped = value == "yes"; !escaped {
				return c, fmt.Errorf("%s: escape is %q, and must be yes or left out", place, value)
			}
		default:
			c.Keys = append(c.Keys, Key{name, value, place})
		}
	}
	if !about {
		return c, fmt.Errorf("%s: nothing says what it is about; add a line about: …", file)
	}
	if escaped {
		if text, err = unescape(text); err != nil {
			return c, fmt.Errorf("%s: %w", file, err)
		}
	}
	c.Text = strings.ReplaceAll(text, "\n", lineEnd)
	return c, nil
}

// unescape undoes Go's escapes in text that has no quotes around it.
func unescape(text string) (string, error) {
	var b strings.Builder
	for text != "" {
		if text[0] == '\n' {
			b.WriteByte('\n')
			text = text[1:]
			continue
		}
		r, multibyte, tail, err := strconv.UnquoteChar(text, 0)
		if err != nil {
			return "", fmt.Errorf("%.20q does not begin with one of Go's escapes; write \\\\ for a backslash", text)
		}
		if multibyte {
			b.WriteRune(r)
		} else {
			b.WriteByte(byte(r))
		}
		text = tail
	}
	return b.String(), nil
}
