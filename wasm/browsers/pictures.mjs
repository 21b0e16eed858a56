// Draws the pictures of the site again: node pictures.mjs FOLDER
//
// They hold no name, so that a site of another name can keep them: icons for home screens, and
// the picture that is shown where somebody links to a page.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { executables, start } from "./browsers.mjs";
import { trap } from "./server.mjs";

const folder = process.argv[2];
const icon = readFileSync(join(folder, "icon.svg"), "utf8");
const inner = icon.replace(/<\/?svg[^>]*>/g, "");
// Phones cut icons to circles and the like, and leave the middle four fifths.
const padded = (size) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-8 -8 48 48" width="${size}" height="${size}"><rect x="-8" y="-8" width="48" height="48" fill="#f3f5f4"/>${inner}</svg>`;
const plain = (size) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="${size}" height="${size}">${inner}</svg>`;

const cell = (digit, x) =>
  `<rect x="${x}" y="205" width="150" height="180" rx="8" fill="#fff" stroke="#c2440c" stroke-width="9"/><text x="${x + 75}" y="342" text-anchor="middle" font-family="Liberation Mono, monospace" font-weight="700" font-size="140" fill="#17222f">${digit}</text>`;
const stripes = Array.from({ length: 22 }, (_, i) => `<path d="M${i * 60 - 30} 0h34l-24 26h-34z" fill="${i % 2 ? "#2d5d9f" : "#c9413f"}"/>`).join("");
const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 630" width="1200" height="630"><rect width="1200" height="630" fill="#f3f5f4"/>${stripes}<g transform="translate(0 604)">${stripes}</g><g transform="translate(105 120) scale(12.2)">${inner}</g>${cell(5, 585)}${cell(5, 765)}${cell(0, 945)}</svg>`;

const drawings = {
  "icons/180.png": [padded(180), 180, 180],
  "icons/192.png": [plain(192), 192, 192],
  "icons/512.png": [plain(512), 512, 512],
  "icons/512-maskable.png": [padded(512), 512, 512],
  "picture.png": [picture, 1200, 630],
};

const listener = await trap();
const browser = await start("chromium", executables(["chromium"]).chromium, listener.port);
const tab = await browser.newPage();
mkdirSync(join(folder, "icons"), { recursive: true });
for (const [name, [svg, width, height]] of Object.entries(drawings)) {
  await tab.setViewport({ width, height });
  await tab.setContent(`<style>body{margin:0}svg{display:block}</style>${svg}`);
  writeFileSync(join(folder, name), await tab.screenshot({ type: "png", omitBackground: true }));
}
await browser.close();
listener.close();
