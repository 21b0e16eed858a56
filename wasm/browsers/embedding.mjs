// The widget on somebody else's page: by script and in a frame, under each policy of theirs,
// from another origin and from disk.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { cases } from "./cases.mjs";
import { pause, telling } from "./page.mjs";
import { expect, test } from "./tests.mjs";

const [, reply, , report, , nothing] = cases;

const script = (attributes = "", folder = "v1/") => (root) =>
  `<script src="${root}${folder}widget.js" defer></script><undelivered-explainer ${attributes}><p id="theirs">Call us on 0000 0000. <a href="${root}codes/index.html">All codes</a></p></undelivered-explainer>`;
const framed = (attributes = "", query = "") => (root) =>
  `<iframe data-undelivered ${attributes} src="${root}v1/embed.html${query}" title="What does this mail error mean?" width="320" height="200" allow="clipboard-write"></iframe><script src="${root}v1/frame.js" defer></script>`;

// The rows of the table of policies. HOST is where the widget is from; from disk, file:. By
// script the widget runs in a worker, on the page, not at all but with a link, or is not there.
const policies = [
  { name: "without a policy", script: "worker" },
  { name: "under script-src HOST", policy: "script-src 'self' HOST", script: "link" },
  { name: "under script-src HOST 'wasm-unsafe-eval'; connect-src HOST", policy: "script-src 'self' HOST 'wasm-unsafe-eval'; connect-src HOST", script: "page" },
  { name: "under script-src HOST 'wasm-unsafe-eval'; connect-src HOST; worker-src blob:", policy: "script-src 'self' HOST 'wasm-unsafe-eval'; connect-src HOST; worker-src blob:", script: "worker" },
  { name: "under frame-src HOST", policy: "default-src 'self'; frame-src HOST", script: "none" },
];
const policyFor = (policy, root) => policy?.replaceAll("HOST", root.startsWith("file:") ? "file:" : new URL(root).origin);

function spyOnWorkers() {
  window.workers = 0;
  window.Worker = class extends Worker {
    constructor(...args) {
      super(...args);
      window.workers++;
    }
  };
}

for (const { name, policy, script: outcome } of policies) {
  // From disk 'self' is all of the disk, so that there the last policy lets the script in.
  test(`by script, ${name}: ${outcome}`, outcome == "none" ? ["root"] : ["root", "disk"], async ({ host, root }) => {
    const page = await host({ body: script(), policy: policyFor(policy, root), before: spyOnWorkers });
    if (outcome == "none") {
      await pause(300);
      assert.ok(await page.tab.evaluate(() => document.querySelector("#theirs").checkVisibility()), "the page's own words are not shown");
      assert.equal(await page.tab.evaluate(() => customElements.get("undelivered-explainer")), undefined);
      return;
    }
    await page.ready();
    await page.paste(reply.text);
    const answer = await page.answer();
    if (outcome == "link") {
      assert.match(answer.error, /does not let the explainer run/);
      assert.deepEqual(answer.links.map((link) => page.page(link)), ["codes/index.html", "index.html"]);
      assert.ok(page.console.some((line) => /WebAssembly is blocked/.test(line)), `the console does not say why: ${page.console}`);
      assert.ok(await page.tab.evaluate(() => document.querySelector("#theirs").checkVisibility()), "the page's own words are not shown");
      return page.check({ quiet: false });
    }
    expect(page, answer, reply);
    await page.forget();
    await page.paste(report.text);
    expect(page, await page.answer(), report);
    const why = page.console.filter((line) => /no worker/.test(line));
    if (outcome == "page") assert.equal(why.length, 1, `the console does not say why: ${page.console}`);
    else assert.deepEqual([why, await page.tab.evaluate(() => window.workers)], [[], 1]);
    await page.check({ quiet: outcome == "worker" });
  });

  test(`in a frame, ${name}`, ["root", "disk"], async ({ host, root }) => {
    const page = await host({ body: framed(), policy: policyFor(policy, root), frame: "embed.html" });
    await page.ready();
    await page.paste(reply.text);
    expect(page, await page.answer(), reply);
    await page.forget();
    await page.paste(report.text);
    expect(page, await page.answer(), report);
    assert.deepEqual(page.console.filter((line) => /no worker/.test(line)), []);
    await page.check({ quiet: outcome != "none" }); // there frame.js is blocked, and the frame stays as high as it is
  });
}

