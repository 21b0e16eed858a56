// A static server that can be told to serve badly, and a proxy that only listens.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".xml": "application/xml",
  ".txt": "text/plain; charset=utf-8",
};

// serve serves folder below base. Its log has what was asked for: { path, status }. Its
// faults are { "decoder.wasm": { status, type, cut, alter: [from, to], body, late }, "*": { headers } }
// by file name. While it is down, or has no requests left,
// it answers nothing; with a wait it answers that many ms later. Its lost, if set, is the file that stands for what is not there. Its pages, texts by path, go before the files of the folder, if it has one.
export async function serve(folder, base) {
  const served = { base, left: Infinity, log: [], faults: {}, pages: {} };
  const server = createServer(async (request, response) => {
    if (served.down || served.left-- <= 0) return request.socket.destroy();
    if (served.wait) await new Promise((resolve) => setTimeout(resolve, served.wait));
    const { pathname } = new URL(request.url, "http://127.0.0.1");
    const path = normalize(decoded(pathname)).replace(/\/$/, "/index.html");
    const name = path.slice(path.lastIndexOf("/") + 1);
    const fault = served.faults[name] || {};
    if (fault.late) await new Promise((resolve) => setTimeout(resolve, fault.late)); // ms
    let status = fault.status || 200;
    let body = "";
    try {
      if (!path.startsWith(base)) throw new Error("outside");
      body = served.pages[pathname] ?? (await readFile(join(folder, path.slice(base.length))));
      if (status != 200) body = "";
    } catch {
      status = 404;
      if (served.lost) body = await readFile(join(folder, served.lost));
    }
    if (fault.body !== undefined) body = Buffer.from(fault.body);
    if (fault.alter) body = Buffer.from(body.toString("latin1").replaceAll(...fault.alter), "latin1");
    if (fault.cut) body = body.subarray(0, Math.floor(body.length * fault.cut));
    served.log.push({ url: request.url, status });
    response.writeHead(status, {
      "Content-Type": fault.type || types[status == 404 && served.lost ? ".html" : extname(path)] || "application/octet-stream",
      "Cache-Control": "max-age=600", // as GitHub Pages has it
      "Access-Control-Allow-Origin": "*",
      ...(served.faults["*"]?.headers || {}),
    });
    response.end(body);
  });
  await listen(server);
  served.url = `http://127.0.0.1:${server.address().port}${base}`;
  served.close = () => (server.closeAllConnections(), server.close());
  return served;
}

// decoded returns a path as it is meant, or as it stands where it is no such thing.
function decoded(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

// What browsers ask of their makers by themselves. A page that asks for it is found out by
// the list of its own requests.
const makers = /(^|\.)(google\.com|googleapis\.com|gvt1\.com|gstatic\.com|mozilla\.(com|org|net)|firefox\.com)$/;

// trap listens as a proxy does, refuses everything and keeps what was asked for.
export async function trap() {
  const caught = [];
  const note = (url) => makers.test(url.hostname) || caught.push(url.href);
  const server = createServer((request, response) => {
    note(new URL(request.url));
    response.writeHead(403).end();
  });
  server.on("connect", (request, socket) => {
    note(new URL(`https://${request.url}`));
    socket.on("error", () => {}); // the browser may be gone
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  await listen(server);
  return { caught, port: server.address().port, close: () => (server.closeAllConnections(), server.close()) };
}

// No port is given out twice: what a browser has kept of a server that was at the same port would
// stand for the answers of the new one.
const given = new Set();

async function listen(server) {
  for (;;) {
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address();
    if (!given.has(port)) return given.add(port);
    await new Promise((resolve) => server.close(resolve));
  }
}
