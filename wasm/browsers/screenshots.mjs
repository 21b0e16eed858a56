// Takes the pictures of the README: node screenshots.mjs DIST FOLDER
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { executables, start } from "./browsers.mjs";
import { cases } from "./cases.mjs";
import { serve, trap } from "./server.mjs";

const [dist, out] = [process.argv[2] || "../../dist", process.argv[3] || "../../.github/screenshots"].map((path) => resolve(path));
mkdirSync(out, { recursive: true });
const listener = await trap();
const browser = await start("chromium", executables(["chromium"]).chromium, listener.port);
const server = await serve(dist, "/");

const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,">`;
const page = (style, body) => `<!doctype html><html lang="en"><head>${head}<title>Support</title><style>${style}</style></head><body>${body}<script src="/v1/widget.js"></script></body></html>`;
const plain = "body { margin: 0; padding: 24px; font: 16px/1.5 system-ui, sans-serif; } :root { color-scheme: light dark; } main { max-width: 46rem; margin: auto; } @media (max-width: 500px) { body { padding: 12px; } }";
server.pages["/plain.html"] = page(plain, "<main><undelivered-explainer></undelivered-explainer></main>");
server.pages["/isp.html"] = page(
  `body { margin: 0; background: #fff8ee; color: #2b1a10; font: 17px/1.55 Georgia, serif; } header { padding: 18px 28px; background: #5b1f73; color: #fff; font: 700 22px Georgia, serif; } main { max-width: 48rem; margin: 28px auto; padding: 0 28px; } h1 { font-size: 28px; }
   undelivered-explainer { --undelivered-accent: #7a1f8f; --undelivered-background: #fffdf8; --undelivered-raised: #f7ecda; --undelivered-border: #a58a6a; --undelivered-mark: #ffe0f0; --undelivered-radius: 2px; }`,
  `<header>Karri Valley Internet</header><main><h1>Mail trouble</h1><undelivered-explainer settings="/isp.json"></undelivered-explainer></main>`,
);
server.pages["/isp.json"] = JSON.stringify({
  heading: "Did a message come back?",
  contact: { name: "Karri Valley Internet", telephone: "+61 8 5550 1234", link: "https://isp.example/support", hours: "Monday to Saturday, 8 to 20" },
  servers: [{ name: "Outgoing mail", host: "smtp.isp.example", port: 587, security: "STARTTLS" }, { name: "Incoming mail", host: "imap.isp.example", port: 993, security: "TLS" }],
  roles: ["sender", "recipient"],
});

const [number, reply, , report, , nothing] = cases;
const picture = {
  phone: { path: "plain.html", text: reply.text, width: 390 },
  desktop: { path: "plain.html", text: reply.text, width: 960 },
  dark: { path: "plain.html", text: "<carol@example.net>: host mx.example.net[192.0.2.25] said: 452 4.2.2 <carol@example.net>: Mailbox full (in reply to RCPT TO command)", width: 960, dark: true },
  isp: { path: "isp.html", text: reply.text, width: 960 },
  // These are to look at, and in no README.
  several: { path: "plain.html", text: report.text, width: 960, only: true },
  "several-phone": { path: "plain.html", text: report.text, width: 390, only: true },
  nothing: { path: "plain.html", text: nothing.text, width: 960, only: true },
  number: { path: "plain.html", text: number.text, width: 390, dark: true, only: true },
  report: { path: "plain.html", text: report.text, width: 960, open: ".report", only: true },
  "report-phone": { path: "plain.html", text: report.text, width: 390, open: ".report", only: true },
  marks: { path: "plain.html", text: reply.text, width: 390, open: "mark", only: true },
  empty: { path: "plain.html", text: "", width: 390, only: true },
  blocked: { path: "plain.html", text: reply.text, width: 390, policy: "script-src 'self'", only: true },
  embed: { path: "embed.html", text: "", width: 1100, only: true },
  "embed-phone": { path: "embed.html", text: "", width: 390, only: true, dark: true },
};

for (const [name, { path, text, width, dark, open, policy, only }] of Object.entries(picture)) {
  if (process.argv[4] ? !process.argv[4].split(",").includes(name) : only) continue;
  server.faults["*"] = { headers: policy ? { "Content-Security-Policy": policy } : {} };
  const tab = await browser.newPage();
  await tab.setViewport({ width, height: 700, deviceScaleFactor: name == "phone" ? 1.5 : 1 });
  await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }, { name: "prefers-reduced-motion", value: "reduce" }]);
  await tab.goto(`${server.url}${path}?${name}`); // no picture from the cache of another
  if (text) {
    await tab.evaluate((text) => document.querySelector("undelivered-explainer").explain(text), text);
    await tab.waitForFunction(() => document.querySelector("undelivered-explainer").shadowRoot.querySelector("[part=card], [part=error]"), { polling: 50 });
  }
  if (open) await tab.evaluate((open) => {
    const element = document.querySelector("undelivered-explainer").shadowRoot.querySelector(open);
    element.tagName == "DETAILS" ? (element.open = true) : element.click();
  }, open);
  await new Promise((resolve) => setTimeout(resolve, 500));
  await tab.evaluate(() => scrollTo(0, 0));
  await tab.screenshot({ path: join(out, `${name}.png`), fullPage: true });
  await tab.close();
}
await browser.close();
server.close();
listener.close();
