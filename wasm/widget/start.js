// start runs the decoder, a Go program, in an instance of module and resolves with the
// function that explains one text, for the reason given with it or the one that is found. That
// function returns the answer as JSON, or throws where the program has ended; then another
// must be started.
//
// The text of start is also the program of the worker, so it names nothing outside itself.
async function start(module) {
  // What the program sees as global. Go's own script would leave names on the page.
  let said = ""; // as it ends
  const fs = { writeSync: (file, bytes) => ((said += new TextDecoder().decode(bytes)), bytes.length) };
  const globalThis = { Object, Array, Uint8Array, crypto, performance, TextEncoder, TextDecoder, fs };

  "wasm_exec.js"; // the build puts the file of the Go toolchain here

  // writeOut writes the tables that the program's runtime finds functions in, which the build
  // took out of it: words has their words, in columns (columns.go). It runs once, before a browser
  // makes code of it, so it is plain.
  function writeOut(words, memory) {
    const [records, functions, buckets, ...next] = words.subarray(0, 16);
    for (let i = 1, to = buckets >> 2; i < functions - 1; i++) memory[(to += 80)] = i;
    let to = ((records + 8 * functions + 11) >> 3) << 1;
    for (let i = 0, index = records >> 2; i < functions; i++) {
      memory[index++] = memory[to] = 0x1000 + i;
      memory[index++] = 4 * to - records;
      let at = 16 + i;
      memory[to + 1] = words[at];
      memory[to + 2] = words[(at += functions)];
      memory[to + 3] = words[(at += functions)];
      memory[to + 4] = words[(at += functions)];
      const sequences = (memory[to + 7] = words[(at += functions)]);
      const data = (memory[to + 10] = words[at + functions]) >>> 24;
      to += 11;
      for (let k = 0; k < sequences; k++) memory[to++] = words[next[k]++];
      for (let k = 5; k < 5 + data; k++) memory[to++] = words[next[k]++];
      to += to & 1;
    }
  }

  const go = new globalThis.Go();
  let ended;
  go.exit = (code) => {
    throw new Error((ended = `the decoder ended with code ${code}: ${said.split("\n")[0].slice(0, 100)}`));
  };
  let memory;
  let legacy; // text that was decoded from a legacy charset, in UTF-8
  const bytes = (at, length) => new Uint8Array(memory.buffer, at, length);
  const instance = await WebAssembly.instantiate(module, {
      ...go.importObject,
      undelivered: {
        decode(label, n, data, m) {
          try {
            legacy = new TextDecoder(new TextDecoder().decode(bytes(label, n))).decode(bytes(data, m));
            return (legacy = new TextEncoder().encode(legacy)).length;
          } catch {
            return -1; // a charset that the browser does not know
          }
        },
        decoded: (to) => bytes(to, legacy.length).set(legacy),
      },
    });
  const { mem, room, open, suppose, explain, answer, size } = instance.exports;
  memory = mem;
  const columns = WebAssembly.Module.customSections(module, "columns")[0];
  if (columns) writeOut(new Uint32Array(columns), new Uint32Array(memory.buffer));
  go.run(instance).catch(() => {});
  const give = (input) => bytes(room(input.length), input.length).set(input);
  const take = () => new TextDecoder().decode(bytes(answer(), size()));

  give(new Uint8Array(WebAssembly.Module.customSections(module, "undelivered")[0] || 0));
  if (open()) throw new Error(take());
  let supposed = "";
  return (input, reason = "") => {
    const text = typeof input == "string";
    if (ended) throw new Error(ended);
    try {
      if (reason != supposed) {
        give(new TextEncoder().encode((supposed = reason)));
        suppose();
      }
      give(text ? new TextEncoder().encode(input) : input);
      explain(text ? 1 : 0);
      return take();
    } catch (error) {
      throw new Error(ended || error.message);
    }
  };
}

// serve is the rest of the worker's program: it takes the module, then texts. Like start it
// names nothing outside itself.
function serve(scope, start) {
  let explain;
  scope.onmessage = async ({ data }) => {
    try {
      if (explain) scope.postMessage({ json: explain(data.input, data.reason) });
      else {
        explain = await start(data);
        scope.postMessage({ ready: true });
      }
    } catch (error) {
      scope.postMessage({ failed: error.message });
    }
  };
}
