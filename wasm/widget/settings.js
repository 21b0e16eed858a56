// What a page has of its own: the attributes of its element and one JSON file, of which
// settings.schema.json says what it may hold. The same schema is checked here, so that the
// console names what is wrong as an editor would.
document.currentScript.undelivered = () => {
  const fold = (text) => text.toLowerCase().replace(/\s+/g, " ");
  const known = new WeakMap(); // what was read for an element: { from, own }

  // read resolves with the settings of an element. It throws where they cannot be had, or are
  // wrong: then the console has each mistake with its path.
  return async function read(host) {
    const from = JSON.stringify([[...host.attributes].map(({ name, value }) => [name, value]), host.settings]);
    if (known.get(host)?.from == from) return known.get(host).own;
    const given = await collect(host);
    const own = ready(given);
    known.set(host, { from, own });
    return own;
  };

  async function collect(host) {
    const attribute = (name) => host.getAttribute(name)?.trim() || undefined;
    const address = attribute("settings");
    let given = host.settings;
    if (!given && address) {
      const url = new URL(address, document.baseURI).href;
      try {
        const response = await fetch(url);
        if (!response.ok) throw new Error(`answered with ${response.status}`);
        given = JSON.parse((await response.text()).replace(/^\ufeff/, ""));
      } catch (error) {
        throw new Error(`${address} cannot be read: ${error.message}`);
      }
    }
    if (given) check(given, address || "settings");
    const contact = {};
    for (const name of ["name", "telephone", "link", "hours"]) contact[name] = attribute(`contact-${name}`);
    const said = { heading: attribute("heading"), roles: attribute("roles")?.split(/[\s,]+/), contact };
    const only = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
    said.contact = Object.keys(only(contact)).length ? only(contact) : undefined;
    check(only(said), "attributes");
    return { ...given, ...only(said), contact: { ...given?.contact, ...said.contact } };
  }

  // Checking.

  function check(value, name) {
    const problems = [];
    validate(value, SCHEMA, "", problems);
    for (const problem of problems) console.warn(`undelivered-explainer: ${name}: ${problem}`);
    if (problems.length) throw new Error(`${name} has ${problems.length == 1 ? "a mistake" : `${problems.length} mistakes`}, named above`);
  }

  // validate notes what is wrong with a value at path. It knows as much of JSON Schema
  // (draft 2020-12) as our schema needs.
  function validate(value, schema, path, problems) {
    const { $ref, ...beside } = schema;
    schema = $ref ? { ...SCHEMA.$defs[$ref.split("/")[2]], ...beside } : schema;
    const kind = Array.isArray(value) ? "array" : value === null ? "null" : Number.isInteger(value) ? "integer" : typeof value;
    const problem = (what, at = path) => {
      const example = schema.examples ? `; write it like ${JSON.stringify(schema.examples[0])}` : "";
      problems.push(`${at || "the file"}: ${what}${example}`);
    };
    const names = { array: "a list", object: "an object", string: "a text", integer: "a whole number", number: "a number", boolean: "true or false", null: "null" };
    const types = [schema.type].flat();
    if (schema.type && !types.includes(kind)) {
      return problem(`this is ${names[kind]}, and must be ${types.map((type) => names[type]).join(" or ")}`);
    }
    if (kind == "string") {
      if (schema.enum && !schema.enum.includes(value)) problem(`there is no ${JSON.stringify(value)}; it can be ${schema.enum.join(", ")}`);
      if (value.length < schema.minLength) problem(`it must have at least ${schema.minLength} characters`);
      if (value.length > schema.maxLength) problem(`it must have at most ${schema.maxLength} characters`);
      if (schema.pattern && !new RegExp(schema.pattern, "u").test(value)) problem(`${JSON.stringify(value)} is not written as it must be`);
      if (schema.format && !CSS.supports(schema.format.slice(4), value)) problem(`${JSON.stringify(value)} is no ${schema.format.slice(4)} in CSS`);
    }
    if (typeof value == "number" && (value < schema.minimum || value > schema.maximum)) problem(`it must be from ${schema.minimum} to ${schema.maximum}`);
    if (kind == "array") {
      if (value.length < schema.minItems) problem("it is empty");
      if (value.length > schema.maxItems) problem(`it must have at most ${schema.maxItems} entries`);
      value.forEach((item, i) => validate(item, schema.items, `${path}[${i}]`, problems));
    }
    if (kind == "object") {
      for (const name of schema.required || []) if (!Object.hasOwn(value, name)) problem(`"${name}" is missing`);
      if (Object.keys(value).length < schema.minProperties) problem("it is empty");
      for (const [name, member] of Object.entries(value)) {
        const at = path ? `${path}.${name}` : name;
        const inner = (Object.hasOwn(schema.properties || {}, name) && schema.properties[name]) || schema.additionalProperties;
        if (schema.propertyNames) validate(name, schema.propertyNames, at, problems);
        if (inner) validate(member, inner, at, problems);
        else problem(`there is no such setting; known are ${Object.keys(schema.properties).join(", ")}`, at);
      }
    }
  }

  // Using.

  function ready({ heading, contact, servers = [], roles, style = {}, reasons = {}, codes = {}, rules = [], help = [] }) {
    const sheet = new CSSStyleSheet();
    sheet.insertRule(":host {}");
    for (const [name, value] of Object.entries(style)) sheet.cssRules[0].style.setProperty(`--undelivered-${name}`, value);
    const matching = rules.map((rule) => ({ ...rule, words: [rule.match].flat().map(fold) }));

    // apply takes into a result what the page has of its own. ask explains the text again,
    // for a reason that a rule names.
    async function apply(result, text, ask) {
      const whole = fold(text.slice(0, 200_000));
      const ruleFor = (words) => matching.find((rule) => rule.words.some((one) => words.includes(one)));
      if (!result.findings.length) {
        const rule = ruleFor(whole);
        if (!rule) return result;
        result = await ask(rule.reason);
        if (!result) return;
      }
      const single = result.findings.length == 1;
      const ruled = result.findings.map((finding) => ruleFor(single ? whole : fold(finding.diagnostic)));
      for (const reason of new Set(ruled.filter(Boolean).map((rule) => rule.reason))) {
        const again = await ask(reason);
        if (!again) return;
        ruled.forEach((rule, i) => {
          if (rule?.reason == reason && again.findings[i]) result.findings[i] = again.findings[i];
        });
      }
      result.findings.forEach((finding, i) => {
        const { title, summary, steps, help } = { ...reasons[finding.reason], ...codes[finding.reply], ...codes[finding.enhanced], ...ruled[i] };
        if (title) finding.title = title;
        if (summary) finding.summary = summary;
        for (const [role, own] of Object.entries(Array.isArray(steps) ? { sender: steps } : steps || {})) {
          const advice = finding.advice.find((one) => one.role == role);
          if (advice) advice.steps = own;
        }
        if (roles) {
          const shown = roles.flatMap((role) => finding.advice.filter((one) => one.role == role && one.steps.length));
          if (shown.length) finding.advice = shown;
        }
        finding.help = help;
        const host = finding.remote_host.toLowerCase().replace(/\.$/, "");
        finding.server = servers.find((server) => host && host == server.host.toLowerCase());
      });
      return result;
    }

    return { style: sheet, heading, contact: Object.keys(contact).length ? contact : undefined, servers, help, apply };
  }
};
