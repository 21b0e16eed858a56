// A decoder that stumbles when it is told to, for tests: the decoder of the tree with a few
// lines more, compiled aside, with the knowledge of the built site.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const pin = (data) => "sha384-" + createHash("sha384").update(data).digest("base64");

// What it does for which words. An index out of range is a panic; a lock that nobody holds ends
// the program, as running out of memory does.
const stumbles = `
		switch {
		case strings.Contains(text, "STUMBLE PANIC"):
			_ = text[len(text)+stumbling:]
		case strings.Contains(text, "STUMBLE END"):
			new(sync.Mutex).Unlock()
		case strings.Contains(text, "STUMBLE LOOP"):
			for stumbling > 0 {
			}
		}
`;

let made;

// stumbler returns what a server gives instead of two files of the site.
export function stumbler(folder) {
  return (made ??= make(folder));
}

function make(folder) {
  const main = join(root, "wasm/decoder/main.go");
  const source = readFileSync(main, "utf8");
  const place = "		return explainer.Suppose(";
  const imports = 'import (\n	"unsafe"\n';
  if (!source.includes(place) || !source.includes(imports)) throw new Error("wasm/decoder/main.go has no place to stumble at");
  const scratch = mkdtempSync(join(tmpdir(), "undelivered-"));
  try {
    const changed = join(scratch, "main.go");
    writeFileSync(changed, source.replace(place, stumbles + place).replace(imports, 'import (\n	"strings"\n	"sync"\n	"unsafe"\n') + "\nvar stumbling = 1\n");
    const overlay = join(scratch, "overlay.json");
    writeFileSync(overlay, JSON.stringify({ Replace: { [main]: changed } }));
    const out = join(scratch, "decoder.wasm");
    execFileSync("go", ["build", "-overlay", overlay, "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-o", out, "./wasm/decoder"], {
      cwd: root,
      env: { ...process.env, GOFLAGS: "-trimpath", GOOS: "js", GOARCH: "wasm", GOWORK: "off", CGO_ENABLED: "0" },
      stdio: ["ignore", "ignore", "inherit"],
    });
    const built = readFileSync(new URL("v1/decoder.wasm", folder));
    const program = Buffer.concat([readFileSync(out), knowledge(built)]);
    return { "decoder.wasm": { body: program }, "answer.js": { alter: [pin(built), pin(program)] } };
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

// knowledge returns the custom section of a program that holds the knowledge, as it stands.
function knowledge(program) {
  for (let at = 8; at < program.length; ) {
    const begin = at;
    const kind = program[at++];
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = program[at++];
      size += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    if (kind == 0 && program.subarray(at + 1, at + 12).toString() == "undelivered") return program.subarray(begin, at + size);
    at += size;
  }
  throw new Error("the built decoder has no knowledge");
}
