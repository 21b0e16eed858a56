// The search: what is found for what is typed, by keyboard too, and for an address that leads
// nowhere.
import assert from "node:assert/strict";
import { pause } from "./page.mjs";
import { everywhere, test } from "./tests.mjs";

const UNKNOWN = "550 5.1.1 <bob@example.com>: Recipient address rejected: User unknown";

// What is typed, and how the address begins that comes first.
const finds = [
  ["550", "codes/550.html"],
  ["421", "codes/421.html"],
  ["5.1.1", "enhanced/5.1.1.html"],
  ["5.7", "enhanced/index.html#subject-7"],
  ["x.7.1", "enhanced/5.7.1.html"],
  ["5xx", "digits.html#first-5"],
  ["4.x.x", "enhanced/index.html#class-4"],
  ["mailbox full", "reasons/mailbox-full.html"],
  ["Mailbox  FULL", "reasons/mailbox-full.html"],
  ["full mailbox", "reasons/mailbox-full.html"],
  ["gmail 5.7.26", "providers/gmail-sender.html#x-7-26"],
  ["550-5.7.26 gmail", "providers/gmail-sender.html#x-7-26"],
  ["gmail", "providers/gmail.html"],
  ["outlook.com", "providers/outlook-com.html"],
  ["0x800ccc0e", "clients/"],
  ["greylist", "guides/greylisting.html"],
  ["spamhaus sbl", "blocklists/spamhaus-sbl.html"],
  ["thunderbird", "clients/thunderbird.html"],
  ["reply codes", "codes/index.html"],
  // misspelt, or not there
  ["mailbx full", "reasons/mailbox-full.html"],
  ["thunderbrid", "clients/thunderbird.html"],
  ["5.1.99", "enhanced/index.html#subject-1"],
  ["566", "digits.html#first-5"],
];

test("a search finds the page first", everywhere, async ({ read, root }) => {
  const page = await read("codes/550.html");
  const wrong = [];
  for (const [query, wanted] of finds) {
    const [first, list] = await look(page, query);
    page.page({ href: first });
    const got = first.slice(root.length);
    if (!got.startsWith(wanted)) wrong.push(`${query}: ${got}, not ${wanted} (${list.slice(0, 4)})`);
  }
  assert.deepEqual(wrong, []);
  await page.check();
});

// look types a query into the box of the header and returns the first address and all titles.
async function look(page, query) {
  await page.tab.bringToFront();
  await page.tab.focus("[data-find] input");
  await page.tab.evaluate(() => document.querySelector("[data-find] input").select());
  await page.tab.keyboard.press("Backspace");
  await page.tab.waitForFunction(() => document.querySelector("[data-find] ul").hidden);
  await page.tab.keyboard.type(query);
  await page.tab.waitForFunction(
    async () => {
      const list = () => document.querySelector("[data-find] ul");
      const before = list().innerHTML;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return !list().hidden && list().innerHTML == before;
    },
    { timeout: 5000 },
  );
  return page.tab.evaluate(() => {
    const links = [...document.querySelectorAll("[data-find] li a")];
    return [links[0]?.href ?? "", links.map((a) => a.textContent)];
  });
}

test("a search goes by keyboard", everywhere, async ({ read, root }) => {
  const page = await read("reasons/mailbox-full.html");
  await page.tab.keyboard.press("/");
  assert.equal(await page.tab.evaluate(() => document.activeElement.type), "search");
  await look(page, "421");
  const focused = () => page.tab.evaluate(() => document.activeElement.textContent || document.activeElement.type);
  assert.match(await page.tab.evaluate(() => document.querySelector("body > [role=status]").textContent), /^\d+ pages found/);
  await page.tab.keyboard.press("ArrowDown");
  assert.match(await focused(), /^421/);
  await page.tab.keyboard.press("ArrowDown");
  const second = await focused();
  await page.tab.keyboard.press("ArrowUp");
  await page.tab.keyboard.press("ArrowUp");
  assert.equal(await focused(), "search");
  await page.tab.keyboard.press("ArrowDown");
  await page.tab.keyboard.press("ArrowDown");
  assert.equal(await focused(), second);
  await page.tab.keyboard.press("Escape");
  assert.equal(await focused(), "search");
  await page.tab.keyboard.press("Escape");
  assert.equal(await page.tab.evaluate(() => document.querySelector("[data-find] input").value), "");
  await page.tab.keyboard.type("421");
  await Promise.all([page.tab.waitForNavigation(), page.tab.keyboard.press("Enter")]);
  assert.equal(page.tab.url(), `${root}codes/421.html`);
  await page.check();
});

