// What a page loads when somebody turns to the widget: the decoder's host (start.js,
// engine.js) and the answer (render.js). widget.js takes it from this script's element.
document.currentScript.undelivered = (tools) => {
  const style = new CSSStyleSheet();
  style.replaceSync(STYLE);
  const { warm, explain } = engine(tools);
  warm();
  return { style, explain, render: renderer(tools) };
};
