// The npm package: packed, installed and imported, where there is no DOM and in a browser.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cases } from "./cases.mjs";
import { serve } from "./server.mjs";
import { test } from "./tests.mjs";

const [, reply] = cases;

test("is packed, installed and imported as a package", ["root"], async ({ folder, visit }) => {
  const v1 = fileURLToPath(new URL("v1/", folder));
  const [fixed] = readdirSync(v1).filter((name) => /^[0-9a-f]{10}$/.test(name));
  const project = mkdtempSync(join(tmpdir(), "undelivered-"));
  const run = (command, ...args) => execFileSync(command, args, { cwd: project, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  let server;
  try {
    const [{ filename, files }] = JSON.parse(run("npm", "pack", "--json", "--pack-destination", project, join(v1, fixed)));
    for (const name of ["package.json", "README.md", "index.mjs", "index.d.ts", "answer.js", "decoder.wasm", "decoder.js", "settings.js", "tidy.js"]) {
      assert.ok(files.some(({ path }) => path == name), `the package has no ${name}`);
    }
    writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
    run("npm", "install", "--offline", "--no-audit", "--no-fund", join(project, filename));
    const installed = join(project, "node_modules/undelivered-explainer");
    assert.deepEqual(readFileSync(join(installed, "decoder.wasm")), readFileSync(join(v1, fixed, "decoder.wasm")));

    // Where there is no DOM, it imports and does nothing.
    assert.equal(run(process.execPath, "-e", `await import("undelivered-explainer"); console.log(import.meta.resolve("undelivered-explainer/decoder.wasm"))`, "--input-type=module").trim().split("/").slice(-2).join("/"), "undelivered-explainer/decoder.wasm");

    server = await serve(project, "/");
    const html = (attributes) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Support</title><link rel="icon" href="data:,"><script type="importmap">{"imports":{"undelivered-explainer":"/node_modules/undelivered-explainer/index.mjs"}}</script><script type="module">import "undelivered-explainer"; window.imported = true;</script></head><body><undelivered-explainer ${attributes}></undelivered-explainer></body></html>`;
    server.pages["/"] = html('reference="/pages/"');
    server.pages["/assets.html"] = html('assets="/copied"');
    for (const name of ["answer.js", "decoder.wasm"]) server.pages[`/copied/${name}`] = readFileSync(join(installed, name));
    for (const [path, from] of [["", "/node_modules/undelivered-explainer/"], ["assets.html", "/copied/"]]) {
      const page = await visit(server.url + path);
      await page.ready();
      await page.paste(reply.text);
      const answer = await page.answer();
      assert.equal(answer.error, "");
      assert.match(answer.headline, /No such mailbox\s· Permanent\s· your move/);
      assert.ok(answer.marks.includes("5.1.1"));
      // Without an address of the reference nothing leads to a page that is not there.
      if (path) assert.deepEqual(answer.links, []);
      else assert.ok(answer.links.some(({ href }) => href == server.url + "pages/codes/550.html"));
      const loaded = page.requests.filter((url) => /answer\.js|decoder\.wasm/.test(url));
      assert.equal(loaded.length, 2);
      for (const url of loaded) assert.equal(new URL(url).pathname.replace(/[^/]*$/, ""), from);
    }
  } finally {
    server?.close();
    rmSync(project, { recursive: true });
  }
});
