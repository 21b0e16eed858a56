// What a page loads when somebody turns to the widget: the decoder's host (start.js,
// engine.js) and the answer (render.js). widget.js takes it from this script's element.
// What only some need comes later: settings.js where a page has settings of its own, tidy.js
// when somebody wants a clean report.
document.currentScript.undelivered = (tools) => {
  const style = new CSSStyleSheet();
  style.replaceSync(STYLE);
  const none = { style: new CSSStyleSheet() };
  const { warm, explain } = engine(tools);
  warm();

  const later = (name) => {
    let loading;
    return () => {
      loading ??= tools.inject(tools.asset(name), PINS[name]).then((open) => open(tools));
      loading.catch(() => (loading = undefined)); // so that it can be tried again
      return loading;
    };
  };
  const reader = later("settings.js");

  // settings resolves with what the page has of its own; where that is wrong, with nothing.
  async function settings(host) {
    const attributes = ["settings", "heading", "roles", "contact-name", "contact-telephone", "contact-link", "contact-hours"];
    if (!host.settings && !attributes.some((name) => host.hasAttribute(name))) return none;
    try {
      return await (await reader())(host);
    } catch (error) {
      console.warn(`undelivered-explainer: without the settings: ${error.message}`);
      return none;
    }
  }

  return { style, explain, settings, render: renderer(tools, later("tidy.js")) };
};
