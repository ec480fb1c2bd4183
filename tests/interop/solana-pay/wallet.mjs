// A wallet on @solana/pay: it reads a link, asks what it is for, asks for the transaction, signs it and sends it; the
// shop finds the payment by its reference.
//
//     node wallet.mjs STAGE.json
//
// Prints one JSON object with what it saw (tests/api/test_pay.py says what it must be).
import { readFileSync } from "node:fs";
import {
  address,
  createKeyPairFromBytes,
  createSolanaRpc,
  getBase64EncodedWireTransaction,
  getCompiledTransactionMessageDecoder,
  signTransaction,
} from "@solana/kit";
import { fetchTransaction, findReference, parseURL } from "@solana/pay";

const stage = JSON.parse(readFileSync(process.argv[2], "utf8"));
const rpc = createSolanaRpc(stage.url);
const wallet = await createKeyPairFromBytes(Uint8Array.from(stage.wallet));

// The link says https, as wallets want it; the server of the test has no certificate.
const { link } = parseURL(stage.link);
const here = new URL(`${link.pathname}${link.search}`, stage.server);
const shown = await (await fetch(here)).json();
const transaction = await fetchTransaction(rpc, address(stage.account), here, { commitment: "confirmed" });
const message = getCompiledTransactionMessageDecoder().decode(transaction.messageBytes);
const signed = await signTransaction([wallet], transaction);
const signature = await rpc.sendTransaction(getBase64EncodedWireTransaction(signed), { encoding: "base64", preflightCommitment: "confirmed" }).send();
const confirmed = async () => {
  const { value } = await rpc.getSignatureStatuses([signature]).send();
  return value[0] !== null && value[0].confirmationStatus !== "processed" ? value[0] : null;
};
let status = null;
while (status === null) {
  status = await confirmed();
  await new Promise((done) => setTimeout(done, 50));
}
const reference = new URL(link).searchParams.get("reference");
const found = await findReference(rpc, address(reference), { commitment: "confirmed" });
console.log(
  JSON.stringify({
    host: link.host,
    label: shown.label,
    icon: new URL(shown.icon).pathname,
    payer: message.staticAccounts[0],
    signers: message.header.numSignerAccounts,
    err: status.err,
    found: found.signature === signature,
  }),
);
