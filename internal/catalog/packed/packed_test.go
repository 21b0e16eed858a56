package packed

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// open packs and opens what fill adds.
func open(t testing.TB, fill func(b *Builder)) *Knowledge {
	t.Helper()
	var b Builder
	fill(&b)
	k, err := Open(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestRoundTrip(t *testing.T) {
	k := open(t, func(b *Builder) {
		b.Set(Replies, "550", map[int]string{FieldName: "Refused", FieldAnswer: "The server said no.", FieldPermanence: "permanent"})
		b.Set(Replies, "421", map[int]string{FieldName: "Try later"})
		b.Set(Replies, "450", map[int]string{FieldName: "Put off", FieldReason: "greylisted"})
		b.Set(Enhanced, "X.1.1", map[int]string{FieldName: "No such mailbox", FieldKind: "registered",
			FieldVariants: List([]string{"4" + StepMark + "later", "5" + StepMark + "never"}), FieldClasses: List([]string{"5", "4"})})
		b.Add(Texts, "none", "Nichts gefunden — 何も見つかりません 🙂")
	})
	tests := []struct {
		table Table
		key   string
		field int
		want  string
	}{
		{Replies, "550", FieldName, "Refused"},
		{Replies, "550", FieldAnswer, "The server said no."},
		{Replies, "550", FieldPermanence, "permanent"},
		{Replies, "550", FieldReason, ""},
		{Replies, "550", FieldSteps, ""}, // behind the last field
		{Replies, "421", FieldName, "Try later"},
		{Replies, "450", FieldAnswer, ""},
		{Replies, "450", FieldReason, "greylisted"},
		{Enhanced, "X.1.1", FieldKind, "registered"},
		{Texts, "none", FieldText, "Nichts gefunden — 何も見つかりません 🙂"},
	}
	for _, test := range tests {
		row, ok := k.Find(test.table, test.key)
		if !ok {
			t.Errorf("table %d does not hold %q", test.table, test.key)
			continue
		}
		if row.Field(0) != test.key || row.Field(test.field) != test.want {
			t.Errorf("%q: field %d is %q, want %q", row.Field(0), test.field, row.Field(test.field), test.want)
		}
	}
	row, _ := k.Find(Enhanced, "X.1.1")
	if got := row.List(FieldClasses); !slices.Equal(got, []string{"5", "4"}) {
		t.Errorf("classes are %q", got)
	}
	if got := row.List(FieldVariants); len(got) != 2 || got[1] != "5"+StepMark+"never" {
		t.Errorf("variants are %q", got)
	}
	if got := row.List(FieldSteps); got != nil {
		t.Errorf("an empty list is %q", got)
	}
	if n := k.Len(Replies); n != 3 {
		t.Errorf("there are %d replies, want 3", n)
	}
	if n := k.Len(Blocklists); n != 0 {
		t.Errorf("there are %d blocklists, want none", n)
	}
	for i, want := range []string{"421", "450", "550"} {
		if got := k.Row(Replies, i).Field(0); got != want {
			t.Errorf("reply %d is %q, want %q: rows stand in the order of their keys", i, got, want)
		}
	}
}

func TestFind(t *testing.T) {
	k := open(t, func(b *Builder) {
		for i := 999; i >= 0; i -= 3 {
			b.Add(Hosts, fmt.Sprintf("mx%03d.example.com", i), fmt.Sprint(i))
		}
	})
	for i := range 1000 {
		row, ok := k.Find(Hosts, fmt.Sprintf("mx%03d.example.com", i))
		if want := i%3 == 0; ok != want || want && row.Field(HostProvider) != fmt.Sprint(i) {
			t.Errorf("host %d: found %v, %q", i, ok, row.Key())
		}
	}
	for _, key := range []string{"", "a", "mx", "mx000.example.co", "mx000.example.com ", "zz"} {
		if row, ok := k.Find(Hosts, key); ok || !row.None() {
			t.Errorf("%q is found as %q", key, row.Key())
		}
	}
}

// The marks that part fields, items and steps must not come from the knowledge itself.
func TestFieldMarkInText(t *testing.T) {
	k := open(t, func(b *Builder) { b.Add(Texts, "id", "one\x1ftwo", "three") })
	row, _ := k.Find(Texts, "id")
	if row.Field(1) != "one two" || row.Field(2) != "three" {
		t.Errorf("the row is %q", row.Field(1)+row.Field(2))
	}
}

func TestBytesAreDeterministic(t *testing.T) {
	rows := [][]string{{"550", "Refused"}, {"421", "Later"}, {"450", "Put off"}, {"552", "Full"}, {"553", "Refused"}}
	patterns := []string{"user unknown", "mailbox {any} full", "quota", "spam {number}"}
	build := func(order []int) []byte {
		var b Builder
		for _, i := range order {
			b.Add(Replies, rows[i]...)
		}
		for _, p := range patterns {
			b.Pattern(p, KindPhrase, p)
		}
		return b.Bytes()
	}
	want := build([]int{0, 1, 2, 3, 4})
	for _, order := range [][]int{{0, 1, 2, 3, 4}, {4, 3, 2, 1, 0}, {2, 0, 4, 1, 3}} {
		if !bytes.Equal(build(order), want) {
			t.Errorf("the bytes differ where rows are added in the order %v", order)
		}
	}
}

// matches returns what k finds in the folded text, as "pattern number: words".
func matches(k *Knowledge, text string) (found []string) {
	folded := Fold(text)
	k.Match(folded, func(m Match) {
		found = append(found, fmt.Sprintf("%d: %s", m.Pattern, folded[m.Start:m.End]))
	})
	slices.Sort(found)
	return found
}

func TestPatterns(t *testing.T) {
	tests := []struct {
		about, pattern, text string
		want                 []string // what stands there
	}{
		{"words", "user unknown", "550 User unknown", []string{"user unknown"}},
		{"case", "User Unknown", "USER UNKNOWN", []string{"user unknown"}},
		{"twice", "user unknown", "user unknown, User Unknown", []string{"user unknown", "user unknown"}},
		{"line break and indent", "user unknown", "user\r\n    unknown", []string{"user unknown"}},
		{"spaces", "user   unknown", "user unknown", []string{"user unknown"}},
		{"no-break space", "user unknown", "user\u00a0unknown", []string{"user unknown"}},
		{"zero-width space", "user unknown", "us\u200ber un\u00adknown", []string{"user unknown"}},
		{"typographic apostrophe", "couldn't deliver", "Couldn’t deliver", []string{"couldn't deliver"}},
		{"typographic quotes", `mailbox "bob"`, "Mailbox „bob“", []string{`mailbox "bob"`}},
		{"dash", "non-delivery", "Non–delivery", []string{"non-delivery"}},
		{"fullwidth", "error 550", "ＥＲＲＯＲ　５５０", []string{"error 550"}},
		{"German capital", "empfänger", "EMPFÄNGER", []string{"empfanger"}},
		{"Cyrillic capital", "ящик переполнен", "Ящик Переполнен", []string{"ящик переполнен"}},

		{"word boundary before", "quota", "subquota", nil},
		{"word boundary after", "quota", "quotas", nil},
		{"digit before", "550 user", "1550 user", nil},
		{"punctuation around", "quota", "(quota)", []string{"quota"}},
		{"whole text", "quota", "quota", []string{"quota"}},
		{"cut off", "quota", "quot", nil},
		{"underscore parts words", "user_unknown", "delivery_user_unknown_", []string{"user_unknown"}},
		{"an accented letter is a letter", "schlag", "schläge schlagärger", nil},
		{"accents lost", "odesílací server", "Odesilaci server", []string{"odesilaci server"}},

		{"Japanese", "宛先が見つかりません", "その宛先が見つかりませんでした", []string{"宛先が見つかりません"}},
		{"Japanese wrapped", "宛先が見つかりません", "宛先が\n  見つかりません", []string{"宛先が見つかりません"}},
		{"Chinese wrapped by a program", "收件人不存在", "收件 人 不存在", []string{"收件人不存在"}},
		{"Korean keeps its spaces", "받는 사람", "받는사람", nil},
		{"Korean", "받는 사람", "받는  사람", []string{"받는 사람"}},
		{"CJK beside ASCII keeps its space", "メール server", "メールserver", nil},
		{"emoji", "user unknown", "😀user unknown😀", []string{"user unknown"}},

		{"any: nothing", "mailbox{any}full", "mailboxfull", []string{"mailboxfull"}},
		{"any: words", "mailbox {any} full", "mailbox of bob is full", []string{"mailbox of bob is full"}},
		{"any: as little as it can", "mailbox {any} full", "mailbox is full, full", []string{"mailbox is full"}},
		{"any: a longer word is no end", "mailbox {any} full", "mailbox is fully full", []string{"mailbox is fully full"}},
		{"any: a hundred", "mailbox{any}full", "mailbox" + strings.Repeat("-", 100) + "full", []string{"mailbox" + strings.Repeat("-", 100) + "full"}},
		{"any: a hundred and one", "mailbox{any}full", "mailbox" + strings.Repeat("-", 101) + "full", nil},
		{"any: at the end", "mailbox {any}", "mailbox is full", []string{"mailbox "}},
		{"any: two", "mailbox {any} is {any} full", "mailbox bob is very full", []string{"mailbox bob is very full"}},

		{"word", "user {word} unknown", "user bob@example.com unknown", []string{"user bob@example.com unknown"}},
		{"word: not two", "user {word} unknown", "user bob smith unknown", nil},
		{"word: not none", "user <{word}> unknown", "user <> unknown", nil},
		{"word: at the end", "user {word}", "user bob unknown", []string{"user bob"}},
		{"word: glued", "user <{word}> unknown", "user <bob> unknown", []string{"user <bob> unknown"}},

		{"number", "error {number} from", "error 12345 from", []string{"error 12345 from"}},
		{"number: not none", "error {number} from", "error  from", nil},
		{"number: all of it", "error {number}5 from", "error 12345 from", nil},
		{"number: a hundred digits", "code {number} from", "code " + strings.Repeat("1", 100) + " from", []string{"code " + strings.Repeat("1", 100) + " from"}},
		{"number: a hundred and one", "code {number} from", "code " + strings.Repeat("1", 101) + " from", nil},

		// These are filed under what stands behind a gap.
		{"behind a gap", "user {any} could not be found", "user bob could not be found", []string{"user bob could not be found"}},
		{"behind a gap: the nearest end", "user {any} could not be found", "user bob could not be found, could not be found", []string{"user bob could not be found"}},
		{"behind a gap: several beginnings", "user {any} could not be found", "user of user bob could not be found", []string{"user bob could not be found", "user of user bob could not be found"}},
		{"behind a gap: begins with a word", "user {any} could not be found", "superuser bob could not be found", nil},
		{"behind a gap: too far", "user {any}could not be found", "user " + strings.Repeat("-", 101) + "could not be found", nil},
		{"behind a gap: far enough", "user {any}could not be found", "user " + strings.Repeat("-", 100) + "could not be found", []string{"user " + strings.Repeat("-", 100) + "could not be found"}},
		{"behind a gap: inside a word", "user {any}could not be found", "user xcould not be found", []string{"user xcould not be found"}},
		{"behind two gaps", "user {word} of {any} could not be found", "user bob of example could not be found", []string{"user bob of example could not be found"}},
		{"before another gap", "user {word} could not be found {any} here", "user bob could not be found at all here", []string{"user bob could not be found at all here"}},

		{"range: lowest", "code {100-199}", "code 100", []string{"code 100"}},
		{"range: highest", "code {100-199}", "code 199", []string{"code 199"}},
		{"range: below", "code {100-199}", "code 99", nil},
		{"range: above", "code {100-199}", "code 200", nil},
		{"range: longer", "code {100-199}", "code 1000", nil},
		{"range: leading zero", "code {100-199}", "code 0150", []string{"code 0150"}},
		{"range: huge", "code {100-199}", "code 150000000000000000000000000", nil},
		{"range inside", "AUP#{100-199}x", "aup#150x", []string{"aup#150x"}},
	}
	for _, test := range tests {
		t.Run(test.about, func(t *testing.T) {
			if wrong := ValidPattern(test.pattern); wrong != "" {
				t.Fatalf("the pattern %q is not valid: %s", test.pattern, wrong)
			}
			k := open(t, func(b *Builder) { b.Pattern(test.pattern, KindPhrase, "row") })
			var want []string
			for _, w := range test.want {
				want = append(want, "0: "+w)
			}
			if got := matches(k, test.text); !slices.Equal(got, want) {
				t.Errorf("%q in %q: found %q, want %q", test.pattern, test.text, got, want)
			}
		})
	}
}

// A word for an idea is found where it begins a word.
func TestIdeas(t *testing.T) {
	tests := []struct {
		about, word, text string
		want              []string
	}{
		{"the word", "kennw", "das kennw fehlt", []string{"kennw"}},
		{"inflected", "Kennw", "Ihres Kennwortes", []string{"kennw"}},
		{"inside a word", "kennw", "Webkennwort", nil},
		{"Cyrillic", "опасн", "опасные файлы", []string{"опасн"}},
		{"inside a Cyrillic word", "опасн", "политика безопасности", nil},
		{"behind a mark", "опасн", "(опасный) «опасный»", []string{"опасн", "опасн"}},
		{"Greek", "φάκελ", "ο φάκελος", []string{"φάκελ"}},
		{"inside a Greek word", "λους", "μεγάλους", nil},
		{"Japanese", "違い", "パスワードが違います", []string{"違い"}},
		{"Arabic with its article", "خادم", "الخادم لا يستجيب", []string{"خادم"}},
	}
	for _, test := range tests {
		t.Run(test.about, func(t *testing.T) {
			k := open(t, func(b *Builder) { b.Pattern(test.word, KindIdea, "AB") })
			var want []string
			for _, w := range test.want {
				want = append(want, "0: "+w)
			}
			if got := matches(k, test.text); !slices.Equal(got, want) {
				t.Errorf("%q in %q: found %q, want %q", test.word, test.text, got, want)
			}
		})
	}
}

// Many patterns share runs of bytes and buckets; each must still be found, with its row.
func TestManyPatterns(t *testing.T) {
	var patterns []string
	for i := range 500 {
		patterns = append(patterns, fmt.Sprintf("mailbox of user number %d unknown", i), fmt.Sprintf("w%03d", i))
	}
	k := open(t, func(b *Builder) {
		for _, p := range patterns {
			b.Pattern(p, KindPhrase, "row of "+p)
		}
	})
	for i, p := range patterns {
		want := []string{fmt.Sprintf("%d: %s", i, p)}
		if got := matches(k, "550 "+p+"!"); !slices.Equal(got, want) {
			t.Errorf("found %q, want %q", got, want)
		}
		if got := k.Pattern(i); got != p {
			t.Errorf("pattern %d is %q, want %q", i, got, p)
		}
		if got := k.Meaning(i).Field(PatternRow); got != "row of "+p {
			t.Errorf("the row of %q is %q", p, got)
		}
	}
}

func TestValidPattern(t *testing.T) {
	tests := []struct {
		pattern string
		wrong   string // a part of what is said
	}{
		{"user unknown", ""},
		{"user {any} unknown {word} {number} {100-199}", ""},
		{"abcd", ""},
		{"メー", ""},
		{"", "four bytes"},
		{"abc", "four bytes"},
		{"a    b", "four bytes"}, // a run of spaces is compared as one
		{"ab\u200b\u200bc", "four bytes"},
		{"{any}unknown", "begin with four bytes"},
		{"abc{any}unknown", "begin with four bytes"},
		{"user {", "not closed"},
		{"user {any", "not closed"},
		{"user }", "without its {"},
		{"user {any}}", "without its {"},
		{"user {what}", "{what}"},
		{"user {}", "{}"},
		{"user {-}", "{-}"},
		{"user {9-1}", "{9-1}"},
		{"user {1-x}", "{1-x}"},
		{"user\x1cunknown", "control character"},
		{" user unknown", "space"},
		{strings.Repeat("user ", 200) + "x", "thousand bytes"},
	}
	for _, test := range tests {
		got := ValidPattern(test.pattern)
		if (test.wrong == "") != (got == "") || !strings.Contains(got, test.wrong) {
			t.Errorf("ValidPattern(%q) = %q, want %q in it", test.pattern, got, test.wrong)
		}
	}
}

func TestFold(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", ""},
		{"User  UNKNOWN\r\n", "user unknown "},
		{"\t x", " x"},
		{"“Bob’s” – box", `"bob's" - box`},
		{"ÄÖÜ ß İ Σ", "aou ß i σ"},
		{"Odesílací serveru Şifre Łódź Ñandú đường", "odesilaci serveru sifre lodz nandu duong"},
		{"e\u0301crit", "ecrit"},
		{"宛先 が\n不明", "宛先が不明"},
		{"宛先 bob 宛先", "宛先 bob 宛先"},
		{"ｅｒｒｏｒ　５５０", "error 550"},
		{"a\u200b\ufeffb", "ab"},
		{"a \u200b b", "a b"},
		{"\xff\xfe", "\ufffd\ufffd"},
		{"😀 X", "😀 x"},
	}
	for _, test := range tests {
		if got := Fold(test.text); got != test.want {
			t.Errorf("Fold(%q) = %q, want %q", test.text, got, test.want)
		}
	}
}

func TestPlace(t *testing.T) {
	tests := []struct {
		about, text, word string // the word of the folded text
		want              string // what it is in the text
	}{
		{"plain", "550 user unknown", "user", "user"},
		{"capitals", "550 USER unknown", "user", "USER"},
		{"behind spaces", "550 \r\n\t  user", "user", "user"},
		{"behind an emoji", "😀😀 User", "user", "User"},
		{"behind quotes", "„“ User", "user", "User"},
		{"behind ideographs", "宛 先\n不明 User", "user", "User"},
		{"Japanese", "メール 宛先", "宛先", "宛先"},
		{"with a break inside", "宛\n先", "宛先", "宛\n先"},
		{"fullwidth", "x ５５０", "550", "５５０"},
		{"invisible inside", "u\u200bser", "user", "u\u200bser"},
		{"behind damaged bytes", "\xff\xc3 User", "user", "User"},
	}
	for _, test := range tests {
		folded := FoldText(test.text)
		start := strings.Index(folded.Text, test.word)
		if start < 0 {
			t.Errorf("%s: %q does not hold %q", test.about, folded.Text, test.word)
			continue
		}
		got := strings.TrimRight(test.text[folded.Place(start):folded.Place(start+len(test.word))], " \r\n\t")
		if got != test.want {
			t.Errorf("%s: %q lies at %q, want %q", test.about, test.word, got, test.want)
		}
	}
	abc := FoldText("abc")
	for at, want := range []int{0, 1, 2, 3, 3} {
		if got := abc.Place(at); got != want {
			t.Errorf("place %d of abc is %d, want %d", at, got, want)
		}
	}
}

// TestLowerRune compares our lower case with Unicode's in the blocks that mail errors are
// written in. The exceptions there are letters of old or rare alphabets.
func TestLowerRune(t *testing.T) {
	for _, block := range [][2]rune{{0, 0x17f}, {0x218, 0x21b}, {0x386, 0x3ab}, {0x400, 0x481}, {0x48a, 0x4bf}, {0x4d0, 0x52f}, {0x531, 0x556}, {0x1e00, 0x1e95}, {0x1ea0, 0x1eff}} {
		for r := block[0]; r <= block[1]; r++ {
			want := unicode.ToLower(r)
			if got := lowerRune(r); got != want {
				t.Errorf("the lower case of %U is %U, want %U", r, got, want)
			}
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	whole := sample()
	changed := func(change func(b []byte) []byte) []byte { return change(slices.Clone(whole)) }
	tests := []struct {
		about string
		data  []byte
		want  error
	}{
		{"nothing", nil, ErrFormat},
		{"too short", whole[:header-1], ErrFormat},
		{"another format", changed(func(b []byte) []byte { b[0] = 'x'; return b }), ErrFormat},
		{"another version", changed(func(b []byte) []byte { b[len(magic)-1]++; return b }), ErrFormat},
		{"cut off", whole[:len(whole)-1], ErrDamaged},
		{"longer", append(slices.Clone(whole), 0), ErrDamaged},
		{"one bit", changed(func(b []byte) []byte { b[len(b)/2] ^= 1; return b }), ErrDamaged},
		{"the header alone", seal(whole[:header]), ErrDamaged},
	}
	for _, test := range tests {
		if _, err := Open(test.data); !errors.Is(err, test.want) {
			t.Errorf("%s: Open says %v, want %v", test.about, err, test.want)
		}
	}
	if _, err := Open(whole); err != nil {
		t.Errorf("the whole is refused: %v", err)
	}
}

// Every single number of the format, made wrong under a right checksum, is either refused
// or harmless.
func TestOpenChecksEveryOffset(t *testing.T) {
	whole := sample()
	for at := header; at+4 <= len(whole); at++ {
		for _, n := range []uint32{0, 1, uint32(len(whole)) - 4, uint32(len(whole)), 1 << 30, 1<<31 - 1, 1 << 31, 1<<32 - 4, 1<<32 - 1} {
			data := slices.Clone(whole)
			binary.LittleEndian.PutUint32(data[at:], n)
			use(seal(data))
		}
	}
}

// sample is a small knowledge with something in every part.
func sample() []byte {
	var b Builder
	b.Add(Texts, "none", "Nothing was found.")
	b.Set(Replies, "550", map[int]string{FieldName: "Refused", FieldAnswer: "No.", FieldPermanence: "permanent"})
	b.Set(Replies, "421", map[int]string{FieldName: "Later"})
	b.Set(Codes, "providers/gmail/codes/a", map[int]string{FieldName: "Name", FieldSteps: List([]string{"sender" + StepMark + "Do."})})
	b.Pattern("user unknown", KindPhrase, "phrases/user unknown", "mailbox-unknown")
	b.Pattern("mailbox {any} full {number} {100-199} {word}", KindPhrase, "x", "mailbox-full")
	b.Pattern("quota", KindWord)
	b.Pattern("full", KindWord)
	return b.Bytes()
}

// seal gives data the length and the checksum that [Open] asks for.
func seal(data []byte) []byte {
	if len(data) < header {
		return data
	}
	data = slices.Clone(data)
	copy(data, magic)
	binary.LittleEndian.PutUint32(data[len(magic):], uint32(len(data)))
	binary.LittleEndian.PutUint32(data[len(magic)+4:], checksum(data[header:]))
	return data
}

// use opens data and, where that is allowed, asks for all that is in it.
func use(data []byte) {
	k, err := Open(data)
	if err != nil {
		return
	}
	const text = "550 user unknown, mailbox is full 7 150 x: quota full"
	k.Match(text, func(m Match) { _ = text[m.Start:m.End] + k.Pattern(m.Pattern) })
	for t := range tables {
		for i := range min(k.Len(t), 1000) { // a number of rows that was made on purpose is no reason to wait
			row := k.Row(t, i)
			k.Find(t, row.Field(0))
			for field := range ReasonMessage + 1 {
				row.Field(field)
			}
			row.List(FieldSteps)
		}
		k.Find(t, "550")
	}
	for i := range min(k.Len(Patterns), 1000) {
		k.Pattern(i)
		k.Meaning(i).Field(PatternReason)
	}
}
