// Finds the browsers, installs them where that is possible, and starts them.
import { execFileSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import puppeteer from "puppeteer-core";

const known = {
  chromium: {
    variable: "CHROMIUM",
    package: "chromium",
    names: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
    places: ["/Applications/Chromium.app/Contents/MacOS/Chromium", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"],
  },
  firefox: {
    variable: "FIREFOX",
    package: "firefox-esr",
    names: ["firefox-esr", "firefox"],
    places: ["/Applications/Firefox.app/Contents/MacOS/firefox"],
  },
};

export const names = Object.keys(known);

function find({ variable, names, places }) {
  const set = process.env[variable];
  if (set && !runs(set)) throw new Error(`${variable} is set to ${set}, which is no program.`);
  const folders = ["/usr/bin", ...(process.env.PATH || "").split(delimiter)];
  return set || [...names.flatMap((name) => folders.map((folder) => join(folder, name))), ...places].find(runs);
}

function runs(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

// executables returns the paths of the named browsers. Both must be there: a test that
// passes because a browser is missing says nothing.
export function executables(wanted) {
  const missing = () => wanted.filter((name) => !find(known[name]));
  if (missing().length && existsSync("/etc/debian_version") && process.getuid?.() === 0) {
    const packages = missing().map((name) => known[name].package);
    console.log(`Installing ${packages.join(" and ")} …`);
    const options = { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
    execFileSync("apt-get", ["update", "-q"], options);
    execFileSync("apt-get", ["install", "-q", "-y", "--no-install-recommends", ...packages], options);
  }
  if (missing().length) {
    const what = missing().map((name) => `${name} (or set ${known[name].variable} to where it is)`);
    throw new Error(`The browser tests need ${what.join(" and ")}. Install what is missing, then run them again.`);
  }
  return Object.fromEntries(wanted.map((name) => [name, find(known[name])]));
}

// start starts a browser with a fresh profile. All that it asks of another host than this
// one goes to the trap, a proxy that answers nothing and keeps a list.
export function start(name, executablePath, trap, options = {}) {
  const common = { executablePath, headless: true, protocolTimeout: 60_000, ...options };
  if (name == "firefox") {
    return puppeteer.launch({
      ...common,
      browser: "firefox",
      extraPrefsFirefox: {
        "network.proxy.type": 1,
        "network.proxy.http": "127.0.0.1",
        "network.proxy.http_port": trap,
        "network.proxy.ssl": "127.0.0.1",
        "network.proxy.ssl_port": trap,
        "network.captive-portal-service.enabled": false,
        "network.connectivity-service.enabled": false,
      },
    });
  }
  return puppeteer.launch({
    ...common,
    browser: "chrome",
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
      ...["--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"],
      ...["--disable-features=AutofillServerCommunication,OptimizationHints", `--proxy-server=http://127.0.0.1:${trap}`],
    ],
  });
}
