package catalog

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

// published puts each row on a page of its own, and marks prose.
var published = Publication{
	Home:  "https://example.org/",
	Prose: func(path string, prose Markdown) string { return "prose of " + path + ": " + string(prose) },
	Pages: func(path string) []string { return []string{path + ".html"} },
}

// TestDataSchema holds the JSON of the project's knowledge to its schema, and wants the
// schema to notice what is not so.
func TestDataSchema(t *testing.T) {
	data, err := os.ReadFile("../../codes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c, problems := Load("codes.yaml", data)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	var schema map[string]any
	if err := json.Unmarshal(DataSchema(), &schema); err != nil {
		t.Fatal(err)
	}
	text := string(c.JSON(published))
	fits := func(text string) string {
		t.Helper()
		var v any
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			t.Fatal(err)
		}
		return misfit(schema, schema, v, "")
	}
	if wrong := fits(text); wrong != "" {
		t.Errorf("codes.json does not fit its schema: %s", wrong)
	}

	small := string(fixtureCatalog(t).JSON(published))
	if wrong := fits(small); wrong != "" {
		t.Errorf("the fixture does not fit the schema: %s", wrong)
	}
	for name, change := range map[string][2]string{
		"another version":      {`"version": 1`, `"version": 2`},
		"no edition":           {`"edition"`, `"edizione"`},
		"an unknown key":       {`"group": "address"`, `"group": "address", "colour": "red"`},
		"an unknown choice":    {`"group": "address"`, `"group": "elsewhere"`},
		"a text for an object": {`"first-digits": {`, `"first-digits": "x", "second-digits": {`},
		"an example in short":  {`"example": {`, `"example": "short", "examples": {`},
		"a code that is none":  {`"550": {`, `"5500": {`},
		"no pages in a list":   {`"replies/550.html"`, ``},
		"a number as text":     {`"version": 1`, `"version": "1"`},
	} {
		changed := strings.Replace(small, change[0], change[1], 1)
		if changed == small {
			t.Errorf("%s: the fixture has no %s", name, change[0])
		} else if fits(changed) == "" {
			t.Errorf("%s: fits the schema", name)
		}
	}
}

// TestJSON wants every value of the fixture in the JSON, where the file has it.
func TestJSON(t *testing.T) {
	c := fixtureCatalog(t)
	var got map[string]any
	text := c.JSON(published)
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	at := func(path ...string) any {
		var v any = got
		for _, key := range path {
			m, ok := v.(map[string]any)
			if !ok {
				return nil
			}
			v = m[key]
		}
		return v
	}
	for _, tt := range []struct {
		path []string
		want any
	}{
		{[]string{"$schema"}, "codes.schema.json"},
		{[]string{"edition"}, "2026-11-24"},
		{[]string{"home"}, "https://example.org/"},
		{[]string{"replies", "550", "name"}, "The mailbox is not available"},
		{[]string{"replies", "550", "answer"}, "prose of replies/550/answer: The server will not take mail for this address."},
		{[]string{"replies", "421", "actor"}, "wait"}, // of the advice, which the row holds itself
		{[]string{"texts", "none"}, "This does not look like a mail error."},
		{[]string{"phrases", "try again in {number} {word}", "weak"}, true},
		{[]string{"phrases", "try again in {number} {word}", "example", "permanence"}, "temporary"},
		{[]string{"phrases", "user unknown", "example", "text"}, "550 user unknown"}, // in short in the file
		{[]string{"providers", "example-mail", "codes", "dkim", "match", "enhanced"}, "5.7.30-39"},
		{[]string{"providers", "example-mail", "links", "Postmaster page"}, "https://postmaster.example.com/"},
		{[]string{"enhanced", "X.1.1", "variants", "4", "reason"}, "greylisted"},
		{[]string{"blocklists", "example-list", "answers", "127.0.0.2"}, "prose of blocklists/example-list/answers/127.0.0.2: A sender of spam."},
		{[]string{"replies", "550", "more"}, nil}, // left out, as in the file
	} {
		if v := at(tt.path...); v != tt.want {
			t.Errorf("%s is %v, want %v", strings.Join(tt.path, "/"), v, tt.want)
		}
	}
	steps, _ := at("replies", "421", "steps", "sender").([]any)
	if len(steps) != 2 || steps[1] != "prose of replies/421/steps/sender: Then look: has it arrived?" {
		t.Errorf("the steps of 421 are %q", steps)
	}
	pages, _ := at("providers", "example-mail", "codes", "dkim", "pages").([]any)
	if !slices.Equal(pages, []any{"providers/example-mail/codes/dkim.html"}) {
		t.Errorf("the pages of a provider's code are %q", pages)
	}
	if i, j := strings.Index(string(text), `"421": {`), strings.Index(string(text), `"550": {`); i < 0 || j < i {
		t.Error("the rows are not in the order of the file")
	}
	if again := c.JSON(published); string(again) != string(text) {
		t.Error("the same catalogue gives other bytes")
	}
	published := published
	published.Home = ""
	if strings.Contains(string(c.JSON(published)), `"home"`) {
		t.Error("there is a home that nobody gave")
	}
}

func fixtureCatalog(t *testing.T) *Catalog {
	t.Helper()
	c, problems := Load("codes.yaml", []byte(fixture(t)))
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestFromMemory wants what is known from memory alone to be said to be unconfirmed.
func TestFromMemory(t *testing.T) {
	data, err := os.ReadFile("../../codes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c, problems := Load("codes.yaml", data)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	if c.Source("from-memory") == nil {
		t.Fatal("codes.yaml has no source from-memory; mend this test")
	}
	for _, p := range slices.Concat(c.Providers, c.Clients) {
		for _, code := range p.Codes {
			if !code.Unconfirmed && !slices.ContainsFunc(code.Sources, func(r Ref) bool { return r != "from-memory" }) {
				t.Errorf("%s of %s is from memory, and not said to be unconfirmed", code.ID, p.ID)
			}
		}
	}
}
