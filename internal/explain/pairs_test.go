//go:build !js

// Compiled for a browser this takes ten times as long and tells nothing else.

package explain_test

import (
	"testing"

	"github.com/undelivered/undelivered/internal/charsets"
	"github.com/undelivered/undelivered/internal/testkit"
)

func TestPairs(t *testing.T) {
	e := open(t)
	testkit.Pairs(t, func(text string) { e.Explain(text, charsets.All{}) })
}
