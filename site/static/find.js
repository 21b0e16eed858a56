// The search: in the header of every page a box for codes and words; on the page with the
// explainer its own box, where what is too short to be an error finds pages below it. All is
// done on the device, with an index that is loaded when somebody turns to a box.
//
// What this script says stands in the attributes of its own element (see page.html).
(() => {
  const script = document.currentScript;
  const whole = !script.src; // a part of the one file that has all pages
  const root = new URL(".", script.src || location.href);
  const words = script.dataset;
  const SHORT = 60; // characters; what is longer is an error, not a search
  const MOST = 12; // pages shown

  // The columns of a row of the index.
  const [ADDRESS, KIND, CODES, TITLE, MARK, TEXT] = [0, 1, 2, 3, 4, 5];

  let index; // a promise of the rows, made searchable
  function load() {
    // By script only where nothing else can be read: policies against injected scripts stop it.
    index ??= whole || root.protocol == "file:" ? byScript() : byRequest();
    index.catch(() => (index = undefined)); // so that it can be tried again
    return index;
  }

  async function byRequest() {
    const response = await fetch(new URL(words.index, root));
    if (!response.ok) throw new Error("the index could not be loaded");
    const text = await response.text();
    return JSON.parse(text.slice(text.indexOf("["), text.lastIndexOf("]") + 1)).map(prepare);
  }

  function byScript() {
    return new Promise((resolve, reject) => {
      const element = document.createElement("script");
      const loaded = () => (element.index ? resolve(element.index.map(prepare)) : reject(new Error("the index is damaged")));
      element.addEventListener("load", loaded);
      element.addEventListener("error", () => reject(new Error("the index could not be loaded")));
      if (whole) element.text = document.querySelector("script[data-undelivered^=find]").text;
      else element.src = new URL(words.index, root);
      document.head.append(element);
      if (whole) loaded();
    });
  }

  // plain returns text in small letters without accents.
  const plain = (text) => text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "");

  // split returns the words of a text. The points of a code stay, as do those of a host.
  const split = (text) => plain(text).split(/[^\p{L}\p{N}.]+/u).map((word) => word.replace(/^\.+|\.+$/g, "")).filter(Boolean);

  function prepare(row, order) {
    const codes = split(row[CODES]);
    // Of what answers equally well, a reason says most, and a page more than a part of one.
    const rank = row[ADDRESS].startsWith("reasons/") ? 10 : row[ADDRESS].includes("#") ? 0 : 6;
    return { row, order, rank, codes, title: split(row[TITLE]), kind: split(row[KIND]), text: split(row[TEXT]) };
  }

  const isCode = (word) => /^(\d{3}|[245x]\.(\d{1,3}|x)(\.(\d{1,3}|x))?|\dxx|0x[\da-f]+)$/.test(word) || /^\d{1,2}$/.test(word);

  // best returns how well the words of one field answer to a word of the search.
  function best(list, word, whole, start) {
    let score = 0;
    for (const one of list) {
      if (one == word) return whole;
      if (one.startsWith(word) && (word.length > 1 || list.length < 3)) score = start;
    }
    return score;
  }

  // score returns how well an entry answers to a word, 0 where it does not. A code stands for
  // all that begin with it: 5.7 for 5.7.1. A subject is of every class: 5.7 is X.7 too.
  function score({ codes, title, kind, text }, word) {
    if (isCode(word)) {
      let most = 0;
      for (const [i, code] of codes.entries()) {
        if (code == word) most = Math.max(most, 100 - 10 * Math.min(i, 3));
        else if (code.startsWith(word + ".") || (/^\d\d?$/.test(word) && code.startsWith(word))) most = Math.max(most, 40);
        else if (/^[245]\./.test(word) && code == "x" + word.slice(1)) most = Math.max(most, 97);
        else if (word.startsWith("x.") && (code.slice(1) == word.slice(1) || code.slice(1).startsWith(word.slice(1) + "."))) most = Math.max(most, 60);
      }
      return most || best(text, word, 4, 0) || best(title, word, 30, 0);
    }
    return Math.max(best(codes, word, 80, 30), best(title, word, 30, 18), best(kind, word, 22, 12), best(text, word, 6, 3));
  }

  // near reports whether two words differ by one letter, or two that changed places.
  function near(a, b) {
    if (Math.abs(a.length - b.length) > 1) return false;
    let i = 0;
    while (i < a.length && a[i] == b[i]) i++;
    let j = 0;
    while (j < Math.min(a.length, b.length) - i && a.at(-1 - j) == b.at(-1 - j)) j++;
    const [x, y] = [a.slice(i, a.length - j), b.slice(i, b.length - j)];
    return (x.length <= 1 && y.length <= 1) || (x.length == 2 && x[0] == y[1] && x[1] == y[0]);
  }

  // search returns the entries that answer to all words, the best first. Where there are none
  // it asks again with what may have been meant, and says so.
  function search(entries, query) {
    let asked = split(query).slice(0, 8);
    // An enhanced code says more than the reply code beside it.
    if (asked.some((word) => /^[245]\.\d/.test(word))) asked = asked.filter((word) => !/^[245]\d\d$/.test(word));
    if (!asked.length) return { rows: [], exact: true };
    let rows = ranked(entries, asked);
    if (rows.length) return { rows, exact: true };
    const known = new Set(entries.flatMap(({ title, kind, text }) => [...title, ...kind, ...text]));
    const meant = asked.map((word) => {
      if (isCode(word)) return entries.some((entry) => score(entry, word)) ? word : shorter(entries, word);
      if (word.length < 4 || known.has(word)) return word;
      return [...known].find((one) => near(word, one)) || [...known].find((one) => one.length > 4 && near(word, one.slice(0, word.length))) || word;
    });
    rows = ranked(entries, meant.filter(Boolean));
    // Rather pages for some of the words than none.
    if (!rows.length) rows = ranked(entries, meant.filter(Boolean), true);
    return { rows, exact: false };
  }

  // shorter returns the longest beginning of a code that anything begins with: 5.1 for 5.1.99,
  // 5xx for 566.
  function shorter(entries, code) {
    while (/\d\.\d/.test(code)) {
      code = code.replace(/\.?\d+$/, "");
      if (entries.some((entry) => score(entry, code))) return code;
    }
    return /^\d{3}$/.test(code) ? code[0] + "xx" : "";
  }

  function ranked(entries, words, any) {
    const found = [];
    for (const entry of entries) {
      let sum = 0;
      let all = words.length > 0;
      for (const word of words) {
        const points = score(entry, word);
        sum += points;
        all &&= points > 0;
      }
      const asked = words.join(" ");
      const title = entry.title.join(" ");
      if (sum) sum += (title == asked ? 40 : title.startsWith(asked) ? 15 : 0) + entry.rank;
      if (all || (any && sum >= 12)) found.push({ entry, sum });
    }
    return found.sort((a, b) => b.sum - a.sum || a.entry.order - b.entry.order).map(({ entry }) => entry.row);
  }

  function h(name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  function hit(row) {
    const code = row[CODES].split(" ")[0];
    const [mark, kind] = [row[MARK] || "depends", row[KIND]];
    return h(
      "li",
      {},
      h(
        "a",
        { href: whole ? `#/${row[ADDRESS]}` : new URL(row[ADDRESS], root).href },
        ...(code ? [h("code", { class: `c ${mark}` }, row[CODES]), " "] : []),
        h("span", {}, row[TITLE]),
        ...(kind ? [" ", h("small", {}, kind)] : []),
      ),
    );
  }

  // Finder shows in a list what is found for a text.
  class Finder {
    constructor(list, status, back) {
      Object.assign(this, { list, status, back, turn: 0 });
      list.addEventListener("keydown", (event) => this.move(event));
    }

    // show returns how many pages are shown, or nothing where a newer text came meanwhile.
    async show(text) {
      const turn = ++this.turn;
      if (!text.trim()) return this.clear();
      let rows, exact;
      try {
        ({ rows, exact } = search(await load(), text));
      } catch {
        if (turn == this.turn) this.clear(words.failed);
        return 0;
      }
      if (turn != this.turn) return;
      const heard = !rows.length ? words.none : exact ? words[rows.length == 1 ? "one" : "many"].replace("{count}", rows.length) : words.near;
      this.list.replaceChildren(...rows.slice(0, MOST).map(hit));
      if (!exact || !rows.length) this.list.prepend(h("li", { class: "told" }, heard));
      this.list.hidden = false;
      this.status.textContent = heard;
      return rows.length;
    }

    clear(told = "") {
      this.turn++;
      this.list.replaceChildren(...(told ? [h("li", { class: "told" }, told)] : []));
      this.list.hidden = !told;
      this.status.textContent = told;
      return 0;
    }

    links() {
      return [...this.list.querySelectorAll("a")];
    }

    // move goes up and down the list with the arrow keys, and back to the box from its top.
    move(event) {
      const links = this.links();
      const at = links.indexOf(document.activeElement);
      const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1, Escape: -1 }[event.key];
      if (to === undefined || event.altKey || event.ctrlKey || event.metaKey || to >= links.length) return;
      event.preventDefault();
      if (to < 0) this.back();
      else links[to].focus();
    }
  }

  const explainer = document.querySelector("undelivered-explainer[receive]");
  const status = h("div", { role: "status", class: "vh" });
  document.body.append(status);

  // The box in the header.
  for (const box of document.querySelectorAll("[data-find]")) {
    const input = box.querySelector("input");
    const finder = new Finder(box.querySelector("ul"), status, () => input.focus());
    const close = () => finder.clear();
    const elsewhere = (text) => {
      if (!whole) return location.assign(new URL(`${words.home}#text=${encodeURIComponent(text)}`, root));
      input.value = "";
      close();
      location.hash = `/${words.home}`;
      explainer.explain(text);
    };
    input.addEventListener("focus", () => load().catch(() => {}));
    input.addEventListener("input", () => finder.show(input.value));
    // A whole error belongs to the explainer, which takes it without its leaving the device.
    input.addEventListener("paste", (event) => {
      const text = event.clipboardData?.getData("text/plain") || "";
      if (text.trim().length <= SHORT && !text.trim().includes("\n")) return;
      event.preventDefault();
      elsewhere(text.slice(0, 20_000));
    });
    input.addEventListener("keydown", async (event) => {
      if (event.isComposing) return;
      if (event.key == "Escape" && input.value) (event.preventDefault(), (input.value = ""), close());
      else if (event.key == "ArrowDown") (event.preventDefault(), finder.links()[0]?.focus());
      else if (event.key == "Enter" && input.value.trim()) {
        event.preventDefault();
        const text = input.value;
        if (text.length > SHORT) return elsewhere(text);
        if ((await finder.show(text)) && input.value == text) finder.links()[0].click();
      }
    });
    finder.list.addEventListener("click", ({ target }) => target.closest("a") && ((input.value = ""), close()));
    box.addEventListener("focusout", ({ relatedTarget }) => relatedTarget && !box.contains(relatedTarget) && close());
    document.addEventListener("pointerdown", ({ target }) => box.contains(target) || close());
    if (input.value) finder.show(input.value); // typed before this script was there
  }

  // The explainer's box.
  const below = document.querySelector("[data-found]");
  if (explainer && below) {
    const field = () => explainer.shadowRoot?.querySelector("textarea");
    const finder = new Finder(below.querySelector("ul"), status, () => field().focus());
    const look = async () => {
      const text = field()?.value.trim() ?? "";
      const count = text.length <= SHORT && !text.includes("\n") ? await finder.show(text) : finder.clear();
      if (count === undefined) return;
      below.hidden = !count;
      explainer.classList.toggle("finds", count > 0);
      if (!count) finder.clear();
    };
    explainer.addEventListener("focusin", () => load().catch(() => {}));
    explainer.addEventListener("input", look);
    explainer.addEventListener("undelivered:explained", ({ detail }) => {
      explainer.classList.toggle("nothing", detail.outcome == "none");
      look();
    });
    explainer.addEventListener("keydown", (event) => {
      const box = field();
      if (event.composedPath()[0] != box || event.isComposing || below.hidden || box.value.includes("\n")) return;
      if (event.key == "ArrowDown" || (event.key == "Enter" && !event.shiftKey && explainer.classList.contains("nothing"))) {
        event.preventDefault();
        const [first] = finder.links();
        event.key == "Enter" ? first?.click() : first?.focus();
      }
    });
    // What another program looks up here: ?q= of the address, which is taken out of it.
    const asked = new URLSearchParams(location.search).get("q");
    if (asked) {
      history.replaceState(history.state, "", location.pathname);
      customElements.whenDefined("undelivered-explainer").then(() => explainer.explain(asked));
    }
  }

  // A slash leads to the box.
  document.addEventListener("keydown", (event) => {
    const [target] = event.composedPath();
    if (event.key != "/" || event.ctrlKey || event.metaKey || event.altKey || /^(input|textarea|select)$/i.test(target.tagName) || target.isContentEditable) return;
    const input = document.querySelector("[data-find] input") || explainer?.shadowRoot?.querySelector("textarea");
    if (!input) return;
    event.preventDefault();
    input.focus();
  });

  // An address that leads nowhere: what may have been meant by it.
  const lost = document.querySelector("[data-lost]");
  if (lost) {
    let path = location.pathname;
    try {
      path = decodeURIComponent(path);
    } catch {
      // It is searched for as it stands.
    }
    const base = root.pathname;
    const tell = (told) => lost.querySelector("ul").replaceChildren(h("li", { class: "told" }, told));
    const asked = (path.startsWith(base) ? path.slice(base.length) : path).replace(/\.(html?|php|aspx?|md)$/i, "").replace(/[\/_+-]+/g, " ").slice(-80);
    load().then((entries) => {
      const rest = asked.trim().split(" ");
      // A code in it says more than the folders that it is asked for in.
      let { rows } = search(entries, rest.filter((word) => isCode(word.toLowerCase())).join(" "));
      // The last words of an address say most.
      for (; rest.length && !rows.length; rest.shift()) ({ rows } = search(entries, rest.join(" ")));
      if (rows.length) lost.querySelector("ul").replaceChildren(...rows.slice(0, 4).map(hit));
      else tell(words.none);
    }, () => tell(words.failed));
  }
})();
