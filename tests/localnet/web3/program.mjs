// A program on @solana/web3.js and @solana/spl-token as their users write one: it knows the node's two addresses.
//
//     node program.mjs HTTP_URL WEBSOCKET_URL
//
// Prints one line of JSON: what the node let it see, without what every node chooses itself.

import {
  AddressLookupTableProgram,
  Connection,
  Keypair,
  LAMPORTS_PER_SOL,
  SYSVAR_CLOCK_PUBKEY,
  SystemProgram,
  Transaction,
  TransactionMessage,
  VersionedTransaction,
} from "@solana/web3.js";
import {
  AccountState,
  ExtensionType,
  TOKEN_2022_PROGRAM_ID,
  createAssociatedTokenAccountInstruction,
  createInitializeDefaultAccountStateInstruction,
  createInitializeInterestBearingMintInstruction,
  createInitializeMetadataPointerInstruction,
  createInitializeMintCloseAuthorityInstruction,
  createInitializeMintInstruction,
  createInitializePermanentDelegateInstruction,
  createInitializeTransferFeeConfigInstruction,
  createMintToInstruction,
  createThawAccountInstruction,
  createTransferCheckedWithFeeInstruction,
  getAccount,
  getAssociatedTokenAddressSync,
  getDefaultAccountState,
  getImmutableOwner,
  getInterestBearingMintConfigState,
  getMetadataPointerState,
  getMint,
  getMintCloseAuthority,
  getMintLen,
  getPermanentDelegate,
  getTransferFeeAmount,
  getTransferFeeConfig,
} from "@solana/spl-token";

const [httpUrl, websocketUrl] = process.argv.slice(2);
const connection = new Connection(httpUrl, { commitment: "confirmed", wsEndpoint: websocketUrl });
const seen = {};
const [payer, owner, wallet, mint] = Array.from({ length: 4 }, () => Keypair.generate());

async function confirm(signature) {
  const latest = await connection.getLatestBlockhash();
  const { value } = await connection.confirmTransaction({ signature, ...latest }, "confirmed");
  return value.err;
}

async function run(instructions, ...signers) {
  const transaction = new Transaction().add(...instructions);
  transaction.feePayer = payer.publicKey;
  transaction.recentBlockhash = (await connection.getLatestBlockhash()).blockhash;
  transaction.sign(payer, ...signers);
  const signature = await connection.sendRawTransaction(transaction.serialize());
  const err = await confirm(signature);
  if (err !== null) throw new Error(JSON.stringify(err));
  return signature;
}

await confirm(await connection.requestAirdrop(payer.publicKey, 10 * LAMPORTS_PER_SOL));

// What every step in the life of a slot is called. A client that gets an error for it subscribes again at once, for ever.
const updates = [];
const listener = connection.onSlotUpdate((update) => updates.push(update));

// A lookup table: of the newest final slot, and of the slot that the final bank's clock shows, as Solana's command line
// makes one; then a transaction that uses it.
async function table(recentSlot) {
  const [create, address] = AddressLookupTableProgram.createLookupTable({
    authority: payer.publicKey, payer: payer.publicKey, recentSlot,
  });
  const extend = AddressLookupTableProgram.extendLookupTable({
    payer: payer.publicKey, authority: payer.publicKey, lookupTable: address, addresses: [wallet.publicKey],
  });
  await run([create, extend]);
  return address;
}
await table(await connection.getSlot("finalized"));
const clock = await connection.getParsedAccountInfo(SYSVAR_CLOCK_PUBKEY, "finalized");
seen.clock = [clock.value.data.program, clock.value.data.parsed.type, clock.value.data.parsed.info.slot === clock.context.slot];
await new Promise((next) => connection.onRootChange(next)); // the same slot's table would be there already
const later = await connection.getAccountInfo(SYSVAR_CLOCK_PUBKEY, "finalized");
const address = await table(later.data.readBigUInt64LE(0));
const extended = await connection.getSlot();
while ((await connection.getSlot()) <= extended); // its entries can be used from the next slot on
const found = await connection.getAddressLookupTable(address);
seen.table = found.value.state.addresses.map((one) => one.equals(wallet.publicKey));
const { blockhash } = await connection.getLatestBlockhash();
const transaction = new VersionedTransaction(
  new TransactionMessage({
    payerKey: payer.publicKey,
    recentBlockhash: blockhash,
    instructions: [
      SystemProgram.transfer({ fromPubkey: payer.publicKey, toPubkey: wallet.publicKey, lamports: 1_234_567 }),
    ],
  }).compileToV0Message([found.value]),
);
transaction.sign([payer]);
const transfer = await connection.sendTransaction(transaction);
seen.transfer = await confirm(transfer);
seen.balance = await connection.getBalance(wallet.publicKey);

// A subscription to what has landed already
seen.landed = await new Promise((heard) => connection.onSignature(transfer, (result) => heard(result.err), "confirmed"));

// Who leads, and who is there
const leaders = await connection.getSlotLeaders(await connection.getSlot(), 5);
const nodes = await connection.getClusterNodes();
seen.leaders = [leaders.length, new Set(leaders.map(String)).size, nodes.some((one) => one.pubkey === String(leaders[0]))];

