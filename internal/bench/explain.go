package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/undelivered/undelivered/internal/catalog"
	"github.com/undelivered/undelivered/internal/charsets"
	"github.com/undelivered/undelivered/internal/explain"
	"github.com/undelivered/undelivered/internal/testkit"
	"github.com/undelivered/undelivered/site"
	"github.com/undelivered/undelivered/wasm"
)

const testdata = "internal/bounce/testdata"

// knowledge is a codes.yaml, read and compiled.
type knowledge struct {
	data    []byte
	catalog *catalog.Catalog
	packed  []byte
	explain *explain.Explainer
}

func loadKnowledge(file string) (*knowledge, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	c, problems := catalog.Load(filepath.Base(file), data)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	return compiled(c, data)
}

func compiled(c *catalog.Catalog, data []byte) (*knowledge, error) {
	k := &knowledge{data: data, catalog: c, packed: c.Pack()}
	var err error
	k.explain, err = explain.Open(k.packed)
	return k, err
}

func (k *knowledge) site(w *wasm.Widget) (*site.Site, error) {
	return site.Generate(site.Config{Catalog: k.catalog, Content: os.DirFS("content"), Assets: w.Files, Fixed: w.Fixed, Codes: k.data})
}

// texts returns a line, a bounce of 8 KB, and a megabyte of what somebody pasted, with a bounce
// at its start.
func texts() (line, bounce, long string, err error) {
	c, err := testkit.Read(filepath.Join(testdata, "postfix-report.txt"))
	if err != nil {
		return "", "", "", err
	}
	const body = "--4XvB2p6Z1Bz9rxL.1763939703/mail.example.org--"
	const filler = "Hello Bob, the figures for the mailbox quota are in the message; the server sends them again by 5:50.\n"
	fill := func(size int) string {
		return strings.Replace(c.Text, body, strings.Repeat(filler, (size-len(c.Text))/len(filler))+body, 1)
	}
	return "550 5.1.1 <bob@example.com>: Recipient address rejected: User unknown in virtual mailbox table", fill(8 << 10), "Undelivered Mail Returned to Sender\n\n<bob@example.com>: host mx.example.com said: 550 5.1.1 User unknown\n\n" + strings.Repeat(filler, 1<<20/len(filler)), nil
}

// corpus returns the texts whose throughput is measured: those of a file, or every example of
// the knowledge and every case of the reader's tests.
func (k *knowledge) corpus() (texts []string, err error) {
	if *corpusFile != "" {
		file, err := os.Open(*corpusFile)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		lines := bufio.NewScanner(file)
		lines.Buffer(nil, 64<<20)
		for n := 1; lines.Scan(); n++ {
			var line struct{ Text string }
			if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", *corpusFile, n, err)
			}
			texts = append(texts, line.Text)
		}
		return texts, lines.Err()
	}
	k.catalog.CheckExamples(func(text string) catalog.Recognised {
		texts = append(texts, text)
		return catalog.Recognised{} // nobody asks what is wrong with it
	})
	cases, err := testkit.Dir(testdata)
	for _, c := range cases {
		texts = append(texts, c.Text)
	}
	return texts, err
}

// explaining measures the command: throughput on one core, and allocations.
func explaining(t *table, k *knowledge) error {
	all, err := k.corpus()
	if err != nil {
		return err
	}
	// 10 µs for each KB of text, and 20 µs at least for a text.
	var may time.Duration
	size := 0
	for _, text := range all {
		may += max(20*time.Microsecond, 10*time.Microsecond*time.Duration(len(text))/1024)
		size += len(text)
	}
	cores := runtime.GOMAXPROCS(1)
	took := medianOf(*rounds, func() {
		for _, text := range all {
			k.explain.Explain(text, charsets.All{})
		}
	})[0]
	runtime.GOMAXPROCS(cores)
	name := "every example of codes.yaml and case of the tests"
	if *corpusFile != "" {
		name = filepath.Base(*corpusFile)
	}
	t.row("the command on one core, a text", micro(took)/float64(len(all)), "µs", fmt.Sprintf("%s: %d texts, %d KB, %.0f a second", name, len(all), size>>10, float64(len(all))/took.Seconds()), micro(may)/float64(len(all)))

	line, bounce, long, err := texts()
	if err != nil {
		return err
	}
	for _, x := range []struct{ name, text string }{{"one reply", line}, {"an 8 KB bounce", bounce}, {"1 MB of text", long}} {
		t.row("allocations, "+x.name, k.allocations(x.text), "", "tens, not thousands", 99)
	}
	return nil
}

func (k *knowledge) allocations(text string) float64 {
	return testing.AllocsPerRun(5, func() { k.explain.Explain(text, charsets.All{}) })
}

func micro(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }

