package bounce_test

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"html"
	"io"
	"mime/quotedprintable"
	"slices"
	"strings"
	"testing"

	"github.com/undelivered/undelivered/internal/bounce"
	"github.com/undelivered/undelivered/internal/charsets"
	"github.com/undelivered/undelivered/internal/testkit"
)

// wanted is what a case of testdata says of its text, beside the keys of [testkit]:
//
//	none:                    no code stands where it would be one, only loosely among words
//	flags: delivery bounce   what the report as a whole says of itself
//	subject: Größe           the subject, decoded
//	source: covers           it is encoded: places lead to what encodes a thing, not to the thing
//	outcome: delay           for the tests of package explain
//	failure:                 begins a failed recipient; the keys below belong to it
//	recipient: reply: enhanced: host: action: status: wait: diagnostic:
//
// What a failure leaves out must not be found, but for the diagnostic, which is compared only
// where it is given, with every run of white space as one space.
type wanted struct {
	none     bool
	flags    string
	subject  string
	covers   bool
	failures []failure
}

type failure struct {
	recipient, reply, enhanced, host, action, status, wait, diagnostic string
}

func want(t testing.TB, c testkit.Case) (w wanted) {
	t.Helper()
	for _, key := range c.Keys {
		var at *string
		if len(w.failures) > 0 {
			f := &w.failures[len(w.failures)-1]
			at = map[string]*string{
				"recipient": &f.recipient, "reply": &f.reply, "enhanced": &f.enhanced, "host": &f.host,
				"action": &f.action, "status": &f.status, "wait": &f.wait, "diagnostic": &f.diagnostic,
			}[key.Name]
		}
		switch {
		case at != nil && *at == "" && key.Value != "":
			*at = key.Value
		case key.Name == "failure" && key.Value == "":
			w.failures = append(w.failures, failure{})
		case key.Name == "none" && key.Value == "":
			w.none = true
		case key.Name == "flags":
			w.flags = key.Value
		case key.Name == "subject":
			w.subject = key.Value
		case key.Name == "source" && key.Value == "covers":
			w.covers = true
		case key.Name == "outcome":
		default:
			t.Fatalf("%s: %s: %s is not known here, or empty, or given twice", key.Place, key.Name, key.Value)
		}
	}
	if w.none == (len(w.failures) > 0) {
		t.Fatalf("%s: a case has either failures or none", c.Name)
	}
	return w
}

