// The clean report: what is taken out of it, that each thing is shown before, and can be put
// back.
import assert from "node:assert/strict";
import { cases } from "./cases.mjs";
import { pause } from "./page.mjs";
import { test } from "./tests.mjs";

const report = cases[3];

// Each text, what must not be in its report, and what must.
const texts = [
  {
    name: "a whole DSN",
    text: report.text,
    out: ["carol@example.net", "dave@example.org", "alice@example.com", "MAILER-DAEMON@mail.example.com", "198.51.100.7", "203.0.113.9", "192.0.2.25", "4FkQ2x1Zz9", "4FkQ2w5Yt8", "20261109221407.4FkQ2x1Zz9@mail.example.com", "5b1c0f0e@laptop.example.com", "Mail Delivery System", "Dinner on Friday"],
    kept: ["550 5.1.1", "Recipient address rejected: User unknown", "552 5.2.2", "mx1.example.net", "Status: 5.1.1", "Content-Type: text/plain; charset=utf-8"],
  },
  {
    name: "names in every form",
    text: `550 5.1.1 User unknown
From: "Dora Nguyen-O'Neill" <dora@example.org>
To: Bob van der Berg <bob@example.com>, "Lee, Ann" <ann@example.com>; carl@example.com (Carl Müller)
An: Jürgen Groß <juergen@example.net>
Cc: =?utf-8?Q?J=C3=BCrgen?= <j@example.net>
宛先: 山田太郎 <yamada@example.jp>
Hello Bob van der Berg,
Delivery to Erika Mustermann (erika@example.net) failed.`,
    out: ["Dora", "O'Neill", "van der Berg", "Lee", "Ann", "Carl", "Müller", "Jürgen", "Groß", "=C3=BC", "山田太郎", "Erika", "Mustermann", "@example"],
    kept: ["550 5.1.1", "User unknown", "Hello", "failed"],
  },
  {
    name: "addresses in every form",
    text: `550 5.1.1 <"odd one"@example.com>: User unknown
bounces+bob=example.com@list.example.net bob%40example.com bob=40example.com 受信者@例え.jp user@[192.0.2.7]
/o=ExchangeLabs/ou=Exchange Administrative Group/cn=Recipients/cn=3f2504e04f8941d3-bob
mailto:carol@example.org RFC822;dan@example.net dora@example.com. (erik@example.com)`,
    out: ["odd one", "bob", "受信者", "例え", "192.0.2.7", "cn=", "carol", "dan@", "dora", "erik"],
    kept: ["550 5.1.1", "User unknown", "mailto:"],
  },
  {
    name: "numbers and tokens",
    text: `550 5.7.1 Service unavailable; client [203.0.113.5] blocked, see https://example.org/why?id=8f3aZ9&u=bob#x
from [IPv6:2001:db8:85a3::8a2e:370:7334] and 2001:0db8:0000:0000:0000:ff00:0042:8329 by host-203-0-113-9.example.net at 12:34:56
message-id=<20261126.ABC@example.org> queue 4XvB2p6Z1Bz9rxL, d9443c01a7336-2a5f8e2c1d3si4930562b3a.17 - gsmtp
DKIM-Signature: b=dGhpcyBpcyBub3QgYSBzZWNyZXQgYnV0IGxvb2tz; session 3f2504e0-4f89-41d3-9a0c-0305e82c3301
boundary="--_NextPart_000_01DC9A"; windows-1252, ISO-8859-15, multipart/report, 8bit, 2026-11-26, 5.7.1, version 2.14.3`,
    out: ["203.0.113", "203-0-113", "2001:db8", "2001:0db8", "id=8f3aZ9", "20261126.ABC", "4XvB2p6Z1Bz9rxL", "d9443c01a7336", "dGhpcyBpcyBub3Qg", "3f2504e0-4f89"],
    kept: ["550 5.7.1", "https://example.org/why", "12:34:56", "windows-1252", "ISO-8859-15", "multipart/report", "8bit", "2026-11-26", "2.14.3", "blocked", "gsmtp"],
  },
  {
    name: "a log line",
    text: `Nov 26 12:00:00 mx postfix/smtp[4711]: 4FkQ2x1Zz9: to=<bob@example.com>, orig_to=<info@example.com>, relay=mx.example.com[192.0.2.25]:25, delay=0.4, dsn=5.1.1, status=bounced (host mx.example.com[192.0.2.25] said: 550 5.1.1 <bob@example.com>: User unknown (in reply to RCPT TO command))`,
    out: ["bob", "info@", "192.0.2.25", "4FkQ2x1Zz9"],
    kept: ["Nov 26 12:00:00", "mx.example.com", "delay=0.4", "dsn=5.1.1", "status=bounced", "550 5.1.1", "User unknown (in reply to RCPT TO command)"],
  },
];

