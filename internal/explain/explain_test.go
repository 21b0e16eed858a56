package explain_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/undelivered/undelivered/internal/catalog"
	"github.com/undelivered/undelivered/internal/charsets"
	"github.com/undelivered/undelivered/internal/explain"
	"github.com/undelivered/undelivered/internal/testkit"
)

// known is the project's own codes.yaml.
var known = sync.OnceValues(func() (*catalog.Catalog, error) {
	data, err := os.ReadFile("../../codes.yaml")
	if err != nil {
		return nil, err
	}
	c, problems := catalog.Load("codes.yaml", data)
	return c, problems.Err()
})

// knowledge is what is known, packed.
var knowledge = sync.OnceValues(func() ([]byte, error) {
	c, err := known()
	if err != nil {
		return nil, err
	}
	return c.Pack(), nil
})

var explainer = sync.OnceValues(func() (*explain.Explainer, error) {
	data, err := knowledge()
	if err != nil {
		return nil, err
	}
	return explain.Open(data)
})

func open(t testing.TB) *explain.Explainer {
	t.Helper()
	e, err := explainer()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func cases(t testing.TB, dir string) []testkit.Case {
	t.Helper()
	all, err := testkit.Dir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestExplain reads the cases of testdata. Beside those of [testkit] a case has the key
// outcome and, for each finding, the keys below; "finding:" begins the second and further
// ones. The key says is for words of the verdict or a note. A value of - means that nothing may be said; what is left out is not asked.
func TestExplain(t *testing.T) {
	e := open(t)
	for _, c := range cases(t, "testdata") {
		t.Run(c.Name, func(t *testing.T) {
			res := e.Explain(c.Text, charsets.All{})
			check(t, c.Text, res)
			n, outcome := 0, ""
			for _, key := range c.Keys {
				switch key.Name {
				case "outcome":
					outcome = key.Value
					if res.Outcome != outcome {
						t.Errorf("the outcome is %s, want %s: %s", res.Outcome, outcome, summary(res))
					}
					continue
				case "finding":
					n++
					continue
				case "says": // in the verdict or in a note
					said := res.Verdict
					for _, f := range res.Findings {
						said += "\n" + strings.Join(f.Notes, "\n")
					}
					if !strings.Contains(said, key.Value) {
						t.Errorf("it does not say %q: %s", key.Value, said)
					}
					continue
				}
				var f explain.Finding
				if n < len(res.Findings) {
					f = res.Findings[n]
				}
				got, known := map[string]string{
					"reply": f.Reply, "enhanced": f.Enhanced, "reason": f.Reason, "permanence": f.Permanence, "actor": f.Actor,
					"provider": f.Provider, "client": f.Client, "recipient": f.Recipient, "host": f.RemoteHost, "retry": f.Retry,
				}[key.Name]
				if !known {
					t.Fatalf("%s: the key %s is not known", key.Place, key.Name)
				}
				want := key.Value
				if want == "-" {
					want = ""
				}
				if got != want {
					t.Errorf("finding %d: the %s is %q, want %q: %s", n+1, key.Name, got, want, summary(res))
				}
			}
			if outcome == "" {
				t.Fatal("the case names no outcome")
			}
			if outcome != "none" && len(res.Findings) != n+1 {
				t.Errorf("%d findings, want %d: %s", len(res.Findings), n+1, summary(res))
			}
			if outcome == "none" && len(res.Findings) != 0 {
				t.Errorf("findings where there is nothing: %s", summary(res))
			}
		})
	}
}

func summary(r *explain.Result) string {
	var b strings.Builder
	b.WriteString(r.Outcome)
	for _, f := range r.Findings {
		b.WriteString(" [" + strings.Join([]string{f.Reply, f.Enhanced, f.Reason, f.Permanence, f.Actor, f.Provider + f.Client, f.Recipient, f.RemoteHost}, " | "))
		b.WriteString("] believed " + strings.Join(f.Rows, ", "))
	}
	return b.String()
}

// TestFormats explains the cases of package bounce: the outcome that each names, or else
// bounce where it has failures and none where it has not, and a finding for each recipient
// that failed.
func TestFormats(t *testing.T) {
	e := open(t)
	for _, c := range cases(t, "../bounce/testdata") {
		t.Run(c.Name, func(t *testing.T) {
			type wanted struct{ recipient, reply, enhanced, action string }
			outcome := "bounce"
			var failures []wanted
			for _, key := range c.Keys {
				last := len(failures) - 1
				switch key.Name {
				case "none":
					outcome = "none"
				case "failure":
					failures = append(failures, wanted{})
				case "recipient":
					failures[last].recipient = key.Value
				case "reply":
					failures[last].reply = key.Value
				case "enhanced":
					failures[last].enhanced = key.Value
				case "action":
					failures[last].action = key.Value
				}
			}
			for _, key := range c.Keys {
				if key.Name == "outcome" {
					outcome = key.Value
				}
			}
			if len(failures) > 1 { // good news beside bad is not told
				kept := failures[:0]
				for _, f := range failures {
					if f.action != "delivered" && f.action != "relayed" && f.action != "expanded" {
						kept = append(kept, f)
					}
				}
				failures = kept
			}
			res := e.Explain(c.Text, charsets.All{})
			check(t, c.Text, res)
			if res.Outcome != outcome {
				t.Fatalf("the outcome is %s, want %s: %s", res.Outcome, outcome, summary(res))
			}
			if len(failures) == 0 {
				return
			}
			if len(res.Findings) != len(failures) {
				t.Fatalf("%d findings, want %d: %s", len(res.Findings), len(failures), summary(res))
			}
			for i, want := range failures {
				f := res.Findings[i]
				if f.Recipient != want.recipient || f.Reply != want.reply || f.Enhanced != want.enhanced {
					t.Errorf("finding %d: %s %s for %q, want %s %s for %q", i+1, f.Reply, f.Enhanced, f.Recipient, want.reply, want.enhanced, want.recipient)
				}
				if f.Actor == "" || f.Summary == "" || f.Title == "" || len(f.Advice) == 0 {
					t.Errorf("finding %d says too little: %+v", i+1, f)
				}
			}
		})
	}
}

// check fails where a result contradicts itself or the text.
func check(t testing.TB, text string, r *explain.Result) {
	t.Helper()
	switch r.Outcome {
	case "bounce", "delay", "reply", "delivered", "auto-reply", "complaint":
		if len(r.Findings) == 0 {
			t.Errorf("a %s has no finding", r.Outcome)
		}
	case "none":
	default:
		t.Errorf("there is no outcome %q", r.Outcome)
	}
	if r.Verdict == "" {
		t.Error("there is no verdict")
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		switch f.Permanence {
		case "", "permanent", "temporary":
		default:
			t.Errorf("there is no permanence %q", f.Permanence)
		}
		for n, e := range f.Evidence {
			if e.Start < 0 || e.Start >= e.End || e.End > len(text) {
				t.Fatalf("evidence of a %s stands at %d to %d of %d bytes", e.Kind, e.Start, e.End, len(text))
			}
			if n > 0 && e.Start < f.Evidence[n-1].Start {
				t.Errorf("evidence of a %s at %d stands behind that at %d", e.Kind, e.Start, f.Evidence[n-1].Start)
			}
			if utf8.ValidString(text) && !utf8.ValidString(text[e.Start:e.End]) {
				t.Errorf("evidence of a %s, at %d to %d, parts a letter: %q", e.Kind, e.Start, e.End, text[e.Start:e.End])
			}
		}
	}
	if line := r.AppendJSON(nil); !json.Valid(line) {
		t.Errorf("no JSON: %s", line)
	}
}

// TestEvidence asks for the very words that are marked, in texts that are not encoded.
func TestEvidence(t *testing.T) {
	e := open(t)
	tests := []struct {
		about, text string
		want        []string // the kind and the words of each
	}{
		{"plain", "bob@example.com: 550 5.1.1 User unknown", []string{"recipient bob@example.com", "reply 550", "enhanced 5.1.1", "phrase User unknown"}},
		{"behind emoji", "😱😱👩‍👩‍👧 bob@example.com: 550 5.1.1 User unknown", []string{"recipient bob@example.com", "reply 550", "enhanced 5.1.1", "phrase User unknown"}},
		{"behind Japanese", "宛先：bob@example.com 応答：550 5.1.1 User unknown", []string{"recipient bob@example.com", "reply 550", "enhanced 5.1.1", "phrase User unknown"}},
		{"a phrase over two lines", "550 user\n    unknown", []string{"reply 550", "phrase user\n    unknown"}},
		{"a time to wait", "450 4.7.1 Greylisted, please try again in 300 seconds", []string{"reply 450", "enhanced 4.7.1", "retry 300 seconds"}},
	}
	for _, test := range tests {
		res := e.Explain(test.text, charsets.All{})
		if len(res.Findings) != 1 {
			t.Errorf("%s: %s", test.about, summary(res))
			continue
		}
		var got []string
		for _, v := range res.Findings[0].Evidence {
			got = append(got, v.Kind+" "+test.text[v.Start:v.End])
		}
		for _, want := range test.want {
			found := false
			for _, g := range got {
				// Words may be marked with more of what stands around them.
				found = found || g == want || strings.HasPrefix(want, "phrase ") && strings.HasPrefix(g, "phrase ") && strings.Contains(g, strings.TrimPrefix(want, "phrase "))
			}
			if !found {
				t.Errorf("%s: %q is not marked, but %q", test.about, want, got)
			}
		}
	}
}

// TestSuppose asks for a reason that the text itself does not tell.
func TestSuppose(t *testing.T) {
	e := open(t)
	tests := []struct {
		about, text, reason string
		want                []string // the reasons of the findings
	}{
		{"instead of its own words", "550 5.1.1 <bob@example.com>: User unknown", "mailbox-full", []string{"mailbox-full"}},
		{"where nothing is recognised", "The blue light of your modem is off.", "network", []string{"network"}},
		{"for each recipient", "<bob@example.com>: 550 5.1.1 User unknown\n<carol@example.com>: 452 4.2.2 Mailbox full\n", "policy", []string{"policy", "policy"}},
		{"that is not known", "550 5.1.1 <bob@example.com>: User unknown", "no-such-reason", []string{"mailbox-unknown"}},
		{"that is none", "550 5.1.1 <bob@example.com>: User unknown", "", []string{"mailbox-unknown"}},
	}
	for _, test := range tests {
		res := e.Suppose(test.text, test.reason, charsets.All{})
		check(t, test.text, res)
		var got []string
		for i := range res.Findings {
			f := &res.Findings[i]
			got = append(got, f.Reason)
			if f.Title == "" || f.Summary == "" || len(f.Advice) == 0 || f.Page == "" {
				t.Errorf("%s: finding %d says too little: %+v", test.about, i+1, f)
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: the reasons are %q, want %q", test.about, got, test.want)
		}
	}
}

// TestMost wants what is beyond the most to be counted.
func TestMost(t *testing.T) {
	data, err := knowledge()
	if err != nil {
		t.Fatal(err)
	}
	e, err := explain.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	e.Most = 2
	res := e.Explain("<bob@example.com>: 550 5.1.1 User unknown\n<carol@example.com>: 452 4.2.2 Mailbox full\n<dan@example.com>: 550 5.7.1 Spam\n", charsets.All{})
	if len(res.Findings) != 2 || res.Unlisted != 1 || !strings.HasPrefix(res.Verdict, "3 ") {
		t.Errorf("%d findings and %d more, and the verdict %q", len(res.Findings), res.Unlisted, res.Verdict)
	}
	if json := string(res.AppendJSON(nil)); !strings.Contains(json, `"unlisted":1,`) {
		t.Errorf("the JSON does not count what is not listed: %s", json)
	}
}

// TestJSONStrings compares how strings are written with encoding/json.
func TestJSONStrings(t *testing.T) {
	for _, text := range []string{"", "plain", "\"\\/", "<b>&amp;</b>", "a\nb\tc\rd\x00\x1f\x7f", "Größe 受信者 😀", "\u2028 \u2029 \u2027", "\ufffd", "\xff\xfe", "a\xc3", "\xf0\x9f\x98", "😀\xff<"} {
		line := (&explain.Result{Verdict: text}).AppendJSON(nil)
		var got struct{ Verdict string }
		if err := json.Unmarshal(line, &got); err != nil {
			t.Errorf("%q: %v in %s", text, err, line)
		}
		if want := strings.ToValidUTF8(text, "\ufffd"); strings.ToValidUTF8(got.Verdict, "") != got.Verdict || len([]rune(got.Verdict)) != len([]rune(text)) && got.Verdict != want {
			t.Errorf("%q came back as %q", text, got.Verdict)
		}
		for _, c := range line {
			if c < 0x20 || c == '<' || c == '>' || c == '&' || c == 0x7f {
				t.Errorf("%q is written with %q in it: %s", text, c, line)
			}
		}
	}
}

// What is final is not waited for, whatever its code says: neither is it said to be tried again, nor
// is it nobody's move.
func TestGaveUp(t *testing.T) {
	e := open(t)
	for _, test := range []struct {
		name, text string
		waits      bool
	}{
		{"qmail gives up", "Hi. This is the qmail-send program at mail.example.com.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n<bob@example.org>:\n" +
			"Sorry, I wasn't able to establish an SMTP connection. (#4.4.1)\nI'm not going to try again; this message has been in the queue too long.\n", false},
		{"no code", "Delivery to the following recipient failed permanently:\n\n     bob@example.org\n\nTechnical details of permanent failure:\nDNS Error: DNS server returned answer with no data\n", false},
		{"a log", "Nov 24 10:15:03 mx postfix/smtp[1234]: 4XvB2q0Qz1z9rxM: to=<bob@example.org>, relay=none, delay=30, dsn=4.4.1, status=deferred (connect to mx.example.org[192.0.2.5]:25: No route to host)", true},
	} {
		res := e.Explain(test.text, charsets.All{})
		if len(res.Findings) != 1 {
			t.Fatalf("%s: it is %s", test.name, summary(res))
		}
		f := res.Findings[0]
		if waits := f.Actor == "wait"; waits != test.waits || strings.HasPrefix(f.Retry, "Nobody tries") == test.waits {
			t.Errorf("%s: whose move is %q, and of trying again it says %q", test.name, f.Actor, f.Retry)
		}
	}
}
