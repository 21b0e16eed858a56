package site

import (
	"slices"
	"testing"
)

// TestConflicts wants the pages of the numbers that the standard, Google and Microsoft use
// for different things to show who means what, side by side.
func TestConflicts(t *testing.T) {
	s := real(t)
	const google, microsoft = "Gmail and Google Workspace", "Microsoft 365 and Exchange"
	for code, who := range map[string]string{
		"4.7.23": google, "5.7.23": google, "5.7.27": google, "5.7.29": google, "5.7.30": google,
		"5.1.10": microsoft, "5.2.2": microsoft, "5.4.1": microsoft, "5.7.12": microsoft, "5.7.13": microsoft,
	} {
		p := parse(t, s, "enhanced/"+code+".html")
		var names []string
		for _, th := range p.find("#by-provider") {
			for _, n := range (parsed{t, p.name, th.Parent}).find("tbody th") {
				names = append(names, words(n))
			}
		}
		if len(names) < 2 || names[0] != "The standard" || !slices.Contains(names, who) {
			t.Errorf("enhanced/%s.html shows the meanings of %q, want the standard's and that of %s", code, names, who)
		}
		if len(p.find("tr.differs")) == 0 {
			t.Errorf("enhanced/%s.html does not say that %s differs", code, who)
		}
	}
}
