// The site without its server: as a browser keeps it, through updates that fail, are killed, or
// find no room; and as one file.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { cases } from "./cases.mjs";
import { Clipboard, Page, pause } from "./page.mjs";
import { expect, test } from "./tests.mjs";

const served = ["root", "base"];
const UNKNOWN = "550 5.1.1 <bob@example.com>: Recipient address rejected: User unknown";

const pagesOf = (dist) => readdirSync(dist, { recursive: true }).filter((name) => name.endsWith(".html") && !/^v1|^(404|undelivered)\.html$/.test(name));

// kept waits until the page's browser has a complete version, and returns its name.
async function kept(tab, timeout = 30_000) {
  const done = await tab.waitForFunction(
    async () => {
      const { active, scope } = await navigator.serviceWorker.ready;
      if (active.state != "activated") return "";
      for (const name of await caches.keys()) if (await (await caches.open(name)).match(`${scope}sw.js?complete`)) return name;
    },
    { timeout, polling: 100 },
  );
  return done.jsonValue();
}

test("the copy is not fetched while somebody asks", served, async ({ read }) => {
  const page = await read("index.html", { keep: true });
  await page.ready();
  const asked = () => page.tab.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length);
  for (let n = 0; n < 6; n++) {
    await page.paste(UNKNOWN + n);
    await page.answer();
    await pause(700); // all in all longer than a page waits that nobody asks anything
    assert.equal(await asked(), 0, `after ${n + 1} answers`);
  }
  await kept(page.tab);
});

test("every page opens and the decoder answers with the server stopped", served, async ({ read, server, dist, root }) => {
  const first = await read("codes/550.html", { keep: true });
  await kept(first.tab);
  await first.close();
  server.close();
  const page = await read("index.html", { keep: true });
  await page.ready();
  await page.paste(UNKNOWN);
  expect(page, await page.answer(), cases.find(({ text }) => text == UNKNOWN) || { ...cases[1], text: UNKNOWN });
  const pages = pagesOf(dist);
  assert.ok(pages.length > 300);
  // What a navigation gets, for each page.
  const wrong = await page.tab.evaluate(async (pages, root) => {
    const wrong = [];
    for (const name of pages) {
      const response = await fetch(new URL(name, root)).catch((error) => ({ text: () => String(error) }));
      if (!response.ok || !/<h1/.test(await response.text())) wrong.push(name);
    }
    return wrong;
  }, pages, root);
  assert.deepEqual(wrong, []);
  for (const [path, title] of [
    ["", /came back/],
    ["codes/550.html", /^550/],
    ["codes/421", /^421/],
    ["codes/", /Reply codes|three digits/i],
    ["codes", /Reply codes|three digits/i],
    ["reasons/mailbox-full.html?from=mail", /full/],
    ["guides/greylisting.html", /grey/i],
    ["providers/gmail.html", /Gmail/],
    ["codes/999.html", /not delivered/],
    ["no/such/page", /not delivered/],
  ]) {
    await page.tab.goto(root + path);
    assert.match(await page.tab.title(), title, path);
    // The page for what is lost is written for one address, and here it is another.
    if (String(title).includes("delivered") && root.endsWith("/base/")) continue;
    assert.equal(await page.tab.evaluate(() => getComputedStyle(document.querySelector(".skip")).position), "absolute", `${path} without its styles`);
  }
  // A search works too.
  await page.tab.goto(`${root}codes/550.html`);
  await page.tab.type("[data-find] input", "mailbox full");
  await page.tab.waitForSelector("[data-find] li a");
}, { limit: 150_000 });

