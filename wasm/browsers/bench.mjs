// Measures the widget in the browsers: node bench.mjs DIST FOLDER [ROUNDS]
//
// DIST is the built site. FOLDER has what it is compared with: empty.wasm, a Go program that
// registers one callback, and its wasm_exec.js; and what is explained: line.txt, 8kb.txt and
// 1mb.txt. Prints one JSON object: by browser what was measured, in milliseconds, each the
// median of rounds in which both sides take turns.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { gzipSync } from "node:zlib";
import { executables, names, start } from "./browsers.mjs";
import { trap } from "./server.mjs";

const [dist, folder, rounds = 5] = process.argv.slice(2);
const LATENCY = 150; // ms, there and back
const RATE = 200; // bytes a millisecond: 1.6 Mbit/s
const SLOWER = 4; // times, where a browser can be slowed

const text = (name) => readFileSync(join(folder, name), "utf8");
const [line, bounce, long] = ["line.txt", "8kb.txt", "1mb.txt"].map(text);
const runtime = text("wasm_exec.js");
const host = readFileSync(new URL("../widget/start.js", import.meta.url), "utf8").replace('"wasm_exec.js";', () => runtime);
const home = readFileSync(join(dist, "index.html"), "utf8");
const script = /<script[^>]*src="?v1\/widget\.js[^>]*><\/script>/;
if (!script.test(home)) throw new Error(`${dist}/index.html loads no v1/widget.js; build the site again`);

// Each side is the start page, with one more script that puts a text in as soon as it can. The
// page with the program has that in place of the widget.
const painted = `function painted() {
  requestAnimationFrame(() => { const { port1, port2 } = new MessageChannel(); port1.onmessage = () => (window.answered = performance.now()); port2.postMessage(0); });
}`;
const pages = {
  "/index.html": home.replace(script, (tag) => tag + '<script src="ours.js" defer></script>'),
  "/ours.js": `${painted}
customElements.whenDefined("undelivered-explainer").then(() => {
  const widget = document.querySelector("undelivered-explainer");
  widget.addEventListener("undelivered:explained", painted, { once: true });
  widget.explain(${JSON.stringify(line)});
});`,
  "/empty.html": home.replace(script, () => '<script src="wasm_exec.js" defer></script><script src="theirs.js" defer></script>'),
  "/theirs.js": `${painted}
const go = new Go();
WebAssembly.instantiateStreaming(fetch("empty.wasm"), go.importObject).then(({ instance }) => {
  go.run(instance);
  callback(${JSON.stringify(line)});
  document.querySelector("undelivered-explainer").textContent = "answered";
  painted();
});`,
  "/bench.html": '<!doctype html><html lang="en"><meta charset="utf-8"><title>Bench</title><link rel="icon" href="data:,">',
  "/wasm_exec.js": runtime,
};
const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm", ".svg": "image/svg+xml" };
const packed = new Map();

// serve serves DIST and the pages with gzip. A slow server has one line for all that is asked
// of it, at RATE, and each answer begins LATENCY after it was asked for.
async function serve(slow) {
  let free = 0;
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURI(new URL(request.url, "http://127.0.0.1").pathname)).replace(/\/$/, "/index.html");
    try {
      if (!packed.has(path)) packed.set(path, gzipSync(pages[path] ?? readFileSync(path == "/empty.wasm" ? join(folder, path) : join(dist, path)), { level: 9 }));
    } catch {
      return response.writeHead(404).end();
    }
    const body = packed.get(path);
    if (slow) await pause(LATENCY);
    response.writeHead(200, { "Content-Type": types[extname(path)] || "text/plain", "Content-Encoding": "gzip", "Content-Length": body.length });
    const step = slow ? 4000 : body.length;
    for (let at = 0; at < body.length; at += step) {
      const piece = body.subarray(at, at + step);
      if (slow) {
        free = Math.max(free, performance.now()) + piece.length / RATE;
        await pause(free - performance.now());
      }
      response.write(piece);
    }
    response.end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => (server.closeAllConnections(), server.close()) };
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];

