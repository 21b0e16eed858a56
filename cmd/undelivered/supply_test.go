package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestDependencies wants a sentence in CONTRIBUTING.md for each module and package that we
// depend on ourselves, and none for what we do not.
func TestDependencies(t *testing.T) {
	var depend []string
	module := regexp.MustCompile(`^(?:require )?\s*([a-z][\w.-]*\.[a-z]+/\S+) v\S+$`) // a line that says indirect is none
	for line := range strings.Lines(file(t, "go.mod")) {
		if m := module.FindStringSubmatch(strings.TrimRight(line, "\n")); m != nil {
			depend = append(depend, m[1])
		}
	}
	var npm map[string]json.RawMessage
	if err := json.Unmarshal([]byte(file(t, "wasm/browsers/package.json")), &npm); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"dependencies", "devDependencies", "optionalDependencies", "peerDependencies"} {
		var packages map[string]string
		if npm[kind] != nil {
			if err := json.Unmarshal(npm[kind], &packages); err != nil {
				t.Fatal(err)
			}
		}
		for name, version := range packages {
			depend = append(depend, name)
			if strings.Trim(version, "0123456789.") != "" {
				t.Errorf("package.json: %s is not pinned to a version, but %q", name, version)
			}
		}
	}
	slices.Sort(depend)
	if len(depend) < 5 {
		t.Fatalf("only %q were found in go.mod and package.json; mend this test", depend)
	}

	_, table, ok := strings.Cut(file(t, "CONTRIBUTING.md"), "\n|---|---|\n")
	var explained []string
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.Trim(line, "|\n "), " | ")
		if len(cells) != 2 {
			break
		}
		explained = append(explained, cells[0])
		if !strings.HasSuffix(cells[1], ".") || len(strings.Fields(cells[1])) < 5 {
			t.Errorf("CONTRIBUTING.md: %s has no reason in a sentence, but %q", cells[0], cells[1])
		}
	}
	slices.Sort(explained)
	if !ok || !slices.Equal(explained, depend) {
		t.Errorf("CONTRIBUTING.md explains\n\t%q\nand we depend on\n\t%q", explained, depend)
	}
}

// TestWorkflows wants every action pinned by its whole digest, as a tag can be moved, and every
// tool of Go by its version.
func TestWorkflows(t *testing.T) {
	names, err := filepath.Glob(filepath.Join(root, ".github", "workflows", "*"))
	if err != nil || len(names) == 0 {
		t.Fatalf("there are no workflows (%v)", err)
	}
	uses := regexp.MustCompile(`(?m)^[\s-]*uses:\s*(\S+)`)
	pinned := regexp.MustCompile(`^(\./\S*|[\w.-]+/[\w./-]+@[0-9a-f]{40})$`)
	tool := regexp.MustCompile(`go (?:run|install) (\S+@\S+)`)
	version := regexp.MustCompile(`@v\d+\.\d+\.\d+$`)
	all := ""
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all += string(data)
		for _, m := range uses.FindAllStringSubmatch(string(data), -1) {
			if !pinned.MatchString(m[1]) {
				t.Errorf("%s: %s is not pinned by a digest", name, m[1])
			}
		}
		for _, m := range tool.FindAllStringSubmatch(string(data), -1) {
			if !version.MatchString(m[1]) {
				t.Errorf("%s: %s is not pinned by a version", name, m[1])
			}
		}
		if !strings.Contains(string(data), "\npermissions:\n") {
			t.Errorf("%s: it does not say which permissions it needs", name)
		}
	}
	for _, wanted := range []string{"govulncheck", "npm audit", "cyclonedx-gomod", "schedule:"} {
		if !strings.Contains(all, wanted) {
			t.Errorf("no workflow has %s", wanted)
		}
	}
}

// file returns a file of the project.
func file(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
