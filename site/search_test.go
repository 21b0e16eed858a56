package site

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// rowsOf reads the index of the search back.
func rowsOf(t *testing.T, s *Site) map[string][]string {
	t.Helper()
	data := bytes.TrimSuffix(bytes.TrimPrefix(s.Files[searchIndex], []byte("document.currentScript.index=")), []byte(";\n"))
	var rows [][]string
	if err := json.Unmarshal(data, &rows); err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	for _, row := range rows {
		if found[row[0]] != nil {
			t.Errorf("%s is in the index twice", row[0])
		}
		found[row[0]] = row
	}
	return found
}

func TestSearchIndex(t *testing.T) {
	s := generate(t)
	rows := rowsOf(t, s)
	for _, p := range s.Pages {
		if row := rows[p.Path]; (row == nil) != (p.ID == "404") {
			t.Errorf("%s: in the index: %q", p.Path, row)
		}
	}
	for address, row := range rows {
		file, heading, _ := strings.Cut(address, "#")
		page := s.Files[file]
		if page == nil || heading != "" && !bytes.Contains(page, []byte(`id="`+heading+`"`)) {
			t.Errorf("%s leads nowhere", address)
		}
		if len(row) != 6 || row[3] == "" {
			t.Errorf("%s: %q", address, row)
		}
	}
	for address, want := range map[string][]string{
		"codes/550.html":                {"Reply codes", "550", "Mailbox “unavailable”", "permanent"},
		"enhanced/5.1.1.html":           {"Enhanced codes", "5.1.1"},
		"digits.html#first-5":           {"Digits", "5xx"},
		"enhanced/index.html#class-5":   {"Enhanced codes", "5.X.X"},
		"enhanced/index.html#subject-1": {"Enhanced codes", "X.1"},
		"guides/first.html":             {"Guides", "", "First: a ‘guide’"},
		"providers/big.html":            {"Providers", ""},
	} {
		row := rows[address]
		for i, w := range want {
			if row == nil || row[i+1] != w {
				t.Errorf("%s: %q, want %q", address, row, want)
				break
			}
		}
	}
	if row := rows["guides/first.html"]; !strings.Contains(row[5], "three") {
		t.Errorf("a guide is not found by its headings: %q", row)
	}
}

// TestKeywords wants each word once, in small letters.
func TestKeywords(t *testing.T) {
	if got, want := keywords("550 Full", "The mailbox is full. Mailbox, 5.2.2! FULL; größe x"), "mailbox 5.2.2 größe"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
