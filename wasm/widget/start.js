// start runs the decoder, a Go program, in an instance of module and resolves with the
// function that explains one text. That function returns the answer as JSON, or throws where
// the program has ended; then another must be started.
//
// The text of start is also the program of the worker, so it names nothing outside itself.
async function start(module) {
  // What the program sees as global. Go's own script would leave names on the page.
  const globalThis = { Object, Array, Uint8Array, crypto, performance, TextEncoder, TextDecoder };

  "wasm_exec.js"; // the build puts the file of the Go toolchain here

  const go = new globalThis.Go();
  let ended;
  go.exit = (code) => (ended = `the decoder ended with code ${code}`);
  const explain = await new Promise((resolve, reject) => {
    globalThis.undelivered = {
      knowledge: new Uint8Array(WebAssembly.Module.customSections(module, "undelivered")[0] || 0),
      decode(label, bytes) {
        try {
          return new TextDecoder(label).decode(bytes);
        } catch {
          return null; // a charset that the browser does not know
        }
      },
      ready: resolve,
      failed: (why) => reject(new Error(why)),
    };
    WebAssembly.instantiate(module, go.importObject)
      .then((instance) => go.run(instance))
      .then(() => reject(new Error(ended)))
      .catch(reject);
  });
  delete globalThis.undelivered.knowledge; // Go has its copy
  return (input) => {
    const answer = explain(input);
    if (typeof answer == "string") return answer;
    if (answer?.error) return JSON.stringify(answer);
    throw new Error(ended || "the decoder did not answer");
  };
}

// serve is the rest of the worker's program: it takes the module, then texts. Like start it
// names nothing outside itself.
function serve(scope, start) {
  let explain;
  scope.onmessage = async ({ data }) => {
    try {
      if (explain) scope.postMessage({ json: explain(data) });
      else {
        explain = await start(data);
        scope.postMessage({ ready: true });
      }
    } catch (error) {
      scope.postMessage({ failed: error.message });
    }
  };
}
