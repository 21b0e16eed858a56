// The custom element <undelivered-explainer>. This file is all that a page loads before
// somebody turns to the widget; answer.js, which holds the rest, comes then.
//
// The build puts these in front: SCRIPT and HERE (the script's element and address), WORDS
// (words.json), STYLE (widget.css), SITE (the address of the reference, where it is known),
// VERSION (a hash of what is loaded later, so that a cache never mixes two versions), PINS
// (what later scripts must be, bit for bit, in a folder that never changes) and DECODER (what
// decoder.wasm of the same version is).

const NAME = "undelivered-explainer";
const TYPING = 150; // ms without a key before a text is read, or an answer read out
const SHORT = 20_000; // characters that are read at every key, once the decoder is there
const LONG = 200_000; // characters; a text area that holds more makes every key wait
const LARGEST = 50 << 20; // bytes of a file
const CARRIED = 20_000; // characters that a link may take along

if (customElements.get(NAME)) return; // another copy of this script was first

const here = new URL(".", HERE);

// The reference is above the folder that this script is published in. A copy in another place
// leads to the site that it was made for.
const published = /\/v1\/(\w{10}\/)?$/.exec(here.pathname);
const site = published ? new URL(published[1] ? "../../" : "../", here) : SITE && new URL(SITE);

// Pages that enforce Trusted Types let a script address pass only through a policy.
let policy;
try {
  policy = self.trustedTypes?.createPolicy("undelivered", { createScriptURL: (url) => url });
} catch {
  // The page allows other policies only. If it enforces them, loading fails with a sentence.
}
const trusted = (url) => (policy ? policy.createScriptURL(url) : url);

// h makes an element. A function among the attributes listens to the event of that name.
// Text is only ever added as text; a child that a condition left out is none.
function h(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value == "function") element.addEventListener(key, value);
    else if (value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter(Boolean));
  return element;
}

// visible returns text as nodes in which characters that cannot be seen, or that turn the
// order of others, are shown by their numbers.
function visible(text) {
  const unseen = /([\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb]|[\ud800-\udfff]|\u{e0001}|[\u{e0020}-\u{e007f}])/u;
  const show = (c) => h("span", { class: "unseen", title: WORDS.widget.unseen }, "U+" + c.codePointAt().toString(16).toUpperCase().padStart(4, "0"));
  return text.split(unseen).map((piece, i) => (i % 2 ? show(piece) : piece)).filter(Boolean);
}

