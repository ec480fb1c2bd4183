// The client that Codama renders from the published IDL.
//
//     node generate.mjs IDL FOLDER
import { readFileSync } from "node:fs";
import { rootNodeFromAnchor } from "@codama/nodes-from-anchor";
import { renderVisitor } from "@codama/renderers-js";
import { visit } from "@codama/visitors-core";
import { withAddresses } from "./codama.mjs";

const [file, folder] = process.argv.slice(2);
const idl = JSON.parse(readFileSync(file, "utf8"));
await visit(withAddresses(rootNodeFromAnchor(idl), idl), renderVisitor(folder, { formatCode: false, syncPackageJson: false }));
