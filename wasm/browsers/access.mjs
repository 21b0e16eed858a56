// The widget for everyone: what axe-core finds, keys alone, narrow and enlarged, right to left,
// and on a page whose styles are against it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cases } from "./cases.mjs";
import { pause } from "./page.mjs";
import { expect, test } from "./tests.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const [, reply, , report, , nothing] = cases;

const around = (widget, style = "") => (root) => `<style>${style}</style><header><a href="#main">Skip</a></header><main id="main"><h1>Mail trouble</h1>${widget(root)}</main>`;
const script = (attributes = "", inside = "<p>Call us.</p>") => (root) => `<script src="${root}v1/widget.js" defer></script><undelivered-explainer ${attributes}>${inside}</undelivered-explainer>`;
const framed = (root) => `<iframe data-undelivered src="${root}v1/embed.html" title="What does this mail error mean?" width="600" height="400"></iframe><script src="${root}v1/frame.js" defer></script>`;
const settings = 'heading="Did it come back?" contact-name="Example Internet" contact-telephone="+61 8 5550 1234" contact-link="https://isp.example/help"';

// audit throws where axe-core finds something on what is shown.
async function audit(page, what) {
  await page.view.evaluate(axe);
  await pause(250); // colours are mixed while the answer comes in
  const found = await page.view.evaluate(async () => {
    const { violations } = await axe.run(document, { iframes: false });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html.slice(0, 120)} (${node.any.concat(node.all, node.none).map((check) => check.message).join("; ").slice(0, 200)})`).join(" | ")}`);
  });
  assert.deepEqual(found, [], what);
}

const ways = { page: around(script(settings)), frame: around(framed) };
for (const [way, body] of Object.entries(ways)) {
  for (const scheme of ["light", "dark"]) {
    test(`axe-core finds nothing in a ${way}, ${scheme}`, ["root"], async ({ host, server }) => {
      const page = await host({ body, frame: way == "frame" && "embed.html" });
      await page.ready();
      for (const view of new Set([page.tab.mainFrame(), page.view])) {
        await view.evaluate((scheme) => {
          document.documentElement.style.colorScheme = scheme;
          document.documentElement.style.background = scheme == "dark" ? "#111" : "#fff";
          document.documentElement.style.color = scheme == "dark" ? "#eee" : "#111";
        }, scheme);
      }
      await audit(page, "empty");
      for (const [name, text] of [
        ["answered", reply.text],
        ["temporary", "452 4.2.2 <carol@example.net>: Mailbox full"],
        ["several recipients", report.text],
        ["nothing found", nothing.text],
      ]) {
        await page.forget();
        await page.paste(text);
        const answer = await page.answer();
        assert.equal(answer.error, "");
        await page.run((host, root) => {
          for (const details of root.querySelectorAll("details")) details.open = true;
          root.querySelectorAll("mark").forEach((mark) => mark.click());
        });
        await page.view.waitForFunction(() => {
          const details = document.querySelector("undelivered-explainer").shadowRoot.querySelector("details.report");
          return !details || details.querySelector("[part=preview]");
        });
        await audit(page, name);
      }
    });

    test(`axe-core finds nothing in a ${way} where it fails, ${scheme}`, ["root"], async ({ host, server }) => {
      for (const name of ["answer.js", "decoder.wasm", "decoder.js"]) server.faults[name] = { status: 500 };
      const page = await host({ body, frame: way == "frame" && "embed.html" });
      await page.ready();
      await page.view.evaluate((scheme) => {
        document.documentElement.style.colorScheme = scheme;
        document.documentElement.style.background = scheme == "dark" ? "#111" : "#fff";
        document.documentElement.style.color = scheme == "dark" ? "#eee" : "#111";
      }, scheme);
      await page.paste(reply.text);
      assert.match((await page.answer()).error, /try again/i);
      await audit(page, "error");
    });
  }
}

test("axe-core finds nothing on the page about embedding", ["root", "disk"], async ({ site }) => {
  const page = await site("embed.html");
  await audit(page, "embed.html");
});

