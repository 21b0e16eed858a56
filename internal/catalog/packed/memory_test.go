package packed

import (
	"fmt"
	"slices"
	"sync"
	"testing"
)

// TestMemory asks for more rows than are remembered, again and again and from several sides:
// what was asked before must never answer for another row, field or table.
func TestMemory(t *testing.T) {
	const rows = 5 * places
	step := func(i int) string { return fmt.Sprintf("Ask the server of user number %d", i) }
	k := open(t, func(b *Builder) {
		for i := range rows {
			key := fmt.Sprintf("%d", i)
			b.Add(Texts, key, step(i))
			b.Set(Reasons, key, map[int]string{FieldName: "Name of the user " + key, FieldRetry: "Ask the server again " + key,
				FieldSteps: List([]string{"sender" + StepMark + step(i) + StepMark + "Wait", "recipient" + StepMark + step(i+1)})})
		}
	})
	var all sync.WaitGroup
	for side := range 4 {
		all.Add(1)
		go func() {
			defer all.Done()
			for n := range 2 * rows {
				i := (n*7 + side*rows/4) % rows
				key := fmt.Sprintf("%d", i)
				text, ok := k.Find(Texts, key)
				if got := text.Field(FieldText); !ok || got != step(i) || text.Key() != key {
					t.Errorf("text %d is %q: %q", i, text.Key(), got)
				}
				reason, _ := k.Find(Reasons, key)
				if got := []string{reason.Field(FieldName), reason.Field(FieldRetry), reason.Field(FieldAnswer), reason.Field(ReasonMessage + 1)}; !slices.Equal(got, []string{"Name of the user " + key, "Ask the server again " + key, "", ""}) {
					t.Errorf("reason %d has %q", i, got)
				}
				for _, item := range [][]string{{"sender", step(i), "Wait"}, {"recipient", step(i + 1)}} {
					if got := reason.Item(FieldSteps, item[0]); !slices.Equal(got, item) {
						t.Errorf("reason %d has the item %q, want %q", i, got, item)
					}
				}
				if by := k.Row(Reasons, i); k.Row(Reasons, i).Field(FieldName) != "Name of the user "+by.Key() {
					t.Errorf("row %d of the reasons is %q", i, by.Key())
				}
				if _, ok := k.Find(Texts, "no "+key); ok {
					t.Errorf("%q is found", "no "+key)
				}
			}
		}()
	}
	all.Wait()
}