test("a script that never changes, with its integrity", ["root"], async ({ host, folder, root, server }) => {
  const { fixed, integrity } = release(folder);
  server.faults["*"] = { headers: { "Cache-Control": "no-store" } }; // what is altered is asked for again
  const body = (root) => script(`reference="${root}"`, fixed)(root).replace("defer", `integrity="${integrity}" crossorigin="anonymous" defer`);
  const page = await host({ body });
  await page.ready();
  await page.paste(reply.text);
  expect(page, await page.answer(), reply);
  assert.ok(page.requests.filter((url) => url.includes("/v1/")).every((url) => url.startsWith(root + fixed) && !url.includes("?")), page.requests.join());
  await page.check();
  // Altered files are not run: neither by the page's tag, nor what they load.
  server.faults["answer.js"] = { alter: ["undelivered", "undelivereD"] };
  const again = await host({ body });
  await again.ready();
  await again.paste(reply.text);
  const { error } = await again.answer();
  assert.match(error, /could not be loaded/);
  server.faults["widget.js"] = { alter: ["undelivered", "undelivereD"] };
  const third = await host({ body });
  await pause(300);
  assert.equal(await third.tab.evaluate(() => document.querySelector("undelivered-explainer").shadowRoot), null);
});

// release returns the folder that never changes and the integrity of its script.
function release(folder) {
  const page = readFileSync(new URL("embed.html", folder), "utf8");
  const [, fixed] = /(v1\/[0-9a-f]{10}\/)widget\.js/.exec(page) || [];
  const [integrity] = /sha384-[A-Za-z0-9+/=]{64}/.exec(page) || [];
  assert.ok(fixed && integrity, "the page about embedding does not print them");
  return { fixed, integrity };
}

test("takes the text to the hosted page only if the person wants that", ["root"], async ({ host, root }) => {
  const page = await host({ body: script(), policy: policyFor(policies[1].policy, root) });
  await page.ready();
  const text = reply.text + " 100 % & = # + Größe 😀";
  await page.paste(text);
  await page.answer();
  const link = () => page.run((host, root) => root.querySelector("a.elsewhere").href);
  assert.equal(await link(), root + "index.html");
  await page.click("input.take");
  const address = await link();
  assert.ok(address.startsWith(root + "index.html#text="), address);
  await page.click("input.take");
  assert.equal(await link(), root + "index.html");
  page.view = page.tab.mainFrame();
  await page.tab.goto(address);
  page.host = undefined;
  await page.ready();
  const answer = await page.answer();
  assert.equal(answer.text, text);
  assert.ok(answer.marks.includes("5.1.1"));
  assert.equal(await page.tab.evaluate(() => location.href), root + "index.html", "the text stays in the address");
});

test("is as high in its frame as it is", ["root", "disk"], async ({ host }) => {
  const page = await host({ body: framed(), frame: "embed.html" });
  await page.ready();
  const heights = async () => [await page.tab.evaluate(() => document.querySelector("iframe").clientHeight), await page.view.evaluate(() => Math.ceil(document.querySelector("main").getBoundingClientRect().height))];
  const fits = async () => {
    for (let i = 0; i < 60; i++) {
      const [outer, inner] = await heights();
      if (outer == inner) return outer;
      await pause(50);
    }
    throw new Error(`the frame is ${await heights()} high`);
  };
  const before = await fits();
  await page.paste(reply.text);
  await page.answer();
  const after = await fits();
  assert.ok(after > before + 200, `${before}, then ${after}`);
  await page.check();
});