test("is used with keys alone", ["root"], async ({ host }) => {
  const page = await host({ body: around(script(settings)) });
  await page.ready();
  await page.tab.bringToFront();
  const at = () => page.run((host, root) => {
    const { activeElement: it } = root;
    if (!it) return document.activeElement.tagName;
    const box = it.getBoundingClientRect();
    const style = getComputedStyle(it);
    const lit = (element) => element && getComputedStyle(element).outlineStyle != "none" && getComputedStyle(element).outlineWidth != "0px";
    return {
      what: it.getAttribute("part") || it.id || it.className || it.tagName,
      text: it.textContent.trim().slice(0, 40),
      lit: lit(it) || lit(it.parentElement) || lit(it.nextElementSibling),
      inside: box.bottom > 0 && box.top < innerHeight,
    };
  });
  const tab = async (want) => {
    for (let i = 0; i < 40; i++) {
      await page.press("Tab");
      const now = await at();
      if (typeof now == "object") {
        assert.ok(now.lit, `nothing shows that ${JSON.stringify(now)} has the focus`);
        if (want(now)) return now;
      }
    }
    throw new Error(`the key Tab does not lead there, but to ${JSON.stringify(await at())}`);
  };
  await tab(({ what }) => what == "input");
  await page.tab.keyboard.type(reply.text, { delay: 1 });
  let answer = await page.answer();
  for (let i = 0; i < 40 && !answer.marks.some((mark) => /unknown/i.test(mark)); i++) {
    await pause(50);
    answer = await page.answer();
  }
  answer.links = answer.links.filter(({ href }) => href.startsWith(page.root));
  expect(page, answer, reply);
  await tab(({ what }) => /role-?/.test(what) || /sender/.test(what));
  const before = answer.findings[0].steps;
  await page.press("ArrowRight");
  assert.notDeepEqual((await page.answer()).findings[0].steps, before);
  // read opens everything, and closes nothing: a mark is next.
  const mark = await tab(({ what }) => /^mark/.test(what));
  assert.equal(mark.text, "550");
  await page.press("Enter");
  assert.match(await page.run((host, root) => root.querySelector("[part=gloss]").textContent), /reply code/);
  await page.press(" ");
  assert.equal(await page.run((host, root) => root.querySelector("[part=gloss]")), null);
  await tab(({ text }) => /Copy the message/.test(text));
  await page.press("Enter");
  await page.view.waitForFunction(() => /copied|copy/i.test(document.querySelector("undelivered-explainer [role=status]").textContent), { timeout: 3000 });
  await tab(({ text }) => /\+61 8 5550 1234/.test(text));
  await page.press("Tab"); // the link
  await page.press("Tab");
  assert.equal(await at(), "BODY", "the key Tab does not lead out");
});

test("says the verdict to screen readers, each once", ["root"], async ({ host }) => {
  const page = await host({ body: around(script()), before: () => (window.said = []) });
  await page.ready();
  await page.run((host) => {
    const status = host.querySelector("[role=status]");
    new MutationObserver(() => window.said.push(status.textContent)).observe(status, { childList: true, characterData: true, subtree: true });
  });
  await page.paste(reply.text);
  const { headline } = await page.answer();
  await page.forget();
  await page.paste(nothing.text);
  const answer = await page.answer();
  const said = await page.tab.evaluate(() => window.said);
  assert.equal(said.length, 2, JSON.stringify(said));
  assert.equal(said[0].replace(/\s/g, ""), headline.replace(/\s/g, ""));
  assert.equal(said[1], answer.headline);
});

// overflowing returns what reaches out of the widget, and texts that are cut.
const overflowing = (host, root) => {
  const limit = host.getBoundingClientRect();
  return [...root.querySelectorAll("*")]
    .filter((e) => e.checkVisibility() && !e.closest(".status, .text .text, legend") && !/^(input|option)$/i.test(e.tagName))
    .filter((e) => {
      const box = e.getBoundingClientRect();
      return box.width > 1 && (box.right > limit.right + 1 || box.left < limit.left - 1);
    })
    .map((e) => e.outerHTML.slice(0, 100));
};

for (const [name, style, width, dir] of [
  ["320 pixels", "body { margin: 0 }", 320],
  ["320 pixels and text of twice the size", "html { font-size: 200% } body { margin: 0 }", 320],
  ["a phone, from right to left", "body { margin: 8px }", 390, "rtl"],
  ["a wide window", "body { margin: 0 } main { max-width: none }", 2560],
]) {
  test(`fits ${name}, on another's page`, ["root"], async ({ host }) => {
    const page = await host({ body: (root) => around(script(settings), style)(root) + (dir ? `<script>document.documentElement.dir = "${dir}"</script>` : "") });
    await page.ready();
    await page.tab.setViewport({ width, height: 700 });
    for (const text of [reply.text, report.text, nothing.text, "x".repeat(300) + " 550 5.1.1 <" + "y".repeat(200) + "@example.com>: User unknown"]) {
      await page.forget();
      await page.paste(text);
      await page.answer();
      await page.run((host, root) => root.querySelectorAll("mark").forEach((mark) => mark.click()));
      await pause(100);
      assert.deepEqual(await page.run(overflowing), []);
      assert.ok(await page.tab.evaluate(() => document.documentElement.scrollWidth <= innerWidth + 1), "the page scrolls sideways");
    }
  });
}

