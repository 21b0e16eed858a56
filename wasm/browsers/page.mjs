// A page with the widget on it, as a person has it before them: what is pasted and typed
// goes through the browser's own clipboard and keys, and what is read is what is shown.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const element = "undelivered-explainer";
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Page {
  // open opens url in a page that notes down every request and every word in the console.
  // The folder is where the site's files are and root its address; host, if given, is the
  // address of a page of somebody else, which has the widget. The widget is in that page, or in
  // a frame whose file is named. What before says is run ahead of the page's own scripts. Only
  // with keep does the page find service workers, as what one test keeps is not for another.
  static async open(browser, clipboard, { url, folder, root, host, frame, before, keep }) {
    const page = new Page();
    Object.assign(page, { clipboard, folder, root, host, requests: [], console: [], texts: [] });
    page.tab = await browser.newPage();
    page.tab.on("request", (request) => page.requests.push(request.url()));
    page.tab.on("console", (message) => page.console.push(`${message.type()}: ${message.text()}`));
    page.tab.on("pageerror", (error) => page.console.push(`error: ${error.message}`));
    if (!keep) await page.tab.evaluateOnNewDocument(() => Object.defineProperty(navigator, "serviceWorker", { value: undefined }));
    if (before) await page.tab.evaluateOnNewDocument(before);
    await page.tab.evaluateOnNewDocument(listen);
    await page.tab.goto(url, { waitUntil: "load" });
    page.view = page.tab.mainFrame();
    for (let tries = 0; frame && page.view == page.tab.mainFrame(); tries++) {
      page.view = page.tab.frames().find((one) => one.url().includes(frame)) || page.view;
      if (tries > 100) throw new Error(`there is no frame with ${frame}: ${page.tab.frames().map((one) => one.url())}`);
      await pause(50);
    }
    return page;
  }

  // ready waits until the widget is there.
  async ready() {
    await this.view.waitForFunction((name) => customElements.get(name), { timeout: 10_000 }, element);
    return this;
  }

  close() {
    return this.tab.close();
  }

  // run runs a function in the page, with the widget's element and its shadow root.
  run(what, ...rest) {
    return this.view.evaluate(
      (name, what, rest) => {
        const host = document.querySelector(name);
        return new Function(`return (${what})(...arguments)`)(host, host.shadowRoot, ...rest);
      },
      element,
      what.toString(),
      rest,
    );
  }

  inside(selector) {
    return this.view.$(`${element} >>> ${selector}`);
  }

  async press(key, control) {
    if (!control) return this.tab.keyboard.press(key);
    await this.tab.keyboard.down("Control");
    await this.tab.keyboard.press(key, { commands: [{ v: "Paste", a: "SelectAll", c: "Copy" }[key]] });
    await this.tab.keyboard.up("Control");
  }

  async focus() {
    await this.tab.bringToFront();
    await this.run((host, root) => root.querySelector("textarea").focus());
  }

  // paste puts text on the clipboard, in another tab, and pastes it over what is there.
  async paste(text) {
    this.texts.push(text);
    await this.clipboard.write(text);
    await this.focus();
    await this.press("a", true);
    await this.press("v", true);
  }

  async type(text) {
    this.texts.push(text);
    await this.focus();
    await this.tab.keyboard.type(text, { delay: 5 });
  }

  // click clicks as a mouse does, on a page that may still be scrolling by itself.
  async click(selector) {
    const element = await this.inside(selector);
    await element.evaluate((element) => element.scrollIntoView({ block: "center", behavior: "instant" }));
    await element.click();
  }

  // forget marks what is shown, so that the next answer is told from it.
  forget() {
    return this.run((host, root) => root.querySelector("[part=answer]").firstElementChild?.setAttribute("data-old", ""));
  }

  // answer waits for an answer, or a sentence instead of one, and reads it.
  async answer(timeout = 15_000) {
    for (const end = Date.now() + timeout; Date.now() < end; await pause(20)) {
      let answer = await this.read();
      if (!answer || answer.old || answer.waiting) continue;
      // What is typed is answered at every key, and read out a moment after the last.
      for (let tries = 0; !answer.status && tries < 50; tries++) {
        await pause(20);
        answer = (await this.read()) || answer;
      }
      return answer;
    }
    throw new Error(`no answer after ${timeout} ms; in the console: ${this.console.join(" | ") || "nothing"}`);
  }

  read() {
    return this.run(async (host, root) => {
      const output = root.querySelector("[part=answer]");
      if (output.hidden || !output.firstElementChild) return null;
      const closed = [...root.querySelectorAll("details:not([open])")];
      for (const details of closed) details.open = true;
      if (closed.length) await new Promise((resolve) => closed.at(-1).addEventListener("toggle", resolve, { once: true }));
      const text = (part, from = output) => from.querySelector(`[part~=${part}]`)?.textContent ?? "";
      const all = (part, from = output) => [...from.querySelectorAll(`[part~=${part}]`)];
      const finding = (from, head) => ({
        recipient: head.querySelector("bdi.who")?.textContent ?? "",
        title: text("title", head),
        permanence: text("permanence", head),
        move: text("move", head),
        summary: text("summary", from),
        steps: [...from.querySelectorAll("[part=steps] li")].map((li) => li.textContent),
        roles: all("role", from).map((label) => label.textContent),
        message: text("message", from),
      });
      const several = all("finding");
      const headline = text("headline");
      return {
        old: "old" in output.firstElementChild.dataset,
        waiting: !!output.querySelector("[part=wait]"),
        error: text("error"),
        outcome: text("outcome"),
        headline,
        status: host.querySelector("[role=status]").textContent,
        findings: several.length
          ? several.map((details) => finding(details, details.querySelector("summary")))
          : all("title").length
            ? [finding(output, output.querySelector("[part=headline]"))]
            : [],
        ask: [...output.querySelectorAll("[part=ask] li")].map((li) => li.textContent),
        examples: all("example").map((button) => button.textContent),
        text: text("text", output.querySelector("section.text") ?? output),
        marks: all("mark").map((mark) => mark.textContent),
        links: [...output.querySelectorAll("a")].map((a) => ({ href: a.href, text: a.textContent })),
      };
    });
  }

  // page returns the path of a link below the site's root, or throws where it leads nowhere.
  page({ href }) {
    const url = new URL(href);
    const path = decodeURIComponent(url.href.slice(this.root.length).replace(/#.*/, ""));
    if (!url.href.startsWith(this.root)) throw new Error(`a link leads out of the site: ${href}`);
    if (!existsSync(new URL(path, this.folder))) throw new Error(`a link leads to a page that is not there: ${path}`);
    if (url.hash && !readFileSync(new URL(path, this.folder), "utf8").includes(`id="${decodeURIComponent(url.hash.slice(1))}"`)) throw new Error(`a link leads to a heading that is not there: ${path}${url.hash}`);
    return path;
  }

  // check throws where the page asked for anything but the site's files, said anything in
  // the console, or let the text out.
  async check({ quiet = true, missing = [] } = {}) {
    for (const url of this.requests) {
      const base = this.host ? this.root + "v1/" : this.root; // somebody else's page loads the widget's files alone
      const known = url == this.host || url.startsWith("blob:") || url.startsWith("data:") || (url.startsWith(base) && existsSync(fileOf(this, url)));
      if (!known && !missing.some((name) => url.includes(name))) throw new Error(`a request for ${url}, which is no file of ${this.host ? "the widget" : "the site"}`);
    }
    const said = this.console.filter((line) => /^(error|warn|assert)/.test(line));
    if (quiet && said.length) throw new Error(`in the console: ${said.join(" | ")}`);
    const kept = [];
    for (const view of new Set([this.tab.mainFrame(), this.view])) kept.push(await view.evaluate(async () =>
      JSON.stringify([
        window.heard, // messages to this window, and to all of its origin
        { ...localStorage },
        { ...sessionStorage },
        document.cookie,
        location.href,
        history.state,
        await indexedDB.databases?.(),
        globalThis.caches && location.protocol != "file:" ? await caches.keys() : [],
      ]),
    ));
    for (const text of this.texts) {
      for (const piece of telling(text)) {
        const leaked = [...this.requests, ...kept].find((where) => where.includes(piece) || where.includes(encodeURIComponent(piece)));
        if (leaked) throw new Error(`the pasted ${JSON.stringify(piece)} stands in ${leaked.slice(0, 200)}`);
      }
    }
  }
}

// telling returns pieces of a text by which it would be known. A short plain word may as well
// be the name of a file, or an id.
export const telling = (text) => text.split(/[\s"\\<>;]+/).filter((piece) => piece.length > 5 && !/^[a-z]{1,9}[.:]?$/i.test(piece));

// listen keeps every message that a window gets, and every one that is sent to all windows.
function listen() {
  window.heard = [];
  addEventListener("message", ({ data, origin }) => window.heard.push({ data, origin }));
  const { postMessage } = BroadcastChannel.prototype;
  BroadcastChannel.prototype.postMessage = function (data) {
    window.heard.push({ data });
    return postMessage.call(this, data);
  };
}

const fileOf = (page, url) => fileURLToPath(new URL(decodeURIComponent(url.slice(page.root.length).replace(/[?#].*/, "")) || "index.html", page.folder));

// Clipboard is a tab of its own that texts are copied in.
export class Clipboard {
  static async open(browser) {
    const clipboard = new Clipboard();
    clipboard.tab = await browser.newPage();
    await clipboard.tab.evaluate(() => document.body.append(document.createElement("textarea")));
    return clipboard;
  }

  async write(text) {
    await this.tab.bringToFront();
    await this.tab.evaluate((text) => {
      const area = document.querySelector("textarea");
      area.value = text;
      area.focus();
      area.select();
    }, text);
    await this.key("c", "Copy");
  }

  async read() {
    await this.tab.bringToFront();
    await this.tab.evaluate(() => {
      const area = document.querySelector("textarea");
      area.value = "";
      area.focus();
    });
    await this.key("v", "Paste");
    await pause(50);
    return this.tab.evaluate(() => document.querySelector("textarea").value);
  }

  async key(key, command) {
    await this.tab.keyboard.down("Control");
    await this.tab.keyboard.press(key, { commands: [command] });
    await this.tab.keyboard.up("Control");
  }
}

export { pause };
