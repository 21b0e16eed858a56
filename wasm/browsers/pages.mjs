// The pages of the reference for everyone: what axe-core finds on each kind of page, by day and
// by night; keys alone; and that nothing on them moves once it is there.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
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
  // The page about embedding shows its form when its script is there, and that does move it.
  for (const path of kinds.filter((path) => path != "embed.html")) {
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
