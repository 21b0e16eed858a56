package explain_test

import (
	"testing"

	"github.com/undelivered/undelivered/internal/charsets"
	"github.com/undelivered/undelivered/internal/testkit"
)

func TestGrowth(t *testing.T) {
	e := open(t)
	testkit.Growth(t, func(text string) { e.Explain(text, charsets.All{}) })
}
