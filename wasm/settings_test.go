//go:build !js

package wasm

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// settingsHost runs settings.js in Node, with as much of a browser as it needs. It takes a
// settings file a line, as a JSON string, and answers a line.
const settingsHost = `
const fs = require("node:fs");
const warnings = [];
console.warn = (text) => warnings.push(text);
globalThis.CSS = { supports: (name, value) => /^[#a-z0-9 ,.()%-]{1,80}$/i.test(value) };
globalThis.CSSStyleSheet = class { cssRules = [{ style: { setProperty() {} } }]; insertRule() {} };
globalThis.document = { baseURI: "https://example.org/", currentScript: {} };
(0, eval)(fs.readFileSync(process.argv[1], "utf8"));
const read = document.currentScript.undelivered();
const names = Object.getOwnPropertyNames(Object.prototype).join();
const finding = () => ({ reason: "mailbox-unknown", reply: "550", enhanced: "5.1.1", diagnostic: "550 5.1.1 User unknown", remote_host: "mx.example.net.",
  title: "T", summary: "S", advice: [{ role: "sender", label: "L", steps: ["One."] }] });
const answer = async (text) => {
  warnings.length = 0;
  globalThis.fetch = async () => ({ ok: true, text: async () => text });
  const host = { attributes: [{ name: "settings", value: text.length + "/" + Math.random() }], getAttribute: (name) => name == "settings" ? "isp.json" : null };
  let own;
  try {
    own = await read(host);
  } catch (error) {
    return { error: String(error.message), kind: error.name, warnings: [...warnings] };
  }
  const results = [];
  for (const findings of [[], [finding()], [finding(), finding()]]) {
    results.push(await own.apply({ findings }, "550 5.1.1 User unknown", async () => ({ findings: findings.length ? findings.map(finding) : [finding()] })));
  }
  const links = [own.contact?.link, ...(own.help || []), ...results.flatMap((result) => result.findings.flatMap((one) => one.help || []))];
  const texts = results.flatMap((result) => result.findings.flatMap((one) => [one.title, one.summary, ...one.advice.flatMap((advice) => advice.steps)]));
  return { links: links.filter(Boolean).map((one) => (typeof one == "string" ? one : one.link)), texts, warnings: [...warnings] };
};
require("node:readline").createInterface({ input: process.stdin }).on("line", async (line) => {
  let said;
  try {
    said = await answer(JSON.parse(line));
  } catch (error) {
    said = { broken: String(error.stack) };
  }
  if (Object.getOwnPropertyNames(Object.prototype).join() != names) said.broken = "Object.prototype was changed";
  process.stdout.write(JSON.stringify(said) + "\n");
});`

// FuzzSettings reads any text as an ISP's settings file. It wants each mistake named with the
// file, or settings of which all that will be shown is text, and every link leads where links
// may lead.
func FuzzSettings(f *testing.F) {
	script, err := settings(must(f)(schema([]string{"mailbox-unknown", "mailbox-full"})))
	if err != nil {
		f.Fatal(err)
	}
	name := filepath.Join(f.TempDir(), "settings.js")
	if err := os.WriteFile(name, script, 0o666); err != nil {
		f.Fatal(err)
	}
	node := exec.Command("node", "-e", settingsHost, name)
	node.Stderr = os.Stderr
	in, err := node.StdinPipe()
	if err != nil {
		f.Fatal(err)
	}
	pipe, err := node.StdoutPipe()
	if err != nil {
		f.Fatal(err)
	}
	if err := node.Start(); err != nil {
		f.Fatalf("Node does not start: %v", err)
	}
	f.Cleanup(func() {
		in.Close()
		node.Wait()
	})
	out := bufio.NewReader(pipe)
	for _, seed := range []string{
		`{"heading":"Help","contact":{"name":"Example","telephone":"+61 8 5550 1234","link":"https://example.net/","hours":"9 to 5"},"roles":["sender"],"style":{"accent":"#0b57b8","radius":"4px"}}`,
		`{"servers":[{"name":"Out","host":"mx.example.net","port":587,"security":"STARTTLS"}],"help":[{"title":"H","link":"mailto:help@example.net"}]}`,
		`{"reasons":{"mailbox-unknown":{"title":"<b>","summary":"S","steps":["Ring us."],"help":{"title":"H","link":"tel:+61"}}},"codes":{"550":{"steps":{"sender":["x"]}}}}`,
		`{"rules":[{"match":"user unknown","reason":"mailbox-full","title":"R"},{"match":["abc","def"],"reason":"mailbox-unknown","steps":["x"]}]}`,
		`{"help":[{"title":"H","link":"javascript:alert(1)"}],"contact":{"link":" https://x"}}`, `{"__proto__":{"heading":"x"},"constructor":{"prototype":{}},"toString":1}`,
		"", "null", "[]", "0", `"x"`, "\ufeff{}", `{"heading":null}`, `{"roles":[]}`, `{"reasons":{"__proto__":{"title":"x"}}}`, `{"contact":[]}`, `{"style":{"accent":"url(//x)"}}`, "{", strings.Repeat("[", 5000),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		line, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := in.Write(append(line, '\n')); err != nil {
			t.Fatal(err)
		}
		said, err := out.ReadBytes('\n')
		if err != nil && err != io.EOF {
			t.Fatal(err)
		}
		var got struct {
			Broken, Error, Kind string
			Warnings            []string
			Links               []string
			Texts               []any
		}
		if err := json.Unmarshal(said, &got); err != nil {
			t.Fatalf("settings.js says %q for %q: %v", said, text, err)
		}
		if got.Broken != "" {
			t.Fatalf("%q breaks settings.js: %s", text, got.Broken)
		}
		for _, w := range got.Warnings {
			if !strings.HasPrefix(w, "undelivered-explainer: isp.json: ") {
				t.Errorf("%q: the warning names no file: %q", text, w)
			}
		}
		if got.Error != "" {
			named := strings.HasPrefix(got.Error, "isp.json cannot be read: ") || strings.HasPrefix(got.Error, "isp.json has ") && len(got.Warnings) > 0
			if !named || got.Kind != "Error" {
				t.Errorf("%q: the error says %s: %q", text, got.Kind, got.Error)
			}
			return
		}
		for _, l := range got.Links {
			if !strings.HasPrefix(l, "https://") && !strings.HasPrefix(l, "http://") && !strings.HasPrefix(l, "mailto:") && !strings.HasPrefix(l, "tel:") {
				t.Errorf("%q: a link leads to %q", text, l)
			}
		}
		for _, one := range got.Texts {
			if _, ok := one.(string); !ok {
				t.Errorf("%q: %v would be shown, and is no text", text, one)
			}
		}
	})
}

func must(t testing.TB) func([]byte, error) []byte {
	return func(data []byte, err error) []byte {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
}
