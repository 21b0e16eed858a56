// renderer returns the function that turns a result (internal/explain, Result) into what the
// person sees: the nodes of the answer, and the verdict in a line for screen readers.
// Whatever comes from a text stays text, and links lead to pages of the reference only.
function renderer({ h, pageAt, fill, visible }, reporter) {
  const words = WORDS.answer;
  const MANY = 20; // recipients, and found things, shown at first
  const SHORT = 1_000; // characters; of a longer text the lines with evidence are shown first
  const AROUND = 240; // characters shown around evidence where lines are longer
  const MARKS = 500; // more would make a page slow, and nobody reads them
  const WHOLE = 300_000; // characters shown of any text
  const LONGEST = 20_000; // characters; of a longer text a report has the parts around evidence

  let group; // names the radio buttons of a finding

  return function render(result, text, { pages, own, role, onrole, onexample, say, emit }) {
    group = 0;
    const { findings } = result;
    const links = findings.flatMap((finding) => finding.links);
    const titles = new Map(links.map((link) => [link.page, link.title]));
    let evidence = sorted(findings, text).slice(0, MARKS);
    const switches = []; // functions that show the steps of a role: all findings follow one

    const single = findings.length == 1 && findings[0];
    const line = single ? lineOf(single) : result.verdict;
    const marks = evidence.length && marked();
    const card = h(
      "div",
      { class: "card", part: "card" },
      single ? verdict(toneOf(single), result.verdict, headline(single)) : verdict(tone(), "", visible(result.verdict)),
      single ? body(single) : list(findings, MANY, one),
      result.unlisted && h("p", {}, fill(words.unlisted, { n: result.unlisted })),
      result.outcome == "none" && section("looked", words.looked, h("ul", {}, ...words.lookedfor.map((one) => h("li", {}, one)))),
      result.ask.length && section("ask", words.ask, h("ul", {}, ...result.ask.map((ask) => h("li", {}, ...visible(ask))))),
      result.outcome == "none" && examples(),
      marks && section("text", words.text, ...marks),
      (links.length || evidence.length) && section("codes", words.codes, codes()),
      single && notes(single),
      result.read < text.length && section("notes", words.cut, h("p", {}, fill(words.cutat, { n: Math.floor(result.read / 1e5) / 10 }))),
      single && message(single),
      report(),
      contact(),
    );
    // renew is for an answer that looks the same for the next text: what is pressed in this one
    // works with that.
    const renew = (next, nextText) => {
      text = nextText;
      evidence = sorted(next.findings, text).slice(0, MARKS);
    };
    return { nodes: [card], verdict: line, renew };

    function tone() {
      const tones = findings.map(toneOf);
      const none = result.outcome == "delivered" ? "good" : "unknown";
      return ["permanent", "temporary", "unknown", "good"].find((tone) => tones.includes(tone)) || none;
    }

    // one is one of several findings: a line, and the rest when it is opened.
    function one(finding, i) {
      const details = h(
        "details",
        { class: `finding ${toneOf(finding)}`, part: "finding", open: i == 0, toggle: () => build() },
        h(
          "summary",
          {},
          h("bdi", { class: "who" }, ...visible(finding.recipient || `${i + 1}`)),
          h("span", { class: "line" }, ...headline(finding)),
        ),
      );
      const build = () => {
        if (details.open && !details.children[1]) details.append(body(finding));
      };
      build();
      return details;
    }

    function body(finding) {
      return h(
        "div",
        { class: "body" },
        h(
          "p",
          { class: "summary", part: "summary" },
          ...visible(finding.summary),
          " ",
          finding.page && link(finding.page, { part: "link" }, words.more),
        ),
        facts(finding),
        steps(finding),
        !single && notes(finding),
        !single && message(finding),
      );
    }

    function notes(finding) {
      return finding.notes.length && section("notes", words.notes, ...finding.notes.map((note) => h("p", {}, ...visible(note))));
    }

    function facts(finding) {
      const rows = [
        [words.recipient, finding.recipient],
        [words.host, finding.remote_host + (finding.server ? fill(words.ours, finding.server) : "")],
        [words.diagnostic, finding.diagnostic],
      ].filter(([, value]) => value && value != text.trim());
      return (
        rows.length &&
        h(
          "dl",
          { class: "facts", part: "facts" },
          ...rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, h("bdi", {}, ...visible(value))))),
        )
      );
    }

    // steps shows what one role does, with a switch between the roles.
    function steps(finding) {
      const advice = finding.advice.filter((one) => one.steps.length);
      if (!advice.length) return;
      const name = `role${++group}`;
      const list = h("ol", {});
      const radios = advice.map((one) =>
        h("input", { type: "radio", name, id: `${name}-${one.role}`, change: () => choose(one.role) }),
      );
      const show = (role) => {
        const i = Math.max(0, advice.findIndex((one) => one.role == role));
        radios[i].checked = true;
        list.replaceChildren(...advice[i].steps.map((step) => h("li", {}, ...visible(step))));
      };
      switches.push(show);
      show(role);
      return section(
        "steps",
        words.steps,
        advice.length > 1 &&
          h(
            "fieldset",
            { class: "roles", part: "roles" },
            h("legend", {}, words.role),
            ...advice.flatMap((one, i) => [radios[i], h("label", { for: radios[i].id, part: "role" }, one.label)]),
          ),
        list,
        finding.retry && h("p", { class: "retry", part: "retry" }, h("b", {}, words.retry), " ", ...visible(finding.retry)),
        finding.help && h("p", { part: "help" }, outward(finding.help.link, finding.help.title)),
      );
    }

    function choose(wanted) {
      role = wanted;
      onrole(wanted);
      for (const show of switches) show(wanted);
    }

    function message({ message: text }) {
      if (!text) return;
      const letter = h("div", { class: "letter", part: "message", tabindex: 0, role: "group", "aria-label": words.message, dir: "auto" }, ...visible(text));
      return h("details", { class: "message" }, h("summary", {}, words.message), letter, copier(words.copy, () => text, letter, "message"));
    }

    // copier is a button that copies text.
    function copier(label, text, shown, what) {
      const button = h("button", {
        type: "button",
        part: "button",
        click: async () => {
          const copied = await copy(text(), shown);
          const told = copied ? words.copied : words.manual;
          button.textContent = told;
          say(told);
          if (copied) emit("copied", { what });
          setTimeout(() => (button.textContent = label), 4000);
        },
      });
      button.textContent = label;
      return button;
    }

    // report is a copy of the text for somebody who helps, without what is private in it.
    function report() {
      const details = h(
        "details",
        {
          class: "report",
          part: "report",
          toggle: async () => {
            if (!details.open || details.children[1]) return;
            const box = h("div", {}, h("p", { class: "wait" }, words.wait));
            details.append(box);
            try {
              const fill = await reporter();
              const parts = text.length > LONGEST ? windows() : [{ start: 0, end: text.length }];
              box.replaceChildren(...fill({ text, parts, evidence, line, findings, list, copier }));
            } catch (error) {
              console.warn(`undelivered-explainer: ${error.message}`);
              details.open = false;
              box.remove();
              say(words.unloaded);
              details.firstChild.textContent = words.unloaded;
            }
          },
        },
        h("summary", {}, words.report),
      );
      return details;
    }

    // contact is whom the page's owner gives to ask, and what they give to look up.
    function contact() {
      const { contact, servers = [], help = [] } = own;
      if (!contact && !servers.length && !help.length) return;
      const { name, telephone, link, hours } = contact || {};
      const open = findings.some((finding) => finding.client || finding.reason == "auth-required" || finding.reason == "relay-denied");
      return h(
        "footer",
        { class: "contact", part: "contact" },
        contact &&
          h(
            "p",
            {},
            h("b", { part: "contact-name" }, ...visible(name || words.contact)),
            telephone && h("a", { part: "contact-telephone", href: "tel:" + telephone.replace(/[^+\d]/g, "") }, telephone),
            link && outward(link, words.write, "contact-link"),
            hours && h("span", { part: "contact-hours" }, ...visible(hours)),
          ),
        help.length && h("ul", { part: "help" }, ...help.map(({ link, title }) => h("li", {}, outward(link, title)))),
        servers.length &&
          h(
            "details",
            { part: "servers", open },
            h("summary", {}, words.servers),
            h(
              "dl",
              { class: "facts" },
              ...servers.map(({ name, host, port, security }) =>
                h("div", {}, h("dt", {}, ...visible(name)), h("dd", {}, h("code", {}, host), ...[port && `${words.port} ${port}`, security].filter(Boolean).flatMap((one) => [", ", ...visible(one)]))),
              ),
            ),
          ),
      );
    }

    // outward is a link that the page's owner gave.
    function outward(address, title, part = "help-link") {
      const url = new URL(address);
      if (!/^(https?|mailto|tel):$/.test(url.protocol)) return;
      const away = /^http/.test(url.protocol) && { target: "_blank", rel: "noopener" };
      return h("a", { part: "link " + part, href: url.href, ...away }, ...visible(title));
    }

    function examples() {
      const button = (text) => h("button", { type: "button", part: "example", class: "example", click: () => onexample(text) }, text);
      return section(
        "examples",
        words.examples,
        ...WORDS.examples.map(button),
        pages && h("p", {}, link("codes/index.html", { part: "link" }, words.reference)),
      );
    }

    // marked shows the text with its evidence marked. Of a long text the parts around the
    // evidence come first.
    function marked() {
      const box = h("div", { class: "text", part: "text", dir: "auto", tabindex: 0, role: "group", "aria-label": words.text });
      if (text.length <= SHORT) {
        paint(box, [{ start: 0, end: text.length }]);
        return [box];
      }
      paint(box, windows());
      const all = () => {
        paint(box, [{ start: 0, end: clean(Math.min(text.length, WHOLE)) }]);
        button.remove();
        box.focus();
      };
      const button = h("button", { type: "button", part: "button", click: all }, words.all);
      return [box, button];
    }

    function paint(box, parts) {
      const nodes = [];
      for (const { start, end } of parts) {
        if (start > 0) nodes.push(gap());
        let at = start;
        for (const e of evidence) {
          if (e.start < at || e.end > end) continue;
          nodes.push(...visible(text.slice(at, e.start)), mark(e));
          at = e.end;
        }
        nodes.push(...visible(text.slice(at, end)));
      }
      if (parts.at(-1).end < text.length) nodes.push(gap());
      box.replaceChildren(...nodes);
    }

    // mark marks evidence. Pressed, it is explained where it stands.
    function mark(e) {
      const title = titles.get(e.page);
      const what = [words.kind[e.kind], title].filter(Boolean).join(": ");
      const press = () => {
        const open = word.getAttribute("aria-expanded") == "false";
        word.setAttribute("aria-expanded", open);
        if (open) all.append(h("span", { class: "gloss", part: "gloss" }, what, " ", e.page && link(e.page, { part: "link" }, words.more)));
        else all.lastChild.remove();
      };
      const word = h(
        "mark",
        {
          part: `mark mark-${e.kind}`,
          title: what,
          role: "button",
          tabindex: 0,
          "aria-expanded": "false",
          click: press,
          keydown: (event) => {
            if (event.key != "Enter" && event.key != " ") return;
            event.preventDefault();
            press();
          },
        },
        ...visible(text.slice(e.start, e.end)),
      );
      const all = h("span", {}, word);
      return all;
    }

    // windows returns the parts of a long text that hold evidence, in whole lines where lines
    // are of a usual length.
    function windows() {
      const parts = [];
      for (const e of evidence) {
        let start = text.lastIndexOf("\n", Math.max(0, e.start - 80)) + 1;
        if (e.start - start > AROUND) start = clean(e.start - 80);
        let end = text.indexOf("\n", e.end + 80);
        if (end < 0 || end - e.end > AROUND) end = clean(Math.min(text.length, e.end + 80));
        const last = parts.at(-1);
        if (last && start <= last.end + 1) last.end = Math.max(last.end, end);
        else parts.push({ start, end });
      }
      return parts;
    }

    // clean moves a place out of the middle of a surrogate pair.
    function clean(at) {
      return (text.charCodeAt(at) & 0xfc00) == 0xdc00 ? at + 1 : at;
    }

    // codes lists what was found, each once: what has a page of its own, then the rest.
    function codes() {
      const rows = new Map();
      for (const { kind, code, title, page } of links) {
        const named = kind != "reason" && code != title && !code.includes("/"); // else it is an id
        rows.set(page, { kind, code: named && code, title, page });
      }
      for (const { start, end, kind, page } of evidence) {
        const code = text.slice(start, end).replace(/\s+/g, " ");
        if (!rows.has(page) && code.length <= 80) rows.set(page || code, { kind, code, page });
      }
      const row = ({ kind, code, title, page }) =>
        h(
          "li",
          {},
          link(page, { part: "code" }, code && h("b", {}, h("bdi", {}, ...visible(code))), code && title && " ", title),
          " ",
          h("small", {}, words.kind[kind]),
          page && pages && h("small", {}, " · ", link(page.replace(/#.*|$/, "#sources"), { part: "sources" }, words.sources)),
        );
      return h("ul", {}, ...list([...rows.values()], MANY, row));
    }

    function link(page, attributes, ...children) {
      const url = page && pages && pageAt(page, pages);
      if (!url?.startsWith(pages.href)) return h("span", attributes, ...children);
      const away = pages.protocol != "file:" && pages.origin != location.origin;
      return h("a", { ...attributes, href: url, target: away && "_blank", rel: away && "noopener noreferrer" }, ...children);
    }
  };

  // What needs nothing of the result.

  function verdict(tone, above, title) {
    return h(
      "header",
      { class: `verdict ${tone}`, part: "verdict" },
      icon(tone),
      h("div", {}, above && h("p", { part: "outcome" }, above), h("h2", { part: "headline" }, ...title)),
    );
  }

  function section(name, title, ...children) {
    return h("section", { class: name, part: name }, h("h3", {}, title), ...children);
  }

  // list makes the nodes of items, and a button for those beyond the first many.
  function list(items, many, make, from = 0) {
    const rest = items.length - from - many;
    const more = () => button.replaceWith(...list(items, many * 10, make, from + many));
    const button = rest > 0 && h("button", { type: "button", part: "button", click: more }, fill(words.others, { n: rest }));
    return [...items.slice(from, from + many).map((item, i) => make(item, from + i)), button].filter(Boolean);
  }

  function lineOf(finding) {
    return [finding.title, finding.final, finding.move].filter(Boolean).join(" · ");
  }

  function headline({ title, final, move }) {
    return [
      h("span", { part: "title" }, ...visible(title)),
      ...[["permanence", final], ["move", move]].flatMap(([part, value]) => (value ? [h("i", {}, "\u00a0· "), h("span", { part }, value)] : [])),
    ];
  }

  function toneOf({ permanence }) {
    return { permanent: "permanent", temporary: "temporary", success: "good" }[permanence] || "unknown";
  }

  // icon tells the tones apart by shape, for those who do not see colours.
  function icon(tone) {
    const paths = {
      permanent: "M8 2h8l6 6v8l-6 6H8l-6-6V8zM9 9l6 6M15 9l-6 6",
      temporary: "M12 2a10 10 0 1 0 .01 0M12 7v5l3.5 2",
      good: "M12 2a10 10 0 1 0 .01 0M7.5 12.5l3 3 6-6.5",
      unknown: "M12 2a10 10 0 1 0 .01 0M12 11v6M12 7v.5",
    };
    const svg = (name, attributes, ...children) => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      element.append(...children);
      return element;
    };
    return svg("svg", { class: "icon", part: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { d: paths[tone] }));
  }

  // sorted returns the evidence of all findings in the order of the text, each place once.
  // Words that a code or an address stands in are marked around it.
  function sorted(findings, text) {
    const loose = ["phrase", "code", "retry"];
    const all = findings.flatMap((finding) => finding.evidence).filter((e) => e.end > e.start);
    const exact = apart(all.filter((e) => !loose.includes(e.kind)));
    const rest = [];
    let next = 0; // the first exact one that may stand in what follows
    for (const e of apart(all.filter((e) => loose.includes(e.kind)))) {
      let { start } = e;
      const piece = (end) => {
        const words = text.slice(start, end);
        const trimmed = words.trim();
        const from = start + words.indexOf(trimmed);
        if (/[\p{L}\p{N}]/u.test(trimmed)) rest.push({ ...e, start: from, end: from + trimmed.length });
      };
      while (next < exact.length && exact[next].end <= start) next++;
      for (; next < exact.length && exact[next].start < e.end; next++) {
        piece(exact[next].start);
        start = exact[next].end;
      }
      piece(e.end);
    }
    return [...exact, ...rest].sort((a, b) => a.start - b.start);
  }

  // apart returns evidence in order without what begins within another.
  function apart(all) {
    let end = 0;
    return all
      .sort((a, b) => a.start - b.start || b.end - a.end)
      .filter((e) => {
        if (e.start < end) return false;
        end = e.end;
        return true;
      });
  }

  function gap() {
    return h("span", { class: "gap", "aria-hidden": "true" }, "⋯");
  }

  // copy puts text on the clipboard or, where the page may not, selects it for the person.
  async function copy(text, shown) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      shown.focus();
      getSelection().selectAllChildren(shown);
      return document.execCommand("copy");
    }
  }
}
