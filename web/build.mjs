// Bundles src/ into the one script that the report carries: node build.mjs [FILE]
// The output is committed, so that building waaudit needs no Node.js.

import { readFileSync } from "node:fs";
import { build } from "esbuild";

const home = new URL(".", import.meta.url);
const out = process.argv[2] ?? new URL("../crates/waaudit-output/src/html/report.js", home).pathname;
const packages = ["preact"];

/** Name, version and licence of a package that is in the bundle. */
function notice(name) {
  const { version } = JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, home), "utf8"));
  const licence = readFileSync(new URL(`node_modules/${name}/LICENSE`, home), "utf8").trim();
  return `${name} ${version}\n\n${licence}`;
}

await build({
  absWorkingDir: home.pathname,
  entryPoints: ["src/main.tsx"],
  bundle: true,
  minify: true,
  charset: "ascii",
  format: "iife",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none",
  banner: { js: `/*! Built from web/ by esbuild. It contains:\n\n${packages.map(notice).join("\n\n")}\n*/` },
  outfile: out,
});
