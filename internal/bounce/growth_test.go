package bounce_test

import (
	"testing"

	"github.com/undelivered/undelivered/internal/bounce"
	"github.com/undelivered/undelivered/internal/charsets"
	"github.com/undelivered/undelivered/internal/testkit"
)

func TestGrowth(t *testing.T) {
	testkit.Growth(t, func(text string) { bounce.Read(text, charsets.All{}) })
}