test("an error in the search box goes to the explainer", everywhere, async ({ read, clipboard, root }) => {
  const page = await read("codes/550.html");
  page.texts.push(UNKNOWN);
  await clipboard.write(UNKNOWN);
  await page.tab.bringToFront();
  await page.tab.focus("[data-find] input");
  await Promise.all([page.tab.waitForNavigation(), page.press("v", true)]);
  page.view = page.tab.mainFrame();
  await page.ready();
  const answer = await page.answer();
  assert.equal(answer.findings.length, 1);
  assert.equal(page.tab.url(), `${root}index.html`, "the text stays in the address");
});

test("the explainer's box finds pages", everywhere, async ({ open, root }) => {
  const page = await open();
  const shown = async () => {
    await page.tab.waitForFunction(() => !document.querySelector("[data-found]").hidden, { timeout: 5000 });
    return page.tab.evaluate(() => [...document.querySelectorAll("[data-found] a")].map((a) => a.href));
  };
  // visible waits until the answer is there to be seen, or is not.
  const visible = async (wanted, why) => {
    let is;
    for (const end = Date.now() + 5000; (is = await page.run((host, root) => root.querySelector("[part=answer]").checkVisibility())) != wanted && Date.now() < end; ) await pause(50);
    assert.equal(is, wanted, why);
  };
  await page.type("5.7");
  assert.equal((await shown())[0], `${root}enhanced/index.html#subject-7`);
  await page.answer();
  await visible(false, "it says of a search that it is no error");
  await page.tab.keyboard.press("ArrowDown");
  assert.equal(await page.tab.evaluate(() => document.activeElement.href), `${root}enhanced/index.html#subject-7`);
  await page.tab.keyboard.press("Escape");
  assert.equal(await page.run((host, root) => root.activeElement?.id), "input");
  // A code is explained, and its pages are below.
  await page.forget();
  await page.tab.keyboard.type(".1");
  await page.answer();
  assert.equal((await shown())[0], `${root}enhanced/5.7.1.html`);
  await visible(true);
  // A whole error is no search.
  await page.forget();
  await page.paste(UNKNOWN);
  await page.answer();
  assert.equal(await page.tab.evaluate(() => document.querySelector("[data-found]").hidden), true);
  await visible(true);
  await page.check();
});

test("what a browser's own search box asks for is explained", ["root", "base", "disk"], async ({ site, root }) => {
  const page = await site("index.html?q=gmail%205.7.26");
  const answer = await page.answer();
  assert.equal(answer.findings.length, 1);
  await page.tab.waitForFunction(() => !document.querySelector("[data-found]").hidden, { timeout: 5000 });
  assert.equal(page.tab.url(), `${root}index.html`);
});

test("an address that leads nowhere asks what was meant", ["root"], async ({ read, server, root }) => {
  server.lost = "404.html";
  for (const [path, wanted] of [
    ["codes/566.html", /digits\.html#first-5$/],
    ["deep/er/than/it/goes/5.1.99", /enhanced\/index\.html#subject-1$/],
    ["reason/mailbox_full", /reasons\/mailbox-full\.html$/],
    ["providers/gmial.html", /providers\/gmail/],
    ["550-5.7.26", /(codes\/550|enhanced\/5\.7\.26)\.html$/],
  ]) {
    const page = await read(path);
    await page.tab.waitForSelector("[data-lost] li", { timeout: 5000 });
    const first = await page.tab.evaluate(() => document.querySelector("[data-lost] li a").href);
    assert.match(first, wanted, `${path} leads to ${first}`);
  }
  const page = await read("%E0%A4%A/<script>alert(1)</script>");
  assert.match(await page.tab.title(), /not delivered/);
});
