// engine returns the function that explains texts: it loads the decoder at the first text
// and runs it in a worker or, where the page's policy blocks workers, on the page. Each step
// down says why in the console. A text waits for the one before it, unless that is given up.
function engine({ inject, carried, trusted, Failure, asset, early }) {
  const READY = 10_000; // ms for a worker to start; then the page is tried
  const PATIENCE = 2_000; // ms for an answer, and one more for each two hundred characters
  const GRACE = 200; // ms for an answer that nobody waits for any more; then its worker is ended
  const MOST = 2_000_000; // characters that are read; half a second's work
  const MOST_ON_PAGE = 500_000; // where it holds the page up

  const note = (what) => console.warn(`undelivered-explainer: ${what}`);
  let module; // a promise
  let decoder; // a promise
  let last = Promise.resolve();

  // Loading.

  // allow throws where the page lets no WebAssembly run.
  function allow() {
    if (!self.WebAssembly) throw new Failure("blocked", "this browser has no WebAssembly");
    try {
      // The smallest module there is tells a policy that blocks all from a file that is damaged.
      new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
    } catch (error) {
      throw new Failure("blocked", `WebAssembly is blocked here: ${error.message}`);
    }
  }

  async function compile() {
    const { response, altered } = await download();
    try {
      if (!response) {
        const packed = await inject(asset("decoder.js"), PINS["decoder.js"]).catch((error) => {
          throw altered && error.kind == "load" ? new Failure("damaged", `${altered}, and so is decoder.js`) : error;
        });
        return await WebAssembly.compile(await unpack(packed));
      }
      if (/^application\/wasm\b/i.test(response.headers.get("Content-Type"))) {
        return await WebAssembly.compileStreaming(response);
      }
      note("the server does not call decoder.wasm application/wasm, which makes the start slower");
      return await WebAssembly.compile(await response.arrayBuffer());
    } catch (error) {
      throw error instanceof Failure ? error : new Failure("damaged", `the decoder is damaged or incomplete: ${error.message}`);
    }
  }

  // download returns the response with decoder.wasm, or none where it must come from a script:
  // on disk, under a policy that has no connect-src for us, from a server that does not give
  // out files of this type, or gives out another file.
  async function download() {
    const url = asset("decoder.wasm");
    if (url.startsWith("file:") || carried("decoder.js")) return {};
    let why;
    try {
      const sent = early;
      early = undefined; // it can be read once
      const response = await (sent?.url == url && sent.pin == PINS["decoder.wasm"] ? sent.response : fetch(url, { integrity: PINS["decoder.wasm"] }));
      if (response.ok) return { response };
      why = `was answered with ${response.status}`;
    } catch (error) {
      // The error does not tell what is not ours from what did not come.
      const plain = await fetch(url, { cache: "force-cache" }).catch(() => {});
      why = !plain ? `could not be fetched (${error.message})` : plain.ok ? "is damaged or altered" : `was answered with ${plain.status}`;
    }
    note(`${url} ${why}; trying decoder.js`);
    return { altered: why.startsWith("is") && `${url} ${why}` };
  }

  // unpack returns the bytes that base64 of their gzip holds.
  async function unpack(text) {
    const packed = Uint8Array.from(atob(text), (c) => c.charCodeAt());
    return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
  }

  // Starting.

  async function open() {
    allow();
    module ??= compile();
    const working = inWorker(module);
    let compiled;
    try {
      compiled = await module;
    } catch (error) {
      module = undefined; // so that it can be tried again
      throw error;
    }
    try {
      return (await working) || (await onPage(compiled));
    } catch (error) {
      module = undefined;
      throw new Failure("damaged", `the decoder did not start: ${error.message}`);
    }
  }

  // inWorker resolves with a decoder in a worker, or with nothing where there can be none. The
  // worker starts while the module is still on its way.
  function inWorker(module) {
    return new Promise((resolve, reject) => {
      let worker, timer, over;
      const source = URL.createObjectURL(
        new Blob([`"use strict";(${serve})(self,${start})`], { type: "text/javascript" }),
      );
      const settle = (how, what) => {
        if (over) return;
        over = true;
        clearTimeout(timer);
        URL.revokeObjectURL(source);
        if (how != started) worker?.terminate();
        how(what);
      };
      const stepDown = (why) => {
        note(`no worker (${why}); the decoder runs on the page`);
        resolve();
      };
      const started = () => resolve(remote(worker));
      const give = (compiled) => {
        if (over) return;
        timer = setTimeout(() => settle(stepDown, "it does not answer"), READY);
        worker.postMessage(compiled);
      };
      try {
        worker = new Worker(trusted(source));
        worker.onmessage = ({ data }) => (data.ready ? settle(started) : settle(reject, new Error(data.failed)));
        worker.onmessageerror = () => settle(stepDown, "it cannot take the compiled decoder");
        worker.onerror = (event) => {
          event.preventDefault();
          settle(stepDown, event.message || "the page's policy blocks it");
        };
        module.then(give, () => settle(resolve)).catch((error) => settle(stepDown, error.message));
      } catch (error) {
        settle(stepDown, error.message);
      }
    });
  }

  function remote(worker) {
    let dead; // why
    return {
      most: MOST,
      explain: (input, signal, reason) =>
        new Promise((resolve, reject) => {
          let timer;
          const end = (why) => {
            dead ??= why;
            worker.terminate();
            settle(reject, new Error(dead));
          };
          const settle = (how, what) => {
            clearTimeout(timer);
            signal.removeEventListener("abort", abandon);
            how(what);
          };
          const abandon = () => {
            clearTimeout(timer);
            timer = setTimeout(end, GRACE, "given up");
          };
          if (dead) return end();
          timer = setTimeout(end, PATIENCE + input.length / 200, "the worker does not answer");
          signal.addEventListener("abort", abandon);
          worker.onerror = (event) => end(event.message || "the worker died");
          worker.onmessage = ({ data }) => (data.failed ? end(data.failed) : settle(resolve, data.json));
          worker.postMessage({ input, reason });
        }),
    };
  }

  async function onPage(compiled) {
    const explain = await start(compiled);
    return { most: MOST_ON_PAGE, explain: async (input, signal, reason) => explain(input, reason) };
  }

  // Explaining.

  async function run(given, signal, reason) {
    for (let attempt = 1; ; attempt++) {
      if (signal.aborted) return;
      decoder ??= open();
      let opened;
      try {
        opened = await decoder;
      } catch (error) {
        decoder = undefined;
        throw error;
      }
      if (signal.aborted) return;
      const input = given.length > opened.most ? given.slice(0, opened.most) : given;
      let json;
      try {
        json = await opened.explain(input, signal, reason);
      } catch (error) {
        decoder = undefined; // whatever it was, the next text gets a new one
        if (signal.aborted) return;
        if (attempt == 2) throw new Failure("broken", error.message);
        note(`${error.message}; starting another`);
        continue;
      }
      const result = JSON.parse(json);
      if (result.error) throw new Failure("broken", `the decoder stumbled: ${result.error}`);
      result.read = input.length;
      return result;
    }
  }

  return {
    warm: () => void (decoder ??= open()).catch(() => {}), // the first text will tell of a failure
    // explain resolves with the result for a source { text, bytes }, or with anything once the
    // signal gave it up. What a page has of its own is taken in.
    async explain({ text, bytes }, signal, own) {
      const turn = last.then(async () => {
        const ask = (reason) => run(bytes || text, signal, reason);
        const result = await ask();
        return result && own.apply ? own.apply(result, text, ask) : result;
      });
      last = turn.catch(() => {});
      return turn;
    },
  };
}
