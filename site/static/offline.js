// Has the site kept on the device, says when a new version is ready, and on the page that has
// the means takes the copy away. Its words are attributes of its own element.
(() => {
  const script = document.currentScript;
  const words = script.dataset;
  const root = new URL(".", script.src);
  const workers = navigator.serviceWorker;
  const OFF = "undelivered: not to be kept"; // a key of the storage, set by who took the copy away
  const QUIET = 3_000; // ms without a sign of life, where somebody may be asking
  const LONGEST = 30_000; // ms that an answer may take
  const panel = document.querySelector("[data-offline]");
  const disk = location.protocol == "file:";
  if (!disk) {
    // From disk, browsers complain of it.
    const link = document.createElement("link");
    link.rel = "manifest";
    link.href = new URL(words.manifest, root);
    document.head.append(link);
  }
  const able = workers && window.caches && !disk;
  if (panel) panel.querySelector("p").textContent = disk ? words.disk : able ? words.coming : words.cannot;
  if (!able) return;

  const stored = (what) => {
    try {
      return what(localStorage);
    } catch {
      // The storage is closed to us.
    }
  };
  const off = () => stored((storage) => storage.getItem(OFF + root.pathname));

  async function keep() {
    const registration = await workers.register(new URL("sw.js", root), { scope: root.pathname, updateViaCache: "none" });
    const waits = () => registration.waiting && workers.controller && tell(registration);
    waits();
    registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", waits));
    return registration;
  }

  // quiet resolves once nobody is asking the page's explainer anything. The copy is megabytes in
  // hundreds of files, and an answer must not share the line and the processor with them.
  function quiet() {
    const explainer = document.querySelector("undelivered-explainer");
    if (!explainer || panel) return Promise.resolve();
    const fetched = (name) => performance.getEntriesByType("resource").some((entry) => entry.name.includes(name));
    const loading = () => fetched("/answer.js") && !fetched("/decoder.");
    let asked = 0; // when, while no answer has come
    const answering = () => asked && performance.now() - asked < LONGEST;
    return new Promise((resolve) => {
      let timer;
      const again = () => {
        clearTimeout(timer);
        timer = setTimeout(() => (loading() || answering() ? again() : resolve()), QUIET);
      };
      for (const sign of ["focusin", "input", "undelivered:explained"])
        explainer.addEventListener(sign, () => {
          asked = sign == "input" ? performance.now() : sign == "focusin" ? asked : 0;
          again();
        });
      again();
    });
  }

  let bar;
  function tell(registration) {
    if (bar) return;
    bar = document.createElement("div");
    bar.className = "update";
    bar.setAttribute("role", "status");
    const text = document.createElement("span");
    const button = document.createElement("button");
    text.textContent = words.ready;
    button.type = "button";
    button.textContent = words.take;
    button.addEventListener("click", () => registration.waiting?.postMessage("take over"));
    workers.addEventListener("message", ({ data }) => data?.others && (text.textContent = words.others));
    workers.addEventListener("controllerchange", () => location.reload(), { once: true });
    bar.append(text, button);
    document.body.append(bar);
  }

  async function remove() {
    stored((storage) => storage.setItem(OFF + root.pathname, "1"));
    for (const registration of await workers.getRegistrations()) if (registration.scope == root.href) await registration.unregister();
    for (const name of await caches.keys()) if (name.startsWith(`undelivered ${root.pathname} `)) await caches.delete(name);
  }

  // The page about it shows how things stand, and has the buttons.
  async function show() {
    if (!panel) return;
    const [state, button] = [panel.querySelector("p"), panel.querySelector("button")];
    const registration = await workers.getRegistration(root.href);
    const kept = !!registration?.active;
    state.textContent = kept ? words.kept : off() ? words.off : words.coming;
    button.textContent = kept ? words.remove : words.keep;
    button.hidden = !kept && !off();
    button.onclick = async () => {
      button.disabled = true;
      if (kept) await remove();
      else {
        stored((storage) => storage.removeItem(OFF + root.pathname));
        keep().then(() => workers.ready).then(show, () => {});
      }
      button.disabled = false;
      show();
    };
  }

  addEventListener("load", () => {
    show();
    // Who saves data is not sent megabytes that they did not ask for.
    if (off() || (navigator.connection?.saveData && !workers.controller)) return;
    quiet()
      .then(keep)
      .then(() => panel && workers.ready.then(show))
      .catch(() => {}); // without a copy, the site is as it was
  });
})();
