// The inside of an iframe: what embed.html runs beside the widget. It tells the page around it
// how high it is, that something was explained, and that something was copied, and takes
// settings from it. It never sends what was pasted.
//
// Messages are objects whose member "undelivered" is there? or hello (from the page, with
// settings where it has some), ready, height, explained or copied. They are taken from the page
// around alone. But for ready, which tells nothing, they go to the origin that said hello.
const widget = document.querySelector("undelivered-explainer");
const around = parent != self && parent;
let origin; // of the page around, once it said hello
let height;

function send(message) {
  // A page opened from disk has no origin that could be named.
  if (origin) around.postMessage(message, origin == "null" ? "*" : origin);
}

const ready = () => around.postMessage({ undelivered: "ready" }, "*");

function measure() {
  const now = Math.ceil(document.querySelector("main").getBoundingClientRect().height);
  if (!origin || now == height) return;
  height = now;
  send({ undelivered: "height", height });
}

if (around) {
  // The settings of an address hold in a frame alone: else anybody could put a telephone
  // number of theirs on our page.
  const given = new URLSearchParams(location.search).get("settings");
  try {
    if (given) widget.settings = JSON.parse(given);
  } catch (error) {
    console.warn(`undelivered-explainer: the settings in the frame's address are no JSON: ${error.message}`);
  }
  addEventListener("message", ({ source, origin: from, data }) => {
    if (source != around) return;
    if (data?.undelivered == "there?") ready();
    if (data?.undelivered != "hello") return;
    origin = from;
    height = undefined;
    if (data.settings) widget.settings = data.settings;
    measure();
  });
  ready();
  new ResizeObserver(measure).observe(document.querySelector("main"));
  for (const name of ["explained", "copied"]) {
    widget.addEventListener(`undelivered:${name}`, ({ detail }) => send({ undelivered: name, detail }));
  }
} else {
  widget.setAttribute("receive", "");
}