// release makes of the site that a server gives out another version, with the pages named, each
// of which says the number of the version if that is not 1.
function release(server, dist, version, pages) {
  const list = /const FILES=(\{.*?\});?\n/s;
  const worker = readFileSync(join(dist, "sw.js"), "utf8");
  const files = JSON.parse(list.exec(worker)[1]);
  for (const name of Object.keys(files)) {
    if (!name.endsWith(".html") ? /^(codes|find-index)\./.test(name) : name != "404.html" && !pages.includes(name)) delete files[name];
    if (!files[name] || version == 1 || !name.endsWith(".html")) continue;
    const body = readFileSync(join(dist, name), "utf8").replace("<main", `<main data-version="${version}"`);
    server.pages[server.base + name] = Buffer.from(body);
    files[name] = "sha256-" + createHash("sha256").update(body).digest("base64");
  }
  server.pages[`${server.base}sw.js`] = Buffer.from(worker.replace(list, () => `const FILES=${JSON.stringify(files)};\n`).replace(/const VERSION="/, `$&${version}`));
}

// versions returns which versions of pages are given out, by asking for all of them.
function versions(tab, pages, root) {
  return tab.evaluate(
    async (pages, root) => {
      const seen = {};
      for (const name of pages) {
        const text = await fetch(new URL(name, root)).then((response) => response.text(), () => "nothing");
        const version = text == "nothing" ? text : /data-version="(\d+)"/.exec(text)?.[1] || "1";
        seen[version] = (seen[version] || 0) + 1;
      }
      return seen;
    },
    pages,
    root,
  );
}

const update = (tab) => tab.evaluate(() => navigator.serviceWorker.getRegistration().then((registration) => registration.update()).catch(() => {}));
// settled waits until no version is being fetched.
const settled = (tab) => tab.waitForFunction(async () => !(await navigator.serviceWorker.getRegistration()).installing, { polling: 50, timeout: 30_000 });

// few are enough pages to tell versions apart; all of them are opened above.
const few = (dist) => [...pagesOf(dist).filter((name, i) => i % 10 == 0 && !isOld(dist, name)), "index.html", "codes/550.html", "codes/421.html", "reasons/mailbox-full.html", "guides/greylisting.html"];
// isOld reports whether a page only leads to another. A browser does not keep such a page.
const isOld = (dist, name) => readFileSync(join(dist, name), "utf8").includes('http-equiv="refresh"');

test("an update that fails leaves the old version whole, and one that does not takes over", ["root"], async ({ read, server, dist, root }) => {
  const pages = few(dist);
  release(server, dist, 1, pages);
  const page = await read("codes/550.html", { keep: true });
  const old = await kept(page.tab);
  await page.tab.reload();
  const only = async (version, tab = page.tab) => assert.deepEqual(await versions(tab, pages, root), { [version]: pages.length });
  await only(1);
  // Browsers look for a newer version by themselves too, so the server is away in between.
  server.left = 0;
  release(server, dist, 2, pages);
  // A server that goes away after so many requests.
  for (const requests of [0, 1, 5, 20]) {
    server.left = requests;
    await update(page.tab);
    await settled(page.tab);
    server.left = 0;
    assert.equal(await page.tab.evaluate(async () => !(await navigator.serviceWorker.getRegistration()).waiting), true, `${requests} requests were enough for the update`);
    await only(1);
  }
  // A file that is missing, one that is of the old version still, one that is cut.
  for (const fault of [{ status: 503 }, { alter: ['data-version="2"', ""] }, { cut: 0.5 }]) {
    server.faults["mailbox-full.html"] = fault;
    server.left = Infinity;
    await update(page.tab);
    await settled(page.tab);
    assert.equal(await page.tab.evaluate(async () => !(await navigator.serviceWorker.getRegistration()).waiting), true, `${JSON.stringify(fault)} did not stop the update`);
    await only(1);
  }
  delete server.faults["mailbox-full.html"];
  server.log.length = 0;
  await update(page.tab);
  await page.tab.waitForSelector(".update button", { timeout: 30_000 });
  // It went on from where it had stopped, and did not fetch what is the same in both.
  assert.ok(server.log.length < pages.length, `${server.log.length} requests for the rest of an update`);
  assert.ok(!server.log.some(({ url }) => url.includes("decoder.wasm")));
  assert.match(await page.tab.$eval(".update", (bar) => bar.textContent), /new version/i);
  await only(1);
  // Not while another page of the site is open.
  const other = await read("codes/421.html", { keep: true });
  await page.tab.bringToFront();
  await page.tab.click(".update button");
  await page.tab.waitForFunction(() => /closed/.test(document.querySelector(".update").textContent));
  await only(1, other.tab);
  await other.close();
  await Promise.all([page.tab.waitForNavigation(), page.tab.click(".update button")]);
  await page.tab.waitForFunction(() => document.querySelector("main").dataset.version == "2");
  await only(2);
  await page.tab.waitForFunction(async (old) => !(await caches.keys()).includes(old), {}, old);
  server.close();
  await page.tab.goto(`${root}guides/greylisting.html`);
  assert.equal(await page.tab.$eval("main", (main) => main.dataset.version), "2");
}, { limit: 150_000 });

// When a browser is killed: how much of an update it has asked for, and how many ms later. The
// last moments are in the taking over.
const kills = [[0, 0], [0.02, 0], [0.25, 0], [0.5, 0], [0.75, 0], [0.98, 0], [1, 0], [1, 10], [1, 30], [1, 60], [1, 120], [1, 250]];

// Firefox, killed, does not come up again as these tests start it.
test("a browser that is killed during an update has one version or the other", ["root"], async ({ launch, server, dist, root }) => {
  const pages = few(dist);
  const seen = [];
  const userDataDir = mkdtempSync(join(tmpdir(), "undelivered-"));
  let all; // requests of an update
  try {
    for (let kill = -1; kill < kills.length; kill++) {
      // What is there from before is the version with an odd number, or the one that took over.
      const [old, next] = [2 * kill + 3, 2 * kill + 4];
      release(server, dist, old, pages);
      let browser = await launch({ userDataDir });
      let tab = await browser.newPage();
      await tab.goto(`${root}codes/550.html`);
      await taken(tab, old, root);
      release(server, dist, next, pages);
      server.log.length = 0;
      if (kill < 0) {
        await taken(tab, next, root);
        all = server.log.filter(({ url }) => pages.some((page) => url.endsWith(page))).length;
        assert.ok(all >= pages.length, `${all} requests for ${pages.length} pages`);
        await browser.close();
        continue;
      }
      const [share, later] = kills[kill];
      server.wait = 3;
      taken(tab, next, root).catch(() => {}); // the browser is killed
      for (const end = Date.now() + 10_000; server.log.length < share * all; await pause(1)) assert.ok(Date.now() < end, `only ${server.log.length} of ${all} requests`);
      await pause(later);
      const gone = new Promise((resolve) => browser.process().once("exit", resolve));
      browser.process().kill("SIGKILL");
      await gone;
      browser = await launch({ userDataDir });
      tab = await browser.newPage();
      server.down = true;
      await tab.goto(`${root}codes/550.html`, { timeout: 15_000 });
      const found = Object.keys(await versions(tab, pages, root));
      assert.ok(found.length == 1 && [old, next].includes(Number(found[0])), `killed ${later} ms after ${share} of an update: ${found}, and not ${old} or ${next}`);
      seen.push(Number(found[0]) == next ? "new" : "old");
      server.down = false;
      server.wait = 0;
      await browser.close();
    }
  } finally {
    server.down = false;
    rmSync(userDataDir, { recursive: true, force: true, maxRetries: 5 });
  }
  console.log(`      ${kills.length} kills left: ${seen.join(" ")}`);
  assert.ok(seen.includes("old"), "every kill came too late");
}, { alone: true, limit: 400_000, browsers: ["chromium"] });

// taken fetches the newest version and lets it take over, until that is the one that is wanted.
async function taken(tab, version, root) {
  await tab.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    await registration.update().catch(() => {});
    for (let worker; (worker = registration.installing || registration.waiting); ) {
      if (worker.state == "installed") worker.postMessage("take over");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
  await tab.waitForFunction(async () => (await navigator.serviceWorker.getRegistration()).active?.state == "activated", { polling: 20 });
  await tab.reload();
  const found = await tab.$eval("main", (main) => main.dataset.version ?? "1");
  assert.equal(found, String(version));
}

// Only Chromium can be told how much room there is.
test("a full device is survived", ["root"], async ({ read, server, dist, root }) => {
  const pages = few(dist);
  release(server, dist, 1, pages);
  const page = await read("codes/550.html", { keep: true });
  await kept(page.tab);
  await page.tab.reload();
  release(server, dist, 2, pages);
  const session = await page.tab.createCDPSession();
  const { usage } = await session.send("Storage.getUsageAndQuota", { origin: new URL(root).origin });
  await session.send("Storage.overrideQuotaForOrigin", { origin: new URL(root).origin, quotaSize: Math.ceil(usage) + 50_000 });
  await update(page.tab);
  await settled(page.tab);
  assert.equal(await page.tab.evaluate(async () => !(await navigator.serviceWorker.getRegistration()).waiting), true, "there was room");
  assert.deepEqual(await versions(page.tab, pages, root), { 1: pages.length });
  // A browser looks for a newer version by itself too, a moment after a page was opened, and that
  // try ends no better.
  const givenBack = page.tab.waitForFunction(async () => !(await navigator.serviceWorker.getRegistration()).installing && (await caches.keys()).length == 1, { polling: 50, timeout: 10_000 });
  await givenBack.catch(() => assert.fail("room that was not enough is still taken"));
}, { browsers: ["chromium"] });

test("what is kept can be taken away", ["root"], async ({ read, server, root }) => {
  const page = await read("offline.html", { keep: true });
  await kept(page.tab);
  await page.tab.waitForFunction(() => /keeps the site/.test(document.querySelector("[data-offline]").textContent), { timeout: 10_000 });
  await page.tab.click("[data-offline] button");
  await page.tab.waitForFunction(() => /does not keep/.test(document.querySelector("[data-offline]").textContent), { timeout: 10_000 });
  const left = () => page.tab.evaluate(async () => [await caches.keys(), (await navigator.serviceWorker.getRegistrations()).length]);
  assert.deepEqual(await left(), [[], 0]);
  await page.tab.goto(`${root}codes/550.html`);
  await pause(500);
  assert.deepEqual(await left(), [[], 0], "it came back");
  await page.tab.goto(`${root}offline.html`);
  await page.tab.waitForSelector("[data-offline] button:not([hidden])");
  await page.tab.click("[data-offline] button");
  await kept(page.tab);
});

test("the one file has everything", ["disk"], async ({ dist, folder, name, launch }) => {
  const place = mkdtempSync(join(tmpdir(), "undelivered-"));
  const browser = await launch();
  try {
    copyFileSync(join(dist, "undelivered.html"), join(place, "kept.html"));
    const root = pathToFileURL(join(place, "/")).href;
    const url = `${root}kept.html`;
    const page = await Page.open(browser, await Clipboard.open(browser), { url, folder, root, host: url });
    await page.ready();
    await page.paste(UNKNOWN);
    const answer = await page.answer();
    assert.equal(answer.error, "");
    assert.equal(answer.findings.length, 1);
    const shown = () => page.tab.evaluate(() => [...document.querySelectorAll(".page")].filter((page) => page.checkVisibility()).map(({ id }) => id));
    assert.deepEqual(await shown(), ["/index.html"]);
    const there = (links) => page.tab.evaluate((links) => links.filter((href) => !document.getElementById(decodeURIComponent(new URL(href).hash.slice(1)))), links);
    const links = answer.links.map(({ href }) => href).filter((href) => href.startsWith("file:"));
    assert.ok(links.length > 3);
    assert.deepEqual(await there(links), []);
    await page.tab.focus("[data-find] input");
    await page.tab.keyboard.type("mailbox full");
    await page.tab.waitForSelector("[data-find] li a");
    await page.tab.keyboard.press("Enter");
    await page.tab.waitForFunction(() => location.hash == "#/reasons/mailbox-full.html");
    assert.deepEqual(await shown(), ["/reasons/mailbox-full.html"]);
    await page.tab.goto(`${url}#/codes/550.html#causes`);
    assert.deepEqual(await shown(), ["/codes/550.html"]);
    if (name == "chromium") {
      // Firefox cannot be told to show how it prints.
      await page.tab.emulateMediaType("print");
      assert.ok((await shown()).length > 300);
    }
    await page.check();
  } finally {
    await browser.close();
    rmSync(place, { recursive: true, force: true });
  }
});
