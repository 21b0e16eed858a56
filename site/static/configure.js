// Writes the lines that put the widget on a page, as the form on the page about embedding says,
// and shows how it will look.
(() => {
  const form = document.querySelector(".configure");
  if (!form) return;
  const widget = form.querySelector("undelivered-explainer");
  const out = (name) => form.querySelector(`[data-out=${name}]`);
  const { moving, fixed, integrity, known } = form.dataset;
  // A site that is looked at on the web knows where it is better than whoever built it.
  const base = /^http/.test(location.protocol) && known == "false" ? new URL(".", location.href).href : form.dataset.base;
  const host = new URL(base).origin;
  form.dataset.notescript = out("note").textContent; // what is there already is the usual case
  const roles = [...form.elements.roles].map((input) => input.value);
  const quote = (text) => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");

  function values() {
    const value = (name) => form.elements[name].value.trim();
    const contact = {};
    for (const name of ["name", "telephone", "link", "hours"]) if (value(`contact-${name}`)) contact[name] = value(`contact-${name}`);
    const style = {};
    if (value("accent") != "#0b57b8") style.accent = value("accent");
    if (value("radius")) style.radius = value("radius");
    const chosen = [...form.elements.roles].filter((input) => input.checked).map((input) => input.value);
    return { way: form.elements.way.value, heading: value("heading"), contact, style, roles: chosen.length && chosen.length < roles.length ? chosen : undefined };
  }

  function settings({ heading, contact, style, roles }) {
    const all = { heading: heading || undefined, contact: Object.keys(contact).length ? contact : undefined, style: Object.keys(style).length ? style : undefined, roles };
    return Object.values(all).some(Boolean) ? JSON.parse(JSON.stringify(all)) : undefined;
  }

  function attributes({ heading, contact, roles, way }) {
    const all = { heading, roles: roles?.join(" "), reference: way == "own" && base };
    for (const [name, value] of Object.entries(contact)) all[`contact-${name}`] = value;
    return Object.entries(all).filter(([, value]) => value).map(([name, value]) => `\n    ${name}="${quote(value)}"`).join("");
  }

  const policies = {
    script: `script-src ${host} 'wasm-unsafe-eval';\nconnect-src ${host};\nworker-src blob:;`,
    frame: `frame-src ${host};\nscript-src ${host};`,
    own: "script-src 'self' 'wasm-unsafe-eval';\nconnect-src 'self';\nworker-src blob:;",
  };
  policies.fixed = policies.script;

  function write() {
    const chosen = values();
    const { way, style } = chosen;
    const own = settings(chosen);
    const pages = {
      script: () => `<script src="${base}${moving}widget.js" defer></script>`,
      fixed: () => `<script src="${base}${fixed}widget.js"\n    integrity="${integrity}"\n    crossorigin="anonymous" defer></script>`,
      own: () => `<script src="/undelivered/widget.js" defer></script>`,
    };
    const inside = `\n  <p>Mail came back? Call us.</p>\n`;
    const query = own ? "?settings=" + encodeURIComponent(JSON.stringify(own)) : "";
    out("page").textContent =
      way == "frame"
        ? `<iframe data-undelivered src="${base}${moving}embed.html${query}"\n    title="What does this mail error mean?" width="100%" height="320"\n    loading="lazy" allow="clipboard-write"></iframe>\n<script src="${base}${moving}frame.js" defer></script>`
        : `${pages[way]()}\n<undelivered-explainer${attributes(chosen)}>${inside}</undelivered-explainer>`;
    const rules = Object.entries(style).map(([name, value]) => `\n  --undelivered-${name}: ${value};`);
    out("style").textContent = `undelivered-explainer {${rules.join("")}\n}`;
    form.querySelector("[data-part=style]").hidden = way == "frame" || !rules.length;
    out("policy").textContent = policies[way];
    out("note").textContent = form.dataset[`note${way}`] || "";
    for (const row of form.querySelectorAll("tr[data-for]")) {
      row.hidden = !row.dataset.for.split(" ").some((name) => name == way || (name == "settings" && own));
    }
    widget.settings = own;
    for (const [name, value] of [["accent", style.accent], ["radius", style.radius]]) {
      if (value) widget.style.setProperty(`--undelivered-${name}`, value);
      else widget.style.removeProperty(`--undelivered-${name}`);
    }
  }

  form.addEventListener("input", write);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("click", async ({ target }) => {
    if (target.matches(".try")) widget.explain("550 5.1.1 <bob@example.com>: User unknown");
    const { copy } = target.dataset;
    if (!copy) return;
    const told = form.querySelector(".told");
    try {
      await navigator.clipboard.writeText(out(copy).textContent);
      told.textContent = "Copied.";
    } catch {
      getSelection().selectAllChildren(out(copy));
      told.textContent = "Press Ctrl+C or ⌘C to copy.";
    }
  });
  write();
})();
