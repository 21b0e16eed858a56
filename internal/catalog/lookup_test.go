package catalog

import "testing"

func TestLookup(t *testing.T) {
	c := loadFixture(t)
	for _, test := range []struct {
		name      string
		got, want any
	}{
		{"source", c.Source("memory"), c.Sources[1]},
		{"no source", c.Source("rfc"), (*Source)(nil)},
		{"actor", c.Actor("wait"), c.Actors[2]},
		{"no actor", c.Actor(""), (*Actor)(nil)},
		{"reason", c.Reason("greylisted"), c.Reasons[1]},
		{"no reason", c.Reason("none"), (*Reason)(nil)},
		{"reply", c.Reply("550"), c.Replies[1]},
		{"no reply", c.Reply("551"), (*Reply)(nil)},
		{"enhanced code", c.EnhancedCode("X.1.1"), c.Enhanced[0]},
		{"enhanced code with a class", c.EnhancedCode("5.1.1"), c.Enhanced[0]},
		{"no enhanced code", c.EnhancedCode("5.1.2"), (*Enhanced)(nil)},
	} {
		if test.got != test.want {
			t.Errorf("%s: got %v, want %v", test.name, test.got, test.want)
		}
	}
}

func TestCite(t *testing.T) {
	c := loadFixture(t)
	for _, test := range []struct {
		ref  Ref
		want Citation
		ok   bool
	}{
		{"rfc5321 4.2.3", Citation{
			ID: "rfc5321", Name: "RFC 5321, Simple Mail Transfer Protocol", Short: "RFC 5321", Section: "4.2.3",
			URL: "https://www.rfc-editor.org/rfc/rfc5321.html#section-4.2.3", Checked: "2026-11-24",
		}, true},
		{"rfc5321", Citation{
			ID: "rfc5321", Name: "RFC 5321, Simple Mail Transfer Protocol", Short: "RFC 5321",
			URL: "https://www.rfc-editor.org/rfc/rfc5321.html", Checked: "2026-11-24",
		}, true},
		{"rfc5321  a b", Citation{ // a section that is no number still makes a URL
			ID: "rfc5321", Name: "RFC 5321, Simple Mail Transfer Protocol", Short: "RFC 5321", Section: "a b",
			URL: "https://www.rfc-editor.org/rfc/rfc5321.html#section-a%20b", Checked: "2026-11-24",
		}, true},
		{"memory of 2003", Citation{
			ID: "memory", Name: "What postmasters remember", Short: "What postmasters remember", Section: "of 2003",
			Checked: "2026-11-23", Note: "From memory.",
		}, true},
		{"rfc821 4.2", Citation{}, false},
		{"", Citation{}, false},
	} {
		if got, ok := c.Cite(test.ref); got != test.want || ok != test.ok {
			t.Errorf("Cite(%q) = %+v, %v, want %+v, %v", test.ref, got, ok, test.want, test.ok)
		}
	}
}
