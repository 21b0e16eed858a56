package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const root = "../.."

// call runs the command in this process and returns its exit status and what it printed.
func call(t *testing.T, in string, args ...string) (status int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	status = run(context.Background(), args, stdio{strings.NewReader(in), &o, &e})
	return status, o.String(), e.String()
}

func TestUsage(t *testing.T) {
	for _, test := range []struct {
		args   string
		status int
		says   string // on standard output where the status is 0, else on standard error
	}{
		{"", 2, "undelivered explain"},
		{"--help", 0, "pbpaste | undelivered explain"},
		{"help", 0, "undelivered build"},
		{"explain --help", 0, "standard input"},
		{"build --help", 0, "-base-url"},
		{"serve --help", 0, "-addr"},
		{"check --help", 0, "writes nothing"},
		{"expalin", 2, `there is no command "expalin"`},
		{"build --oot x", 2, "flag provided but not defined"},
		{"build dist", 2, `"dist" is one argument too many`},
		{"explain no-such-file", 1, "no-such-file"},
		{"check --codes no-such.yaml", 1, "no-such.yaml"},
	} {
		status, out, errs := call(t, "", strings.Fields(test.args)...)
		said := errs
		if test.status == 0 {
			said = out
		}
		flat := strings.ReplaceAll(strings.ToLower(said), "\n", " ")
		if status != test.status || !strings.Contains(flat, strings.ToLower(test.says)) {
			t.Errorf("undelivered %s: status %d, want %d with %q; it said:\n%s", test.args, status, test.status, test.says, said)
		}
	}
}

// twoFailed is a delivery report for two recipients, as a mail program keeps it.
const twoFailed = "testdata/two-failed.eml"

// pastes are what people paste, with what they must read.
var pastes = []struct {
	name, text, file string
	outcome          string
	findings         []map[string]string
	pages            []string
}{
	{name: "a pop-up", text: "Could not send your message. Error 421.", outcome: "bounce",
		findings: []map[string]string{{"reply": "421", "permanence": "temporary"}}, pages: []string{"codes/421.html"}},
	{name: "a reply", text: "550 5.1.1 <bob@example.com>: Recipient address rejected: User unknown", outcome: "bounce",
		findings: []map[string]string{{"reply": "550", "enhanced": "5.1.1", "permanence": "permanent", "reason": "mailbox-unknown", "actor": "sender", "recipient": "bob@example.com"}},
		pages:    []string{"codes/550.html", "enhanced/5.1.1.html", "reasons/mailbox-unknown.html"}},
	{name: "a number", text: "452", outcome: "bounce",
		findings: []map[string]string{{"reply": "452", "permanence": "temporary"}}, pages: []string{"codes/452.html"}},
	{name: "a report", file: twoFailed, outcome: "bounce",
		findings: []map[string]string{
			{"reply": "550", "enhanced": "5.1.1", "permanence": "permanent", "reason": "mailbox-unknown", "recipient": "bob@example.com", "remote_host": "mx.example.com"},
			{"reply": "552", "enhanced": "5.2.2", "permanence": "permanent", "reason": "mailbox-full", "recipient": "carol@example.net", "actor": "recipient"},
		}, pages: []string{"codes/550.html", "codes/552.html", "enhanced/5.1.1.html"}},
	{name: "prose", text: "Hello, see you at 4.5.1 Station Street at 5.50!", outcome: "none"},
}

