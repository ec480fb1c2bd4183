// Purchase, lock, settle and withdraw with @anchor-lang/core, from the published IDL alone.
//
//   node program.mjs STAGE.json
//
// What the IDL's seeds and relations lead to is left to the client: no address is derived here but that of the credit account.
// Prints one JSON object with what it read on the way (tests/interop/test_clients_of_the_idl.py says what it must be).
import { readFileSync } from "node:fs";
import * as anchor from "@anchor-lang/core";
import { programError, programEvents } from "./helper.mjs"; // clients/idl/program.ts

const { BN } = anchor.default ?? anchor;
const { AnchorProvider, Program, Wallet, utils, web3 } = anchor;
const { Connection, Keypair, PublicKey } = web3;

const stage = JSON.parse(readFileSync(process.argv[2], "utf8"));
const idl = JSON.parse(readFileSync(stage.idl, "utf8"));
const connection = new Connection(stage.url, { commitment: "confirmed", wsEndpoint: stage.websocket_url });
const wallet = Keypair.fromSecretKey(Uint8Array.from(stage.wallet));
const operator = Keypair.fromSecretKey(Uint8Array.from(stage.operator));
const program = new Program(idl, new AnchorProvider(connection, new Wallet(wallet), { commitment: "confirmed" }));
const platform = new PublicKey(stage.platform);

const seed = (text) => Buffer.from(text);
const pda = (...seeds) => PublicKey.findProgramAddressSync(seeds, program.programId);
const namespace = [...Buffer.alloc(16)];
const limits = {
  creditsPerJob: new BN(1), creditsPerSession: new BN(0), creditsPerPeriod: new BN(1), periodSeconds: new BN(60),
  quotedAllowed: false,
};
// Nothing is opened: it is only asked where the account of this wallet on that platform would be, and its vault.
const opened = await program.methods.open(namespace, limits, 255).accountsPartial({ platform }).pubkeys();
const credit = opened.creditAccount;
const tokens = utils.token.associatedAddress({ mint: new PublicKey(stage.mint), owner: wallet.publicKey });

const seen = { steps: {} };

async function step(name, builder, signers) {
  const signature = await builder.signers(signers).rpc();
  seen.steps[name] = { account: await read(), events: await events(signature) };
}

// Numbers as decimal text: JSON's are too small for u64.
const plain = (value) =>
  BN.isBN(value) ? value.toString()
  : value instanceof PublicKey ? value.toBase58()
  : value;

async function read() {
  const account = await program.account.creditAccount.fetch(credit, "confirmed");
  return Object.fromEntries(
    ["paidAvailable", "paidLocked", "spentPaid", "withdrawn", "openJobs", "sequence"]
      .map((name) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), plain(account[name])]),
  );
}

async function events(signature) {
  const found = await connection.getTransaction(signature, { commitment: "confirmed", maxSupportedTransactionVersion: 0 });
  return programEvents(found, idl).map(({ bytes }) => program.coder.events.decode(utils.bytes.base64.encode(Buffer.from(bytes))).name);
}

async function nextSequence() {
  return (await program.account.creditAccount.fetch(credit, "confirmed")).sequence.addn(1);
}

const terms = await program.account.platform.fetch(platform, "confirmed");
seen.platform = {
  base_units_per_credit: plain(terms.baseUnitsPerCredit),
  treasury: plain(terms.treasury),
  max_flat: plain(terms.tiers[3].flatCredits),
};
const purchase = async (credits) =>
  program.methods.purchase(new BN(credits), await nextSequence()).accountsPartial({
    payer: wallet.publicKey, source: tokens, creditAccount: credit,
  });
await step("purchase", await purchase(500), [wallet]);

let id = (await program.account.creditAccount.fetch(credit, "confirmed")).jobIds.highest;
let job, jobBump;
do { // only an id whose address has this bump can be a job's
  id = id.addn(1);
  [job, jobBump] = pda(seed("job"), credit.toBuffer(), id.toArrayLike(Buffer, "le", 8));
} while (jobBump !== 255);
const lock = program.methods
  .lock({ id, tier: 3, amount: new BN(2400), maxCredits: new BN(48), seconds: new BN(600) })
  .accountsPartial({
    authority: operator.publicKey, payer: operator.publicKey, creditAccount: credit, payee: null,
  });
await step("lock", lock, [operator]);
const locked = await program.account.job.fetch(job, "confirmed");
seen.job = { credits: plain(locked.credits), max_units: plain(locked.maxUnits), paid: plain(locked.held.paid) };

const settle = program.methods.settle(new BN(2001), true, null).accountsPartial({
  operator: operator.publicKey, job, payee: null,
});
await step("settle", settle, [operator]);

const withdraw = program.methods.withdraw(null, await nextSequence()).accountsPartial({
  wallet: wallet.publicKey, creditAccount: credit, destination: tokens,
});
await step("withdraw", withdraw, [wallet]);

try {
  await (await purchase(99)).signers([wallet]).rpc();
} catch (error) {
  seen.refused = programError(error, idl);
}

const session = program.methods.openSession({ id, credits: new BN(1), seconds: new BN(60) }).accountsPartial({
  operator: operator.publicKey, payer: operator.publicKey, creditAccount: credit, payee: null,
});
const payee = program.methods.registerPayee().accountsPartial({ platform, tokenAccount: tokens });
const another = program.methods.createPlatform({ name: [...seed("mine"), ...Buffer.alloc(28)] });
seen.derived = {
  credit: plain(opened.creditAccount),
  vault: plain(opened.vault),
  session: plain((await session.pubkeys()).session),
  payee: plain((await payee.pubkeys()).payee),
  platform: plain((await another.accountsPartial({ mint: stage.mint, treasury: tokens }).pubkeys()).platform),
  id: plain(id),
};

console.log(JSON.stringify(seen));
process.exit(0); // the connection's socket would keep the process