// first returns how long it takes from opening a page to its first answer, with nothing in any
// cache: the browser's profile is new to the address, and so is the address.
async function first(name, browser, page) {
  const chromium = name == "chromium";
  const server = await serve(!chromium);
  const context = await browser.createBrowserContext();
  try {
    const tab = await context.newPage();
    if (chromium) {
      const devtools = await tab.createCDPSession();
      await devtools.send("Network.enable");
      await devtools.send("Network.emulateNetworkConditions", { offline: false, latency: LATENCY, downloadThroughput: RATE * 1000, uploadThroughput: RATE * 1000 });
      await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
    }
    await tab.goto(server.url + page, { waitUntil: "domcontentloaded" });
    await tab.waitForFunction(() => window.answered, { timeout: 60_000 });
    return await tab.evaluate(() => window.answered);
  } finally {
    await context.close();
    server.close();
  }
}

// inWasm measures the decoder without the widget, and how soon it and the program are ready.
async function inWasm(tab, url) {
  await tab.goto(url + "bench.html");
  return tab.evaluate(
    async (host, runtime, texts, rounds) => {
      const start = new Function(`${host}; return start`)();
      new Function(runtime)(); // Go's script leaves its class on the page
      const load = async (name) => WebAssembly.compileStreaming(fetch(name));
      const [decoder, empty] = [await load("v1/decoder.wasm"), await load("empty.wasm")];
      const { instantiate } = WebAssembly;
      let instantiated;
      WebAssembly.instantiate = async (...given) => {
        const instance = await instantiate(...given);
        instantiated = performance.now();
        return instance;
      };
      const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
      const result = { ready: [], emptyReady: [] };
      for (let round = 0; round < rounds; round++) {
        await start(decoder);
        result.ready.push(performance.now() - instantiated);
        const go = new Go();
        const instance = await WebAssembly.instantiate(empty, go.importObject);
        go.run(instance);
        if (typeof callback != "function") throw new Error("the program registered no callback");
        result.emptyReady.push(performance.now() - instantiated);
        delete window.callback;
      }
      for (const name in result) result[name] = median(result[name]);
      const explain = await start(decoder);
      for (const [name, [text, times]] of Object.entries(texts)) {
        const list = [];
        for (let round = 0; round < 2 * rounds; round++) {
          const began = performance.now();
          for (let n = 0; n < times; n++) explain(text);
          list.push((performance.now() - began) / times);
        }
        result[name] = median(list);
      }
      return result;
    },
    host,
    runtime,
    { line: [line, 200], bounce: [bounce, 30], long: [long, 1] },
    rounds,
  );
}

// second measures from a key in a bounce of 8 KB to the frame after the new answer.
async function second(tab, url) {
  await tab.goto(url);
  await tab.waitForFunction(() => window.answered, { timeout: 30_000 });
  const times = await tab.evaluate(
    async (text, rounds) => {
      const widget = document.querySelector("undelivered-explainer");
      const input = widget.shadowRoot.querySelector("textarea");
      const answered = () => new Promise((resolve) => widget.addEventListener("undelivered:explained", resolve, { once: true }));
      const frame = () => new Promise((resolve) => requestAnimationFrame(() => { const { port1, port2 } = new MessageChannel(); port1.onmessage = resolve; port2.postMessage(0); }));
      input.value = text;
      const times = [];
      for (let round = 0; round < 4 * rounds; round++) {
        await frame();
        await new Promise((resolve) => setTimeout(resolve, 50 + 7 * round)); // not in step with the frames
        const began = performance.now();
        input.setRangeText("x", text.length, text.length, "end");
        const next = answered();
        input.dispatchEvent(new InputEvent("input", { inputType: "insertText", data: "x", bubbles: true, composed: true }));
        await next;
        await frame();
        times.push(performance.now() - began);
      }
      return times;
    },
    bounce,
    rounds,
  );
  return median(times);
}

const result = {};
const paths = executables(names);
for (const [name, path] of Object.entries(paths)) {
  const listener = await trap();
  const browser = await start(name, path, listener.port);
  const server = await serve(false);
  try {
    const measured = (result[name] = { version: await browser.version(), slowed: name == "chromium" });
    const tab = await browser.newPage();
    Object.assign(measured, await inWasm(tab, server.url));
    measured.second = await second(tab, server.url);
    await tab.close();
    const [mine, theirs] = [[], []];
    for (let round = 0; round < rounds; round++) {
      theirs.push(await first(name, browser, "empty.html"));
      mine.push(await first(name, browser, "index.html"));
    }
    measured.first = median(mine);
    measured.emptyFirst = median(theirs);
  } finally {
    server.close();
    await browser.close();
    listener.close();
  }
}
console.log(JSON.stringify(result));