// pageAt returns the address of a page of the reference. Where all of it is a part of this very
// page, its parts have the names of pages.
const pageAt = (page, pages) => (pages.hash ? location.href.replace(/#.*|$/, pages.hash) + page : new URL(page, pages).href);

const fill = (text, values) => text.replace(/{(\w+)}/g, (_, name) => values[name]);

// Failure is an error that has a sentence for people: a key of WORDS.widget.error.
class Failure extends Error {
  constructor(kind, why) {
    super(why);
    this.kind = kind;
  }
}

// inject loads a classic script, which works from disk and under policies that name our
// origin, and resolves with what the script hands over: a property of its own element, so
// that no name is left on the page. A page that is to be kept as one file carries its text.
function inject(url, integrity) {
  return new Promise((resolve, reject) => {
    const element = document.createElement("script");
    const text = carried(url);
    element.nonce = SCRIPT?.nonce || "";
    if (integrity && !text && !url.startsWith("file:")) {
      element.integrity = integrity;
      element.crossOrigin = "anonymous";
    }
    const loaded = () => {
      element.remove();
      element.undelivered ? resolve(element.undelivered) : reject(new Failure("damaged", `${url} is damaged`));
    };
    element.addEventListener("load", loaded);
    element.addEventListener("error", () => {
      failures++;
      element.remove();
      reject(new Failure("load", `${url} could not be loaded, or is not what it should be`));
    });
    try {
      if (text) element.text = text;
      else element.src = trusted(url);
    } catch (error) {
      return reject(new Failure("blocked", `this page's policy does not let ${url} be loaded: ${error.message}`));
    }
    document.head.append(element);
    if (text) loaded();
  });
}

// carried returns the text of the script of that name that this page carries, if it does.
const carried = (url) => document.querySelector(`script[data-undelivered="${/[^/?]*(?=\?|$)/.exec(url)}"]`)?.text;

// asset returns where a file of ours is. After a failure the address is another, as a cache
// may have kept what was damaged. A file on disk is in no cache.
let failures = 0;
function asset(base, name) {
  const query = base.protocol == "file:" ? "" : [VERSION, failures || ""].filter(Boolean).join(".");
  return new URL(name, base).href + (query && "?" + query);
}

const explainers = new Map(); // by where their files are: all elements of a page share one

// early asks for the decoder, the largest file, while answer.js comes that runs it. It is used
// if that wants the very same one; whatever goes wrong with it, answer.js deals with.
function early(base) {
  const url = asset(base, "decoder.wasm");
  if (base.protocol == "file:" || carried("decoder.js")) return;
  const pin = "sha384-" + DECODER;
  const response = fetch(url, { integrity: pin });
  response.catch(() => {});
  return { url, pin, response };
}

function explainer(base) {
  if (!explainers.has(base.href)) {
    const sent = early(base);
    const loading = inject(asset(base, "answer.js"), PINS["answer.js"]).then((open) =>
      open({ h, pageAt, fill, visible, inject, carried, trusted, Failure, early: sent, asset: (name) => asset(base, name) }),
    );
    explainers.set(base.href, loading);
    loading.catch(() => explainers.delete(base.href)); // so that it can be tried again
  }
  return explainers.get(base.href);
}

let style;

class Explainer extends HTMLElement {
  #root = this.attachShadow({ mode: "open" });
  #words = WORDS.widget;
  #status; // what screen readers hear; in the light DOM, as live regions in a shadow are not reliable
  #input;
  #output;
  #fallback;
  #chip; // says which file is read, where it is not the text area
  #timer;
  #abort; // of the answer in work
  #renew; // tells the answer shown which text it is for
  #answered; // whether the decoder is there
  #role; // the role whose steps were last asked for
  #source; // what was read last
  #settings; // given by a script

  connectedCallback() {
    if (this.#status) return;
    if (Object.hasOwn(this, "settings")) {
      // It was set before this class was there to take it.
      const { settings } = this;
      delete this.settings;
      this.#settings = settings;
    }
    this.#status = h("div", { role: "status", slot: "status" });
    this.append(this.#status);
    style ??= new CSSStyleSheet();
    style.replaceSync(STYLE);
    this.#root.adoptedStyleSheets = [style];
    this.#build();
    this.#title(this.getAttribute("heading"));
    if (this.hasAttribute("receive")) this.#receive();
  }

  // settings are what the JSON file of the attribute of that name holds, given by a script.
  get settings() {
    return this.#settings;
  }

  set settings(settings) {
    this.#settings = settings;
    if (this.#source?.text.trim()) this.#read(this.#source, 0);
    else if (this.#status) this.#warm();
  }

  // explain puts a text into the box, as if somebody had pasted it.
  explain(text) {
    if (this.#long(text)) return;
    this.#input.value = text;
    this.#typed(0);
  }

  // receive takes the text that a link from another page brought along (see elsewhere), and
  // takes it out of the address.
  #receive() {
    const [, carried] = /^#text=(.+)/.exec(location.hash) || [];
    if (!carried) return;
    history.replaceState(history.state, "", location.pathname + location.search);
    try {
      this.explain(decodeURIComponent(carried));
    } catch {
      // The link was cut.
    }
  }

  #build() {
    const words = this.#words;
    this.#input = h("textarea", {
      id: "input",
      part: "input",
      rows: 4,
      dir: "auto",
      placeholder: words.placeholder,
      "aria-describedby": "private",
      spellcheck: "false",
      autocapitalize: "off",
      autocomplete: "off",
      focus: () => this.#warm(),
      paste: (event) => this.#paste(event),
      input: (event) => this.#typed(/^insertFrom(Paste|Drop)/.test(event.inputType) ? 0 : TYPING),
    });
    const file = h("input", {
      type: "file",
      id: "file",
      accept: ".eml,.txt,.msg,.log,.mbox,message/rfc822,text/plain",
      change: () => {
        if (file.files[0]) this.#file(file.files[0]);
        file.value = ""; // the same file may be chosen again
      },
    });
    this.#chip = h("span", { part: "file", class: "chip", dir: "auto", hidden: true });
    this.#output = h("div", { part: "answer", class: "output", hidden: true });
    this.#fallback = h("div", { class: "fallback", hidden: true }, h("slot", {}));
    const widget = h(
      "section",
      {
        part: "widget",
        class: "widget",
        lang: words.lang,
        dir: words.dir,
        "aria-labelledby": "label",
        dragover: (event) => this.#drag(event, true),
        dragleave: (event) => widget.contains(event.relatedTarget) || this.#drag(event, false),
        drop: (event) => this.#drop(event),
      },
      h(
        "div",
        { class: "ask" },
        h("h2", { part: "heading", class: "heading", hidden: true }),
        h("label", { id: "label", part: "label", for: "input" }, words.label),
        h("div", { class: "field" }, this.#input, h("p", { class: "over", "aria-hidden": "true" }, words.drop)),
        h(
          "div",
          { class: "tools" },
          h("p", { id: "private", part: "private" }, words.private),
          this.#chip,
          h("button", { type: "button", part: "button", class: "clear", hidden: true, click: () => this.#clear() }, words.clear),
          h("label", { part: "button", class: "button", for: "file" }, file, words.file),
        ),
      ),
      this.#output,
      this.#fallback,
      h("div", { class: "status" }, h("slot", { name: "status" })),
    );
    this.#root.replaceChildren(widget);
  }

  // What is read: the text area, a file, or a text too long for the text area.

  #typed(delay) {
    this.#read({ text: this.#input.value }, delay);
  }

  #paste(event) {
    const [file] = event.clipboardData?.files || [];
    const text = event.clipboardData?.getData("text/plain") || "";
    if (file && !text) {
      event.preventDefault();
      this.#file(file);
    } else if (this.#long(text)) event.preventDefault();
  }

  // long takes a text that is too long for the text area, and reports whether it is.
  #long(text) {
    if (text.length <= LONG) return false;
    this.#name(this.#words.pasted, text.length);
    this.#read({ text }, 0);
    return true;
  }

  #drag(event, over) {
    if (over) {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      this.#warm();
    }
    this.#root.firstChild.classList.toggle("dragged", over);
  }

  #drop(event) {
    this.#drag(event, false);
    const [file] = event.dataTransfer?.files || [];
    if (file) this.#file(file);
    else if (!this.#long(event.dataTransfer?.getData("text/plain") || "")) return; // it goes into the text area by itself
    event.preventDefault();
  }

  async #file(file) {
    this.#name(file.name, file.size);
    const signal = this.#start();
    let source;
    try {
      if (file.size > LARGEST) throw new Failure("large", `${file.size} bytes`);
      source = decode(new Uint8Array(await file.arrayBuffer()));
    } catch (error) {
      if (!signal.aborted) this.#fail(error instanceof Failure ? error : new Failure("file", error.message));
      return;
    }
    if (!signal.aborted) this.#read(source, 0);
  }

  #name(name, size) {
    this.#input.value = "";
    this.#chip.replaceChildren(...visible(fill(this.#words.size, { name, size: Math.max(1, Math.round(size / 1000)) })));
    this.#chip.hidden = false;
  }

  #clear() {
    this.#input.value = "";
    this.#typed(0);
    this.#input.focus();
  }

  // How it is answered.

  async #load() {
    const tools = await explainer(this.#address("assets") || here);
    this.#root.adoptedStyleSheets[1] = tools.style;
    const own = await tools.settings(this);
    this.#root.adoptedStyleSheets[2] = own.style;
    this.#title(own.heading);
    return { ...tools, own };
  }

  // warm gets ready for a text. A failure is told when there is one.
  #warm() {
    this.#load().catch(() => {});
  }

  #title(text) {
    const heading = this.#root.querySelector(".heading");
    if (text) heading.textContent = text;
    heading.hidden = !heading.textContent;
  }

  // address returns where the attribute of that name says that something is, as a folder.
  #address(attribute) {
    const value = this.getAttribute(attribute)?.trim();
    return value && new URL(value.replace(/[^/]$/, "$&/"), document.baseURI);
  }

  // pages returns where the reference is, or nothing where that is not known.
  #pages() {
    return this.#address("reference") || site;
  }

  #read(source, delay) {
    this.#source = source;
    if (this.#input.value) this.#chip.hidden = true;
    this.#root.querySelector(".clear").hidden = !source.text;
    const signal = this.#start();
    if (!source.text.trim()) {
      this.#show();
      this.#say("");
      return;
    }
    if (!this.#answered) this.#warm();
    const read = async () => {
      await this.#answer(source, signal, delay);
      // Whoever types sees the answer come; whoever pasted may have to be shown where it is.
      if (!delay && !signal.aborted) this.#output.querySelector("[part=verdict]")?.scrollIntoView({ block: "nearest" });
    };
    if (this.#answered && source.text.length < SHORT) read();
    else this.#timer = setTimeout(read, delay);
  }

  // start ends what is in work, so that an older answer never follows a newer text.
  #start() {
    clearTimeout(this.#timer);
    this.#abort?.abort();
    this.#abort = new AbortController();
    return this.#abort.signal;
  }

  async #answer(source, signal, delay) {
    // Words about waiting, only where there is a wait to notice.
    let ready;
    const wait = setTimeout(() => this.#show(h("p", { class: "wait", part: "wait" }, this.#words[ready ? "reading" : "loading"])), 400);
    signal.addEventListener("abort", () => clearTimeout(wait));
    let nodes, verdict, renew, result;
    try {
      const { explain, render, own } = await this.#load();
      ready = true;
      result = await explain(source, signal, own);
      if (signal.aborted) return;
      ({ nodes, verdict, renew } = render(result, source.text, {
        pages: this.#pages(),
        own,
        role: this.#role,
        onrole: (role) => (this.#role = role),
        onexample: (text) => {
          this.explain(text);
          this.#input.focus();
        },
        say: (text) => this.#say(text),
        emit: (name, detail) => this.#emit(name, detail),
      }));
      this.#emit("explained", {
        outcome: result.outcome,
        // Nothing that stands in the text but codes.
        findings: result.findings.map(({ reply, enhanced, permanence, reason, actor, provider, client }) => ({ reply, enhanced, permanence, reason, actor, provider, client })),
      });
    } catch (error) {
      if (!signal.aborted) this.#fail(error, source);
      return;
    } finally {
      clearTimeout(wait);
    }
    this.#answered = true;
    // Most keys change nothing of the answer, which then stays where it is.
    if (nodes.length == 1 && this.#output.firstChild?.isEqualNode(nodes[0])) this.#renew(result, source.text);
    else {
      this.#show(...nodes);
      this.#renew = renew;
    }
    // To somebody who listens, an answer at every key would be noise.
    if (delay) this.#timer = setTimeout(() => this.#say(verdict), TYPING);
    else this.#say(verdict);
  }

  #show(...nodes) {
    this.#fallback.hidden = true;
    this.#output.replaceChildren(...nodes);
    this.#output.hidden = !nodes.length;
  }

  #say(text) {
    if (this.#status.textContent != text) this.#status.textContent = text;
  }

  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(`undelivered:${name}`, { detail, bubbles: true, composed: true }));
  }

  // fail says what went wrong, and what else there is to do.
  #fail(error, source) {
    failures++;
    // What was loaded may belong to another version than what comes now.
    if (error.kind == "damaged") explainers.clear();
    const words = this.#words;
    const broken = !words.error[error.kind] || error.kind == "broken";
    const sentence = words.error[broken ? "broken" : error.kind];
    const pages = this.#pages();
    console.warn(`${NAME}: ${error.message || error}`);
    const again = () => this.#answer(source, this.#start());
    const detail = [`undelivered ${VERSION || here.pathname.slice(-11, -1)}`, String(error.message || error).slice(0, 300), navigator.userAgent].join("\n");
    this.#show(
      h(
        "div",
        { class: "failure", part: "error" },
        h("p", {}, sentence),
        source && !broken && error.kind != "blocked" && h("button", { type: "button", part: "button", class: "again", click: again }, words.again),
        pages && h("a", { part: "link", href: pageAt("codes/index.html", pages) }, words.reference),
        source && pages && !this.hasAttribute("receive") && this.#elsewhere(source.text, pages),
        broken &&
          h(
            "details",
            { class: "tell" },
            h("summary", {}, words.tell),
            h("p", {}, words.told),
            h("pre", { part: "problem", tabindex: 0 }, ...visible(detail)),
            h("a", { part: "link", href: WORDS.widget.tracker + encodeURIComponent(detail), target: "_blank", rel: "noopener noreferrer" }, words.send),
          ),
      ),
    );
    this.#fallback.hidden = false;
    this.#say(sentence);
  }

  // elsewhere is a link to our own page, where nothing is blocked. The text goes along only if
  // the person wants that, in the part of an address that browsers do not send.
  #elsewhere(text, pages) {
    const url = new URL("index.html", pages).href;
    const carried = "#text=" + encodeURIComponent(text.length > CARRIED ? "" : text.replace(/[\ud800-\udfff]/gu, "\ufffd"));
    const link = h("a", { part: "link", class: "elsewhere", href: url, target: "_blank", rel: "noopener noreferrer" }, this.#words.elsewhere);
    const take = h("input", { type: "checkbox", class: "take", change: () => (link.href = url + (take.checked ? carried : "")) });
    return h("p", { class: "away" }, link, text.length <= CARRIED && h("label", {}, take, this.#words.take));
  }
}

// decode reads a file as UTF-16 where it begins like that, as UTF-8 where it is valid, and
// otherwise as what it is to mail: bytes. Those are shown in windows-1252, in which every
// byte is one character, so that places in the bytes are places in the text.
function decode(bytes) {
  for (const [first, second, name] of [[0xff, 0xfe, "utf-16le"], [0xfe, 0xff, "utf-16be"]]) {
    if (bytes[0] == first && bytes[1] == second) return { text: new TextDecoder(name).decode(bytes) };
  }
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { text: new TextDecoder("windows-1252").decode(bytes), bytes };
  }
}

customElements.define(NAME, Explainer);