test("tells the page around a frame only what was found, and believes nobody else", ["root", "disk"], async ({ host }) => {
  const page = await host({
    body: (root) => framed()(root) + `<iframe id="other" srcdoc="<p>"></iframe>`,
    frame: "embed.html",
    before: () => {
      window.told = [];
      for (const name of ["explained", "copied"]) addEventListener(`undelivered:${name}`, (event) => window.told.push([event.type, event.target.tagName, event.detail]));
    },
  });
  await page.ready();
  await page.paste(reply.text);
  await page.answer();
  let told;
  for (let i = 0; i < 40 && !told?.length; i++) {
    await pause(50);
    told = await page.tab.evaluate(() => window.told);
  }
  assert.deepEqual(told[0].slice(0, 2), ["undelivered:explained", "IFRAME"]);
  assert.equal(told[0][2].findings[0].reason, "mailbox-unknown");
  assert.ok(!/bob|example|rejected/i.test(JSON.stringify(told)), JSON.stringify(told));
  // Another frame, and the page itself, say that the frame is to be huge; another frame and a
  // frame's own window say hello.
  const heard = await page.tab.evaluate(() => window.heard.length);
  await page.tab.evaluate(() => {
    postMessage({ undelivered: "height", height: 4321 }, "*");
    document.querySelector("#other").contentWindow.eval?.(`parent.postMessage({ undelivered: "height", height: 4321 }, "*"); parent.frames[0].postMessage({ undelivered: "hello", settings: { heading: "Forged" } }, "*")`);
  });
  await page.view.evaluate(() => postMessage({ undelivered: "hello", settings: { heading: "Forged" } }, "*"));
  await pause(500);
  assert.notEqual(await page.tab.evaluate(() => document.querySelector("[data-undelivered]").clientHeight), 4321);
  assert.ok(!(await page.run((host, root) => root.textContent)).includes("Forged"), "a window that is not around the frame gave it settings");
  assert.ok((await page.tab.evaluate(() => window.heard.length)) > heard, "the forged messages did not come");
  await page.check();
});

const settings = {
  heading: "Mail came back?",
  contact: { name: "Example Internet", telephone: "+61 8 5550 1234", link: "https://isp.example/help", hours: "Monday to Friday, 8 to 18" },
  servers: [{ name: "Outgoing mail", host: "smtp.isp.example", port: 587, security: "STARTTLS" }],
  roles: ["recipient", "sender"],
  style: { accent: "rgb(120, 0, 120)", radius: "0px" },
  reasons: { "mailbox-unknown": { title: "Nobody of that name lives there", steps: ["Ask them for the address.", "Ring us."], help: { title: "Our page about addresses", link: "https://isp.example/addresses" } } },
  codes: { "4.2.2": { summary: "Their mailbox is as full as an egg." } },
  rules: [{ match: ["plan has  EXPIRED"], reason: "mailbox-disabled", title: "The mailbox was not paid for", steps: { sender: ["Wait for the bill."], recipient: ["Pay the bill."] } }],
  help: [{ title: "All our help", link: "https://isp.example/" }],
};

for (const [how, widget, files] of [
  ["the file of an attribute", script('settings="/settings.json"'), { "/settings.json": JSON.stringify(settings) }],
  ["the file of a frame", framed('data-settings="/settings.json"'), { "/settings.json": JSON.stringify(settings) }],
  ["the address of a frame", framed("", "?settings=" + encodeURIComponent(JSON.stringify(settings))), {}],
  ["an attribute of JSON by script", (root) => script()(root) + `<script>document.querySelector("undelivered-explainer").settings = ${JSON.stringify(settings)}</script>`, {}],
]) {
  test(`takes settings from ${how}`, ["root"], async ({ host, root }) => {
    const page = await host({ body: widget, files, frame: how.includes("frame") && "embed.html" });
    await page.ready();
    await page.paste(reply.text);
    let answer = await page.answer();
    const shown = () => page.run((host, root) => root.textContent);
    assert.equal(answer.findings[0].title, "Nobody of that name lives there");
    assert.match(answer.findings[0].permanence, /permanent/i);
    assert.deepEqual(answer.findings[0].roles.length, 2);
    assert.match(answer.findings[0].roles[1], /sent/);
    for (const part of ["Mail came back?", "Example Internet", "+61 8 5550 1234", "8 to 18", "smtp.isp.example", "587", "STARTTLS", "All our help", "Our page about addresses"]) {
      assert.ok((await shown()).includes(part), `${part} is not shown`);
    }
    assert.ok(answer.links.some(({ href }) => href == "tel:+61855501234"), "the telephone number is no link");
    assert.ok(answer.links.some(({ href }) => href == "https://isp.example/addresses"));
    const accent = await page.run((host, root) => getComputedStyle(root.querySelector("a[part~=link]")).color);
    assert.equal(accent, "rgb(120, 0, 120)");
    await page.run((host, root) => root.querySelectorAll("[part~=role]")[1].click());
    assert.deepEqual((await page.answer()).findings[0].steps, ["Ask them for the address.", "Ring us."]);
    await page.forget();
    await page.paste("452 4.2.2 <carol@example.net>: Mailbox full");
    answer = await page.answer();
    assert.equal(answer.findings[0].summary.trim().replace(/ More about this$/, ""), "Their mailbox is as full as an egg.");
    for (const text of ["550 5.7.1 Your mailbox plan has expired", "Sorry! Your mailbox plan\nhas expired, says the machine."]) {
      await page.forget();
      await page.paste(text);
      answer = await page.answer();
      assert.equal(answer.findings[0].title, "The mailbox was not paid for");
      assert.deepEqual(answer.findings[0].steps, ["Wait for the bill."]);
    }
    page.requests = page.requests.filter((url) => !url.endsWith("/settings.json"));
    page.root = root;
    if (!how.includes("address")) await page.check();
  });
}

