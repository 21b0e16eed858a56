// Runs the browser tests: node run.mjs DIST [--browser NAME] [--only WORDS]
//
// DIST is the built site. Without options everything runs in Chromium and in Firefox. The
// last line says how many tests passed and failed; the exit status is 0 only where none did.
import { parseArgs } from "node:util";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { executables, names, start } from "./browsers.mjs";
import { Clipboard, Page } from "./page.mjs";
import { serve, trap } from "./server.mjs";
import { tests } from "./tests.mjs";
import "./access.mjs";
import "./embedding.mjs";
import "./find.mjs";
import "./hostile.mjs";
import "./offline.mjs";
import "./package.mjs";
import "./pages.mjs";
import "./tidy.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { browser: { type: "string", multiple: true }, only: { type: "string" } },
});
const dist = resolve(positionals[0] || "../../dist");

async function main() {
  if (!existsSync(`${dist}/index.html`) || !existsSync(`${dist}/v1/widget.js`)) {
    throw new Error(`There is no built site with a widget in ${dist}. Build it first: undelivered build`);
  }
  const paths = executables(values.browser || names);
  const counts = { passed: 0, failed: 0 };
  // Both at a time, and then one after the other what measures.
  await Promise.all(Object.entries(paths).map(([name, path]) => inBrowser(name, path, counts, false)));
  for (const [name, path] of Object.entries(paths)) await inBrowser(name, path, counts, true);
  if (counts.passed + counts.failed == 0) throw new Error(`No test has ${JSON.stringify(values.only)} in its name.`);
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  return counts.failed == 0;
}

async function inBrowser(name, path, counts, alone) {
  const titled = (test, way) => `${name}, ${way}: ${test.name}`;
  const wanted = (test, way) => test.alone == alone && test.browsers.includes(name) && (!values.only || titled(test, way).includes(values.only));
  if (!tests.some((test) => test.ways.some((way) => wanted(test, way)))) return;
  const listener = await trap();
  const browser = await start(name, path, listener.port);
  if (!alone) console.log(`${await browser.version()}`);
  const clipboard = await Clipboard.open(browser);
  const folder = pathToFileURL(dist + "/");
  for (const test of tests) {
    for (const way of test.ways) {
      if (!wanted(test, way)) continue;
      const title = titled(test, way);
      const began = Date.now();
      const { context, close } = await setting({ browser, clipboard, folder, way, name, path, port: listener.port });
      try {
        await within(test.limit, test.run(context));
        if (listener.caught.length) throw new Error(`a request to another host: ${listener.caught.join(", ")}`);
        counts.passed++;
        console.log(`ok    ${title} (${Date.now() - began} ms)`);
      } catch (error) {
        counts.failed++;
        console.log(`FAIL  ${title}\n      ${String(error.stack || error).replace(/\n/g, "\n      ")}`);
      } finally {
        listener.caught.length = 0;
        await close();
      }
    }
  }
  await browser.close();
  listener.close();
}

// setting makes what one test works with: a server of its own, and pages that are closed.
async function setting({ browser, clipboard, folder, way, name, path, port }) {
  const server = way == "disk" ? undefined : await serve(dist, way == "base" ? "/some/base/" : "/");
  const root = server ? server.url : folder.href;
  const url = new URL("index.html", root).href;
  const opened = [];
  let elsewhere, scratch; // somebody else's server, or folder
  const context = {
    name,
    server,
    dist,
    launch: (options) => start(name, path, port, options),
    clipboard,
    // open opens the page with the widget; before is run ahead of every script on it.
    async open({ before } = {}) {
      const page = await Page.open(browser, clipboard, { url, folder, root, before });
      opened.push(page.tab);
      return page.ready();
    },
    root,
    folder,
    // host opens a page of somebody else, on another origin or elsewhere on the disk. Its body
    // comes from a function that is given the address of the site; policy is its content
    // security policy. The widget is in it, or in the frame that is named.
    async host({ body, policy, frame, before, files = {} }) {
      const markup = body(root);
      const html = (meta) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,">${meta}<title>Support</title></head><body>${markup}</body></html>`;
      let address;
      if (server) {
        elsewhere ??= await serve(undefined, "/");
        elsewhere.pages = { "/": html(""), ...files };
        elsewhere.faults["*"] = { headers: policy ? { "Content-Security-Policy": policy } : {} };
        address = elsewhere.url;
      } else {
        scratch ??= mkdtempSync(join(tmpdir(), "undelivered-"));
        writeFileSync(join(scratch, "support.html"), html(policy ? `<meta http-equiv="Content-Security-Policy" content="${policy}">` : ""));
        for (const [name, text] of Object.entries(files)) writeFileSync(join(scratch, name), text);
        address = pathToFileURL(join(scratch, "support.html")).href;
      }
      const page = await Page.open(browser, clipboard, { url: address, folder, root, host: address, frame, before });
      opened.push(page.tab);
      return page;
    },
    // visit opens a page of another server.
    async visit(address) {
      const page = await Page.open(browser, clipboard, { url: address, folder, root: address, host: address });
      opened.push(page.tab);
      return page;
    },
    // site opens another page of the site.
    async site(path, { before } = {}) {
      const page = await Page.open(browser, clipboard, { url: new URL(path, root).href, folder, root, before });
      opened.push(page.tab);
      return page.ready();
    },
    // read opens a page of the site that has no widget.
    async read(path, { keep } = {}) {
      const page = await Page.open(browser, clipboard, { url: new URL(path, root).href, folder, root, keep });
      opened.push(page.tab);
      return page;
    },
    // tab opens the page and leaves it alone.
    async tab() {
      const tab = await browser.newPage();
      opened.push(tab);
      await tab.evaluateOnNewDocument(() => Object.defineProperty(navigator, "serviceWorker", { value: undefined }));
      await tab.goto(url);
      return tab;
    },
  };
  const close = async () => {
    for (const tab of opened) await tab.close().catch(() => {});
    server?.close();
    elsewhere?.close();
    if (scratch) rmSync(scratch, { recursive: true });
  };
  return { context, close };
}

function within(ms, promise) {
  let timer;
  const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error(`not done after ${ms} ms`)), ms)));
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

main().then(
  (good) => process.exit(good ? 0 : 1),
  (error) => {
    console.error(error.message);
    process.exit(2);
  },
);
