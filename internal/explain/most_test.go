package explain_test

import (
	"strconv"
	"strings"
	"testing"
)

// TestMostFindings holds the answer to a size that a page can show, whatever a text names.
func TestMostFindings(t *testing.T) {
	var text strings.Builder
	for i := range 12_000 {
		text.WriteString("<a" + strconv.Itoa(i) + "@example.com>: 550 5.1.1 User unknown\n\n")
	}
	if n := len(open(t).Explain(text.String(), nil).Findings); n != 10_000 {
		t.Errorf("%d findings, want 10000", n)
	}
}
