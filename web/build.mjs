// Builds the page: `node build.mjs FOLDER`, with the repository in JOB_ESCROW_REPOSITORY. The same sources give the same
// bytes, on every machine.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";

const sources = import.meta.dirname;
const repository = process.env.JOB_ESCROW_REPOSITORY ?? join(sources, "..");
const target = process.argv[2] ?? join(repository, "api/job_escrow_api/page");
const INSTRUCTIONS = ["open", "purchase", "purchase_pack", "withdraw", "set_limits"];

/** What the page knows of the program: its address and how each instruction's data begins. */
function program() {
  const idl = JSON.parse(readFileSync(join(repository, "client/job_escrow/program/job_escrow.json"), "utf8"));
  const beginnings = INSTRUCTIONS.map((name) => [name, idl.instructions.find((each) => each.name === name).discriminator]);
  return { id: idl.address, beginnings: Object.fromEntries(beginnings) };
}

function nameOf(file) {
  return `/assets/${basename(file)}`;
}

/** Bundles from an entry; each file's name has its content's hash. Returns the names of what is loaded at first. */
async function built(entry, options) {
  const { metafile } = await build({
    entryPoints: [join(sources, "src", entry)],
    absWorkingDir: sources,
    outdir: join(target, "assets"),
    entryNames: "page-[hash]",
    chunkNames: "[name]-[hash]",
    bundle: true,
    metafile: true,
    minify: true,
    charset: "utf8",
    legalComments: "none",
    target: ["chrome123", "firefox121", "safari17.5"],
    ...options,
  });
  const [file, { imports }] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint?.endsWith(entry));
  return [file, ...imports.filter(({ kind }) => kind === "import-statement").map(({ path }) => path)].map(nameOf);
}

rmSync(target, { recursive: true, force: true });
mkdirSync(join(target, "assets"), { recursive: true });
const icon = readFileSync(join(sources, "src/icon.svg"));
const iconName = `icon-${createHash("sha256").update(icon).digest("hex").slice(0, 8)}.svg`;
writeFileSync(join(target, "assets", iconName), icon);
const [script, ...parts] = await built("main.tsx", {
  format: "esm",
  splitting: true,
  jsx: "automatic",
  jsxImportSource: "preact",
  define: { PROGRAM: JSON.stringify(program()) },
});
const [style] = await built("style.css", {});
const files = {
  SCRIPT: script,
  STYLE: style,
  ICON: nameOf(iconName),
  PARTS: parts.map((part) => `<link rel="modulepreload" href="${part}" />`).join("\n    "),
};
const html = readFileSync(join(sources, "src/index.html"), "utf8");
writeFileSync(
  join(target, "index.html"),
  html.replace(/%(\w+)%/g, (_, name) => files[name]),
);
