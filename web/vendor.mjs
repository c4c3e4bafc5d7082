// node_modules → ecoop_ld/site/vendor/: the few files that pages load, and the licences of everything in them.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const here = import.meta.dirname;
const packages = join(here, "node_modules");
const target = join(here, "..", "ecoop_ld", "site", "vendor");

const files = {
  "yasgui.min.js": "@zazuko/yasgui/build/yasgui.min.js",
  "yasqe.min.css": "@zazuko/yasqe/build/yasqe.min.css",
  "oxigraph.js": "oxigraph/web.js",
  "oxigraph.wasm": "oxigraph/web_bg.wasm",
  "source-sans.woff2": "@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2",
  "source-serif.woff2": "@fontsource/source-serif-4/files/source-serif-4-latin-400-normal.woff2",
  "source-serif-strong.woff2": "@fontsource/source-serif-4/files/source-serif-4-latin-600-normal.woff2",
};

function licence(folder) {
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)(\.|$)/i.test(name));
  const text = file ? readFileSync(join(folder, file), "utf8").trim() : `License: ${about.license}`;
  return `${about.name} ${about.version}\n\n${text}\n`;
}

rmSync(target, { recursive: true, force: true });
mkdirSync(target);
for (const [name, source] of Object.entries(files)) cpSync(join(packages, source), join(target, name));

const lock = JSON.parse(readFileSync(join(here, "package-lock.json"), "utf8"));
const shipped = Object.entries(lock.packages).filter(([path, about]) => path && !about.dev && existsSync(join(here, path)));
const licences = shipped.map(([path]) => licence(join(here, path))).sort();
writeFileSync(join(target, "LICENSES.txt"), licences.join(`\n${"-".repeat(78)}\n\n`));
