/**
 * What Codama does not read out of an Anchor IDL: addresses whose seeds are fields of accounts or of an argument's
 * struct, the program's own address, and how events are decoded. Two types whose names it uses itself get others.
 *
 *     const root = withAddresses(rootNodeFromAnchor(idl), idl);
 *     await visit(root, renderVisitor("clients/js"));
 *
 * The client that is rendered has a `find…Pda` for every account of the program, fills in each account that it can
 * derive from the others and from arguments, and has a decoder for every event. Nodes are written as the plain objects
 * that they are, so that any version of Codama takes them.
 */

const camel = (text) => text.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase()).replace(/^[A-Z]/, (letter) => letter.toLowerCase());

/** The same root node, with the IDL's addresses and events in it. */
export function withAddresses(root, idl) {
  const fields = new Map(idl.types.map((each) => [each.name, new Map((each.type.fields ?? []).map((one) => [one.name, one.type]))]));
  const argumentsOf = (name) => root.program.instructions.find((each) => each.name === camel(name));
  const pdas = new Map();
  const defaults = new Map(); // instruction and account: what stands there if nothing is given

  for (const instruction of idl.instructions) {
    for (const account of instruction.accounts) {
      const place = `${camel(instruction.name)}.${camel(account.name)}`;
      if (account.name === "program") defaults.set(place, { kind: "publicKeyValueNode", publicKey: idl.address });
      // An address at another program is its token account, which Codama's clients find with that program's own client.
      if (!account.pda || account.pda.program) continue;
      const seeds = account.pda.seeds.map((seed) => read(seed, instruction));
      const name = camel(account.name);
      const node = { kind: "pdaNode", name, seeds: seeds.map((each) => each.definition) };
      // Where an account is made, its seeds are other accounts and arguments: elsewhere they are fields of its own.
      const isMade = seeds.every((each) => each.value !== null);
      if (isMade || !pdas.has(name)) pdas.set(name, node);
      if (isMade) {
        const values = seeds.flatMap((each) => (each.value === undefined ? [] : [each.value]));
        defaults.set(place, { kind: "pdaValueNode", pda: { kind: "pdaLinkNode", name }, seeds: values });
      }
    }
  }

  /** A seed's definition, and the value that an instruction gives it: undefined for a constant, null for none. */
  function read(seed, instruction) {
    if (seed.kind === "const") {
      const bytes = { kind: "bytesValueNode", data: Buffer.from(seed.value).toString("hex"), encoding: "base16" };
      return { definition: { kind: "constantPdaSeedNode", type: { kind: "bytesTypeNode" }, value: bytes }, value: undefined };
    }
    const [first, ...rest] = seed.path.split(".");
    const name = camel(rest.at(-1) ?? first);
    const type = seed.kind === "arg" ? typeOfArgument(instruction, first, rest) : rest.length ? fields.get(seed.account)?.get(rest[0]) ?? "pubkey" : "pubkey";
    const definition = { kind: "variablePdaSeedNode", name, docs: [], type: typeNode(type) };
    if (seed.kind === "account" && rest.length) return { definition, value: null };
    const source = seed.kind === "arg" ? { kind: "argumentValueNode", name } : { kind: "accountValueNode", name: camel(first) };
    return { definition, value: { kind: "pdaSeedValueNode", name, value: source } };
  }

  function typeOfArgument(instruction, first, rest) {
    const type = instruction.args.find((each) => each.name === first).type;
    return rest.length ? fields.get(type.defined.name).get(rest[0]) : type;
  }

  const withDefaults = (instruction) => ({
    ...instruction,
    accounts: instruction.accounts.map((account) => {
      const found = defaults.get(`${instruction.name}.${account.name}`);
      return found ? { ...account, defaultValue: found } : account;
    }),
  });
  const kept = root.program.pdas.filter((each) => !pdas.has(each.name));
  const events = root.program.events ?? [];
  const isEvent = new Set(events.map((each) => each.name));
  return withoutCollisions({
    ...root,
    program: {
      ...root.program,
      pdas: [...kept, ...pdas.values()],
      instructions: root.program.instructions.map(withDefaults),
      definedTypes: [
        ...root.program.definedTypes.filter((each) => !isEvent.has(each.name)),
        ...events.map((each) => ({ kind: "definedTypeNode", name: each.name, docs: [], type: struct(each.data) })),
      ],
    },
  });
}

/** Codama calls what encodes a type `Limits` `LimitsArgs`, as the IDL calls another: that becomes `LimitsInput`. */
function withoutCollisions(root) {
  const names = new Set([...root.program.definedTypes, ...root.program.accounts].map((each) => each.name));
  const renamed = new Map(
    [...names].filter((name) => names.has(name.replace(/Args$/, "")) && name.endsWith("Args"))
      .map((name) => [name, name.replace(/Args$/, "Input")]),
  );
  const isNamed = (node) => node.kind === "definedTypeNode" || node.kind === "definedTypeLinkNode";
  return JSON.parse(JSON.stringify(root), (_, node) =>
    node && typeof node === "object" && isNamed(node) && renamed.has(node.name) ? { ...node, name: renamed.get(node.name) } : node,
  );
}

/** The fields of an event, without what stands in front of them to tell events apart. */
function struct(data) {
  const inner = data.kind === "hiddenPrefixTypeNode" ? data.type : data;
  return { ...inner, fields: (inner.fields ?? []).filter((each) => each.name !== "discriminator") };
}

function typeNode(type) {
  if (type === "pubkey") return { kind: "publicKeyTypeNode" };
  if (typeof type === "string") return { kind: "numberTypeNode", format: type, endian: "le" };
  const [, size] = type.array;
  return { kind: "fixedSizeTypeNode", size, type: { kind: "bytesTypeNode" } };
}
