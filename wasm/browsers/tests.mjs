// The tests, as { name, ways, run(browser) }. A way is how the site is reached: at the root
// of a server, below a path, or from disk.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { names } from "./browsers.mjs";
import { cases } from "./cases.mjs";
import { pause } from "./page.mjs";

const UNKNOWN = "550 5.1.1 <bob@example.com>: Recipient address rejected: User unknown";
const LONG = "Lorem ipsum 421 4.3.2 dolor sit amet\n".repeat(200_000); // more than 7 MB
const FULL = "452 4.2.2 <carol@example.net>: Mailbox full";

export const tests = [];
export const everywhere = ["root", "base", "disk"];
// What a test measures, it measures alone: not while the other browser is at work.
export const test = (name, ways, run, { alone = false, limit = 60_000, browsers = names } = {}) => tests.push({ name, ways, run, alone, limit, browsers });

// The six texts.

for (const one of cases) {
  test(`explains ${one.name}`, everywhere, async ({ open }) => {
    const page = await open();
    await page.paste(one.text);
    expect(page, await page.answer(), one);
    await page.check();
  });
}

export function expect(page, answer, one) {
  assert.equal(answer.error, "");
  assert.ok(answer.status.length > 10, `the status for screen readers is ${JSON.stringify(answer.status)}`);
  if (one.none) {
    assert.deepEqual(answer.findings, []);
    assert.match(answer.headline, /\b(no|not|n't)\b/);
    assert.match(answer.headline, /mail|error|bounce/i);
    assert.ok(answer.ask.length > 0, "nothing is said of what would help");
    assert.ok(answer.examples.length > 0, "there is no example to try");
    assert.deepEqual(answer.marks, []);
    answer.links.forEach((link) => page.page(link));
    return;
  }
  assert.equal(answer.findings.length, one.findings.length);
  for (const [i, wanted] of one.findings.entries()) {
    const got = answer.findings[i];
    for (const [key, pattern] of Object.entries(wanted)) assert.match(got[key], pattern, `${key} of finding ${i + 1}`);
    assert.ok(got.summary.length > 40, `the summary is ${JSON.stringify(got.summary)}`);
    assert.ok(got.steps.length > 0, "there are no steps");
    assert.ok(got.roles.length > 1, "there is no switch between roles");
    for (const words of [got.title, got.summary, ...got.steps]) assert.doesNotMatch(words, /[{}]|undefined|null|\[object/);
  }
  const pages = answer.links.map((link) => page.page(link));
  for (const wanted of one.pages) assert.ok(pages.includes(wanted), `no link to ${wanted} among ${pages.join(", ")}`);
  for (const wanted of one.marks) {
    assert.ok(
      answer.marks.some((mark) => (wanted instanceof RegExp ? wanted.test(mark) : mark == wanted)),
      `${wanted} is not marked: ${JSON.stringify(answer.marks)}`,
    );
  }
}

// What a person does.

test("answers while somebody types", ["root", "disk"], async ({ open }) => {
  const page = await open();
  await page.type(UNKNOWN);
  const answer = await page.answer();
  assert.match(answer.findings[0]?.permanence, /permanent/i);
  await pause(400); // the last key may still be on its way
  assert.ok((await page.answer()).marks.some((mark) => /User unknown/.test(mark)));
  await page.check();
});

test("forgets when the text is cleared", ["root", "disk"], async ({ open }) => {
  const page = await open();
  await page.paste(UNKNOWN);
  await page.answer();
  await page.click("button.clear");
  await gone(page);
  await page.paste(FULL);
  assert.match((await page.answer()).findings[0].permanence, /temporary/i);
  await page.focus();
  await page.press("a", true);
  await page.press("Delete");
  await gone(page);
  await page.check();
});

async function gone(page) {
  await pause(300);
  assert.equal(await page.read(), null, "an answer is still shown");
  const left = await page.run((host, root) => host.querySelector("[role=status]").textContent + root.querySelector("textarea").value);
  assert.equal(left, "");
}

test("gives up a text for a newer one", ["root", "disk"], async ({ open }) => {
  const page = await open();
  await page.paste("452");
  await page.answer(); // everything is loaded
  await page.forget();
  await page.paste(LONG);
  await page.paste(UNKNOWN);
  await until(page, (answer) => answer.text == UNKNOWN);
  await pause(2500);
  assert.equal((await page.read()).text, UNKNOWN, "an older answer came late");
  assert.ok(!page.console.some((line) => /^error/.test(line)), page.console.join());
});

test("does not wait for a text that is stuck", ["root", "disk"], async ({ open }) => {
  const page = await open({ before: spyOnWorkers });
  await page.paste("452");
  await page.answer();
  await page.tab.evaluate(() => (window.workers[0].postMessage = () => {})); // what comes now has no answer
  await page.forget();
  await page.paste("421 4.3.2 stuck");
  await pause(100);
  const began = Date.now();
  await page.paste(UNKNOWN);
  expect(page, await page.answer(), cases[1]);
  assert.ok(Date.now() - began < 2500, `it took ${Date.now() - began} ms`);
  await page.check();
}, { alone: true });

async function until(page, holds) {
  for (const end = Date.now() + 20_000; Date.now() < end; await pause(50)) {
    const answer = await page.read();
    if (answer && holds(answer)) return answer;
  }
  throw new Error(`what is shown at last: ${JSON.stringify(await page.read())?.slice(0, 300)}`);
}

test("marks the right characters behind emoji and in Japanese", ["root", "disk"], async ({ open }) => {
  const page = await open();
  const text = "😀👩‍👩‍👧 配信できませんでした。受信者は存在しません 🙈 <bob@example.com>: 550 5.1.1 User unknown 終わり";
  await page.paste(text);
  const answer = await page.answer();
  assert.equal(answer.text, text);
  for (const mark of ["550", "5.1.1", "bob@example.com"]) assert.ok(answer.marks.includes(mark), `${mark} is not among ${JSON.stringify(answer.marks)}`);
  await page.check();
});

test("shows of a long text what tells, and all of it on demand", ["root"], async ({ open }) => {
  const page = await open();
  const text = "A line that says nothing.\n".repeat(200) + UNKNOWN + "\n" + "Another one.\n".repeat(200) + "受信者😀\n" + FULL;
  await page.paste(text);
  const { text: shown, marks } = await page.answer();
  assert.ok(shown.length < 1000, `${shown.length} characters are shown`);
  assert.ok(shown.includes("<bob@example.com>: Recipient address rejected") && marks.includes("550"), shown);
  await page.run((host, root) => root.querySelector("section.text button").click());
  const all = await page.answer();
  assert.equal(all.text, text);
  assert.deepEqual(all.marks, marks);
  await page.check();
});

test("leaves markup as text", ["root"], async ({ open }) => {
  const page = await open();
  const evil = `<img src=x onerror="window.hit=1"><script>window.hit=1</script>"'><svg onload=window.hit=1>{{7*7}}<b>550 5.1.1</b> <"><i>x"@example.com>: User unknown`;
  await page.paste(evil);
  const answer = await page.answer();
  assert.equal(answer.text, evil);
  const { hit, inside } = await page.run((host, root) => ({
    hit: window.hit,
    inside: root.querySelector("[part=answer]").querySelectorAll("img, script, [onload], [onerror]").length,
  }));
  assert.equal(hit, undefined);
  assert.equal(inside, 0);
  await page.check();
});

test("shows characters that cannot be seen", ["root"], async ({ open }) => {
  const page = await open();
  await page.paste("550 5.1.1 <bob@example.com>: User unknown \u202Egpj.exe\u200B");
  const { text } = await page.answer();
  assert.match(text, /U\+202E.*U\+200B/);
  await page.check();
});

test("takes a chosen file", ["root", "disk"], async ({ open }) => {
  const page = await open();
  const input = await page.inside("input[type=file]");
  await input.uploadFile(new URL("fixtures/two-recipients.eml", import.meta.url).pathname);
  const answer = await page.answer();
  assert.deepEqual(answer.findings.map((finding) => finding.recipient), ["carol@example.net", "dave@example.org"]);
  assert.match(await page.run((host, root) => root.querySelector("[part=file]").textContent), /^two-recipients\.eml/);
  await page.check();
});

test("takes a file that is not UTF-8", ["root"], async ({ open }) => {
  const page = await open();
  const folder = mkdtempSync(join(tmpdir(), "undelivered-"));
  const file = join(folder, "latin1.txt");
  writeFileSync(file, Buffer.from("Zurück, geänderte Größe\r\n<bob@example.com>: 550 5.1.1 User unknown\r\n", "latin1"));
  try {
    await (await page.inside("input[type=file]")).uploadFile(file);
    const answer = await page.answer();
    assert.match(answer.text, /^Zurück, geänderte Größe/);
    for (const mark of ["550", "5.1.1", "bob@example.com"]) assert.ok(answer.marks.includes(mark), `${mark} is not among ${JSON.stringify(answer.marks)}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
  await page.check();
});

test("takes a dropped file", ["root"], async ({ open }) => {
  const page = await open();
  await page.run((host, root, text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], "bounce.eml", { type: "message/rfc822" }));
    const event = (type) => new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true, composed: true });
    const target = root.querySelector("textarea");
    target.dispatchEvent(event("dragover"));
    target.dispatchEvent(event("drop"));
  }, cases[3].text);
  assert.equal((await page.answer()).findings.length, 2);
  await page.check();
});

test("switches between roles, and keeps to the one chosen", ["root"], async ({ open }) => {
  const page = await open();
  await page.paste(UNKNOWN);
  const before = (await page.answer()).findings[0];
  await page.run((host, root) => root.querySelectorAll("[part~=role]")[1].click());
  const after = (await page.answer()).findings[0];
  assert.notDeepEqual(after.steps, before.steps);
  await page.forget();
  await page.paste(UNKNOWN + " again");
  assert.deepEqual((await page.answer()).findings[0].steps, after.steps);
  await page.check();
});

test("copies the message that is ready to send", ["root", "disk"], async ({ open, clipboard }) => {
  const page = await open();
  await page.paste(UNKNOWN);
  const { message } = (await page.answer()).findings[0];
  assert.match(message, /bob@example\.com/);
  await page.click("details.message button");
  for (let i = 0; i < 100 && !/copied/i.test(await page.run((host) => host.querySelector("[role=status]").textContent)); i++) await pause(50);
  const copied = await clipboard.read();
  assert.equal(copied.replace(/\r\n/g, "\n").trim(), message.trim());
  await page.check();
});

test("tries an example on demand", ["root"], async ({ open }) => {
  const page = await open();
  await page.paste(cases[5].text);
  const [example] = (await page.answer()).examples;
  await page.forget();
  await page.run((host, root) => root.querySelector("[part=example]").click());
  const answer = await page.answer();
  assert.equal(answer.findings.length, 1);
  assert.equal(answer.text, example);
  await page.check();
});

// What a page is spared.

test("loads nothing before somebody turns to it", everywhere, async ({ open }) => {
  const page = await open();
  await pause(500);
  const early = page.requests.filter((url) => /answer\.js|decoder\.(js|wasm)/.test(url));
  assert.deepEqual(early, []);
  await page.focus();
  await pause(500);
  if (!page.root.startsWith("file:")) assert.ok(page.requests.some((url) => /decoder\.wasm/.test(url)), "a focus does not load the decoder");
  await page.check();
});

test("leaves no name on the page", ["root", "disk"], async ({ open }) => {
  const page = await open();
  const names = () => page.tab.evaluate(() => Object.getOwnPropertyNames(window).filter((name) => !/^(0|webkit|on)/.test(name)));
  const before = await names();
  await page.paste(UNKNOWN);
  await page.answer();
  const added = (await names()).filter((name) => !before.includes(name));
  assert.deepEqual(added, []);
});

test("has its status in the light DOM from the start", ["root"], async ({ open }) => {
  const page = await open();
  const status = await page.run((host) => {
    const node = host.querySelector(":scope > [role=status]");
    return node && { text: node.textContent, shown: node.assignedSlot != null };
  });
  assert.deepEqual(status, { text: "", shown: true });
});

test("fits 320 pixels", ["root"], async ({ open }) => {
  const page = await open();
  await page.tab.setViewport({ width: 320, height: 640 });
  for (const text of [cases[3].text, UNKNOWN, cases[5].text]) {
    await page.forget();
    await page.paste(text);
    await page.answer();
    const wide = await page.run((host, root) => {
      const limit = host.getBoundingClientRect().right + 1;
      return [...root.querySelectorAll("*")].filter((e) => !e.closest(".text .text") && e.getBoundingClientRect().right > limit).map((e) => e.outerHTML.slice(0, 80));
    });
    assert.deepEqual(wide, []);
  }
});

// What goes wrong.

test("copes with a wrong content type", ["root"], async ({ open, server }) => {
  server.faults["decoder.wasm"] = { type: "text/plain" };
  const page = await open();
  await page.paste(UNKNOWN);
  expect(page, await page.answer(), cases[1]);
  assert.ok(page.console.some((line) => /application\/wasm/.test(line)), "the console does not say why the start is slower");
  await page.check({ quiet: false });
});

test("takes the decoder from the script where a server does not give the file", ["root"], async ({ open, server }) => {
  server.faults["decoder.wasm"] = { status: 404 };
  const page = await open();
  await page.paste(UNKNOWN);
  expect(page, await page.answer(), cases[1]);
  assert.ok(page.console.some((line) => /404.*decoder\.js/.test(line)), "the console does not say why");
  await page.check({ quiet: false });
});

test("takes another decoder than it asked for early where that is what comes", ["root"], async ({ open, folder, server }) => {
  const pin = createHash("sha384").update(readFileSync(new URL("v1/decoder.wasm", folder))).digest("base64");
  server.faults["widget.js"] = { alter: [pin, "A".repeat(pin.length)] };
  const page = await open();
  await page.paste(UNKNOWN);
  expect(page, await page.answer(), cases[1]);
  assert.ok(page.console.some((line) => /integrity/i.test(line)), `it was not asked for early: ${page.console}`);
  await page.check({ quiet: false });
});

test("asks for the decoder once", ["root"], async ({ open, server }) => {
  const page = await open();
  await page.paste(UNKNOWN);
  expect(page, await page.answer(), cases[1]);
  const names = server.log.map(({ url }) => /[^/?]+(?=\?|$)/.exec(url)?.[0]).filter((name) => name == "decoder.wasm" || name == "answer.js");
  assert.deepEqual(names.sort(), ["answer.js", "decoder.wasm"]);
  await page.check();
});

for (const cut of [0.5, 0.995]) {
  test(`takes the decoder from the script where the file is cut at ${cut * 100} %`, ["root"], async ({ open, server }) => {
    server.faults["decoder.wasm"] = { cut };
    const page = await open();
    await page.paste(UNKNOWN);
    expect(page, await page.answer(), cases[1]);
    assert.ok(page.console.some((line) => /damaged or altered.*decoder\.js/.test(line)), "the console does not say why");
    await page.check({ quiet: false });
  });
}

for (const [what, faults] of [
  ["the decoder is cut", { "decoder.wasm": { cut: 0.5 }, "decoder.js": { cut: 0.5 } }],
  ["the decoder is altered", { "decoder.wasm": { alter: ["undeliv", "UNDELIV"] }, "decoder.js": { alter: ["A", "B"] } }],
  ["the decoder is not given", { "decoder.wasm": { status: 500 }, "decoder.js": { status: 500 } }],
  ["the decoder is a page that says there is none", { "decoder.wasm": { body: "<h1>Not found</h1>", type: "text/html" }, "decoder.js": { body: "<h1>Not found</h1>", type: "text/html" } }],
  ["answer.js is not given", { "answer.js": { status: 500 } }],
  ["answer.js is cut", { "answer.js": { cut: 0.9 } }],
]) {
  test(`says a sentence where ${what}, and works when tried again`, ["root"], async ({ open, server }) => {
    Object.assign(server.faults, faults);
    const page = await open();
    await page.paste(UNKNOWN);
    const { error, status } = await page.answer();
    assert.match(error, /try again/i);
    assert.ok(error.startsWith(status), "the status does not say the sentence");
    for (const name of Object.keys(faults)) server.faults[name] = {};
    await page.forget();
    await page.click("button.again");
    expect(page, await page.answer(), cases[1]);
    await page.check({ quiet: false });
  });
}

test("runs on the page where workers are blocked", ["root"], async ({ open, server }) => {
  server.faults["*"] = { headers: { "Content-Security-Policy": "worker-src 'none'" } };
  const page = await open();
  const before = await page.tab.evaluate(() => Object.getOwnPropertyNames(window));
  await page.paste(UNKNOWN);
  expect(page, await page.answer(), cases[1]);
  assert.ok(page.console.some((line) => /no worker/.test(line)), `the console does not say why: ${page.console}`);
  const added = (await page.tab.evaluate(() => Object.getOwnPropertyNames(window))).filter((name) => !before.includes(name) && !/^(on|webkit)/.test(name));
  assert.deepEqual(added, []);
  await page.check({ quiet: false });
});

test("runs under a policy that wants Trusted Types and names us alone", ["root"], async ({ open, server }) => {
  const policy = "script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src blob:; require-trusted-types-for 'script'; trusted-types undelivered";
  server.faults["*"] = { headers: { "Content-Security-Policy": policy } };
  const page = await open();
  await page.paste(UNKNOWN);
  expect(page, await page.answer(), cases[1]);
  await page.check();
});

test("takes the decoder from the script where the policy lets nothing be fetched", ["root"], async ({ open, server }) => {
  server.faults["*"] = { headers: { "Content-Security-Policy": "connect-src 'none'" } };
  const page = await open();
  await page.paste(UNKNOWN);
  expect(page, await page.answer(), cases[1]);
  assert.ok(page.console.some((line) => /decoder\.js/.test(line)), "the console does not say why");
  await page.check({ quiet: false });
});

test("leads to the reference where WebAssembly is blocked", ["root"], async ({ open, server }) => {
  server.faults["*"] = { headers: { "Content-Security-Policy": "script-src 'self'; worker-src blob:" } };
  const page = await open();
  await page.paste(UNKNOWN);
  const answer = await page.answer();
  assert.match(answer.error, /reference/i);
  assert.deepEqual(answer.links.map((link) => page.page(link)), ["codes/index.html"]);
  const slot = await page.run((host) => [...host.children].some((child) => child.slot == "" && child.checkVisibility()));
  assert.ok(slot, "what the page put into the element is not shown");
  assert.ok(page.console.some((line) => /WebAssembly is blocked/.test(line)), "the console does not say why");
  await page.check({ quiet: false });
});

test("starts its worker while the decoder is on its way", ["root"], async ({ open, server }) => {
  server.faults["decoder.wasm"] = { late: 4_000 };
  const page = await open({ before: spyOnWorkers });
  await page.paste(UNKNOWN);
  await page.tab.waitForFunction(() => window.workers.length == 1, { timeout: 3_900 });
  expect(page, await page.answer(), cases[1]);
  assert.equal(await page.tab.evaluate(() => window.workers.length), 1);
  await page.check();
});

test("replaces a worker that died", ["root", "disk"], async ({ open }) => {
  const page = await open({ before: spyOnWorkers });
  await page.paste("452");
  await page.answer();
  await page.tab.evaluate(() => window.workers[0].terminate());
  await page.forget();
  await page.paste(UNKNOWN);
  expect(page, await page.answer(), cases[1]);
  assert.equal(await page.tab.evaluate(() => window.workers.length), 2);
  await page.check({ quiet: false });
});

test("replaces a worker whose program threw", ["root"], async ({ open }) => {
  const page = await open({ before: spyOnWorkers });
  await page.paste("452");
  await page.answer();
  await page.tab.evaluate(() => window.workers[0].dispatchEvent(new ErrorEvent("error", { message: "thrown for a test" })));
  await page.forget();
  await page.paste(UNKNOWN);
  expect(page, await page.answer(), cases[1]);
  assert.equal(await page.tab.evaluate(() => window.workers.length), 2);
});

function spyOnWorkers() {
  window.workers = [];
  window.Worker = class extends Worker {
    constructor(...args) {
      super(...args);
      window.workers.push(this);
    }
  };
}

test("leaves the page's own words where the script cannot be had", ["root"], async ({ tab, server }) => {
  server.faults["widget.js"] = { status: 404 };
  const page = await tab();
  const shown = await page.evaluate(() => [...document.querySelector("undelivered-explainer").children].some((child) => child.checkVisibility() && child.textContent.trim()));
  assert.ok(shown, "nothing stands in the element without the script");
});