test("stands on a page whose styles are against it, and leaves that page alone", ["root"], async ({ host }) => {
  const hostile = `* { all: unset !important; display: inline !important; color: transparent !important; background: #000 !important; letter-spacing: 1em !important; text-transform: uppercase !important; line-height: 0 !important; visibility: hidden !important; font-size: 1px !important; position: fixed !important; width: 1px !important; animation: spin 1s infinite !important } div, section, button, textarea, h2, ol, li, details { display: none !important; opacity: 0 !important }
    @keyframes spin { to { transform: rotate(1turn) } }`;
  const page = await host({ body: around((root) => script()(root) + `<p id="after" class="card">After</p>`, hostile) });
  await page.ready();
  await page.run((host) => host.style.setProperty("position", "static", "important"));
  const theirs = () => page.tab.evaluate(() => JSON.stringify([...document.querySelectorAll("main, h1, #after, header a")].map((e) => [e.outerHTML.replace(/<undelivered[^]*<\/undelivered-explainer>/, ""), ["color", "font", "display", "visibility", "backgroundColor", "margin", "letterSpacing", "direction"].map((name) => getComputedStyle(e)[name])])) + document.adoptedStyleSheets.length + document.head.innerHTML.replace(/<script[^]*?<\/script>/g, ""));
  const before = await theirs();
  await page.paste(reply.text);
  const answer = await page.answer();
  expect(page, answer, reply);
  await pause(300); // it comes gently
  const seen = await page.run((host, root) => {
    const look = (selector) => {
      const element = root.querySelector(selector);
      const style = getComputedStyle(element);
      return [element.checkVisibility({ opacityProperty: true, visibilityProperty: true }), style.display, style.visibility, style.textTransform, style.letterSpacing, style.opacity, style.position, parseFloat(style.fontSize) >= 11, style.color != "rgba(0, 0, 0, 0)", parseFloat(style.lineHeight) > 10 || style.lineHeight == "normal"];
    };
    return { textarea: look("textarea"), headline: look("[part=headline]"), steps: look("[part=steps] li"), button: look("button.clear"), status: host.querySelector("[role=status]").checkVisibility({ visibilityProperty: true }) };
  });
  for (const [name, [visible, display, visibility, transform, spacing, opacity, position, size, colour, height]] of Object.entries(seen).filter(([name]) => name != "status")) {
    assert.ok(visible && display != "none" && visibility == "visible" && transform == "none" && spacing == "normal" && opacity == "1" && position != "fixed" && size && colour && height, `${name}: ${seen[name]}`);
  }
  assert.ok(seen.status, "the status is hidden from screen readers");
  assert.equal(await theirs(), before, "the page around is changed");
});

test("moves nothing for those who want less motion, and shows choices in forced colours", ["root"], async ({ host }) => {
  const page = await host({ body: around(script()) });
  await page.ready();
  const can = await page.tab
    .emulateMediaFeatures([{ name: "prefers-reduced-motion", value: "reduce" }, { name: "forced-colors", value: "active" }])
    .then(() => true, () => false);
  await page.paste(reply.text);
  await page.answer();
  if (!can) {
    // Firefox cannot be told so by WebDriver; what the stylesheet says is the same.
    assert.ok(await page.run((host, root) => [...root.adoptedStyleSheets[1].cssRules].some((rule) => /reduced-motion: no-preference/.test(rule.conditionText))));
    return;
  }
  const seen = await page.run((host, root) => ({
    moving: root.getAnimations().length,
    chosen: getComputedStyle(root.querySelector(".roles input:checked + label")).backgroundColor,
    other: getComputedStyle(root.querySelector(".roles input:not(:checked) + label")).backgroundColor,
    mark: getComputedStyle(root.querySelector("mark")).backgroundColor,
    card: getComputedStyle(root.querySelector(".card")).backgroundColor,
  }));
  assert.equal(seen.moving, 0);
  assert.notEqual(seen.chosen, seen.other);
  assert.notEqual(seen.mark, seen.card);
});

test("leaves what the page put into it where scripts do not run", ["root", "disk"], async ({ host }) => {
  const page = await host({ body: around(script()), before: () => Object.defineProperty(window, "customElements", { value: undefined }) });
  const shown = await page.tab.evaluate(() => document.querySelector("undelivered-explainer p").checkVisibility());
  assert.ok(shown);
});

test("leads on where there is no WebAssembly", ["root", "disk"], async ({ host }) => {
  const page = await host({ body: around(script()), before: () => delete window.WebAssembly });
  await page.ready();
  await page.paste(reply.text);
  const { error, links } = await page.answer();
  assert.match(error, /reference/);
  assert.deepEqual(links.map((link) => page.page(link)), ["codes/index.html", "index.html"]);
  assert.ok(await page.tab.evaluate(() => document.querySelector("undelivered-explainer p").checkVisibility()), "what the page put there is not shown");
});
