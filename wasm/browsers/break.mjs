// Shows that the tests see what they are for: breaks a copy of the built site in one way at
// a time and runs the tests on it. node break.mjs DIST
//
// The exit status is 0 only where every broken copy failed.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const dist = resolve(process.argv[2] || "../../dist");
const run = fileURLToPath(new URL("run.mjs", import.meta.url));

const replace = (from, to) => (data) => {
  const text = data.toString("latin1");
  if (!text.includes(from)) throw new Error(`there is no ${JSON.stringify(from)} to break`);
  return Buffer.from(text.replaceAll(from, to), "latin1");
};

const breaks = [
  { name: "the decoder's knowledge is damaged", file: "decoder.wasm", how: (data) => (data.fill(0x20, data.length - 5000, data.length - 4000), data) },
  { name: "the decoder is cut", file: "decoder.wasm", how: (data) => data.subarray(0, data.length / 2) },
  { name: "the worker cannot start", file: "answer.js", how: replace("new Worker(", 'new Worker("no:"+') },
  { name: "the worker does not answer", file: "answer.js", how: replace(".onmessage=async", ".onmassage=async") },
  { name: "the worker forgets the text", file: "answer.js", how: replace(".postMessage({json:", ".postMessage({jason:") },
  { name: "the wasm script is cut", file: "decoder.js", how: (data) => data.subarray(0, data.length / 2) },
  { name: "the wasm script hands nothing over", file: "decoder.js", how: replace("currentScript.undelivered", "currentScript.delivered") },
  { name: "answer.js is not there", file: "answer.js", how: () => Buffer.from("") },
  { name: "widget.js asks another host", file: "widget.js", how: (data) => Buffer.concat([data, Buffer.from('\nnew Image().src="https://stats.example/?"+Date.now()')]) },
  ...[
    ["a request", 'fetch(new URL("widget.js?"+encodeURIComponent(text),document.querySelector("script[src]").src))'],
    ["an image", 'new Image().src="style.css?"+encodeURIComponent(text)'],
    ["what is stored", "localStorage.text=text"],
    ["a database", "indexedDB.open(text)"],
    ["the address", "location.hash=text"],
    ["a message to the window around", 'parent.postMessage({text},"*")'],
    ["a message to other windows", 'new BroadcastChannel("x").postMessage(text)'],
    ["the console", "console.warn(text)"],
  ].map(([where, leak]) => ({
    name: `the text is in ${where}`,
    file: "widget.js",
    how: (data) => Buffer.concat([data, Buffer.from(`\naddEventListener("undelivered:explained",(event)=>{const text=event.target.shadowRoot.querySelector("textarea").value;${leak}})`)]),
  })),
];

const folder = mkdtempSync(join(tmpdir(), "undelivered-"));
let missed = 0;
for (const { name, file, how } of breaks) {
  const copy = join(folder, "dist");
  rmSync(copy, { recursive: true, force: true });
  cpSync(dist, copy, { recursive: true });
  const path = join(copy, "v1", file);
  writeFileSync(path, how(readFileSync(path)));
  const { stdout, stderr } = spawnSync(process.execPath, [run, copy, "--only", "explains one reply"], { encoding: "utf8" });
  const last = stdout.trim().split("\n").at(-1);
  const failed = [...stdout.matchAll(/^FAIL {2}(\w+, \w+)/gm)].map((match) => match[1]);
  console.log(`${name} (${file}): ${last || stderr.trim()}${failed.length ? `; failed: ${failed.join("; ")}` : ""}`);
  if (!/[1-9]\d* failed$/.test(last)) missed++;
}
rmSync(folder, { recursive: true });
console.log(missed ? `${missed} of ${breaks.length} broken sites passed` : `all ${breaks.length} broken sites failed`);
process.exit(missed ? 1 : 0);