// TestExplainJSON holds the command's answers to the fields that are documented.
func TestExplainJSON(t *testing.T) {
	for _, test := range pastes {
		t.Run(test.name, func(t *testing.T) {
			args := []string{"explain", "--json"}
			if test.file != "" {
				args = append(args, test.file)
			}
			status, out, errs := call(t, test.text, args...)
			if status != 0 {
				t.Fatalf("status %d: %s", status, errs)
			}
			if n := strings.Count(out, "\n"); n != 1 {
				t.Errorf("%d lines, want one", n)
			}
			text := test.text
			if test.file != "" {
				data, err := os.ReadFile(test.file)
				if err != nil {
					t.Fatal(err)
				}
				text = string(data)
			}
			var got struct {
				File     string
				Outcome  string
				Findings []map[string]any
			}
			if err := json.Unmarshal([]byte(out), &got); err != nil {
				t.Fatal(err)
			}
			if got.Outcome != test.outcome || len(got.Findings) != len(test.findings) || got.File != test.file {
				t.Fatalf("got %s with %d findings for %q, want %s with %d", got.Outcome, len(got.Findings), got.File, test.outcome, len(test.findings))
			}
			var pages []string
			for i, f := range got.Findings {
				for _, field := range []string{"reply", "enhanced", "permanence", "reason", "actor", "recipient", "provider", "remote_host", "client",
					"diagnostic", "title", "summary", "steps", "retry", "page", "evidence", "notes"} {
					if _, ok := f[field]; !ok {
						t.Errorf("finding %d has no field %q", i, field)
					}
				}
				for field, want := range test.findings[i] {
					if f[field] != want {
						t.Errorf("finding %d: %s is %q, want %q", i, field, f[field], want)
					}
				}
				if f["title"] == "" || f["summary"] == "" || len(f["steps"].([]any)) == 0 {
					t.Errorf("finding %d has no title, summary or steps: %v", i, f)
				}
				for _, l := range f["links"].([]any) {
					pages = append(pages, l.(map[string]any)["page"].(string))
				}
				for _, e := range f["evidence"].([]any) {
					e := e.(map[string]any)
					stretch := text[int(e["start"].(float64)):int(e["end"].(float64))]
					if kind := e["kind"].(string); (kind == "reply" || kind == "enhanced" || kind == "recipient") && stretch != f[kind] {
						t.Errorf("finding %d: the evidence for its %s %q is %q", i, kind, f[kind], stretch)
					}
				}
			}
			for _, page := range test.pages {
				if !strings.Contains(strings.Join(pages, " "), page) {
					t.Errorf("no link to %s, only to %v", page, pages)
				}
			}
		})
	}
}

// TestExplainText holds what a person reads to the same answers.
func TestExplainText(t *testing.T) {
	for _, test := range pastes {
		args := []string{"explain"}
		if test.file != "" {
			args = append(args, test.file)
		}
		status, out, errs := call(t, test.text, args...)
		if status != 0 {
			t.Fatalf("%s: status %d: %s", test.name, status, errs)
		}
		for _, page := range test.pages {
			if !strings.Contains(out, page) {
				t.Errorf("%s: %s is not named in:\n%s", test.name, page, out)
			}
		}
		for _, f := range test.findings {
			if want := strings.ToUpper(f["permanence"][:1]) + f["permanence"][1:]; !strings.Contains(out, want) {
				t.Errorf("%s: it does not say %q:\n%s", test.name, want, out)
			}
			if !strings.Contains(out, f["recipient"]) {
				t.Errorf("%s: it does not name %s:\n%s", test.name, f["recipient"], out)
			}
		}
		if test.outcome == "none" && !strings.Contains(out, "not look like a mail error") {
			t.Errorf("%s is not told to be no mail error:\n%s", test.name, out)
		}
	}
}