// growing measures a text with ten and a hundred times the knowledge.
func growing(t *table, k *knowledge) {
	line, bounce, _, err := texts()
	if err != nil {
		panic(err) // explaining has read them
	}
	sides := []*knowledge{k}
	for _, times := range []int{10, 100} {
		grown, err := compiled(multiply(k.catalog, times), nil)
		if err != nil {
			t.note("the knowledge × %d cannot be opened: %v", times, err)
			return
		}
		sides = append(sides, grown)
	}
	for _, x := range []struct {
		name, text string
		times      int
	}{{"one reply", line, 1000}, {"an 8 KB bounce", bounce, 50}} {
		var runs []func()
		for _, side := range sides {
			runs = append(runs, func() {
				for range x.times {
					side.explain.Explain(x.text, charsets.All{})
				}
			})
		}
		took := medianOf(*rounds, runs...)
		for i, times := range []int{10, 100} {
			t.row(fmt.Sprintf("%s with the knowledge × %d, ÷ × 1", x.name, times), float64(took[i+1])/float64(took[0]), "×", fmt.Sprintf("%s µs of %s µs", number(micro(took[i+1])/float64(x.times)), number(micro(took[0])/float64(x.times))), 2)
		}
		t.row(fmt.Sprintf("allocations, %s, with the knowledge × 100, more than × 1", x.name), sides[2].allocations(x.text)-k.allocations(x.text), "", "none that grows with the catalogue", 0)
	}
	var runs []func()
	for _, side := range sides {
		runs = append(runs, func() { side.catalog.Pack() })
	}
	took := medianOf(1, runs...)
	t.row("packing the knowledge × 100, ÷ 100 × that of × 1", float64(took[2])/float64(100*took[0]), "×", "linear", 1.5)
}

// multiply returns a catalogue with so many times the rows that recognise text: those of c,
// and copies of them under other ids, with other words of the same length. As in a catalogue
// that somebody wrote, no text recognises two things.
func multiply(c *catalog.Catalog, times int) *catalog.Catalog {
	grown := *c
	known := map[string]bool{}
	keep := func(lists ...[]string) {
		for _, list := range lists {
			for _, s := range list {
				known[s] = true
			}
		}
	}
	for _, p := range c.Phrases {
		known[p.ID] = true
	}
	for _, h := range c.Headings {
		known[h.ID] = true
	}
	keep(c.Vocabulary, c.Topics)
	for _, p := range append(append([]*catalog.Provider{}, c.Providers...), c.Clients...) {
		keep(p.Hosts, p.Domains, p.Marks, p.Called)
		for _, code := range p.Codes {
			keep(code.Match.Says)
		}
	}
	for _, b := range c.Blocklists {
		keep(b.Zones, b.Marks)
	}
	for n := 1; n < times; n++ {
		garble := garbler(uint64(n))
		other := func(s string) string {
			made := garble(s)
			for range 20 { // a short one may have no other form left
				if !known[made] {
					break
				}
				made = garble(s)
			}
			known[made] = true
			return made
		}
		for _, p := range c.Phrases {
			p := *p
			p.ID = other(p.ID)
			grown.Phrases = append(grown.Phrases, &p)
		}
		for _, h := range c.Headings {
			h := *h
			h.ID = other(h.ID)
			grown.Headings = append(grown.Headings, &h)
		}
		grown.Vocabulary = append(grown.Vocabulary, others(c.Vocabulary, other)...)
		grown.Topics = append(grown.Topics, others(c.Topics, other)...)
		for _, list := range []struct {
			from []*catalog.Provider
			to   *[]*catalog.Provider
		}{{c.Providers, &grown.Providers}, {c.Clients, &grown.Clients}} {
			for _, p := range list.from {
				p := *p
				p.ID = fmt.Sprintf("%s-%d", p.ID, n)
				p.Hosts, p.Domains = others(p.Hosts, other), others(p.Domains, other)
				p.Marks, p.Called = others(p.Marks, other), others(p.Called, other)
				codes := p.Codes
				p.Codes = nil
				for _, code := range codes {
					code, match := *code, *code.Match
					match.Says = others(match.Says, other)
					code.Match = &match
					p.Codes = append(p.Codes, &code)
				}
				*list.to = append(*list.to, &p)
			}
		}
		for _, b := range c.Blocklists {
			b := *b
			b.ID = fmt.Sprintf("%s-%d", b.ID, n)
			b.Zones, b.Marks = others(b.Zones, other), others(b.Marks, other)
			grown.Blocklists = append(grown.Blocklists, &b)
		}
	}
	return &grown
}

func others(list []string, other func(string) string) []string {
	var all []string
	for _, s := range list {
		all = append(all, other(s))
	}
	return all
}

// garbler returns a function that writes other letters and digits in the place of those outside
// of braces, always the same for the same seed. One word in three stays as it is, since sentences
// of one language share words.
func garbler(seed uint64) func(string) string {
	random := rand.New(rand.NewPCG(seed, 0))
	return func(s string) string {
		inside, keep, word := false, false, false
		return strings.Map(func(r rune) rune {
			inside = r == '{' || inside && r != '}'
			digit := '0' <= r && r <= '9'
			if inside || !unicode.IsLetter(r) && !digit {
				word = false
				return r
			}
			if !word {
				word, keep = true, random.IntN(3) == 0
			}
			if keep {
				return r
			}
			if digit {
				return '0' + random.Int32N(10)
			}
			if r < utf8.RuneSelf {
				return 'a' + random.Int32N(26)
			}
			// Letters of one script stand together, and 64 of them have the same length in UTF-8.
			if near := r&^63 + random.Int32N(64); unicode.IsLetter(near) {
				return near
			}
			return r
		}, s)
	}
}
