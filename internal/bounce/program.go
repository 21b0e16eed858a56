package bounce

import "strings"

// programWords begin lines of programs.
var programWords = [...]string{
	"func ", "def ", "class ", "const ", "let ", "var ", "import ", "from ", "return ", "return;", "if ", "if(", "elif ", "else", "} else", "for ", "for(", "while ",
	"try:", "try {", "except ", "catch ", "} catch", "raise ", "throw ", "public ", "private ", "static ", "switch ", "case ", "#include", "#define", "package ",
	"select ", "insert ", "update ", "create table", "where ", "end", "fi", "done", "begin", "use ", "my ", "sub ", "function ", "fn ", "impl ", "struct ", "enum ", "match ", "default:", "break;", "it '", "it \"", "describe ", "expect(", "assert ", "assert_", "print(", "printf(", "echo ", "msgid \"", "msgstr \"",
}

// traceWords begin lines of the trace that a program leaves when it fails: it is an error's
// text, and no program.
var traceWords = [...]string{"at ", "caused by: ", "nested exception is", "traceback (most recent call last)", "file \"", "from /", "stack trace:", "code: '", "errno: ", "responsecode: "}

// testWords begin lines that tell how tests of a program ended.
var testWords = [...]string{"pass: ", "fail: ", "skip: ", "not ok ", "--- fail: ", "--- pass: ", "=== run ", "failed test", "passed test"}

// longProgramLine is how much of a line is asked about, in bytes.
const longProgramLine = 200

// program reports whether t looks like a program: two or more lines, and a third of all,
// begin as lines of programs do and end as prose does not. A line alone must end as a statement
// does, or be a query. A record of changes to a program is taken for one, and what its tests print.
func program(t string) bool {
	code, all, tests, traced, statement := 0, 0, 0, false, false
	changes := false
	small := make([]byte, 0, longProgramLine)
	lines(t, func(start, end int) bool {
		line := trim(t[start:end])
		if line == "" {
			return true
		}
		all++
		small = appendLower(small[:0], line[:min(len(line), longProgramLine)])
		traced = beginsWithAny(text(small), traceWords[:])
		changes = changes || strings.HasPrefix(text(small), "diff --git ") || strings.HasPrefix(text(small), "commit ") && hexadecimal(text(small)[len("commit "):])
		if beginsWithAny(text(small), testWords[:]) {
			tests++
		}
		if programLine(text(small)) {
			code++
			last := small[len(small)-1]
			statement = last == ';' || last == '}' || strings.HasPrefix(text(small), "select ")
		}
		return !traced && all < 2000
	})
	return !traced && (changes || tests >= 2 || code >= 2 && code*3 >= all || all == 1 && statement)
}

// hexadecimal reports whether s, in lower case, is a hash in full.
func hexadecimal(s string) bool {
	return len(s) >= 40 && strings.Trim(s, "0123456789abcdef") == ""
}

// inProgram reports whether the only code stands in a line of a program.
func (r *Report) inProgram() bool {
	if len(r.Failures) != 1 || r.Failures[0].Recipient != "" {
		return false
	}
	at := r.Failures[0].Start
	return program(r.Text[strings.LastIndexByte(r.Text[:at], '\n')+1 : min(indexFrom(r.Text, at, '\n'), at+longProgramLine)])
}

func programLine(line string) bool {
	last := line[len(line)-1]
	if line == "}" || line == "{" || line == "})" || line == "});" || line == "};" || line == ")" {
		return true
	}
	for _, word := range programWords {
		if word[0] == line[0] && strings.HasPrefix(line, word) {
			if strings.HasSuffix(word, "\"") && last == '"' {
				return true
			}
			switch last {
			case '{', ';', ')', '(', ':', ',', '}':
				return true
			}
			return strings.Contains(line, " = ") || strings.Contains(line, "==") || strings.Contains(line, "(\"") || strings.HasPrefix(line, "return ") && !strings.Contains(line, ": ")
		}
	}
	return strings.HasSuffix(line, ");") || strings.HasSuffix(line, " {") || strings.HasSuffix(line, "\")")
}

// Distinct returns how many different numbers that can be failing reply codes stand in the
// text, also loosely among words, or enhanced status codes that lines and sentences begin with.
func (r *Report) Distinct() int {
	seen := map[string]bool{}
	for at := nextClass(r.Text, 0); at+3 <= len(r.Text); at = nextClass(r.Text, at+1) {
		if r.Text[at] < '4' || at > 0 && digit(r.Text[at-1]) {
			continue
		}
		code, ok := replyAt(r.Text, at)
		if ok = ok && plausibleReply(code.Value); !ok && (beginsLine(r.Text, at) || strings.HasSuffix(r.Text[:at], ". ")) {
			code, ok = enhancedAt(r.Text, at)
		}
		if ok {
			seen[code.Value] = true
		}
	}
	return len(seen)
}
