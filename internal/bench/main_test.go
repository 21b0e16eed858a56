package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/undelivered/undelivered/internal/charsets"
)

// TestMultiply holds the larger knowledge to what makes it a fair measure: so many times the
// rows, all different, and the same answers as before.
func TestMultiply(t *testing.T) {
	k, err := loadKnowledge("../../codes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c := multiply(k.catalog, 10)
	if len(c.Phrases) != 10*len(k.catalog.Phrases) || len(c.Providers) != 10*len(k.catalog.Providers) {
		t.Errorf("%d phrases and %d providers, want ten times %d and %d", len(c.Phrases), len(c.Providers), len(k.catalog.Phrases), len(k.catalog.Providers))
	}
	words := map[string]bool{}
	for _, p := range c.Phrases {
		words[p.ID] = true
	}
	if n := len(c.Phrases) * 9 / 10; len(words) < n {
		t.Errorf("%d different phrases, want at least %d", len(words), n)
	}
	says := map[string]bool{}
	for i, p := range c.Providers {
		for _, code := range p.Codes {
			for _, words := range code.Match.Says {
				if i < len(k.catalog.Providers) {
					says[words] = true
				} else if says[words] {
					t.Errorf("%s/codes/%s is recognised by %q, as another is already", p.ID, code.ID, words)
				}
			}
		}
	}
	grown, err := compiled(c, nil)
	if err != nil {
		t.Fatal(err)
	}
	const text = "550 5.1.1 <bob@example.com>: Recipient address rejected: User unknown in virtual mailbox table"
	got, want := grown.explain.Explain(text, charsets.All{}).AppendJSON(nil), k.explain.Explain(text, charsets.All{}).AppendJSON(nil)
	if !slices.Equal(got, want) {
		t.Errorf("with ten times the knowledge %s, want %s", got, want)
	}
	if len(k.catalog.Phrases) == len(c.Phrases) {
		t.Error("the catalogue itself has grown")
	}
}

func TestGarbler(t *testing.T) {
	const pattern = "the {any} mailbox of {1-99} is over its quota"
	got := garbler(1)(pattern)
	if got == pattern || len(got) != len(pattern) || !strings.Contains(got, "{any}") || !strings.Contains(got, "{1-99}") {
		t.Errorf("%q, want other words with the same gaps", got)
	}
	if again := garbler(1)(pattern); again != got {
		t.Errorf("%q, then %q", got, again)
	}
}

// TestTable holds a row to say so where it does not hold.
func TestTable(t *testing.T) {
	var rows table
	rows.row("a", 2, "ms", "b", 1)
	rows.row("a", 0, "", "b", 0)
	if want := []string{"| a | 2 ms | b | 1 ms | 2.00 | **does not hold** |", "| a | 0  | b | 0  | – | holds |"}; !slices.Equal(rows.rows, want) {
		t.Errorf("%q, want %q", rows.rows, want)
	}
}
