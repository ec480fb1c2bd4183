// A program on @solana/kit as its users write one: it knows the node's two addresses and nothing of what it is.
//
//     node program.mjs HTTP_URL WEBSOCKET_URL
//
// Prints one line of JSON: what the node let it see, without what every node chooses itself.

import {
  address,
  airdropFactory,
  appendTransactionMessageInstructions,
  assertIsTransactionWithBlockhashLifetime,
  createSolanaRpc,
  createSolanaRpcSubscriptions,
  createTransactionMessage,
  fetchEncodedAccount,
  generateKeyPairSigner,
  getSignatureFromTransaction,
  getTransactionEncoder,
  isSolanaError,
  lamports,
  pipe,
  sendAndConfirmTransactionFactory,
  setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash,
  signTransactionMessageWithSigners,
} from "@solana/kit";
import { getCreateAccountInstruction, getTransferSolInstruction } from "@solana-program/system";
import {
  TOKEN_PROGRAM_ADDRESS,
  fetchMint,
  fetchToken,
  findAssociatedTokenPda,
  getCreateAssociatedTokenIdempotentInstructionAsync,
  getInitializeMint2Instruction,
  getMintSize,
  getMintToInstruction,
  getTransferInstruction,
} from "@solana-program/token";

const [httpUrl, websocketUrl] = process.argv.slice(2);
const rpc = createSolanaRpc(httpUrl);
const rpcSubscriptions = createSolanaRpcSubscriptions(websocketUrl);
const sendAndConfirm = sendAndConfirmTransactionFactory({ rpc, rpcSubscriptions });
const airdrop = airdropFactory({ rpc, rpcSubscriptions });

const seen = {};
const [payer, owner, wallet, mint] = await Promise.all([1, 2, 3, 4].map(() => generateKeyPairSigner()));
const names = new Map([payer, owner, wallet, mint].map((one, place) => [one.address, ["payer", "owner", "wallet", "mint"][place]]));

async function sign(instructions) {
  const { value: latest } = await rpc.getLatestBlockhash({ commitment: "confirmed" }).send();
  const message = pipe(
    createTransactionMessage({ version: 0 }),
    (one) => setTransactionMessageFeePayerSigner(payer, one),
    (one) => setTransactionMessageLifetimeUsingBlockhash(latest, one),
    (one) => appendTransactionMessageInstructions(instructions, one),
  );
  const transaction = await signTransactionMessageWithSigners(message);
  assertIsTransactionWithBlockhashLifetime(transaction);
  return transaction;
}

async function run(instructions) {
  const transaction = await sign(instructions);
  await sendAndConfirm(transaction, { commitment: "confirmed" });
  return getSignatureFromTransaction(transaction);
}

// Balances and a notification
await airdrop({ recipientAddress: payer.address, lamports: lamports(10_000_000_000n), commitment: "confirmed" });
const abort = new AbortController();
const notifications = await rpcSubscriptions
  .accountNotifications(wallet.address, { commitment: "confirmed", encoding: "base64" })
  .subscribe({ abortSignal: abort.signal });
const notified = (async () => {
  for await (const { value } of notifications) return value.lamports;
})();
const transfer = await run([getTransferSolInstruction({ source: payer, destination: wallet.address, amount: 1_234_567n })]);
seen.notified = await notified;
abort.abort();
seen.balance = (await rpc.getBalance(wallet.address, { commitment: "confirmed" }).send()).value;

// A subscription to what has landed already
const late = await rpcSubscriptions
  .signatureNotifications(transfer, { commitment: "confirmed" })
  .subscribe({ abortSignal: AbortSignal.timeout(300_000) });
for await (const { value } of late) {
  seen.landed = value.err;
  break;
}

// Tokens
const space = BigInt(getMintSize());
const rent = await rpc.getMinimumBalanceForRentExemption(space).send();
await run([
  getCreateAccountInstruction({ payer, newAccount: mint, lamports: rent, space, programAddress: TOKEN_PROGRAM_ADDRESS }),
  getInitializeMint2Instruction({ mint: mint.address, decimals: 6, mintAuthority: owner.address }),
]);
const [source] = await findAssociatedTokenPda({ owner: owner.address, tokenProgram: TOKEN_PROGRAM_ADDRESS, mint: mint.address });
const [target] = await findAssociatedTokenPda({ owner: wallet.address, tokenProgram: TOKEN_PROGRAM_ADDRESS, mint: mint.address });
names.set(source, "source").set(target, "target");
const tokens = await run([
  await getCreateAssociatedTokenIdempotentInstructionAsync({ payer, owner: owner.address, mint: mint.address }),
  await getCreateAssociatedTokenIdempotentInstructionAsync({ payer, owner: wallet.address, mint: mint.address }),
  getMintToInstruction({ mint: mint.address, token: source, mintAuthority: owner, amount: 5_000_000n }),
  getTransferInstruction({ source, destination: target, authority: owner, amount: 1_500_000n }),
]);
const confirmed = { commitment: "confirmed" };
seen.supply = (await fetchMint(rpc, mint.address, confirmed)).data.supply;
seen.token = (await fetchToken(rpc, target, confirmed)).data.amount;
seen.missing = (await fetchEncodedAccount(rpc, owner.address, confirmed)).exists;
const held = await rpc
  .getTokenAccountsByOwner(wallet.address, { mint: mint.address }, { encoding: "jsonParsed", ...confirmed })
  .send();
seen.held = held.value.map((one) => [names.get(one.pubkey), one.account.data.parsed.info.tokenAmount.amount]);

// History
const found = await rpc
  .getTransaction(tokens, { encoding: "jsonParsed", maxSupportedTransactionVersion: 0, ...confirmed })
  .send();
seen.inner = found.meta.innerInstructions.map((group) => [
  group.index,
  group.instructions.map((one) => (one.parsed ? one.parsed.type : one.programId)),
]);
seen.tokenBalances = found.meta.postTokenBalances.map((one) => [names.get(one.owner), one.uiTokenAmount.amount]);
seen.version = found.version;
const history = await rpc.getSignaturesForAddress(wallet.address, { limit: 10, ...confirmed }).send();
seen.history = history.map((one) => [one.signature === transfer, one.signature === tokens, one.err]);

// An error
try {
  await run([getTransferSolInstruction({ source: payer, destination: wallet.address, amount: 10n ** 18n })]);
  seen.error = "none";
} catch (problem) {
  seen.error = [isSolanaError(problem), problem.context?.__code, problem.cause?.context?.__code, problem.message.split("\n")[0]];
}
const simulated = await rpc
  .simulateTransaction(
    Buffer.from(getTransactionEncoder().encode(
      await sign([getTransferSolInstruction({ source: payer, destination: address(wallet.address), amount: 1n })]),
    )).toString("base64"),
    { encoding: "base64", ...confirmed },
  )
  .send();
seen.simulated = [simulated.value.err, simulated.value.logs];

console.log(JSON.stringify(seen, (_, value) => (typeof value === "bigint" ? value.toString() : value)));
process.exit(0);