for (const [what, file, want] of [
  ["a number for a telephone number", { contact: { telephone: 5551234 } }, /settings\.json: contact\.telephone: this is a whole number, and must be a text/],
  ["words for a telephone number", { contact: { telephone: "call us" } }, /contact\.telephone: "call us" is not written as it must be; write it like "\+61/],
  ["an unknown setting", { contact: { phone: "+61 8 5550 1234" } }, /contact\.phone: there is no such setting; known are name, telephone/],
  ["an unknown reason", { rules: [{ match: "expired", reason: "mailbox-gone" }] }, /rules\[0\]\.reason: there is no "mailbox-gone"; it can be /],
  ["an unknown reason of a text", { reasons: { gone: { title: "Gone" } } }, /reasons\.gone: there is no "gone"/],
  ["no match", { rules: [{ reason: "policy" }] }, /rules\[0\]: "match" is missing/],
  ["a link that is a script", { help: [{ title: "Help", link: "javascript:alert(1)" }] }, /help\[0\]\.link: "javascript:alert\(1\)" is not written as it must be/],
  ["a colour that is none", { style: { accent: "url(https://stats.example/)" } }, /style\.accent: .* is no color in CSS/],
  ["a code that is none", { codes: { "55": { title: "x" } } }, /codes\.55: "55" is not written as it must be/],
  ["a prototype", '{"__proto__": {"heading": "x"}, "constructor": 1}', /__proto__: there is no such setting.*|constructor: there is no such setting/],
  ["a port out of range", { servers: [{ name: "Out", host: "smtp.isp.example", port: 70000 }] }, /servers\[0\]\.port: it must be from 1 to 65535/],
  ["a list", [], /the file: this is a list, and must be an object/],
  ["no JSON", "{ heading: ", /settings\.json cannot be read: .*JSON/],
  ["nothing", undefined, /settings\.json cannot be read: answered with 404/],
]) {
  test(`works without a settings file with ${what}, and the console names it`, ["root"], async ({ host }) => {
    const text = typeof file == "string" ? file : JSON.stringify(file);
    const page = await host({ body: script('settings="/settings.json"'), files: file === undefined ? {} : { "/settings.json": text } });
    await page.ready();
    await page.paste(reply.text);
    expect(page, await page.answer(), reply);
    assert.ok(page.console.some((line) => /^warn/.test(line) && want.test(line)), `the console says ${page.console.join(" | ")}`);
    assert.ok(!page.requests.some((url) => url.includes("stats.example")));
  });
}

test("takes contact, heading and roles from attributes", ["root", "disk"], async ({ host }) => {
  const page = await host({ body: script('heading="Came back?" roles="recipient" contact-name="Ann" contact-telephone="0000 0000" contact-hours="Always" contact-link="mailto:help@isp.example"') });
  await page.ready();
  assert.equal(await page.run((host, root) => root.querySelector("h2").textContent), "Came back?", "the heading waits for a text");
  await page.paste(reply.text);
  const answer = await page.answer();
  assert.deepEqual(answer.findings[0].roles, []);
  assert.ok(answer.links.some(({ href }) => href == "tel:00000000") && answer.links.some(({ href }) => href == "mailto:help@isp.example"));
  await page.check();
});

test("tells the page what was found and copied, and nothing of the text", ["root", "disk"], async ({ host }) => {
  const page = await host({
    body: script(),
    before: () => {
      window.told = [];
      for (const name of ["explained", "copied"]) addEventListener(`undelivered:${name}`, (event) => window.told.push([event.type, event.detail]));
    },
  });
  await page.ready();
  await page.paste(report.text);
  await page.answer();
  await page.click("details.message button");
  await pause(200);
  const told = await page.tab.evaluate(() => window.told);
  assert.equal(told[0][0], "undelivered:explained");
  assert.deepEqual(told[0][1].findings.map(({ reply, enhanced }) => [reply, enhanced]), [["550", "5.1.1"], ["552", "5.2.2"]]);
  assert.deepEqual(told.at(-1), ["undelivered:copied", { what: "message" }]);
  for (const piece of telling(report.text)) assert.ok(!JSON.stringify(told).includes(piece), `${piece} was told`);
  await page.forget();
  await page.paste(nothing.text);
  await page.answer();
  assert.deepEqual((await page.tab.evaluate(() => window.told)).at(-1), ["undelivered:explained", { outcome: "none", findings: [] }]);
});

// What the page about embedding writes works as it is copied.

for (const way of ["script", "fixed", "frame", "own"]) {
  test(`writes lines for embedding by ${way} that work`, ["root"], async ({ site, host, folder, root }) => {
    const form = await site("embed.html");
    await form.tab.evaluate((way) => {
      const form = document.querySelector(".configure");
      const set = (name, value) => {
        form.elements[name].value = value;
        form.elements[name].dispatchEvent(new Event("input", { bubbles: true }));
      };
      form.querySelector(`[value=${way}]`).click();
      set("contact-name", `Müller & "Sons" <Internet>`);
      set("contact-telephone", "+61 8 5550 1234");
      set("heading", "Came back?");
      set("accent", "#7a1f8f");
      form.querySelector("[value=recipient-provider]").click();
    }, way);
    const out = (name) => form.tab.evaluate((name) => document.querySelector(`[data-out=${name}]`).textContent, name);
    await form.view.waitForFunction(() => document.querySelector("undelivered-explainer").shadowRoot.querySelector("h2").textContent == "Came back?", { timeout: 5000 });
    let markup = await out("page");
    let policy = (await out("policy")).replace(/\s+/g, " ");
    const { fixed } = release(folder);
    // "On your own server" names a folder there; here it is on ours.
    if (way == "own") {
      markup = markup.replace("/undelivered/", root + fixed);
      policy = policy.replaceAll("'self'", new URL(root).origin);
    }
    const style = way == "frame" ? "" : `<link rel="stylesheet" href="/own.css">`;
    const page = await host({
      body: () => style + markup,
      policy: `default-src 'self'; img-src data:; ${policy}`,
      files: { "/own.css": await out("style") },
      frame: way == "frame" && "embed.html",
    });
    await page.ready();
    await page.paste(reply.text);
    const answer = await page.answer();
    assert.equal(answer.error, "");
    assert.match(answer.headline, /No such mailbox/);
    assert.deepEqual(page.console.filter((line) => /^(error|warn)/.test(line)), []);
    assert.equal(answer.findings[0].roles.length, 3);
    assert.equal(await page.run((host, root) => root.querySelector("[part=contact-name]").textContent), `Müller & "Sons" <Internet>`);
    assert.equal(await page.run((host, root) => getComputedStyle(root.querySelector("[part~=contact-telephone]")).color), "rgb(122, 31, 143)");
    assert.ok(answer.links.some(({ href }) => href == root + "codes/550.html"), answer.links.map(({ href }) => href).join());
    // The table says what came, to the byte of a tenth of a kilobyte.
    const costs = await form.tab.evaluate(() => [...document.querySelectorAll(".configure tbody tr:not([hidden])")].map((row) => row.textContent));
    assert.ok(costs.some((row) => /answer\.js, decoder\.wasm\d+\.\d KB/.test(row)) && costs.some((row) => row.includes(way == "frame" ? "embed.js" : "settings.js")), costs.join());
  });
}

test("takes the JSON that the page about embedding shows", ["root"], async ({ host }) => {
  const markdown = readFileSync(new URL("../../content/embed.md", import.meta.url), "utf8");
  const [, json] = /```\n(\{\n[^]*?\n\})\n```/.exec(markdown);
  const page = await host({ body: script('settings="/settings.json"'), files: { "/settings.json": json } });
  await page.ready();
  await page.paste("550 5.0.0 account in arrears");
  const answer = await page.answer();
  assert.equal(answer.findings[0].title, "The mail plan has run out");
  assert.deepEqual(page.console.filter((line) => /^(error|warn)/.test(line)), []);
});
