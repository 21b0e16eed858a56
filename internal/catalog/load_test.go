package catalog

import (
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

func fixture(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile("testdata/codes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func loadFixture(t testing.TB) *Catalog {
	t.Helper()
	c, problems := Load("codes.yaml", []byte(fixture(t)))
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestLoad reads one row of each kind and looks at all that the file says of it.
func TestLoad(t *testing.T) {
	c := loadFixture(t)
	for _, test := range []struct {
		name      string
		got, want any
	}{
		{"version", c.Version, 1},
		{"source", *c.Sources[0], Source{
			ID: "rfc5321", Name: "RFC 5321, Simple Mail Transfer Protocol", Short: "RFC 5321",
			URL: "https://www.rfc-editor.org/rfc/rfc5321.html", Section: "#section-{}", Checked: "2026-11-24",
		}},
		{"text is its row's value", *c.Texts[1], Text{ID: "success", Text: "{code} means that all is well."}},
		{"digit under a number", *c.FirstDigits[0], Digit{
			ID: "5", Name: "It failed for good", Answer: "Sending the same again will not help.",
			In2001: "It was the one permanent digit.", Today: "Some servers mean it less.", Sources: []Ref{"rfc5321 4.2.1"},
		}},
		{"reply with advice of its own", *c.Replies[0], Reply{
			ID: "421", Name: "The server is closing the line",
			Answer: "It has no time now.\n\nYour mail program tries again.",
			Kind:   "standard", Commands: []string{"any"}, Enhanced: []string{"4.3.2"}, Likely: []string{"greylisted"},
			See:      []string{"replies/550", "enhanced/X.1.1", "guides/greylisting", "digits", "providers/example-mail"},
			Examples: []*Example{{Text: "Could not send your message. Error 421."}},
			Sources:  []Ref{"rfc5321 4.2.3", "memory"},
			Advice: Advice{Permanence: "temporary", Actor: "wait", Steps: []*Role{
				{ID: "sender", Steps: []Markdown{"Wait an hour.", "Then look: has it arrived?"}},
			}},
		}},
		{"example in full", *c.Replies[1].Examples[0], Example{
			Text: "550 User unknown <bob@example.com>", Reason: "mailbox-unknown", Permanence: "permanent",
		}},
		{"numbers with and without quotation marks", c.Enhanced[0].Classes, []string{"5", "4"}},
		{"variant", *c.Enhanced[0].Variants[0], Variant{
			ID: "4", Answer: "The server could not look the address up.", Reason: "greylisted",
		}},
		{"phrase", *c.Phrases[1], Phrase{
			ID: "try again in {number} {word}", Reason: "greylisted", Weak: true,
			Example: &Example{Text: "Please try again in 300 seconds", Permanence: "temporary"}, Sources: []Ref{"memory"},
		}},
		{"heading", c.Headings[0].Example.Text, "502 Bad Gateway nginx"},
		{"vocabulary", c.Vocabulary, []string{"mailbox", "recipient"}},
		{"link under its words", *c.Providers[0].Links[0], Link{ID: "Postmaster page", URL: "https://postmaster.example.com/"}},
		{"match", *c.Providers[0].Codes[1].Match, Match{Reply: "421", Says: []string{"too fast for us"}, Anywhere: true}},
		{"client", c.Clients[0].Name, "Example Reader"},
		{"answer of a blocklist", *c.Blocklists[0].Answers[0], Answer{ID: "127.0.0.2", Text: "A sender of spam."}},
	} {
		if !reflect.DeepEqual(test.got, test.want) {
			t.Errorf("%s: got %+v, want %+v", test.name, test.got, test.want)
		}
	}
}

// damages are ways in which the valid file goes wrong, and what must be said of each.
var damages = []struct {
	name     string
	old, new string   // what is replaced in testdata/codes.yaml, and by what
	want     []string // the problems, without the name of the file
}{
	{"unknown section", "clients:\n", "cleints:\n", []string{
		`176: unknown section "cleints"; did you mean "clients"?`,
	}},
	{"unknown section, nothing near", "vocabulary: [mailbox, recipient]", "words: [mailbox, recipient]", []string{
		`143: unknown section "words"; use one of version, sources, texts, actors, first-digits, second-digits, replies, classes, subjects, enhanced, reasons, commands, phrases, headings, ideas, windows, vocabulary, topics, providers, clients and blocklists`,
	}},
	{"unknown key", "    short: RFC 5321", "    shrot: RFC 5321", []string{
		`7: unknown key "shrot" in sources/rfc5321; did you mean "short"?`,
	}},
	{"unknown key, nothing near", "    short: RFC 5321", "    author: Klensin", []string{
		`7: unknown key "author" in sources/rfc5321; use one of name, short, url, section, checked and note`,
	}},
	{"unknown key within a row", `          says: ["dkim`, `          sais: ["dkim`, []string{
		`159: unknown key "sais" in "match" of providers/example-mail/codes/dkim; did you mean "says"?`,
	}},
	{"duplicate key", "    short: RFC 5321", "    name: RFC 5321", []string{
		`7: "name" stands twice in sources/rfc5321, here and in line 6; keep one of the two`,
	}},
	{"duplicate section", "clients:\n", "providers:\n", []string{
		`176: "providers" stands twice in the file, here and in line 145; keep one of the two`,
	}},
	{"duplicate row", "  550:\n    name: The", "  421:\n    name: The", []string{
		`55: item 1 of "see" of replies/421 is "replies/550", which is not in replies; add it there, or name one that is there`,
		`65: "421" stands twice in "replies", here and in line 45; keep one of the two`,
	}},
	{"duplicate row as number and text", "  550:\n    name: The", "  \"421\":\n    name: The", []string{
		`55: item 1 of "see" of replies/421 is "replies/550", which is not in replies; add it there, or name one that is there`,
		`65: "421" stands twice in "replies", here and in line 45; keep one of the two`,
	}},
	{"missing key", "    about: Whoever wrote the message.\n", "", []string{
		`21: actors/sender has no "about"; add it: Who is meant, in a sentence.`,
	}},
	{"missing source", "    sources: [rfc5321 3.3]\n", "", []string{
		`92: reasons/mailbox-unknown has no "sources"; add it: Where this comes from.`,
	}},
	{"missing example", "    example: 550 user unknown\n", "", []string{
		`124: phrases/user unknown has no "example"; add it: A text that must be recognised by these words.`,
	}},
	{"missing match", "        match: {reply: 421, says: [\"too fast for us\"], anywhere: true}\n", "", []string{
		`167: providers/example-mail/codes/rate has no "match"; add it: How it is recognised.`,
	}},
	{"window of an idea that is not there", "version: 1", "version: 1\nideas:\n  password:\n    about: It.\n    words:\n      de: [kennw]\nwindows:\n  login:\n    reason: mailbox-unknown\n    ideas: [password pasword]\n    examples: [Das Kennwort]\n    sources: [memory]", []string{
		`11: "pasword" in "ideas" of windows/login is not in ideas; did you mean "password"?`,
	}},
	{"window that tells nothing", "version: 1", "version: 1\nideas:\n  password:\n    about: It.\n    words:\n      de: [kennw]\nwindows:\n  login:\n    ideas: [password]\n    examples: [Das Kennwort]\n    sources: [memory]", []string{
		`9: windows/login must have either "reason" or "outcome"; say what the ideas tell together`,
	}},
	{"word for an idea that is too short, and one with a gap", "version: 1", "version: 1\nideas:\n  password:\n    about: It.\n    words:\n      de: [pin, \"kennwort {any} ist\"]", []string{
		`7: item 1 of ideas/password/words/de cannot be looked for: it has no run of four bytes outside braces, so ordinary words would match it; write the beginning of a word, or a few words`,
		`7: item 2 of ideas/password/words/de has a gap, which no word for an idea has; write the beginning of a word, or a few words`,
	}},
	{"missing version", "version: 1\n", "\n", []string{
		`1: the file has no version; begin it with "version: 1"`,
	}},
	{"wrong version", "version: 1", "version: 2", []string{
		"2: the file is of version 2, which this program does not know; write version: 1",
	}},
	{"version is no number", "version: 1", "version: one", []string{
		`2: "version" is "one" where a number is wanted; write a whole number`,
	}},
	{"empty needed value", "    about: Whoever wrote the message.", "    about:", []string{
		`24: "about" of actors/sender is empty; write it: Who is meant, in a sentence.`,
	}},
	{"blank needed value", "    about: Whoever wrote the message.", `    about: "  "`, []string{
		`24: "about" of actors/sender is empty; write it: Who is meant, in a sentence.`,
	}},
	{"empty optional value", "    short: RFC 5321", "    short:", []string{
		`7: "short" of sources/rfc5321 is empty; write it, or take the key out`,
	}},
	{"tilde for nothing", "    short: RFC 5321", "    short: ~", []string{
		`7: "short" of sources/rfc5321 is empty; write it, or take the key out`,
	}},
	{"empty list", "    sources: [rfc5321 3.3]", "    sources: []", []string{
		`106: "sources" of reasons/mailbox-unknown is empty; write it: Where this comes from.`,
	}},
	{"empty row", "  example-reader:\n    name: Example Reader\n    kind: client\n    answer: A mail program.\n    sources: [memory]\n", "  example-reader:\n", []string{
		"177: clients/example-reader is empty; write it as key: value, with name, kind, answer, more, hosts, domains, marks, called, links, codes, see or sources as keys",
	}},
	{"empty section", "vocabulary: [mailbox, recipient]", "vocabulary:", []string{
		`143: "vocabulary" is empty; write it, or take the key out`,
	}},
	{"list for text", "    answer: Nobody has this address there.", "    answer: [Nobody, has it]", []string{
		`95: "answer" of reasons/mailbox-unknown is a list where text is wanted; write one text, without brackets and dashes`,
	}},
	{"mapping for text", "        - Check the address letter by letter.", "        - Check: the address letter by letter.", []string{
		`101: item 1 of reasons/mailbox-unknown/steps/sender is a mapping where text is wanted; put the text in quotation marks if it holds ": "`,
	}},
	{"text for list", "    sources: [rfc5321 3.3]", "    sources: rfc5321 3.3", []string{
		`106: "sources" of reasons/mailbox-unknown is text where a list is wanted; write it as a list: [rfc5321 3.3]`,
	}},
	{"long text for list", "        - Check the address letter by letter.", "        Check the address letter by letter, then by word.", []string{
		`101: reasons/mailbox-unknown/steps/sender is text where a list is wanted; write it as a list, each item after "- "`,
	}},
	{"mapping for list", "    hosts: [mx.example.com]", "    hosts: {mx: example.com}", []string{
		`150: "hosts" of providers/example-mail is a mapping where a list is wanted; begin each item with "- ", or write [one, two]`,
	}},
	{"text for row", "  example-reader:\n    name: Example Reader\n    kind: client\n    answer: A mail program.\n    sources: [memory]\n", "  example-reader: A mail program\n", []string{
		"177: clients/example-reader is text where a mapping is wanted; write it as key: value, with name, kind, answer, more, hosts, domains, marks, called, links, codes, see or sources as keys",
	}},
	{"list for row", "  example-reader:\n    name: Example Reader\n    kind: client\n    answer: A mail program.\n    sources: [memory]\n", "  example-reader: [A mail program]\n", []string{
		"177: clients/example-reader is a list where a mapping is wanted; write it as key: value, with name, kind, answer, more, hosts, domains, marks, called, links, codes, see or sources as keys",
	}},
	{"list for section", "  example-reader:\n    name: Example Reader\n    kind: client\n    answer: A mail program.\n    sources: [memory]\n", "  - example-reader\n", []string{
		`177: "clients" is a list where a mapping is wanted; write each row below its key: Mail programs with codes or texts of their own.`,
	}},
	{"list for example", "    example: 550 user unknown", "    example: [550 user unknown]", []string{
		`126: "example" of phrases/user unknown is a list where text or a mapping is wanted; write it as key: value, with text, reason, permanence, actor or provider as keys`,
	}},
	{"text for true", "    weak: true", "    weak: perhaps", []string{
		`130: "weak" of phrases/try again in {number} {word} is "perhaps" where true or false is wanted; write true or false, without quotation marks`,
	}},
	{"quoted true", "    weak: true", `    weak: "true"`, []string{
		`130: "weak" of phrases/try again in {number} {word} is "true" where true or false is wanted; write true or false, without quotation marks`,
	}},
	{"list for true", "    weak: true", "    weak: [true]", []string{
		`130: "weak" of phrases/try again in {number} {word} is a list where true or false is wanted; write true or false`,
	}},
	{"unknown choice", "    kind: mailbox", "    kind: malibox", []string{
		`148: "kind" of providers/example-mail is "malibox", which is none of mailbox, filter, service, system, network and client; did you mean "mailbox"?`,
	}},
	{"unknown choice, nothing near", "    group: address", "    group: trains", []string{
		`94: "group" of reasons/mailbox-unknown is "trains", which is none of address, sender, message, traffic, way and none; choose one of them`,
	}},
	{"reply of four digits", "  550:\n    name: The", "  5500:\n    name: The", []string{
		`55: item 1 of "see" of replies/421 is "replies/550", which is not in replies; add it there, or name one that is there`,
		`65: the key "5500" of "replies" is not a reply code of three digits from 100 to 699, as 550; write it so`,
	}},
	{"reply of the seventh hundred", "  550:\n    name: The", "  750:\n    name: The", []string{
		`55: item 1 of "see" of replies/421 is "replies/550", which is not in replies; add it there, or name one that is there`,
		`65: the key "750" of "replies" is not a reply code of three digits from 100 to 699, as 550; write it so`,
	}},
	{"first digit", "  5:\n    name: It failed", "  9:\n    name: It failed", []string{
		`37: the key "9" of "first-digits" is not a first digit of a reply code, 1 to 6; write it so`,
	}},
	{"enhanced row with a class", "  X.1.1:\n", "  5.1.1:\n", []string{
		`55: item 2 of "see" of replies/421 is "enhanced/X.1.1", which is not in enhanced; add it there, or name one that is there`,
		`77: the key "5.1.1" of "enhanced" is not an enhanced status code with X for its class, as X.1.1; write it so`,
	}},
	{"enhanced row with a leading zero", "  X.1.1:\n", "  X.1.01:\n", []string{
		`55: item 2 of "see" of replies/421 is "enhanced/X.1.1", which is not in enhanced; add it there, or name one that is there`,
		`77: the key "X.1.01" of "enhanced" is not an enhanced status code with X for its class, as X.1.1; write it so`,
	}},
	{"enhanced code without class", "    enhanced: [4.3.2]", "    enhanced: [X.3.2]", []string{
		`53: item 1 of "enhanced" of replies/421 is "X.3.2", which is not an enhanced status code with its class, as 5.1.1; write it so`,
	}},
	{"enhanced code of class 3", "    enhanced: [4.3.2]", "    enhanced: [3.3.2]", []string{
		`53: item 1 of "enhanced" of replies/421 is "3.3.2", which is not an enhanced status code with its class, as 5.1.1; write it so`,
	}},
	{"class of enhanced code", `    classes: ["5", 4]`, `    classes: ["5", 4, 3]`, []string{
		`81: item 3 of "classes" of enhanced/X.1.1 is "3", which is not a class of enhanced status codes, 2, 4 or 5; write it so`,
	}},
	{"variant of no class", `    classes: ["5", 4]`, `    classes: ["5"]`, []string{
		"85: enhanced/X.1.1 has a variant for class 4, which is not among its classes; add the class, or take the variant out",
	}},
	{"reply of enhanced code", `    replies: [550, "451"]`, "    replies: [550, any]", []string{
		`82: item 2 of "replies" of enhanced/X.1.1 is "any", which is not a reply code of three digits from 100 to 699, as 550; write it so`,
	}},
	{"match that is no code", "          enhanced: 5.7.30-39", "          enhanced: 5.7.x", []string{
		`158: "enhanced" of "match" of providers/example-mail/codes/dkim is "5.7.x", which is not an enhanced status code, as 5.7.26, X.7.26 or 5.7.606-649; write it so`,
	}},
	{"match whose range falls", "          enhanced: 5.7.30-39", "          enhanced: 5.7.39-30", []string{
		`158: "enhanced" of "match" of providers/example-mail/codes/dkim is "5.7.39-30", which has a range that does not rise; write an enhanced status code, as 5.7.26, X.7.26 or 5.7.606-649`,
	}},
	{"id with a capital", "  greylisted:\n    name", "  Greylisted:\n    name", []string{
		`54: item 1 of "likely" of replies/421 is "greylisted", which is not in reasons; did you mean "Greylisted"?`,
		`87: "reason" of enhanced/X.1.1/variants/4 is "greylisted", which is not in reasons; did you mean "Greylisted"?`,
		`107: the key "Greylisted" of "reasons" is not an id of lower-case letters, digits, hyphens and dots, as mailbox-full; write it so`,
		`129: "reason" of phrases/try again in {number} {word} is "greylisted", which is not in reasons; did you mean "Greylisted"?`,
		`162: "reason" of providers/example-mail/codes/dkim is "greylisted", which is not in reasons; did you mean "Greylisted"?`,
		`171: "reason" of providers/example-mail/codes/rate is "greylisted", which is not in reasons; did you mean "Greylisted"?`,
	}},
	{"source that is not there", "    sources: [rfc5321 4.2.3, memory]", "    sources: [rfc5231 4.2.3, memory]", []string{
		`58: item 1 of "sources" of replies/421 is "rfc5231 4.2.3", which is not in sources; did you mean "rfc5321"?`,
	}},
	{"source that is not there, nothing near", "    sources: [rfc5321 4.2.3, memory]", "    sources: [hearsay]", []string{
		`58: item 1 of "sources" of replies/421 is "hearsay", which is not in sources; add it there, or name one that is there`,
	}},
	{"reason that is not there", "    likely: [greylisted]", "    likely: [graylisted]", []string{
		`54: item 1 of "likely" of replies/421 is "graylisted", which is not in reasons; did you mean "greylisted"?`,
	}},
	{"actor that is not there", "    actor: wait\n    retry: Ten", "    actor: nobody\n    retry: Ten", []string{
		`113: "actor" of reasons/greylisted is "nobody", which is not in actors; add it there, or name one that is there`,
	}},
	{"role that is not there", "      recipient:\n        - Tell your friends", "      receiver:\n        - Tell your friends", []string{
		`99: "steps" of reasons/mailbox-unknown lacks recipient; add what these roles can do, if only whom to ask`,
		`102: the key "receiver" of "steps" of reasons/mailbox-unknown is not in actors; add it there, or name one that is there`,
	}},
	{"provider that is not there", "            provider: example-mail", "            provider: example", []string{
		`165: "provider" of item 1 of "examples" of providers/example-mail/codes/dkim is "example", which is not in providers; add it there, or name one that is there`,
	}},
	{"page that is not there", "    see: [replies/550,", "    see: [replies/551,", []string{
		`55: item 1 of "see" of replies/421 is "replies/551", which is not in replies; add it there, or name one that is there`,
	}},
	{"page with a class", "enhanced/X.1.1, guides", "enhanced/5.1.1, guides", []string{
		`55: item 2 of "see" of replies/421 is "enhanced/5.1.1", which is not in enhanced; did you mean "X.1.1"?`,
	}},
	{"page of no kind", "    see: [replies/550,", "    see: [codes/550,", []string{
		`55: item 1 of "see" of replies/421 is "codes/550", which names no page; write it as replies/550, enhanced/X.1.1, reasons/mailbox-full, providers/gmail, clients/outlook, blocklists/spamhaus, guides/NAME or digits`,
	}},
	{"page of another reason", "    see: [replies/550,", "    see: [reasons/mailbox-unknow, clients/outlook, blocklists/spamhouse,", []string{
		`55: item 1 of "see" of replies/421 is "reasons/mailbox-unknow", which is not in reasons; did you mean "mailbox-unknown"?`,
		`55: item 2 of "see" of replies/421 is "clients/outlook", which is not in clients; add it there, or name one that is there`,
		`55: item 3 of "see" of replies/421 is "blocklists/spamhouse", which is not in blocklists; add it there, or name one that is there`,
	}},
	{"the past without today", "    today: Some servers mean it less.\n", "", []string{
		`40: first-digits/5 has "in-2001" and no "today"; say in today what is so today`,
	}},
	{"today without the past", "    in-2001: It was the one permanent digit.\n", "", []string{
		`40: first-digits/5 has "today" and no "in-2001"; say in in-2001 what the article said, or take today out`,
	}},
	{"no date", "    checked: 2026-11-24", "    checked: November 2026", []string{
		`10: "checked" of sources/rfc5321 is "November 2026", which is not a date as 2026-11-24; write it so`,
	}},
	{"a day that is none", "    checked: 2026-11-24", "    checked: 2026-02-30", []string{
		`10: "checked" of sources/rfc5321 is "2026-02-30", which is a day that no calendar has; write a date as 2026-11-24`,
	}},
	{"a URL of another kind", "      Postmaster page: https://postmaster.example.com/", "      Postmaster page: ftp://postmaster.example.com/", []string{
		`154: providers/example-mail/links/Postmaster page is "ftp://postmaster.example.com/", which is not a URL that begins with https:// or http://; write it so`,
	}},
	{"a URL without a host", "    lookup: https://list.example.org/lookup", "    lookup: https://:80", []string{
		`189: "lookup" of blocklists/example-list is "https://:80", which is no URL that a browser could open; write a URL that begins with https:// or http://`,
	}},
	{"a section without braces", `    section: "#section-{}"`, `    section: "#section-"`, []string{
		`9: "section" of sources/rfc5321 is "#section-", which does not hold {} once; write {} where the section's number belongs`,
	}},
	{"a section without a URL", "    url: https://www.rfc-editor.org/rfc/rfc5321.html\n", "", []string{
		`8: sources/rfc5321 has a "section" and no "url" to add it to; add the url, or take the section out`,
	}},
	{"a domain with capitals", "    domains: [example.com]", "    domains: [Example.com]", []string{
		`151: item 1 of "domains" of providers/example-mail is "Example.com", which is not a domain in lower case, as mail.example.com; write it so`,
	}},
	{"a language that is none", "    weak: true", "    language: Deutsch", []string{
		`130: "language" of phrases/try again in {number} {word} is "Deutsch", which is not a language tag, as de or pt-BR; write it so`,
	}},
	{"an answer that is no address", "      127.0.0.2: A sender", "      198.51.100.2: A sender", []string{
		`192: the key "198.51.100.2" of "answers" of blocklists/example-list is not an address that a blocklist answers with, as 127.0.0.2, 127.0.0.10-11 or 127.255.255.x; write it so`,
	}},
	{"same phrase", `  "try again in {number} {word}":`, `  "User  Unknown":`, []string{
		`128: the phrase "User Unknown" is the same as "user unknown" in codes.yaml:124, but for case, accents, spaces and quotation marks; keep one of the two`,
	}},
	{"unknown gap", `  "try again in {number} {word}":`, `  "try again in {numbre} {word}":`, []string{
		`128: the key "try again in {numbre} {word}" of "phrases" cannot be looked for: {numbre} is not one of {any}, {word}, {number} and a range as {100-199}; write more of the words, and gaps as {any}, {word} or {number}`,
	}},
	{"gap not closed", `  "try again in {number} {word}":`, `  "try again in {number {word}":`, []string{
		`128: the key "try again in {number {word}" of "phrases" cannot be looked for: {number {word} is not one of {any}, {word}, {number} and a range as {100-199}; write more of the words, and gaps as {any}, {word} or {number}`,
	}},
	{"range that falls", `  "try again in {number} {word}":`, `  "try again in {199-100} {word}":`, []string{
		`128: the key "try again in {199-100} {word}" of "phrases" cannot be looked for: {199-100} is not one of {any}, {word}, {number} and a range as {100-199}; write more of the words, and gaps as {any}, {word} or {number}`,
	}},
	{"short phrase", "  user unknown:\n", "  abc:\n", []string{
		`124: the key "abc" of "phrases" cannot be looked for: it has no run of four bytes outside braces, so ordinary words would match it; write more of the words, and gaps as {any}, {word} or {number}`,
	}},
	{"phrase that begins with a gap", `  "try again in {number} {word}":`, `  "{word} again":`, []string{
		`128: the key "{word} again" of "phrases" cannot be looked for: it must begin with four bytes or more before the first brace; write more of the words, and gaps as {any}, {word} or {number}`,
	}},
	{"short word", "vocabulary: [mailbox, recipient]", "vocabulary: [mx, recipient]", []string{
		`143: item 1 of "vocabulary" cannot be looked for: it has no run of four bytes outside braces, so ordinary words would match it; write more of the words, and gaps as {any}, {word} or {number}`,
	}},
	{"word twice", "vocabulary: [mailbox, recipient]", "vocabulary: [mailbox, mailbox]", []string{
		`143: "mailbox" stands twice in "vocabulary", here and in line 143; keep one of the two`,
	}},
	{"anywhere without words", `        match: {reply: 421, says: ["too fast for us"], anywhere: true}`, "        match: {reply: 421, anywhere: true}", []string{
		`168: "match" of providers/example-mail/codes/rate has "anywhere" and no "says"; add the words by which it is recognised anywhere`,
	}},
	{"match of anywhere alone", `        match: {reply: 421, says: ["too fast for us"], anywhere: true}`, "        match: {anywhere: false}", []string{
		`168: "match" of providers/example-mail/codes/rate names nothing to recognise it by; add reply, enhanced or says`,
	}},
	{"match of nothing", `        match: {reply: 421, says: ["too fast for us"], anywhere: true}`, "        match: {}", []string{
		`168: "match" of providers/example-mail/codes/rate is empty; write it as key: value, with reply, enhanced, says or anywhere as keys`,
	}},
	{"two codes that match the same", `        match: {reply: 421, says: ["too fast for us"], anywhere: true}`, `        match: {enhanced: 5.7.30-39, says: ["DKIM {any} Failed"]}`, []string{
		"168: providers/example-mail/codes/rate is recognised by exactly what dkim in line 157 is recognised by; say what tells the two apart, or keep one",
	}},
	{"steps that lack a role", "      recipient:\n        - Tell your friends the right one.\n", "", []string{
		`99: "steps" of reasons/mailbox-unknown lacks recipient; add what these roles can do, if only whom to ask`,
	}},
	{"letter with an unknown fact", "refused: {diagnostic}", "refused: {diagnosis}", []string{
		`104: "message" of reasons/mailbox-unknown holds "{diagnosis}", which nothing is filled in for; use what is filled in: {recipient}, {sender}, {reply}, {enhanced}, {diagnostic}, {server} and {date}`,
	}},
	{"anchor", "    answer: Nobody has this address there.", "    answer: &nobody Nobody has this address there.", []string{
		"95: an anchor, &nobody, stands here; take it out, or put the text in quotation marks",
	}},
	{"alias", "    answer: Nobody has this address there.\n    final: Yes.", "    answer: &a Nobody\n    final: *a", []string{
		"95: an anchor, &a, stands here; take it out, or put the text in quotation marks",
		"96: an alias, *a, stands here; write out what it stands for, or put the text in quotation marks",
	}},
	{"alias of nothing", "    final: Yes.", "    final: *Yes* it is.", []string{
		"96: a text begins with * or &, which YAML keeps for itself; put the text in quotation marks",
	}},
	{"merge key", "  memory:\n    name: What", "  memory:\n    <<: {short: x}\n    name: What", []string{
		"12: a merge key, <<, stands here; write out what it brings in",
	}},
	{"tag", "    final: Yes.", "    final: !yes Yes.", []string{
		"96: a tag, !yes, stands here; take it out, or put the text in quotation marks",
	}},
	{"second document", "vocabulary: [mailbox, recipient]", "---\nvocabulary: [mailbox, recipient]", []string{
		"143: a second document begins here; keep all sections in one document and take the line --- out",
	}},
	{"comment that cuts a text", "    removal: Ask them.", "    removal: Ask them for ticket #5 # or #6.", []string{
		`188: "removal" of blocklists/example-list ends at a #, and what follows is a comment; put the whole text in quotation marks, or the comment on a line of its own`,
	}},
	{"escape for a control character", "    removal: Ask them.", "    removal: \"Ask\\u001fthem.\"", []string{
		`188: "removal" of blocklists/example-list holds an invisible character, U+001F; take it out`,
	}},
	{"a key in brackets", "  example-reader:\n    name: Example Reader", "  [example, reader]:\n    name: Example Reader", []string{
		`177: a key of "clients" is a list where text is wanted; write a word, then a colon`,
	}},
	{"an empty key", "vocabulary: [mailbox, recipient]", `"": [mailbox, recipient]`, []string{
		"143: a key of the file is empty; write a word before the colon",
	}},
	{"a key with a space", "  user unknown:\n", "  \"user unknown \":\n", []string{
		`124: the key "user unknown " of "phrases" begins or ends with a space; take the space out`,
	}},
	{"tab", "    removal: Ask them.", "\tremoval: Ask them.", []string{
		"188: a tab stands in the indentation; indent with spaces",
	}},
	{"colon in a text", "    removal: Ask them.", "    removal: Ask them: politely.", []string{
		`188: a ": " stands where no value can begin; put the whole text in quotation marks if the colon belongs to it, or mend the indentation`,
	}},
	{"wrong indentation", "    removal: Ask them.", "   removal: Ask them.", []string{
		"188: this line does not fit the lines above it; give it its neighbours' indentation, and look for a missing colon or a quotation mark inside or left open",
	}},
	{"deeper indentation", "    removal: Ask them.", "      removal: Ask them.", []string{
		`188: a ": " stands where no value can begin; put the whole text in quotation marks if the colon belongs to it, or mend the indentation`,
	}},
	{"quotation mark not closed", "    removal: Ask them.", `    removal: "Ask them.`, []string{
		"188: a quotation mark that opens here is closed in line 193 only, which breaks there; close it where the text ends",
	}},
	{"quotation mark inside", "    removal: Ask them.", `    removal: "Ask" them.`, []string{
		"188: this line does not fit the lines above it; give it its neighbours' indentation, and look for a missing colon or a quotation mark inside or left open",
	}},
	{"apostrophe in single quotes", "    removal: Ask them.", "    removal: 'Don't ask them.'", []string{
		"188: this line does not fit the lines above it; give it its neighbours' indentation, and look for a missing colon or a quotation mark inside or left open",
	}},
	{"list not closed", "    marks: [xmplsmtp]", "    marks: [xmplsmtp", []string{
		"152: a list or mapping in brackets is not closed, or lacks a comma; close it, or put an item that holds a bracket in quotation marks",
	}},
	{"mapping not closed", "        match: {reply: 421, says", "        match: {{reply: 421, says", []string{
		"168: a list or mapping in brackets is not closed, or lacks a comma; close it, or put an item that holds a bracket in quotation marks",
	}},
	{"missing colon", "    removal: Ask them.", "    removal Ask them.", []string{
		"188: this line does not fit the lines above it; give it its neighbours' indentation, and look for a missing colon or a quotation mark inside or left open",
	}},
	{"at sign", "    removal: Ask them.", "    removal: @example.org asks.", []string{
		"188: a text begins with a character that YAML keeps for itself; put the text in quotation marks",
	}},
	{"backslash", "    removal: Ask them.", "    removal: \"\\d+ asks.\"", []string{
		"188: a backslash between double quotation marks begins nothing that YAML knows; write the backslash twice, or use single quotation marks",
	}},
	{"asterisk in a list", "      sender: [Wait.]", "      sender: [**Wait**.]", []string{
		"116: a text begins with * or &, which YAML keeps for itself; put the text in quotation marks",
	}},
	{"dash missing", "        - Check the address letter by letter.", "        - Check the address.\n        Then wait.", []string{
		"102: this line does not fit the lines above it; give it its neighbours' indentation, and look for a missing colon or a quotation mark inside or left open",
	}},
	{"text at the margin", "    removal: Ask them.", "    removal: Ask them,\nthen wait.", []string{
		"189: this line begins where only a section's name may; move it to the right, below the key that it belongs to",
	}},
	{"lone carriage return", "    removal: Ask them.", "    removal: Ask\rthem.", []string{
		"188: a carriage return stands without its line feed; take it out, or save the file again as UTF-8 text",
	}},
}

func TestLoadDamaged(t *testing.T) {
	whole := fixture(t)
	for _, d := range damages {
		t.Run(d.name, func(t *testing.T) {
			if strings.Count(whole, d.old) != 1 {
				t.Fatalf("testdata/codes.yaml holds %q %d times, want once", d.old, strings.Count(whole, d.old))
			}
			c, problems := Load("codes.yaml", []byte(strings.Replace(whole, d.old, d.new, 1)))
			c.Pack() // the examples are tried in spite of problems
			want := "codes.yaml:" + strings.Join(d.want, "\ncodes.yaml:")
			if got := problems.Error(); got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// TestLoadAllProblems damages the file in several places at once: each is reported, and
// what is whole is read.
func TestLoadAllProblems(t *testing.T) {
	text := fixture(t)
	for _, name := range []string{"unknown key", "missing source", "unknown choice", "wrong version", "reason that is not there"} {
		i := slices.IndexFunc(damages, func(d struct {
			name     string
			old, new string
			want     []string
		}) bool {
			return d.name == name
		})
		text = strings.Replace(text, damages[i].old, damages[i].new, 1)
	}
	c, problems := Load("codes.yaml", []byte(text))
	var lines []int
	for _, p := range problems {
		lines = append(lines, p.Line)
	}
	if want := []int{2, 7, 54, 92, 147}; !slices.Equal(lines, want) {
		t.Errorf("problems in lines %v, want %v:\n%v", lines, want, problems)
	}
	if len(c.Reasons) != 2 || c.Reason("mailbox-unknown").Retry != "Trying again will not help." || c.Source("rfc5321").Name == "" {
		t.Error("rows with a problem have lost what is right in them")
	}
}

// TestLoadSyntaxInSeveralPlaces breaks three rows. The library stops at the first.
func TestLoadSyntaxInSeveralPlaces(t *testing.T) {
	text := strings.NewReplacer(
		"name: What postmasters remember", "name: 'What' postmasters remember",
		"checked: 2026-11-24", "checked: the: day",
		"removal: Ask them.", "removal: [Ask them.",
	).Replace(fixture(t))
	_, problems := Load("codes.yaml", []byte(text))
	var lines []int
	for _, p := range problems {
		lines = append(lines, p.Line)
	}
	if want := []int{10, 12, 188}; !slices.Equal(lines, want) {
		t.Errorf("problems in lines %v, want %v:\n%v", lines, want, problems)
	}
}

// TestLoadEveryLine takes each line out, writes it twice and moves it to the right. A key that
// stands twice is a problem in that line or the next; the rest must be read or refused, and
// never crash what works with the result.
func TestLoadEveryLine(t *testing.T) {
	lines := strings.SplitAfter(fixture(t), "\n")
	key := regexp.MustCompile(`^ *("[^"]*"|[^-" #][^:]*):( |$)`)
	keys := 0
	for i, line := range lines {
		for _, change := range []struct{ name, line string }{{"out", ""}, {"twice", line + line}, {"right", "  " + line}, {"left", strings.TrimPrefix(line, "  ")}} {
			text := strings.Join(lines[:i], "") + change.line + strings.Join(lines[i+1:], "")
			c, problems := Load("codes.yaml", []byte(text))
			c.Pack()
			checkLines(t, text, problems)
			if change.name != "twice" || !key.MatchString(strings.TrimSuffix(line, "\n")) {
				continue
			}
			keys++
			if !slices.ContainsFunc(problems, func(p Problem) bool { return p.Line == i+1 || p.Line == i+2 }) {
				t.Errorf("line %d twice, %q, and not a word of it:\n%v", i+1, line, problems)
			}
		}
	}
	if keys < 100 {
		t.Errorf("%d keys were written twice, want 100 or more", keys)
	}
}

func TestLoadOdd(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       string
	}{
		{"nothing", "", `codes.yaml:1: the file is empty; begin it with "version: 1", then the sections`},
		{"comments alone", "# nothing\n\n", `codes.yaml:1: the file is empty; begin it with "version: 1", then the sections`},
		{"an empty document", "---\n", `codes.yaml:1: the file is empty; begin it with "version: 1", then the sections`},
		{"text", "550 User unknown\n", `codes.yaml:1: the file is text where sections are wanted; begin it with "version: 1", then the sections`},
		{"a list", "# codes\n- 550\n", `codes.yaml:2: the file is a list where sections are wanted; begin it with "version: 1", then the sections`},
		{"version alone", "version: 1\n", ""},
		{"CRLF and a byte order mark", "\ufeffversion: 1\r\nvocabulary:\r\n  - mailbox\r\n", ""},
		{"not UTF-8", "version: 1\nvocabulary: [caf\xe9]\n", "codes.yaml:2: the bytes are not UTF-8; take it out, or save the file again as UTF-8 text"},
		{"a NUL", "version: 1\n\x00", "codes.yaml:2: an invisible character, U+0000, stands here; take it out, or save the file again as UTF-8 text"},
		{"an unusual line end", "version: 1\nvocabulary: [mail\u2028box]\n", "codes.yaml:2: an unusual line end, U+2028, stands here; take it out, or save the file again as UTF-8 text"},
		{"a second document that is broken", "version: 1\n---\n'a' b\n", "codes.yaml:2: a second document begins here; keep all sections in one document and take the line --- out"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, problems := Load("codes.yaml", []byte(test.text)); problems.Error() != test.want {
				t.Errorf("got:\n%s\nwant:\n%s", problems.Error(), test.want)
			}
		})
	}
}

// TestLoadHostile loads what was made to hang or crash a reader. The time is far above what
// it takes also on a busy machine.
func TestLoadHostile(t *testing.T) {
	const size = 1 << 20
	repeat := func(s string, n int) string { return strings.Repeat(s, n/len(s)) }
	for _, test := range []struct{ name, text string }{
		{"open brackets", repeat("[", size)},
		{"open braces", repeat("{a: ", size)},
		{"dashes", repeat("- ", size)},
		{"question marks", repeat("? ", size)},
		{"deep mappings", func() string {
			var b strings.Builder
			for i := range 1400 {
				b.WriteString(strings.Repeat(" ", i) + "a:\n")
			}
			return b.String()
		}()},
		{"one quotation mark", "version: 1\nvocabulary: [\"" + repeat("mail box\n", size)},
		{"unknown sections", func() string {
			var b strings.Builder
			for i := range size / 16 {
				fmt.Fprintf(&b, "s%d: 1\n", i)
			}
			return b.String()
		}()},
		{"the same key", "version: 1\nsources:\n" + repeat("  a: b\n", size)},
		{"broken sections", repeat("a: 'b' c\n", size)},
		{"broken rows", "replies:\n" + repeat("  a: 'b' c\n", size)},
		{"one broken row of many lines", "texts:\n  a:\n" + repeat("    - b: c\n", size/2) + "     'x' y\n"},
		{"references that each look like thousands", func() string {
			var b strings.Builder
			b.WriteString("version: 1\nsources:\n")
			for i := range 4000 {
				fmt.Fprintf(&b, "  source-%d: {name: x, checked: 2026-11-24}\n", 10000+i)
			}
			b.WriteString("first-digits:\n  5:\n    sources:\n")
			for i := range 4000 {
				fmt.Fprintf(&b, "      - source-%d\n", 20000+i)
			}
			return b.String()
		}()},
		{"one long key", "\"" + repeat("k", size) + "\": 1\n"},
		{"one long value", "vocabulary: [" + repeat("v", size) + "]\n"},
		{"references to one another", "a: &a [x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n" + repeat("d: [*c, *c, *c]\n", size)},
		{"comments", repeat("# comment\n", size)},
		{"comments between items", "version: 1\nvocabulary:\n" + repeat("  # x\n  - mail\n", size)},
		{"too large", repeat("# comment\n", maxSize+20)},
	} {
		t.Run(test.name, func(t *testing.T) {
			start := time.Now()
			_, problems := Load("codes.yaml", []byte(test.text))
			if len(problems) == 0 {
				t.Error("no problem was found")
			}
			if took := time.Since(start); took > time.Minute {
				t.Errorf("it took %v", took)
			}
			checkLines(t, test.text, problems)
		})
	}
}

// TestLoadGivesUp holds the loader to the limits that keep it quick where much is wrong.
func TestLoadGivesUp(t *testing.T) {
	var b strings.Builder
	b.WriteString("version: 1\nsources:\n  memory: {name: Memory, checked: 2026-11-24}\nfirst-digits:\n  5:\n    sources:\n")
	for i := range 2 * mostGuesses {
		fmt.Fprintf(&b, "      - memory%d\n", i)
	}
	_, problems := Load("codes.yaml", []byte(b.String()))
	guesses := strings.Count(problems.Error(), "did you mean")
	if guesses != mostGuesses || len(problems) < 2*mostGuesses {
		t.Errorf("%d guesses in %d problems, want %d in %d or more", guesses, len(problems), mostGuesses, 2*mostGuesses)
	}

	_, problems = Load("codes.yaml", []byte("a: 1\n"+strings.Repeat("a: 'b' c\n", 2*mostSyntax)))
	if len(problems) != mostSyntax {
		t.Errorf("%d problems with the syntax, want %d", len(problems), mostSyntax)
	}

	// Of a part larger than this only the beginning is named.
	row := "texts:\n  a:\n" + strings.Repeat("    - b: c\n", maxSize/8/11+10) + "     'x' y\n"
	_, problems = Load("codes.yaml", []byte(row))
	if len(problems) != 1 || problems[0].Line > 3 {
		t.Errorf("got %v, want one problem where the row begins", problems)
	}
}

// checkLines reports problems whose line is not one of the text or the one after it.
func checkLines(t *testing.T, text string, problems Problems) {
	t.Helper()
	last := strings.Count(text, "\n") + 2
	for _, p := range problems {
		if p.Line < 1 || p.Line > last || p.File != "codes.yaml" || p.What == "" || p.Do == "" {
			t.Fatalf("a problem is not where it can be: %v", p)
		}
	}
}

func TestLoadFiles(t *testing.T) {
	ours := File{"codes.yaml", []byte(fixture(t))}
	theirs := File{"isp.yaml", []byte(`
texts:
  hello: Hello
  none: Something else
phrases:
  USER  UNKNOWN:
    reason: mailbox-unknow
    example: 550 user unknown
    sources: [memory]
`)}
	c, problems := LoadFiles(ours, theirs)
	want := `isp.yaml:4: "texts/none" stands twice, here and in codes.yaml:17; keep one of the two
isp.yaml:6: the phrase "USER UNKNOWN" is the same as "user unknown" in codes.yaml:124, but for case, accents, spaces and quotation marks; keep one of the two
isp.yaml:7: "reason" of phrases/USER  UNKNOWN is "mailbox-unknow", which is not in reasons; did you mean "mailbox-unknown"?`
	if problems.Error() != want {
		t.Errorf("got:\n%s\nwant:\n%s", problems.Error(), want)
	}
	if file, line := c.Place("texts/hello"); file != "isp.yaml" || line != 3 {
		t.Errorf("texts/hello is at %s:%d", file, line)
	}
	if len(c.Texts) != 3 {
		t.Errorf("%d texts, want 3", len(c.Texts))
	}
}

func TestLine(t *testing.T) {
	c := loadFixture(t)
	for path, want := range map[string]int{
		"version":                                        2,
		"sources":                                        4,
		"replies/421":                                    45,
		"replies/421/answer":                             47,
		"replies/421/examples/0":                         57,
		"replies/421/steps/sender/1":                     64,
		"replies/550/examples/0/reason":                  71,
		"replies/550/examples/7":                         69, // the list, which has no eighth
		"phrases/user unknown":                           124,
		"providers/example-mail/codes/rate":              167,
		"providers/example-mail/codes/rate/match/says/0": 168,
		"replies/999":                                    44,
		"nowhere":                                        1,
		"":                                               1,
	} {
		if got := c.Line(path); got != want {
			t.Errorf("Line(%q) = %d, want %d", path, got, want)
		}
	}
	if got := (&Catalog{}).Line("replies/421"); got != 1 {
		t.Errorf("in a catalogue that was not loaded: %d, want 1", got)
	}
}

func FuzzLoad(f *testing.F) {
	whole := fixture(f)
	f.Add(whole)
	for _, d := range damages {
		f.Add(strings.Replace(whole, d.old, d.new, 1))
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, problems := Load("codes.yaml", []byte(text))
		if c == nil {
			t.Fatal("no catalogue")
		}
		checkLines(t, text, problems)
		c.Pack() // also with problems, because the examples are tried in spite of them
		c.Count()
		checkLines(t, text, c.CheckExamples(func(string) Recognised { return Recognised{} }))
	})
}

// BenchmarkLoad loads two megabytes, several times what the knowledge is.
func BenchmarkLoad(b *testing.B) {
	text := large(2 << 20)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, problems := Load("codes.yaml", text); len(problems) > 0 {
			b.Fatal(problems[0])
		}
	}
}

// large returns a valid file of the given size, made of phrases and codes.
func large(size int) []byte {
	var b strings.Builder
	b.WriteString(`version: 1
sources:
  memory: {name: Memory, checked: 2026-11-24}
actors:
  sender: {name: You, move: your move, about: Whoever wrote it., role: I wrote it}
reasons:
  full:
    name: Full
    group: address
    answer: It is full.
    final: No.
    actor: sender
    retry: A day.
    steps:
      sender: [Wait.]
    message: Dear {recipient}
    message-to: sender
    sources: [memory]
phrases:
`)
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, `  mailbox number %d is full:
    reason: full
    language: de
    example:
      text: "552 5.2.2 Mailbox number %d is full <bob@example.com>"
      permanence: temporary
    sources:
      - memory 4.2.%d
`, i, i, i)
	}
	return []byte(b.String())
}
