// Builds the page: `node build.mjs FOLDER`, with the repository in JOB_ESCROW_REPOSITORY. The same sources give the same
// bytes, on every machine.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
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

async function built(entry, options) {
  const { outputFiles } = await build({
    entryPoints: [join(sources, "src", entry)],
    absWorkingDir: sources,
    bundle: true,
    minify: true,
    write: false,
    charset: "utf8",
    legalComments: "none",
    target: ["chrome111", "firefox120", "safari17"],
    ...options,
  });
  return Buffer.from(outputFiles[0].contents);
}

function named(name, extension, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 12);
  const file = `${name}-${hash}.${extension}`;
  writeFileSync(join(target, "assets", file), content);
  return file;
}

rmSync(target, { recursive: true, force: true });
mkdirSync(join(target, "assets"), { recursive: true });
const script = await built("main.tsx", {
  format: "esm",
  jsx: "automatic",
  jsxImportSource: "preact",
  define: { PROGRAM: JSON.stringify(program()) },
});
const files = {
  SCRIPT: named("page", "js", script),
  STYLE: named("page", "css", await built("style.css", { loader: { ".css": "css" } })),
  ICON: named("icon", "svg", readFileSync(join(sources, "src/icon.svg"))),
};
const html = readFileSync(join(sources, "src/index.html"), "utf8");
writeFileSync(
  join(target, "index.html"),
  html.replace(/%(SCRIPT|STYLE|ICON)%/g, (_, name) => `/assets/${files[name]}`),
);
