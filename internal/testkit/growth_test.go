package testkit

import (
	"strings"
	"testing"
)

func TestGrowthIsSeen(t *testing.T) {
	var spaces int
	inProportion := func(text string) { spaces += strings.Count(text, " ") }
	quadratic := func(text string) {
		for i := 0; i < len(text); i += 100 {
			inProportion(text[i:])
		}
	}
	const factor, most = 4, 7
	little, much := strings.Repeat("a ", 100_000), strings.Repeat("a ", factor*100_000)
	if ratio := growth(inProportion, little, much, factor, most); ratio >= most {
		t.Errorf("reading in proportion gives %.1f", ratio)
	}
	if ratio := growth(quadratic, little, much, factor, most); ratio < 2*most {
		t.Errorf("quadratic reading gives %.1f", ratio)
	}
}