async function openReport(page) {
  await page.run((host, root) => (root.querySelector("details.report").open = true));
  await page.view.waitForFunction(() => document.querySelector("undelivered-explainer").shadowRoot.querySelector("[part=preview]"));
}

const listed = (host, root) => [...root.querySelectorAll("[part=taken] li")].map((li) => li.textContent);

for (const { name, text, out, kept } of texts) {
  test(`takes what is private out of ${name}`, ["root"], async ({ open, clipboard }) => {
    const page = await open();
    await page.paste(text);
    await page.answer();
    await openReport(page);
    const preview = await page.run((host, root) => root.querySelector("[part=preview]").textContent);
    await page.click("details.report button:last-of-type");
    await pause(100);
    const copied = (await clipboard.read()).replace(/\r\n/g, "\n");
    assert.equal(copied.trim(), preview.trim(), "what is copied is not what is shown");
    for (const part of out) assert.ok(!copied.includes(part), `${part} is still in it:\n${copied}`);
    for (const part of kept) assert.ok(copied.includes(part), `${part} is gone:\n${copied}`);
    // Each thing taken out is in the list.
    const list = (await page.run(listed)).join("\n");
    for (const [placeholder] of copied.matchAll(/\[(?:address|name|IP address|message id|token|subject) \d+\]/g)) assert.ok(list.includes(placeholder), `${placeholder} is not in the list`);
    await page.check();
  });
}

test("puts back what the person wants in the clean report", ["root", "disk"], async ({ open, clipboard }) => {
  const page = await open();
  await page.paste(report.text);
  await page.answer();
  await openReport(page);
  const entries = await page.run(listed);
  assert.ok(entries.some((entry) => /carol@example\.net → \[address \d\]/.test(entry)), entries.join("\n"));
  await page.run((host, root) => [...root.querySelectorAll("[part=taken] li")].find((li) => li.textContent.includes("carol@")).querySelector("input").click());
  await page.click("details.report button:last-of-type");
  await pause(100);
  const copied = await clipboard.read();
  assert.match(copied, /Final-Recipient: rfc822; carol@example\.net/);
  assert.ok(!copied.includes("dave@"));
  assert.match(copied, /^2 addresses did not get your message\./);
  assert.match(copied, /Codes: 550, 5\.1\.1, 552, 5\.2\.2/);
  await page.run((host, root) => [...root.querySelectorAll("[part=taken] li")].find((li) => li.textContent.includes("carol@")).querySelector("input").click());
  assert.ok(!(await page.run((host, root) => root.querySelector("[part=preview]").textContent)).includes("carol@"));
  await page.check();
});

test("says that the clean report cannot be loaded, and loads it when asked again", ["root"], async ({ open, server }) => {
  server.faults["tidy.js"] = { status: 500 };
  const page = await open();
  await page.paste(report.text);
  await page.answer();
  for (let i = 0; i < 200 && !/could not be loaded/.test(await page.run((host) => host.querySelector("[role=status]").textContent)); i++) await pause(50);
  assert.match(await page.run((host, root) => root.querySelector("details.report summary").textContent), /could not be loaded/);
  server.faults["tidy.js"] = {};
  await page.run((host, root) => (root.querySelector("details.report").open = false));
  await pause(100);
  await openReport(page);
});

test("leaves an answer where it is that looks the same, and reports the text as it is now", ["root"], async ({ open, clipboard }) => {
  const page = await open();
  await page.paste(report.text);
  await page.answer();
  await page.run((host) => host.addEventListener("undelivered:explained", () => (host.explained = (host.explained || 0) + 1)));
  const typed = async (text, mark) => {
    await page.run((host) => (host.explained = 0));
    await page.type(text);
    // A key ends what the one before it began, so there are as many answers or fewer.
    await page.view.waitForFunction(() => document.querySelector("undelivered-explainer").explained);
    await pause(400);
    return page.run((host, root) => {
      const card = root.querySelector("[part=card]");
      const kept = !!card.kept;
      card.kept = true; // no attribute, which would be a difference
      return kept;
    });
  };
  assert.equal(await typed("\n"), false, "the answer that was read, with all parts open, is the new one's");
  assert.equal(await typed("\nlast words"), true, "an answer was put in the place of the same one");
  await openReport(page);
  assert.match(await page.run((host, root) => root.querySelector("[part=preview]").textContent), /last words/);
  await page.paste("552 5.2.2 Mailbox full");
  await page.view.waitForFunction(() => !document.querySelector("undelivered-explainer").shadowRoot.querySelector("[part=card]").kept);
  await page.check();
});
