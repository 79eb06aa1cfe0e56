// Bundles the extension into dist/extension.js, with the licences of what goes into it, or with
// --tests (or --tests=FOLDER) the tests into dist/test (or dist/FOLDER).
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const asked = new Set(process.argv.slice(2));
const testFolder = process.argv.find((word) => word.startsWith("--tests"))?.split("=")[1] ?? "test";
const common = {
  absWorkingDir: here,
  bundle: true,
  platform: "node",
  target: "node18",
  format: "cjs",
  legalComments: "none",
  logLevel: "warning",
};

if (process.argv.some((word) => word.startsWith("--tests"))) {
  const tests = readdirSync(`${here}test`).filter((name) => name.endsWith(".ts"));
  rmSync(`${here}dist/${testFolder}`, { recursive: true, force: true });
  await build({
    ...common,
    entryPoints: tests.map((name) => `test/${name}`),
    outdir: `dist/${testFolder}`,
    packages: "external",
    sourcemap: "inline",
  });
} else {
  const { metafile } = await build({
    ...common,
    metafile: true,
    entryPoints: ["src/extension.ts"],
    outfile: "dist/extension.js",
    // The editor brings this one.
    external: ["vscode"],
    minify: asked.has("--minify"),
    sourcemap: asked.has("--minify") ? false : "linked",
  });
  writeFileSync(`${here}dist/extension.LICENSES.txt`, licences(Object.keys(metafile.inputs)));
}

// What the licences of the bundled packages ask for: that their texts come along.
function licences(files) {
  const packages = new Set();
  for (const file of files) {
    const found = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file);
    if (found) packages.add(found[0]);
  }
  return [...packages]
    .sort()
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(`${here}${folder}package.json`, "utf8"));
      const file = readdirSync(`${here}${folder}`).find((one) => /^licen[cs]e/i.test(one));
      if (file === undefined) throw new Error(`${name} has no licence to bring along`);
      const text = readFileSync(`${here}${folder}${file}`, "utf8").trim();
      return `${name} ${version} (${license})\n\n${text}\n`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}
