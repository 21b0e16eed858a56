package explain_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/undelivered/undelivered/internal/catalog"
	"github.com/undelivered/undelivered/internal/charsets"
)

// TestCoverage reads testdata/coverage.tsv, the list of the codes that people meet, and wants
// for each an entry of codes.yaml that the decoder believes, or a written reason why there is
// none.
func TestCoverage(t *testing.T) {
	const name = "testdata/coverage.tsv"
	list, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	c, err := known()
	if err != nil {
		t.Fatal(err)
	}
	e := open(t)
	codes := map[string]int{} // by the part of codes.yaml that explains them
	seen := map[string]bool{}
	for i, line := range strings.Split(strings.TrimSuffix(string(list), "\n"), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(line, "\t")
		for len(fields) < 6 {
			fields = append(fields, "")
		}
		code, who, sources, entry, reason, text := fields[0], fields[1], fields[2], fields[3], fields[4], fields[5]
		if code == "" || who == "" || sources == "" || entry == "" || len(fields) > 6 {
			t.Errorf("%s:%d: not a code, who says it, its sources and its entry, parted by tabs", name, i+1)
			continue
		}
		if key := code + "\t" + who + "\t" + text; seen[key] {
			t.Errorf("%s:%d: %s of %s stands here twice", name, i+1, code, who)
		} else {
			seen[key] = true
		}
		for ref := range strings.SplitSeq(sources, " · ") {
			if _, ok := c.Cite(catalog.Ref(ref)); !ok {
				t.Errorf("%s:%d: %s of %s is said by %q, which is no source of codes.yaml", name, i+1, code, who, ref)
			}
		}
		section, _, _ := strings.Cut(entry, "/")
		codes[section]++
		if why, ok := strings.CutPrefix(entry, "none: "); ok {
			if len(strings.Fields(why)) < 4 {
				t.Errorf("%s:%d: %s of %s has no entry, and %q is no reason for that", name, i+1, code, who, why)
			}
			continue
		}
		if !c.Has(entry) {
			t.Errorf("%s:%d: %s of %s has no entry: %s is not in codes.yaml", name, i+1, code, who, entry)
			continue
		}
		if text == "" {
			continue
		}
		res := e.Explain(strings.ReplaceAll(text, `\n`, "\n"), charsets.All{})
		if len(res.Findings) == 0 {
			t.Errorf("%s:%d: %q is not taken for a mail error", name, i+1, text)
			continue
		}
		f := &res.Findings[0]
		if f.Reason != reason {
			t.Errorf("%s:%d: %q has the reason %q, want %q (believed: %s)", name, i+1, text, f.Reason, reason, strings.Join(f.Rows, ", "))
		}
		if strings.Contains(entry, "/codes/") && !slices.Contains(f.Rows, entry) {
			t.Errorf("%s:%d: %q is not explained by %s (believed: %s)", name, i+1, text, entry, strings.Join(f.Rows, ", "))
		}
	}
	// What a shortened list would lose.
	for section, want := range map[string]int{"replies": 69, "classes": 3, "subjects": 8, "enhanced": 80, "providers": 450, "clients": 60, "blocklists": 8} {
		if codes[section] < want {
			t.Errorf("%s explains %d codes of the list, want at least %d", section, codes[section], want)
		}
	}
}
