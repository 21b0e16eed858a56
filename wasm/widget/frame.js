// The outside of an iframe: for a page that has <iframe data-undelivered src="…/embed.html">.
// It makes each as high as its content, hands over the settings that data-settings names, and
// turns what the frame tells into events undelivered:explained and undelivered:copied of it.
// It believes a message only where the frame's own window sent it, from the frame's origin.
const origin = (frame) => {
  const url = new URL(frame.src);
  return url.protocol == "file:" ? "null" : url.origin;
};

const frames = new Set();

// greet hands over the settings, once the frame says that it is ready for them.
async function greet(frame) {
  let settings;
  const { settings: address } = frame.dataset;
  if (address) {
    try {
      const response = await fetch(address);
      if (!response.ok) throw new Error(`answered with ${response.status}`);
      settings = await response.json();
    } catch (error) {
      console.warn(`undelivered-explainer: ${address} cannot be read: ${error.message}`);
    }
  }
  const to = origin(frame);
  frame.contentWindow.postMessage({ undelivered: "hello", settings }, to == "null" ? "*" : to);
}

function look() {
  for (const frame of document.querySelectorAll("iframe[data-undelivered]")) {
    if (frames.has(frame)) continue;
    frames.add(frame);
    frame.contentWindow?.postMessage({ undelivered: "there?" }, "*"); // it may have been ready before
  }
}

addEventListener("message", (event) => {
  for (const frame of frames) {
    if (event.source != frame.contentWindow || event.origin != origin(frame)) continue;
    const { undelivered: name, height, detail } = event.data || {};
    if (name == "ready") greet(frame);
    if (name == "height" && height > 0 && height < 100_000) frame.style.height = `${height}px`;
    if (name == "explained" || name == "copied") {
      frame.dispatchEvent(new CustomEvent(`undelivered:${name}`, { detail, bubbles: true }));
    }
  }
});
look();
addEventListener("DOMContentLoaded", look);