// A mint of Token-2022 with extensions, by what this client says of its bytes and by what the node says
const extensions = [
  ExtensionType.TransferFeeConfig, ExtensionType.MintCloseAuthority, ExtensionType.DefaultAccountState,
  ExtensionType.InterestBearingConfig, ExtensionType.PermanentDelegate, ExtensionType.MetadataPointer,
];
const space = getMintLen(extensions);
const authority = owner.publicKey;
const program = TOKEN_2022_PROGRAM_ID;
await run(
  [
    SystemProgram.createAccount({
      fromPubkey: payer.publicKey, newAccountPubkey: mint.publicKey, space, programId: program,
      lamports: await connection.getMinimumBalanceForRentExemption(space),
    }),
    createInitializeTransferFeeConfigInstruction(mint.publicKey, authority, authority, 125, 5_000n, program),
    createInitializeMintCloseAuthorityInstruction(mint.publicKey, authority, program),
    createInitializeDefaultAccountStateInstruction(mint.publicKey, AccountState.Frozen, program),
    createInitializeInterestBearingMintInstruction(mint.publicKey, authority, 500, program),
    createInitializePermanentDelegateInstruction(mint.publicKey, authority, program),
    createInitializeMetadataPointerInstruction(mint.publicKey, authority, mint.publicKey, program),
    createInitializeMintInstruction(mint.publicKey, 6, authority, authority, program),
  ],
  mint,
);
const tokenAccount = (holder) => getAssociatedTokenAddressSync(mint.publicKey, holder, false, program);
const [source, target] = [tokenAccount(authority), tokenAccount(wallet.publicKey)];
await run(
  [authority, wallet.publicKey].flatMap((holder) => [
    createAssociatedTokenAccountInstruction(payer.publicKey, tokenAccount(holder), holder, mint.publicKey, program),
    createThawAccountInstruction(tokenAccount(holder), mint.publicKey, authority, [], program),
  ]).concat([
    createMintToInstruction(mint.publicKey, source, authority, 1_000_000n, [], program),
    createTransferCheckedWithFeeInstruction(source, mint.publicKey, target, authority, 100_000n, 6, 1_250n, [], program),
  ]),
  owner,
);
// Nodes differ in the order of members, which says nothing.
const sorted = (one) => (one?.constructor === Object ? Object.fromEntries(Object.entries(one).sort()) : one);
const json = (value) => JSON.stringify(value, (_, one) => (typeof one === "bigint" ? Number(one) : sorted(one)));
const parsed = async (key) => (await connection.getParsedAccountInfo(key)).value.data.parsed.info;
const stateOf = (info, name) => info.extensions.find((one) => one.extension === name)?.state;
const text = (key) => String(key);
const read = await getMint(connection, mint.publicKey, "confirmed", program);
const info = await parsed(mint.publicKey);
const fee = getTransferFeeConfig(read);
const interest = getInterestBearingMintConfigState(read);
const pointer = getMetadataPointerState(read);
const schedule = (one) => ({ epoch: one.epoch, maximumFee: one.maximumFee, transferFeeBasisPoints: one.transferFeeBasisPoints });
const expected = {
  transferFeeConfig: {
    transferFeeConfigAuthority: text(fee.transferFeeConfigAuthority),
    withdrawWithheldAuthority: text(fee.withdrawWithheldAuthority),
    withheldAmount: fee.withheldAmount,
    olderTransferFee: schedule(fee.olderTransferFee),
    newerTransferFee: schedule(fee.newerTransferFee),
  },
  mintCloseAuthority: { closeAuthority: text(getMintCloseAuthority(read).closeAuthority) },
  defaultAccountState: { accountState: AccountState[getDefaultAccountState(read).state].toLowerCase() },
  interestBearingConfig: {
    rateAuthority: text(interest.rateAuthority),
    initializationTimestamp: interest.initializationTimestamp,
    preUpdateAverageRate: interest.preUpdateAverageRate,
    lastUpdateTimestamp: interest.lastUpdateTimestamp,
    currentRate: interest.currentRate,
  },
  permanentDelegate: { delegate: text(getPermanentDelegate(read).delegate) },
  metadataPointer: { authority: text(pointer.authority), metadataAddress: text(pointer.metadataAddress) },
};
seen.mint = Object.fromEntries(
  Object.entries(expected).map(([name, state]) => [name, json(stateOf(info, name)) === json(state) || [json(stateOf(info, name)), json(state)]]),
);
seen.others = info.extensions.length - Object.keys(expected).length;
const held = await getAccount(connection, target, "confirmed", program);
const account = await parsed(target);
seen.account = [
  json(stateOf(account, "transferFeeAmount")) === json({ withheldAmount: getTransferFeeAmount(held).withheldAmount }),
  account.extensions.some((one) => one.extension === "immutableOwner") === (getImmutableOwner(held) !== null),
  account.tokenAmount.amount === String(held.amount),
  account.state,
];

// Some slots' worth of updates: each slot has every step, in its order. A validator may tell of a root twice.
const kinds = ["createdBank", "frozen", "completed", "optimisticConfirmation", "root"];
const of = (slot) => updates.filter((one) => one.slot === slot).map((one) => one.type);
const whole = () => updates.find((one) => one.type === "createdBank" && kinds.every((kind) => of(one.slot).includes(kind)));
while (!whole()) await new Promise((next) => connection.onSlotChange(next));
await connection.removeSlotUpdateListener(listener);
const { slot } = whole();
seen.updates = [kinds.map((kind) => of(slot).includes(kind)), of(slot)[0], of(slot).at(-1)];
const frozen = updates.find((one) => one.slot === slot && one.type === "frozen");
seen.frozen = Object.keys(frozen.stats).sort();
seen.timestamp = Math.abs(Date.now() - Number(frozen.timestamp)) < 600_000;

console.log(JSON.stringify(seen));
process.exit(0);
