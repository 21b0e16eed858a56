// A clean report of an answer: the text without addresses, names before them, IP addresses,
// message ids and tokens. Each is shown, and can be put back, before anything is copied.
document.currentScript.undelivered = ({ h, visible }) => {
  const words = WORDS.report;
  const SHOWN = 50; // things taken out that are listed at first

  return function fill({ text, parts, evidence, line, findings, list, copier }) {
    const taken = find(text, parts, evidence);
    const named = new Map(); // by kind and value: each the same name wherever it stands
    const counts = {};
    for (const one of taken) {
      const key = one.kind + "\n" + one.value.toLowerCase();
      if (!named.has(key)) {
        counts[one.kind] = (counts[one.kind] || 0) + 1;
        named.set(key, { name: `[${words.kind[one.kind]} ${counts[one.kind]}]`, value: one.value, out: true });
      }
      one.as = named.get(key);
    }
    const codes = [...new Set(findings.flatMap(({ reply, enhanced }) => [reply, enhanced]).filter(Boolean))];
    const head = [line, codes.length && `${words.codes}: ${codes.slice(0, 20).join(", ")}`, "", `${words.text}:`, ""].filter((one) => one !== 0);

    const box = h("div", { class: "letter", part: "preview", tabindex: 0, role: "group", "aria-label": words.preview, dir: "auto" });
    const pieces = () => {
      const all = [head.join("\n") + "\n"];
      parts.forEach(({ start, end }, i) => {
        if (i || start) all.push("\n⋯\n");
        let at = start;
        for (const one of taken) {
          if (one.start < at || one.end > end) continue;
          all.push(text.slice(at, one.start), one.as);
          at = one.end;
        }
        all.push(text.slice(at, end));
      });
      return all;
    };
    const show = () =>
      box.replaceChildren(
        ...pieces().flatMap((one) => (typeof one == "string" ? visible(one) : one.out ? [h("b", {}, one.name)] : visible(one.value))),
      );
    show();

    const item = (one) => {
      const input = h("input", {
        type: "checkbox",
        checked: one.out,
        change: () => {
          one.out = input.checked;
          show();
        },
      });
      return h("li", {}, h("label", {}, input, h("bdi", { part: "private" }, ...visible(one.value)), " → ", one.name));
    };
    const copied = () => pieces().map((one) => (typeof one == "string" ? one : one.out ? one.name : one.value)).join("");
    return [
      h("p", {}, named.size ? words.about : words.nothing),
      named.size && h("fieldset", { class: "taken", part: "taken" }, h("legend", {}, words.legend), h("ul", {}, ...list([...named.values()], SHOWN, item))),
      box,
      copier(words.copy, copied, box, "report"),
    ].filter(Boolean);
  };

  // find returns what is private in parts of a text, in order: { start, end, kind, value }.
  // Where two would overlap, the kind that is looked for first has it.
  function find(text, parts, evidence) {
    const found = [];
    const used = new Uint8Array(text.length);
    const kept = new Uint8Array(text.length);
    const take = (kind, start, end) => {
      while (start < end && /\s/.test(text[start])) start++;
      while (end > start && /\s/.test(text[end - 1])) end--;
      if (start >= end || used.subarray(start, end).some(Boolean)) return;
      if ((kind == "name" || kind == "token") && kept.subarray(start, end).some(Boolean)) return;
      used.fill(1, start, end);
      found.push({ start, end, kind, value: text.slice(start, end) });
    };
    // Codes and the words that told what happened are what a report is for, and look like
    // names or tokens at times.
    for (const e of evidence) if (e.kind != "recipient") kept.fill(1, e.start, e.end);
    const each = (pattern, use) => {
      for (const { start, end } of parts) {
        for (const match of text.slice(start, end).matchAll(pattern)) use(match, start + match.index);
      }
    };
    const header = (labels) => new RegExp(`^(?:>[> ]*)?(?:${labels.join("|")})[ \\t]*[:：](.*(?:\\r?\\n[ \\t]+\\S.*)*)`, "gimu");

    each(header(words.labels.ids), ([all, value], at) => {
      for (const one of value.matchAll(/[^\s<>,;]{6,}/g)) {
        const start = at + all.length - value.length + one.index;
        take("id", start, start + one[0].length);
      }
    });
    each(/message-?id[=: ]+<?([^\s<>,;"']{6,})/gi, ([all, id], at) => take("id", at + all.length - id.length, at + all.length));
    each(header(words.labels.subject), ([all, value], at) => take("subject", at + all.length - value.length, at + all.length));

    for (const e of evidence) if (e.kind == "recipient") take("address", e.start, e.end);
    each(/@|%40|=40|\(at\)|\[at\]/gi, ([sign], at) => {
      let start = at;
      let end = at + sign.length;
      if (text[start - 1] == '"') {
        const quote = text.lastIndexOf('"', start - 2);
        if (quote >= 0 && start - quote < 70 && !text.slice(quote, start).includes("\n")) start = quote;
      }
      if (start == at) while (start > at - 130 && /[^\s<>()[\]:;,"'\\]/.test(text[start - 1] ?? " ")) start--;
      if (text[end] == "[") end = text.indexOf("]", end) + 1 || end;
      else while (/[\p{L}\p{N}\p{M}.-]/u.test(text[end] ?? " ")) end++;
      while (/[.-]/.test(text[end - 1])) end--;
      if (start < at && end > at + sign.length && !(used[start] || used[end - 1])) take("address", start, end);
    });
    each(/\/o=[^\n;,<>"]{1,100}\/cn=[^\n;,<>"\s]{1,200}/gi, ([all], at) => take("address", at, at + all.length));

    // Names, and then the same names wherever else they stand.
    const people = new RegExp(`^(?:>[> ]*)?(?:${words.labels.people.join("|")})[ \\t]*[:：]`, "iu");
    const names = new Set();
    const name = (start, end) => {
      const value = text.slice(start, end);
      const trimmed = value.replace(/^[\s"'“(]+|[\s"'”)]+$/gu, "");
      if (!/\p{L}/u.test(trimmed) || trimmed.length > 100) return;
      const from = start + value.indexOf(trimmed);
      const before = found.length;
      take("name", from, from + trimmed.length);
      if (found.length > before && (/\s/.test(trimmed) || trimmed.length > 6)) names.add(trimmed);
    };
    for (const one of found.filter((one) => one.kind == "address")) {
      let end = one.start;
      const opened = /(?:[<([]|mailto:|\s)+$/.exec(text.slice(Math.max(0, end - 20), end));
      if (opened) end -= opened[0].length;
      let first = text.lastIndexOf("\n", end - 1) + 1;
      if (!text.slice(first, end).trim() && first) first = text.lastIndexOf("\n", first - 2) + 1; // a folded header
      let before = text.slice(first, end);
      const label = people.exec(before);
      if (label) {
        const last = Math.max(label[0].length - 1, before.lastIndexOf(",", before.endsWith('"') ? before.lastIndexOf('"', before.length - 2) : undefined), before.lastIndexOf(";"));
        name(first + last + 1, end);
        const after = /^[>\s]*\(([^)\n]{2,60})\)/u.exec(text.slice(one.end, one.end + 80));
        if (after) name(one.end + after[0].length - after[1].length - 1, one.end + after[0].length - 1);
      } else if (opened) {
        const words = /"[^"\n]{1,80}"$|(?:(?<![\p{L}\p{N}])\p{Lu}[\p{L}\p{M}'’.-]*\s?){1,4}$/u.exec(before);
        if (words) name(end - words[0].length, end);
      }
    }
    for (const one of names) {
      for (let at = text.indexOf(one); at >= 0; at = text.indexOf(one, at + one.length)) take("name", at, at + one.length);
    }

    each(/(?<!\d|\d[.-])(?:\d{1,3}[.-]){3}\d{1,3}(?![\d-]|\.\d)/g, ([all], at) => {
      if (all.split(/[.-]/).every((part) => part < 256)) take("ip", at, at + all.length);
    });
    each(/(?:(?<=IPv6:)|(?<![\w:.]))(?:[0-9a-f]{0,4}:){2,7}(?:[0-9a-f]{1,4}|(?:\d{1,3}\.){3}\d{1,3})?(?![\w:])/gi, ([all], at) => {
      if (/[0-9a-f]/i.test(all) && (all.includes("::") || all.split(":").length == 8)) take("ip", at, at + all.length);
    });

    each(/(https?:\/\/[^\s<>"?]{1,500}\?)([^\s<>"]{1,2000})/gi, ([, before, query], at) => take("token", at + before.length, at + before.length + query.length));
    each(/[A-Za-z0-9][A-Za-z0-9+/_=~-]{7,}/g, ([all], at) => {
      const host = /^\.[A-Za-z]{2}/.test(text.slice(at + all.length, at + all.length + 3));
      if (!host && random(all)) take("token", at, at + all.length);
    });
    return found.sort((a, b) => a.start - b.start);
  }

  // random tells what a program made up from words, dates and numbers of a format.
  function random(word) {
    const digits = word.replace(/\D/g, "").length;
    const letters = word.replace(/[^A-Za-z]/g, "").length;
    const turns = (word.match(/[a-z](?=\d)|\d(?=[a-z])/gi) || []).length;
    if (!letters) return digits >= 9 && /^\d+$/.test(word);
    if (word.length >= 24) return digits >= 2 || (/[a-z][A-Z][a-z]/.test(word) && /^[A-Za-z+/=]{32,}$/.test(word));
    return digits >= 2 && letters >= 2 && (turns >= 3 || (/^[0-9a-f]{10,}$/i.test(word) && turns >= 2));
  }
};
