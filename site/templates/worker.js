// Keeps the whole site on the device, one version of it at a time. The build puts VERSION and
// FILES in front: a name for this version, and what each file must be, bit for bit (W3C
// Subresource Integrity), by its path below the site's root.
//
// A version is complete or it is not used. It is filled file by file into a cache of its own,
// each checked against FILES; what is there already, or was the same before, is not fetched
// again. A failure leaves the version in use as it is, and the next visit goes on from there.
// It takes over when no page of the older one is open any more.

const scope = new URL(self.registration.scope);
// Other sites may share the origin, as on GitHub Pages.
const PREFIX = `undelivered ${scope.pathname} `;
const NAME = PREFIX + VERSION;
const MARK = "X-Integrity"; // a header of what is kept: its entry in FILES
const AT_A_TIME = 6;

const addressOf = (file) => new URL(file, scope).href;
const COMPLETE = addressOf("sw.js?complete"); // the last entry of a complete version

self.addEventListener("install", (event) => event.waitUntil(fill()));
self.addEventListener("activate", (event) => event.waitUntil(clean()));

async function fill() {
  await clean(true);
  const cache = await caches.open(NAME);
  const older = await Promise.all((await ours()).filter((name) => name != NAME).map((name) => caches.open(name)));
  const there = new Set((await cache.keys()).map(({ url }) => url));
  const wanted = Object.entries(FILES).filter(([file]) => !there.has(addressOf(file)));
  try {
    await Promise.all(
      Array.from({ length: AT_A_TIME }, async () => {
        for (let next; (next = wanted.shift()); ) {
          const [file, integrity] = next;
          await cache.put(addressOf(file), (await kept(older, file, integrity)) || (await fetched(file, integrity)));
        }
      }),
    );
    await cache.put(COMPLETE, new Response(VERSION));
  } catch (error) {
    wanted.length = 0;
    // Room that there is not enough of is given back.
    if (error.name == "QuotaExceededError") await caches.delete(NAME);
    throw error;
  }
}

// kept returns a file as an older version has it, if it is the same.
async function kept(older, file, integrity) {
  for (const cache of older) {
    const response = await cache.match(addressOf(file));
    if (response?.headers.get(MARK) == integrity) return response;
  }
}

// fetched returns a file from the server, or throws where it is not of this version.
async function fetched(file, integrity) {
  const response = await fetch(addressOf(file), { integrity, cache: "no-cache", redirect: "error" });
  if (!response.ok) throw new Error(`${file} was answered with ${response.status}`);
  return new Response(await response.blob(), { headers: { "Content-Type": response.headers.get("Content-Type"), [MARK]: integrity } });
}

async function ours() {
  return (await caches.keys()).filter((name) => name.startsWith(PREFIX));
}

// clean removes what other versions left; with complete, only what they left unfinished.
async function clean(complete) {
  for (const name of await ours()) {
    if (name != NAME && !(complete && (await (await caches.open(name)).match(COMPLETE)))) await caches.delete(name);
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method != "GET" || url.origin != scope.origin || !url.pathname.startsWith(scope.pathname)) return;
  let path = url.pathname.slice(scope.pathname.length);
  try {
    path = decodeURIComponent(path);
  } catch {
    // It is looked for as it stands.
  }
  const file = fileOf(path);
  // A page that this version does not know is lost, though the server may have it: its styles
  // and scripts would be those of another version. Versions of the widget that are kept for
  // good, and files that are no pages, come from the server.
  const lost = !file && request.mode == "navigate" && !path.startsWith("v1/") && !/\.(?!html)\w+$/.test(path);
  if (file || lost) event.respondWith(answer(request, file));
});

// fileOf returns the file that a path leads to, as servers find it; of the address of a code
// alone, the code's page.
function fileOf(path) {
  const [, code] = /^(?:codes\/|enhanced\/)?([\d.]+)(?:\/(?:index\.html)?)?$/.exec(path) || [];
  if (code) return [`codes/${code}.html`, `enhanced/${code}.html`].find((file) => file in FILES);
  return [path, `${path}index.html`, `${path}.html`, `${path}/index.html`].find((file) => file in FILES && (path == "" || !file.startsWith("/")));
}

const folderOf = (path) => path.slice(0, path.lastIndexOf("/"));

async function answer(request, file) {
  const cache = await caches.open(NAME);
  if (!(await cache.match(COMPLETE))) return fetch(request); // it was taken away
  // Links on a page count from the folder that it is in.
  const wanted = new URL(request.url).pathname;
  if (request.mode == "navigate" && file && folderOf(wanted) != folderOf(new URL(file, scope).pathname)) {
    return Response.redirect(addressOf(file.replace(/(^|\/)index\.html$/, "$1")), 302);
  }
  const response = await cache.match(addressOf(file || "404.html"));
  if (!response) return fetch(request);
  if (file) return response;
  self.registration.update().catch(() => {}); // a newer version may have it
  return new Response(response.body, { status: 404, headers: response.headers });
}

// A page asks for the version that waits. It is let in where that page is the only one.
self.addEventListener("message", (event) => {
  if (event.data != "take over") return;
  event.waitUntil(
    (async () => {
      const pages = (await self.clients.matchAll({ includeUncontrolled: true, type: "window" })).filter(({ url }) => url.startsWith(scope.href));
      if (pages.length > 1) event.source.postMessage({ others: pages.length - 1 });
      else await self.skipWaiting();
    })(),
  );
});
