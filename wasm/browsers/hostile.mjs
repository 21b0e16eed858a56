// Text that is out to do harm, and a decoder that fails.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cases } from "./cases.mjs";
import { pause } from "./page.mjs";
import { stumbler } from "./stumble.mjs";
import { expect, test } from "./tests.mjs";

const [, reply] = cases;
const SOON = 2000; // ms for an answer, or a plain sentence

const evil = `<img src=x onerror="window.hit=1"><script>window.hit=1</script><svg/onload=window.hit=1>"'\`{{7*7}}\${window.hit=1}javascript:window.hit=1`;
const short = `<img/src=x/onerror=window.hit=1>`;
const strict = "script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src blob:; require-trusted-types-for 'script'; trusted-types undelivered";

// dsn is a report with something in every field that is shown.
const dsn = (value) => `From: ${value} <MAILER-DAEMON@mx.example.com>
Subject: ${value}
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

${value} could not be delivered: ${value}

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; ${value}

Final-Recipient: rfc822; "${value.replaceAll('"', "")}"@example.com
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.${value.replace(/[^\w<>=/.\u0080-\uffff-]/g, "")}.example.net
Diagnostic-Code: smtp; 550 5.1.1 ${value}: User unknown ${value}

Final-Recipient: rfc822; carol@example.net
Action: delayed
Status: 4.7.1
Diagnostic-Code: smtp; 450 4.7.1 ${value} Greylisted, try again in 300 seconds, see https://example.org/?${value}

--b
Content-Type: message/rfc822

From: ${value} <alice@example.org>
Subject: ${value}

${value}
--b--
`;

// harmless throws where a script ran, an element came from a text, or something is not shown
// as it stands.
async function harmless(page) {
  const { hit, elements, links } = await page.run((host, root) => {
    const known = /^(HEADER|SECTION|FOOTER|DIV|P|H2|H3|UL|OL|LI|DL|DT|DD|B|BDI|I|SMALL|CODE|PRE|SPAN|A|BUTTON|INPUT|LABEL|FIELDSET|LEGEND|DETAILS|SUMMARY|MARK|svg|path)$/;
    const all = [...root.querySelectorAll("[part=answer] *, [part=file] *")];
    return {
      hit: window.hit,
      elements: all.filter((e) => !known.test(e.tagName) || [...e.attributes].some((a) => /^on/i.test(a.name) || a.name == "src" || a.name == "style")).map((e) => e.outerHTML.slice(0, 100)),
      links: all.filter((e) => e.href).map((e) => e.href),
    };
  });
  assert.equal(hit, undefined, "a script ran");
  assert.deepEqual(elements, []);
  for (const href of links) assert.match(typeof href == "string" ? href : "", /^(https?:|file:|tel:|mailto:)/);
}

// unseen returns the characters shown that nobody can see, or that turn the order of others.
const unseen = (host, root) => {
  const found = [];
  const walk = document.createTreeWalker(root.querySelector(".widget"), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const match = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|[\ud800-\udfff]/u.exec(walk.currentNode.data);
    if (match) found.push([match[0].codePointAt().toString(16), walk.currentNode.data.slice(0, 60)]);
  }
  return found;
};

// open everything, and wait for the report.
async function openAll(page) {
  await page.read();
  await page.run((host, root) => {
    root.querySelectorAll("mark").forEach((mark) => mark.click());
    root.querySelector("section.text button")?.click();
    for (const details of root.querySelectorAll("details")) details.open = true;
  });
  await page.view.waitForFunction(() => {
    const details = document.querySelector("undelivered-explainer").shadowRoot.querySelector("details.report");
    return !details || details.querySelector("[part=preview]");
  });
}

test("runs nothing that stands in any field, under Trusted Types", ["root"], async ({ open, server }) => {
  server.faults["*"] = { headers: { "Content-Security-Policy": strict } };
  const page = await open();
  const texts = [evil, dsn(short), dsn(evil), `550 5.1.1 <${short}@example.com>: ${evil}`, `${short} said: 550-5.7.1 ${evil}\n550 5.7.1 blocked using ${short}.example.org, see ${evil}`, `Nov 26 12:00:00 mx postfix/smtp[1]: 4FkQ2x1Zz9: to=<${short}@example.com>, relay=${short}[192.0.2.1]:25, status=bounced (host ${short} said: 550 5.1.1 ${evil} (in reply to RCPT TO command))`];
  for (const text of texts) {
    await page.forget();
    await page.paste(text);
    const answer = await page.answer();
    assert.equal(answer.error, "");
    await openAll(page);
    await harmless(page);
  }
  const { findings } = await page.answer();
  assert.ok(findings.length);
  assert.deepEqual(page.console.filter((line) => /TrustedHTML|TrustedScript|Content Security Policy/.test(line)), []);
  await page.check();
});

