package catalog

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/undelivered/undelivered/internal/catalog/packed"
)

// form is how a value must be written: what the tag is:"…" of a field names.
type form struct {
	pattern string                    // for the schema, and tried first
	say     string                    // what is wanted, to follow "is not"
	low     int                       // where the value is a number, its bounds, so that an
	high    int                       // editor takes it with and without quotation marks
	wrong   func(value string) string // what else may be wrong, or empty
	do      string                    // what to do about that, where there is no pattern
}

const (
	subjectDetail = `[0-9]\.(0|[1-9][0-9]{0,2})`
	label         = `[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?`
)

// forms are the forms by name.
var forms = map[string]form{
	"id":           {pattern: `^[a-z0-9]+([._-][a-z0-9]+)*$`, say: "an id of lower-case letters, digits, hyphens and dots, as mailbox-full"},
	"reply":        {pattern: `^[1-6][0-9][0-9]$`, say: "a reply code of three digits from 100 to 699, as 550", low: 100, high: 699},
	"first-digit":  {pattern: `^[1-6]$`, say: "a first digit of a reply code, 1 to 6", low: 1, high: 6},
	"second-digit": {pattern: `^[0-9]$`, say: "a second digit of a reply code, 0 to 9", low: 0, high: 9},
	"class":        {pattern: `^[245]$`, say: "a class of enhanced status codes, 2, 4 or 5", low: 2, high: 5},
	"subject":      {pattern: `^[0-7]$`, say: "a subject of enhanced status codes, 0 to 7", low: 0, high: 7},
	"enhanced-row": {pattern: `^X\.` + subjectDetail + `$`, say: "an enhanced status code with X for its class, as X.1.1"},
	"enhanced":     {pattern: `^[245]\.` + subjectDetail + `$`, say: "an enhanced status code with its class, as 5.1.1"},
	"enhanced-match": {
		pattern: `^[245X]\.` + subjectDetail + `(-[1-9][0-9]{0,2})?$`,
		say:     "an enhanced status code, as 5.7.26, X.7.26 or 5.7.606-649",
		wrong: func(value string) string {
			detail := value[strings.LastIndexByte(value, '.')+1:]
			low, high, isRange := strings.Cut(detail, "-")
			if isRange && !(len(low) < len(high) || len(low) == len(high) && low < high) {
				return "has a range that does not rise"
			}
			return ""
		},
	},
	"date": {
		pattern: `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`,
		say:     "a date as 2026-11-24",
		wrong: func(value string) string {
			if _, err := time.Parse(time.DateOnly, value); err != nil {
				return "is a day that no calendar has"
			}
			return ""
		},
	},
	"url": {
		pattern: `^https?://[^\s<>"]+$`,
		say:     "a URL that begins with https:// or http://",
		wrong: func(value string) string {
			if u, err := url.Parse(value); err != nil || u.Hostname() == "" {
				return "is no URL that a browser could open"
			}
			return ""
		},
	},
	"domain":   {pattern: `^` + label + `(\.` + label + `)+$`, say: "a domain in lower case, as mail.example.com"},
	"language": {pattern: `^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`, say: "a language tag, as de or pt-BR"},
	"address":  {pattern: `^127\.[0-9]{1,3}\.[0-9]{1,3}\.([0-9]{1,3}(-[0-9]{1,3})?|x)$`, say: "an address that a blocklist answers with, as 127.0.0.2, 127.0.0.10-11 or 127.255.255.x"},
	"pattern": {
		do:    "write more of the words, and gaps as {any}, {word} or {number}",
		wrong: notLookedFor,
	},
	"beginning": {
		do: "write the beginning of a word, or a few words",
		wrong: func(value string) string {
			if w := notLookedFor(value); w != "" {
				return w
			}
			if strings.Contains(value, "{") {
				return "has a gap, which no word for an idea has"
			}
			return ""
		},
	},
	"command": {pattern: `^(connect|EHLO|MAIL|RCPT|DATA)$`, say: "connect, EHLO, MAIL, RCPT or DATA"},
	"letter": {
		do: "use what is filled in: " + list(letterFacts, "and"),
		wrong: func(value string) string {
			for _, m := range placeholder.FindAllString(value, -1) {
				if !slices.Contains(letterFacts, m) {
					return "holds " + quote(m) + ", which nothing is filled in for"
				}
			}
			return ""
		},
	},
}

// notLookedFor returns why words cannot be looked for in a text.
func notLookedFor(words string) string {
	if w := packed.ValidPattern(packed.Fold(words)); w != "" {
		return "cannot be looked for: " + w
	}
	return ""
}

// letterFacts are what the decoder fills into a message.
var letterFacts = []string{"{recipient}", "{sender}", "{reply}", "{enhanced}", "{diagnostic}", "{server}", "{date}"}

var placeholder = regexp.MustCompile(`\{[^{}\s]*\}`)

// wrongForm returns what is wrong with a value of the named form, as the end of a sentence,
// and what to do; or two empty strings.
func (l *loader) wrongForm(name, value string) (what, do string) {
	f := forms[name]
	if f.pattern != "" {
		re := l.patterns[name]
		if re == nil {
			re = regexp.MustCompile(f.pattern)
			l.patterns[name] = re
		}
		if !re.MatchString(value) {
			return "is not " + f.say, "write it so"
		}
	}
	if f.wrong != nil {
		if w := f.wrong(value); w != "" {
			if f.pattern != "" {
				return w, "write " + f.say
			}
			return w, f.do
		}
	}
	return "", ""
}
