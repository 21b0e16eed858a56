package testkit

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	tests := []struct {
		about, file string
		text        string
		keys        string // name=value of each, with spaces between
		wrong       string // a part of the error
	}{
		{"plain", "about: x\nreply: 550\nfailure:\n\nfirst\n\nsecond\n", "first\n\nsecond\n", "reply=550 failure=", ""},
		{"crlf", "about: x\nline-ends: crlf\n\na\nb\n", "a\r\nb\r\n", "", ""},
		{"cr", "about: x\nline-ends: cr\n\na\nb\n", "a\rb\r", "", ""},
		{"escape", "about: x\nescape: yes\n\n\\x1b\\u00a0\"'\\\\\n\\xff", "\x1b\u00a0\"'\\\n\xff", "", ""},
		{"a value with a colon", "about: x\nwait: a: b\n\n", "", "wait=a: b", ""},
		{"no text", "about: x\n", "", "", "no empty line"},
		{"no about", "reply: 550\n\nx", "", "", "about"},
		{"no colon", "about: x\nreply\n\nx", "", "", "case.txt:2"},
		{"wrong line-ends", "about: x\nline-ends: lf\n\nx", "", "", "cr or crlf"},
		{"wrong escape", "about: x\nescape: no\n\nx", "", "", "left out"},
		{"broken escape", "about: x\nescape: yes\n\n\\q", "", "", "escapes"},
	}
	for _, test := range tests {
		file := filepath.Join(t.TempDir(), "case.txt")
		if err := os.WriteFile(file, []byte(test.file), 0o666); err != nil {
			t.Fatal(err)
		}
		c, err := Read(file)
		if test.wrong != "" {
			if err == nil || !strings.Contains(err.Error(), test.wrong) {
				t.Errorf("%s: the error is %v, want %q in it", test.about, err, test.wrong)
			}
			continue
		}
		var keys []string
		for _, k := range c.Keys {
			keys = append(keys, k.Name+"="+k.Value)
		}
		if err != nil || c.Text != test.text || strings.Join(keys, " ") != test.keys || c.Name != "case" {
			t.Errorf("%s: %+v, %v", test.about, c, err)
		}
	}
	if _, err := Dir(t.TempDir()); err == nil {
		t.Error("a folder without cases is no error")
	}
}