func cases(t testing.TB) []testkit.Case {
	t.Helper()
	all, err := testkit.Dir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestRead(t *testing.T) {
	for _, c := range cases(t) {
		t.Run(c.Name, func(t *testing.T) {
			k := want(t, c)
			r := bounce.Read(c.Text, charsets.All{})
			if got := flags(r); k.flags != "" && got != k.flags {
				t.Errorf("flags: %s, want %s", got, k.flags)
			}
			if k.subject != "" && r.Subject != k.subject {
				t.Errorf("the subject is %q, want %q", r.Subject, k.subject)
			}
			if k.none {
				for _, f := range r.Failures {
					if got := found(r, &f); f.Strength > bounce.Loose || got.action != "" {
						t.Errorf("found what is not there:\n%s", got)
					}
				}
				return
			}
			if len(r.Failures) != len(k.failures) {
				t.Errorf("%d failures, want %d", len(r.Failures), len(k.failures))
			}
			for i := range r.Failures {
				f := &r.Failures[i]
				if i >= len(k.failures) {
					t.Errorf("failure %d is too much:\n%s", i+1, found(r, f))
					continue
				}
				want, got := k.failures[i], found(r, f)
				if want.diagnostic == "" {
					got.diagnostic = ""
				}
				if got != want {
					t.Errorf("failure %d is\n%swant\n%s", i+1, got, want)
				}
				evidence(t, r, f, c.Text, k.covers)
			}
			for i := len(r.Failures); i < len(k.failures); i++ {
				t.Errorf("failure %d is missing:\n%s", i+1, k.failures[i])
			}
		})
	}
}

// found is what the report says of a failure, in the form of a case.
func found(r *bounce.Report, f *bounce.Failure) failure {
	got := failure{
		recipient: f.Recipient, reply: f.Reply.Value, enhanced: f.Enhanced.Value, host: f.RemoteHost,
		action: f.Action, status: f.Status.Value, diagnostic: strings.Join(strings.Fields(r.Text[f.Start:f.End]), " "),
	}
	if wait, ok := r.Wait(f); ok {
		got.wait = r.Text[wait.Start:wait.End]
	}
	return got
}

func (f failure) String() string {
	var b strings.Builder
	for _, line := range [...][2]string{
		{"recipient", f.recipient}, {"reply", f.reply}, {"enhanced", f.enhanced}, {"host", f.host},
		{"action", f.action}, {"status", f.status}, {"wait", f.wait}, {"diagnostic", f.diagnostic},
	} {
		if line[1] != "" {
			fmt.Fprintf(&b, "\t%s: %s\n", line[0], line[1])
		}
	}
	return cmp.Or(b.String(), "\tnothing\n")
}

func flags(r *bounce.Report) string {
	var all []string
	for _, flag := range [...]struct {
		name string
		set  bool
	}{
		{"message", r.Message}, {"delivery", r.Delivery}, {"complaint", r.Complaint}, {"automatic", r.Automatic},
		{"bounce", r.Bounce}, {"no-return", r.NoReturn}, {"log", r.Log},
	} {
		if flag.set {
			all = append(all, flag.name)
		}
	}
	return cmp.Or(strings.Join(all, " "), "-")
}

// evidence checks that each thing found leads to itself in the given text.
func evidence(t *testing.T, r *bounce.Report, f *bounce.Failure, text string, encoded bool) {
	t.Helper()
	for _, part := range [...]struct {
		name, value string
		at          bounce.Span
	}{
		{"recipient", f.Recipient, f.At}, {"reply", f.Reply.Value, f.Reply.Span}, {"enhanced", f.Enhanced.Value, f.Enhanced.Span},
		{"host", f.RemoteHost, f.HostAt}, {"status", f.Status.Value, f.Status.Span},
	} {
		if part.value == "" {
			continue
		}
		if !strings.EqualFold(r.Text[part.at.Start:part.at.End], part.value) {
			t.Errorf("the %s %q is said to stand at %q of the readable text", part.name, part.value, r.Text[part.at.Start:part.at.End])
			continue
		}
		s := r.Source(part.at)
		if encoded && !covers(text, s, part.value) {
			t.Errorf("the %s %q is not in its source, %q", part.name, part.value, text[s.Start:s.End])
		}
		if !encoded && !strings.EqualFold(text[s.Start:s.End], part.value) {
			t.Errorf("the source of the %s %q is %q", part.name, part.value, text[s.Start:s.End])
		}
	}
}

// covers reports whether the stretch s of an encoded text holds what encodes the value, and
// little more.
func covers(text string, s bounce.Span, value string) bool {
	stretch := text[s.Start:s.End]
	if len(stretch) > 3*len(value)+24 {
		return false
	}
	if plain, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(stretch))); err == nil && contains(string(plain), value) {
		return true
	}
	return contains(stretch, value) || contains(html.UnescapeString(stretch), value) || contains(unwrap(stretch), value) ||
		contains(based(text, s), value)
}

func contains(s, value string) bool {
	return strings.Contains(strings.ToLower(s), strings.ToLower(value))
}

// unwrap takes line ends and quoting marks out of an address that they stand in.
func unwrap(s string) string {
	return strings.NewReplacer("\r", "", "\n", "", "> ", "", ">", "").Replace(s)
}

// based decodes the base64 that the stretch stands in, from four letters to four letters.
func based(text string, s bounce.Span) string {
	line := strings.LastIndexAny(text[:s.Start], "\r\n") + 1
	start := line + (s.Start-line)/4*4
	var letters []byte
	for at := start; at < len(text) && (at < s.End || len(letters)%4 != 0); at++ {
		if c := text[at]; c != '\r' && c != '\n' {
			letters = append(letters, c)
		}
	}
	plain, err := base64.StdEncoding.DecodeString(string(letters))
	if err != nil {
		return ""
	}
	return string(plain)
}

// Reading must not depend on what a text was read with before, nor on legacy charsets being
// there where none is needed.
func TestReadIsPure(t *testing.T) {
	for _, k := range cases(t) {
		first, second := bounce.Read(k.Text, charsets.All{}), bounce.Read(k.Text, charsets.All{})
		if !slices.Equal(first.Failures, second.Failures) || first.Text != second.Text {
			t.Errorf("%s: read twice, it says two things", k.Name)
		}
		bounce.Read(k.Text, nil)
	}
}
