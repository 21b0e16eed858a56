package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// own is what an ISP adds in content/own.yaml, without touching codes.yaml.
const own = `version: 1
sources:
  example-postmaster:
    name: Example Internet, postmaster pages
    short: Example Internet
    url: https://example.net/postmaster
    checked: 2026-11-26
replies:
  "559":
    name: Sending paused by Example Internet
    answer: Example Internet has paused sending for this account, because it sent far more than usual.
    kind: wild
    reason: rate-limited
    examples:
      - text: "559 sending is paused, call us on extension 7"
    sources: [example-postmaster]
phrases:
  "sending is paused, call us":
    reason: rate-limited
    example: "559 sending is paused, call us on extension 7"
    sources: [example-postmaster]
`

// fork lays out a project whose owner added own.yaml, and returns its folder.
func fork(t *testing.T, own string) string {
	t.Helper()
	dir := t.TempDir()
	codes, err := os.ReadFile(filepath.Join(root, "codes.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"codes.yaml": codes, "content/own.yaml": []byte(own)} {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestOwn adds codes in a file beside ours: the decoder knows them, and mistakes in the file
// are told with its name and line.
func TestOwn(t *testing.T) {
	codes := filepath.Join(fork(t, own), "codes.yaml")
	status, out, errs := call(t, "559 sending is paused, call us on extension 7", "explain", "--codes", codes)
	if status != 0 || !strings.Contains(out, "Sending paused by Example Internet") || !strings.Contains(out, "codes/559.html") {
		t.Errorf("status %d:\n%s%s", status, out, errs)
	}
	if _, out, _ := call(t, "550 5.1.1 user unknown", "explain", "--codes", codes); !strings.Contains(out, "No such mailbox") {
		t.Errorf("with own codes, ours are gone:\n%s", out)
	}
	for _, test := range []struct{ from, to, want string }{
		{"reason: rate-limited\n    examples", "reason: rate-limitd\n    examples", "content/own.yaml:13: "},
		{`"559"`, `"550"`, "content/own.yaml:9: "},
		{"    url:", "    ulr:", "content/own.yaml:6: "},
	} {
		status, _, errs := call(t, "", "explain", "--codes", filepath.Join(fork(t, strings.Replace(own, test.from, test.to, 1)), "codes.yaml"))
		if status != 1 || !strings.Contains(errs, test.want) {
			t.Errorf("%s: status %d, want %s:\n%.500s", test.to, status, test.want, errs)
		}
	}
}
