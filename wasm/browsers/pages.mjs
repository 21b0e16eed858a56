// The pages of the reference for everyone: what axe-core finds on each kind of page, by day and
// by night; keys alone; and that nothing on them moves once it is there.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "./tests.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const kinds = [
  ...["index.html", "codes/550.html", "codes/111.html", "enhanced/5.7.1.html", "reasons/mailbox-full.html", "providers/gmail.html", "clients/outlook.html"],
  ...["blocklists/spamhaus-sbl.html", "guides/greylisting.html", "guides/understanding-email-error-messages.html", "codes/index.html", "enhanced/index.html"],
  ...["reasons/index.html", "providers/index.html", "digits.html", "embed.html", "data.html", "about.html", "offline.html", "404.html"],
];

for (const scheme of ["light", "dark"]) {
  test(`axe-core finds nothing on each kind of page, ${scheme}`, ["root"], async ({ read }) => {
    for (const path of kinds) {
      const page = await read(path);
      // Firefox cannot be told to prefer one; the stylesheet's own rules are turned over.
      await page.tab.evaluate((scheme) => {
        for (const sheet of document.styleSheets) {
          for (const rule of sheet.cssRules) {
            if (/prefers-color-scheme/.test(rule.media?.mediaText)) rule.media.mediaText = rule.media.mediaText.includes(`: ${scheme}`) ? "all" : "not all";
          }
        }
        document.documentElement.style.colorScheme = scheme;
      }, scheme);
      if (path.startsWith("codes/5")) {
        await page.tab.type("[data-find] input", "5.7");
        await page.tab.waitForSelector("[data-find] li a");
      }
      await page.tab.evaluate(axe);
      const found = await page.tab.evaluate(async () => {
        const { violations } = await axe.run(document);
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html.slice(0, 120)} (${node.any.concat(node.all, node.none).map((check) => check.message).join("; ").slice(0, 200)})`).join(" | ")}`);
      });
      assert.deepEqual(found, [], path);
      await page.close();
    }
  }, { limit: 150_000 });
}

test("what can be done on a page can be done with keys, and is seen", ["root"], async ({ read }) => {
  for (const path of ["codes/550.html", "guides/greylisting.html", "providers/index.html", "404.html"]) {
    const page = await read(path);
    const wanted = await page.tab.evaluate(() => [...document.querySelectorAll("a[href], button, input")].filter((element) => element.checkVisibility()).length);
    const seen = new Set();
    for (let i = 0; i < wanted + 5; i++) {
      await page.tab.keyboard.press("Tab");
      const at = await page.tab.evaluate(() => {
        const element = document.activeElement;
        const style = getComputedStyle(element);
        const all = [...document.querySelectorAll("a[href], button, input")];
        return { index: all.indexOf(element), name: element.textContent.trim() || element.getAttribute("aria-label"), outline: style.outlineStyle != "none" && parseFloat(style.outlineWidth) >= 2 };
      });
      if (at.index < 0) break;
      assert.ok(at.outline, `${path}: ${at.name} does not show that it has the focus`);
      seen.add(at.index);
    }
    assert.ok(seen.size >= wanted - 1, `${path}: ${seen.size} of ${wanted} are reached with Tab`);
    await page.close();
  }
});

// Only Chromium measures it.
test("nothing on a page moves once it is there", ["root"], async ({ read }) => {
  for (const path of kinds) {
    const page = await read(path);
    const moved = await page.tab.evaluate(
      () =>
        new Promise((resolve) => {
          let sum = 0;
          new PerformanceObserver((list) => {
            for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) sum += value;
          }).observe({ type: "layout-shift", buffered: true });
          setTimeout(() => resolve(sum), 300);
        }),
    );
    assert.equal(moved, 0, path);
    await page.close();
  }
}, { browsers: ["chromium"] });

// The rules of html-validate, less those of taste: html.json has them.
test("every page is valid HTML", ["disk"], async ({ dist }) => {
  const pages = readdirSync(dist, { recursive: true }).filter((name) => name.endsWith(".html"));
  assert.ok(pages.length > 400);
  assert.equal(await invalid(pages.filter((name) => name != "undelivered.html").map((name) => join(dist, name))), "");
  // Of the pages in it one at a time is shown, so what is unique in each is unique enough.
  assert.equal(await invalid(["--rule", "unique-landmark:off", join(dist, "undelivered.html")]), "");
}, { browsers: ["chromium"], limit: 400_000 });

// invalid returns what html-validate finds wrong, in a process of its own: the other browser's
// tests go on meanwhile.
function invalid(given) {
  const program = fileURLToPath(new URL("node_modules/html-validate/bin/html-validate.mjs", import.meta.url));
  const rules = fileURLToPath(new URL("html.json", import.meta.url));
  return new Promise((resolve) => {
    execFile(process.execPath, [program, "--config", rules, "--formatter", "text", ...given], { maxBuffer: 1 << 26 }, (error, stdout, stderr) => resolve(error ? stdout + stderr || String(error) : ""));
  });
}