test("runs nothing that a name of a file or the page's own settings hold", ["root"], async ({ host }) => {
  const settings = {
    heading: evil,
    contact: { name: evil.slice(0, 200), link: "https://isp.example/?" + encodeURIComponent(evil), hours: short },
    servers: [{ name: short, host: "smtp.isp.example", security: short }],
    reasons: { "mailbox-unknown": { title: short, summary: evil, steps: [evil], help: { title: short, link: "https://isp.example/" } } },
    help: [{ title: short, link: "https://isp.example/" }],
  };
  settings.heading = settings.heading.slice(0, 200);
  const page = await host({ body: (root) => `<script src="${root}v1/widget.js" defer></script><undelivered-explainer settings="/settings.json"></undelivered-explainer>`, files: { "/settings.json": JSON.stringify(settings) } });
  await page.ready();
  const folder = mkdtempSync(join(tmpdir(), "undelivered-"));
  const file = join(folder, "<img src=x onerror=window.hit=1>\u202egnp.exe".replaceAll("/", ""));
  try {
    writeFileSync(file, reply.text);
    await (await page.inside("input[type=file]")).uploadFile(file);
    const answer = await page.answer();
    assert.equal(answer.findings[0].title, short);
    await openAll(page);
    await harmless(page);
    assert.match(await page.run((host, root) => root.querySelector("[part=file]").textContent), /^<img src=x onerror=window\.hit=1>U\+202Egnp\.exe/);
    assert.deepEqual(await page.run(unseen), []);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("shows every character that cannot be seen or turns others", ["root"], async ({ open }) => {
  const page = await open();
  const characters = "\u202e\u202d\u2066\u2067\u2069\u200b\u200e\u200f\u2060\ufeff\u00ad\u061c\u180e\u3164\ufe0e\u0000\u0007\u001b\u007f\u0085\u2028\u{e0041}\ud800";
  for (const text of [dsn(`a${characters}b`), `550 5.1.1 <bo${characters}b@example.com>: User un${characters}known`, `Hello ${characters}`]) {
    await page.forget();
    await page.run((host, root, text) => host.explain(text), text);
    await page.answer();
    await openAll(page);
    assert.deepEqual(await page.run(unseen), []);
  }
  const shown = await page.run((host, root) => root.querySelector("[part=card]").textContent);
  assert.ok(shown.length > 20);
});

// Sizes. A page that counts every tenth of a second shows that it is alive.

const big = {
  "50 MB of prose": () => "Lorem ipsum dolor sit amet, consectetur.\n".repeat(1_220_000),
  "50 MB in one line": () => "a".repeat(50_000_000),
  "50 MB of codes": () => "421 4.3.2 ".repeat(5_000_000),
  "50 MB behind a bounce": () => "550 5.1.1 <bob@example.com>: Recipient address rejected: User unknown\n" + "x".repeat(50_000_000),
  "50 MB of NUL bytes": () => "\0".repeat(50_000_000),
  "10,000 recipients in a report": () => {
    let text = "Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n";
    for (let i = 0; i < 10_000; i++) text += `\nFinal-Recipient: rfc822; user${i}@example.com\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 <user${i}@example.com>: User unknown\n`;
    return text + "\n--x--\n";
  },
  "10,000 recipients in lines": () => Array.from({ length: 10_000 }, (_, i) => `<user${i}@example.com>: 550 5.1.1 User unknown\n`).join(""),
  "lone surrogates": () => "\ud800".repeat(100_000) + " 550 5.1.1 User unknown " + "\udfff".repeat(100_000),
  "parts nested 20,000 deep": () => Array.from({ length: 20_000 }, (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\n\n--b${i}\n`).join(""),
  "elements nested a million deep": () => "Content-Type: text/html\n\n" + "<div>".repeat(1_000_000) + "550 5.1.1 User unknown",
  "a megabyte of quotes": () => ">".repeat(1_000_000) + " 550 5.1.1 User unknown",
  "addresses without an end": () => "<a@".repeat(300_000) + "550 5.1.1 User unknown",
};

for (const [name, make] of Object.entries(big)) {
  test(`answers ${name} in two seconds, and the page is alive`, ["root"], async ({ open }) => {
    const page = await open();
    await page.paste(reply.text);
    await page.answer();
    await page.forget();
    const once = () => page.run(
      async (host, root, make) => {
        const text = new Function(`return (${make})()`)();
        const data = new DataTransfer();
        data.setData("text/plain", text);
        await new Promise((resolve) => setTimeout(resolve, 300));
        let last = performance.now();
        let gap = 0;
        const beat = setInterval(() => {
          const now = performance.now();
          gap = Math.max(gap, now - last);
          last = now;
        }, 20);
        const began = performance.now();
        root.querySelector("textarea").dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true, composed: true }));
        if (!root.querySelector(".chip").checkVisibility()) host.explain(text); // a browser pastes what is short by itself
        const output = root.querySelector("[part=answer]");
        const there = () => output.firstElementChild && !("old" in output.firstElementChild.dataset) && !output.querySelector("[part=wait]");
        while (!there() && performance.now() - began < 20_000) await new Promise((resolve) => setTimeout(resolve, 20));
        const took = performance.now() - began;
        await new Promise((resolve) => setTimeout(resolve, 300));
        clearInterval(beat);
        return [took, gap];
      },
      make.toString(),
    );
    // Whatever else the machine does meanwhile is not ours: the best of three counts.
    let took = Infinity;
    let gap = Infinity;
    for (let tries = 0; tries < 3 && (took >= SOON || gap >= 1000); tries++) {
      await page.forget();
      [took, gap] = await once();
    }
    const verdict = await page.run((host, root) => root.querySelector("[part=answer]").textContent.slice(0, 200));
    assert.ok(verdict.length > 20, "there is no answer");
    assert.ok(took < SOON, `it took ${Math.round(took)} ms: ${verdict}`);
    assert.ok(gap < 1000, `the page stood still for ${Math.round(gap)} ms`);
    if (/recipients/.test(name)) assert.match(verdict, /^10000 addresses/);
    if (/behind a bounce/.test(name)) assert.match(verdict, /No such mailbox/);
    await page.forget();
    await page.paste(reply.text);
    expect(page, await page.answer(), reply);
    assert.deepEqual(page.console.filter((line) => /^(error|warn)/.test(line)), []);
  }, { alone: true });
}

test("takes a file of 50 MB, and none that is larger", ["root"], async ({ open }) => {
  const page = await open();
  const folder = mkdtempSync(join(tmpdir(), "undelivered-"));
  try {
    const input = await page.inside("input[type=file]");
    writeFileSync(join(folder, "large.eml"), reply.text + "\n" + "x".repeat((50 << 20) - 1000));
    await input.uploadFile(join(folder, "large.eml"));
    assert.match((await page.answer()).headline, /No such mailbox/);
    await page.forget();
    writeFileSync(join(folder, "larger.eml"), "x".repeat((50 << 20) + 1));
    await input.uploadFile(join(folder, "larger.eml"));
    assert.match((await page.answer()).error, /too large/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

// A decoder that fails.

for (const [what, word] of [
  ["panics", "STUMBLE PANIC"],
  ["ends", "STUMBLE END"],
  ["never answers", "STUMBLE LOOP"],
]) {
  test(`says a sentence where the decoder ${what}, and explains the next text`, ["root"], async ({ open, server, folder }) => {
    Object.assign(server.faults, stumbler(folder));
    const page = await open();
    await page.paste(reply.text);
    expect(page, await page.answer(), reply);
    await page.forget();
    await page.paste(`${word} secret-word-of-the-text <carol@example.net> 550 5.1.1`);
    const { error, status, links } = await page.answer();
    assert.match(error, /too much for the explainer/);
    assert.ok(error.startsWith(status) && status, "the status does not say the sentence");
    // What can be reported holds nothing of the text.
    const problem = await page.run((host, root) => root.querySelector("[part=problem]").textContent);
    assert.match(problem, what == "panics" ? /slice bounds out of range/ : what == "ends" ? /ended with code 2: fatal error: sync: unlock of unlocked mutex/ : /does not answer/);
    const send = links.find(({ href }) => /issues\/new/.test(href));
    assert.ok(decodeURIComponent(send.href).includes(problem.split("\n")[1]), send.href);
    for (const place of [problem, decodeURIComponent(send.href), ...page.console]) assert.ok(!/secret-word|carol|STUMBLE/.test(place), place);
    await page.forget();
    const began = Date.now();
    await page.paste(reply.text);
    expect(page, await page.answer(), reply);
    assert.ok(Date.now() - began < 3000, `the next answer took ${Date.now() - began} ms`);
  });
}

test("gives up a decoder that hangs as soon as the text changes", ["root"], async ({ open, server, folder }) => {
  Object.assign(server.faults, stumbler(folder));
  const page = await open();
  await page.paste("452");
  await page.answer();
  await page.forget();
  await page.paste("STUMBLE LOOP 550");
  await pause(200);
  const began = Date.now();
  await page.paste(reply.text);
  expect(page, await page.answer(), reply);
  assert.ok(Date.now() - began < 1900, `it took ${Date.now() - began} ms`);
}, { alone: true });
