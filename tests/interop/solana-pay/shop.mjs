// A payment between ordinary wallets as a shop on @solana/pay does it: it shows a URL, a wallet reads and pays it, the
// shop finds the payment by its reference and checks it. In USDC and in SOL.
//
//     node shop.mjs STAGE.json
//
// Prints one JSON object with what it saw (tests/interop/test_solana_pay.py says what it must be).
import { readFileSync } from "node:fs";
import {
  address,
  appendTransactionMessageInstructions,
  assertIsTransactionWithBlockhashLifetime,
  createKeyPairSignerFromBytes,
  createSolanaRpc,
  createSolanaRpcSubscriptions,
  createTransactionMessage,
  generateKeyPairSigner,
  getSignatureFromTransaction,
  pipe,
  sendAndConfirmTransactionFactory,
  setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash,
  signTransactionMessageWithSigners,
} from "@solana/kit";
import { fetchToken, findAssociatedTokenPda, TOKEN_PROGRAM_ADDRESS } from "@solana-program/token";
import { createTransfer, encodeURL, findReference, parseURL, validateTransfer } from "@solana/pay";

const stage = JSON.parse(readFileSync(process.argv[2], "utf8"));
const rpc = createSolanaRpc(stage.url);
const rpcSubscriptions = createSolanaRpcSubscriptions(stage.websocket_url);
const sendAndConfirm = sendAndConfirmTransactionFactory({ rpc, rpcSubscriptions });
const buyer = await createKeyPairSignerFromBytes(Uint8Array.from(stage.wallet));
const mint = address(stage.mint);

async function pay(instructions) {
  const { value: latest } = await rpc.getLatestBlockhash({ commitment: "confirmed" }).send();
  const message = pipe(
    createTransactionMessage({ version: 0 }),
    (one) => setTransactionMessageFeePayerSigner(buyer, one),
    (one) => setTransactionMessageLifetimeUsingBlockhash(latest, one),
    (one) => appendTransactionMessageInstructions(instructions, one),
  );
  const transaction = await signTransactionMessageWithSigners(message);
  assertIsTransactionWithBlockhashLifetime(transaction);
  await sendAndConfirm(transaction, { commitment: "confirmed" });
  return getSignatureFromTransaction(transaction);
}

async function tokensOf(owner) {
  const [account] = await findAssociatedTokenPda({ owner, tokenProgram: TOKEN_PROGRAM_ADDRESS, mint });
  return (await fetchToken(rpc, account, { commitment: "confirmed" })).data.amount;
}

const lamportsOf = async (owner) => (await rpc.getBalance(owner, { commitment: "confirmed" }).send()).value;

const failure = async (promise) => {
  try {
    await promise;
    return null;
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
};

async function payment(recipient, { splToken, amount, memo }) {
  const { address: reference } = await generateKeyPairSigner();
  const unpaid = await failure(findReference(rpc, reference, { commitment: "confirmed" }));
  const asked = parseURL(encodeURL({ recipient, amount, splToken, reference: [reference], memo, label: "Shop" }));
  const balance = async () => (splToken ? tokensOf(recipient) : lamportsOf(recipient));
  const before = await balance();
  const signature = await pay(await createTransfer(rpc, buyer, asked));
  const found = await findReference(rpc, reference, { commitment: "confirmed" });
  const expected = { recipient, amount, splToken, reference, memo };
  const response = await validateTransfer(rpc, signature, expected);
  return {
    unpaid,
    found: found.signature === signature,
    err: found.err,
    memo: found.memo,
    validated: response.slot === found.slot,
    received: String((await balance()) - before),
    // What a shop must not take for its payment.
    more: await failure(validateTransfer(rpc, signature, { ...expected, amount: amount * 2 })),
    other: await failure(validateTransfer(rpc, signature, { ...expected, recipient: buyer.address })),
    elsewhere: await failure(validateTransfer(rpc, signature, { ...expected, reference: buyer.address })),
  };
}

// A link that somebody else made: paid as it is, then found and checked by what it says.
async function linked(link) {
  const asked = parseURL(link);
  const [reference] = asked.reference;
  const signature = await pay(await createTransfer(rpc, buyer, asked));
  const found = await findReference(rpc, reference, { commitment: "confirmed" });
  await validateTransfer(rpc, signature, { ...asked, reference });
  return { label: asked.label, amount: String(asked.amount), found: found.signature === signature };
}

const shop = address(stage.shop);
const seen = {
  usdc: await payment(shop, { splToken: mint, amount: 1.25, memo: "order 7" }),
  sol: await payment(shop, { amount: 0.5 }),
  credit: await payment(address(stage.credit), { splToken: mint, amount: 1 }),
  link: await linked(stage.link),
};
console.log(JSON.stringify(seen));
process.exit(0); // the subscriptions' socket would keep the process