func TestExplainSeveralFiles(t *testing.T) {
	dir := t.TempDir()
	var names []string
	for i, text := range []string{"452", "nothing of the kind", "550 5.1.1 User unknown"} {
		name := filepath.Join(dir, fmt.Sprintf("%d.txt", i))
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	status, out, errs := call(t, "", append([]string{"explain", "--json"}, names...)...)
	if status != 0 {
		t.Fatalf("status %d: %s", status, errs)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != len(names) {
		t.Fatalf("%d lines for %d files", len(lines), len(names))
	}
	for i, line := range lines {
		var got struct{ File string }
		if err := json.Unmarshal([]byte(line), &got); err != nil || got.File != names[i] {
			t.Errorf("line %d is about %q (%v), want %q", i, got.File, err, names[i])
		}
	}
}

// damages are ways in which a line of codes.yaml goes wrong. Each turns the first match of
// find into with, and the line of the match must be named. The rows are found by shape, so
// that the test holds whatever the file says.
var damages = []struct {
	name, find, with string
	line             int    // of the match that is at fault, counted from its first
	says             string // what must be said
}{
	{name: "an unknown key", find: `(?m)^  "421":\n    name:`, with: "  \"421\":\n    nmae:", line: 1, says: "nmae"},
	{name: "a key twice", find: `(?m)^  "421":\n(    name: .*\n)`, with: "  \"421\":\n$1$1", line: 2, says: "name"},
	{name: "a row twice", find: `(?m)^  "450":\n`, with: "  \"421\":\n", line: 0, says: "421"},
	{name: "a malformed reply code", find: `(?m)^  "452":\n`, with: "  \"45\":\n", line: 0, says: "45"},
	{name: "a malformed enhanced code", find: `(?m)^  "?X\.1\.1"?:\n`, with: "  \"X.1\":\n", line: 0, says: "X.1"},
	{name: "an unknown kind", find: `(?m)^    kind: standard$`, with: "    kind: standrad", line: 0, says: "standrad"},
	{name: "a reference to no reason", find: `(?m)^    reason: protocol-error$`, with: "    reason: protocol-eror", line: 0, says: "protocol-eror"},
	{name: "a reference to no source", find: `(?m)^    sources: \[rfc5321 `, with: "    sources: [rfc5231 ", line: 0, says: "rfc5231"},
	{name: "no version", find: `(?m)^version: 1$`, with: "version: 2", line: 0, says: "version"},
	{name: "a tab", find: `(?m)^  "421":\n    name:`, with: "  \"421\":\n\tname:", line: 1, says: "tab"},
	{name: "an unknown section", find: `(?m)^replies:$`, with: "repplies:", line: 0, says: "repplies"},
	{name: "an actor who is nobody", find: `(?m)^    actor: sender-provider$`, with: "    actor: sender-providers", line: 0, says: "sender-providers"},
	{name: "a quote that is not closed", find: `(?m)^    kind: standard$`, with: "    kind: \"standard", line: 0, says: "quotation mark"},
}

// TestDamage damages codes.yaml and holds check to naming the line, and build to leaving
// the site as it was.
func TestDamage(t *testing.T) {
	whole, err := os.ReadFile(filepath.Join(root, "codes.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, damage := range damages {
		t.Run(damage.name, func(t *testing.T) {
			find := regexp.MustCompile(damage.find)
			at := find.FindIndex(whole)
			if at == nil {
				t.Fatalf("codes.yaml has nothing like %s; mend this test", damage.find)
			}
			line := bytes.Count(whole[:at[0]], []byte("\n")) + 1 + damage.line
			damaged := append(append(bytes.Clone(whole[:at[0]]), find.ReplaceAll(whole[at[0]:at[1]], []byte(damage.with))...), whole[at[1]:]...)
			dir := t.TempDir()
			codes := filepath.Join(dir, "codes.yaml")
			if err := os.WriteFile(codes, damaged, 0o666); err != nil {
				t.Fatal(err)
			}
			status, _, errs := call(t, "", "check", "--codes", codes)
			named := regexp.MustCompile(fmt.Sprintf(`(?m)^codes\.yaml:%d: .*%s.*; `, line, regexp.QuoteMeta(damage.says)))
			if status != 1 || !named.MatchString(errs) {
				t.Errorf("status %d, want 1 and line %d named with %q:\n%s", status, line, damage.says, errs)
			}

			out := filepath.Join(dir, "dist")
			if err := os.Mkdir(out, 0o777); err != nil {
				t.Fatal(err)
			}
			old := filepath.Join(out, "index.html")
			if err := os.WriteFile(old, []byte("the old site"), 0o666); err != nil {
				t.Fatal(err)
			}
			if status, _, _ := call(t, "", "build", "--codes", codes, "--out", out); status != 1 {
				t.Errorf("build ended with %d, want 1", status)
			}
			var left []string
			filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
				if !d.IsDir() {
					left = append(left, filepath.Base(path))
				}
				return err
			})
			if data, err := os.ReadFile(old); err != nil || string(data) != "the old site" || len(left) != 2 {
				t.Errorf("the old site was touched: %q, %v, files %v", data, err, left)
			}
		})
	}
}

// TestCheckCounts wants check to say what holds of how many rows, and of how many it does
// not, where it does not.
func TestCheckCounts(t *testing.T) {
	said := func(args ...string) (status int, out, errs string) {
		return call(t, "", append([]string{"check"}, args...)...)
	}
	status, out, errs := said("--codes", filepath.Join(root, "codes.yaml"), "--content", filepath.Join(root, "content"))
	if status != 0 {
		t.Fatalf("status %d: %s", status, errs)
	}
	counts := map[string]string{}
	for _, text := range []string{
		"reasons have steps for each role, and a message to send", "entries have a source",
		"phrases have an example that the decoder gets right", "examples are recognised as their rows say",
	} {
		m := regexp.MustCompile(`(?m)^all (\d+) ` + text + `$`).FindStringSubmatch(out)
		if m == nil {
			t.Fatalf("check does not say for how many %s:\n%s", text, out)
		}
		counts[text] = m[1]
	}
	for _, section := range []string{"reasons", "phrases"} {
		rows := regexp.MustCompile(`(?m)^ *(\d+) +\d+ +\d+ ` + section + `$`).FindStringSubmatch(out)
		claim := ""
		for text, n := range counts {
			if strings.HasPrefix(text, section) {
				claim = n
			}
		}
		if rows == nil || rows[1] != claim {
			t.Errorf("%q rows of %s, and a claim of %s", rows, section, claim)
		}
	}

	data, err := os.ReadFile(filepath.Join(root, "codes.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, damage := range []struct{ name, find, with, says string }{
		{"a reason without a message", `(?m)^    message: \|\n(      .*\n|\n)+`, "", "reasons have steps for each role, and a message to send"},
		{"a reason without the steps of a role", `(?m)^      recipient-provider:\n(        - .*\n)+(    mistaken-for)`, "$2", "reasons have steps for each role, and a message to send"},
		{"an entry without a source", `(?m)^(reasons:\n(?s:.*?))\n    sources: .*`, "$1", "entries have a source"},
		{"a phrase whose example says something else", `(?m)^(phrases:\n(?s:.*?)example: ).*`, "$1\"552 5.2.2 mailbox full\"}", "phrases have an example that the decoder gets right"},
	} {
		find := regexp.MustCompile(damage.find)
		at := find.FindIndex(data)
		if at == nil {
			t.Fatalf("codes.yaml has nothing like %s; mend this test", damage.find)
		}
		codes := filepath.Join(t.TempDir(), "codes.yaml")
		damaged := append(append(bytes.Clone(data[:at[0]]), find.ReplaceAll(data[at[0]:at[1]], []byte(damage.with))...), data[at[1]:]...)
		if err := os.WriteFile(codes, damaged, 0o666); err != nil {
			t.Fatal(err)
		}
		status, out, errs := said("--codes", codes)
		if !regexp.MustCompile(`(?m)^only \d+ of \d+ `+damage.says+`$`).MatchString(out) || status != 1 || !strings.Contains(errs, "codes.yaml:") {
			t.Errorf("%s: status %d, and it said\n%s%s", damage.name, status, out, errs)
		}
	}
}

// TestProblemsTogether puts several mistakes into one file and wants all of them at once.
func TestProblemsTogether(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(root, "codes.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for _, change := range [][2]string{
		{"    kind: standard\n", "    kind: standrad\n"},
		{"    actor: sender-provider\n", "    actor: nobody\n"},
		{"User unknown\"", "Greylisted\""}, // an example that says something else than its row
	} {
		if !strings.Contains(text, change[0]) {
			t.Fatalf("codes.yaml has no %q; mend this test", change[0])
		}
		text = strings.Replace(text, change[0], change[1], 1)
	}
	codes := filepath.Join(t.TempDir(), "codes.yaml")
	if err := os.WriteFile(codes, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	_, _, errs := call(t, "", "check", "--codes", codes)
	for _, want := range []string{"standrad", "nobody", "the example"} {
		if !strings.Contains(errs, want) {
			t.Errorf("%q is not among the problems:\n%s", want, errs)
		}
	}
}

func TestExplainFolderAndMailbox(t *testing.T) {
	dir := t.TempDir()
	const one, two = "550 5.1.1 <bob@example.com>: User unknown\n", "452 4.2.2 <carol@example.net>: Mailbox full\n"
	mbox := "From MAILER-DAEMON Tue Nov 24 10:15:03 2026\nFrom: MAILER-DAEMON@example.org\nSubject: failure\n\n" + one +
		"\nFrom MAILER-DAEMON Tue Nov 24 10:16:03 2026\nFrom: MAILER-DAEMON@example.org\nSubject: failure\n\n" + two
	for name, text := range map[string]string{"b/two.eml": two, "a.txt": one, ".hidden": one, "all.mbox": mbox, "all": mbox} {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	recipients := func(args ...string) (all []string) {
		t.Helper()
		status, out, errs := call(t, "", append([]string{"explain", "--json"}, args...)...)
		if status != 0 {
			t.Fatalf("status %d: %s", status, errs)
		}
		for line := range strings.Lines(out) {
			var r struct {
				File     string
				Findings []struct{ Recipient string }
			}
			if err := json.Unmarshal([]byte(line), &r); err != nil {
				t.Fatal(err)
			}
			names := filepath.Base(r.File) + ":"
			for _, f := range r.Findings {
				names += " " + f.Recipient
			}
			all = append(all, names)
		}
		return all
	}
	all := filepath.Join(dir, "all")
	for _, test := range []struct{ name, got, want string }{
		{"a folder", strings.Join(recipients(filepath.Join(dir, "b"), filepath.Join(dir, "a.txt")), "; "), "two.eml: carol@example.net; a.txt: bob@example.com"},
		{"a mailbox by its name", strings.Join(recipients(all+".mbox"), "; "), "all.mbox: bob@example.com; all.mbox: carol@example.net"},
		{"a mailbox by the flag", strings.Join(recipients("--mbox", all), "; "), "all: bob@example.com; all: carol@example.net"},
		{"one text", fmt.Sprint(len(recipients(all))), "1"},
	} {
		if test.got != test.want {
			t.Errorf("%s: %s, want %s", test.name, test.got, test.want)
		}
	}
	if got := len(recipients(dir)); got != 5 {
		t.Errorf("%d texts in the folder, want 5: the hidden file is none, the mailbox two", got)
	}
}
