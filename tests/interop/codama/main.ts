// Purchase, lock, settle and withdraw with the client that Codama rendered, by nothing that is derived by hand.
//
//     node main.js STAGE.json
//
// Addresses come of the rendered `find…Pda` and of fields of accounts. Prints one JSON object with what it read on the
// way (tests/interop/test_clients_of_the_idl.py says what it must be).
import { readFileSync } from "node:fs";
import {
  address,
  appendTransactionMessageInstructions,
  assertIsTransactionWithBlockhashLifetime,
  createKeyPairSignerFromBytes,
  createSolanaRpc,
  createSolanaRpcSubscriptions,
  createTransactionMessage,
  getSignatureFromTransaction,
  pipe,
  sendAndConfirmTransactionFactory,
  setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash,
  signTransactionMessageWithSigners,
  type Instruction,
  type KeyPairSigner,
  type ReadonlyUint8Array,
} from "@solana/kit";
import { findAssociatedTokenPda, TOKEN_PROGRAM_ADDRESS } from "@solana-program/token";
import {
  JOB_ESCROW_ERROR__BELOW_MINIMUM_PURCHASE,
  fetchCreditAccount,
  fetchJob,
  fetchPlatform,
  findCreditAccountPda,
  findJobPda,
  findPayeePda,
  findPlatformPda,
  findSessionPda,
  getCreditsPurchasedDecoder,
  getCreditsWithdrawnDecoder,
  getJobLockedDecoder,
  getJobSettledDecoder,
  getLockInstructionAsync,
  getPurchaseInstructionAsync,
  getSettleInstructionAsync,
  getWithdrawInstructionAsync,
  isJobEscrowError,
} from "./client/src/generated";
import { programError, programEvents, type ProgramIdl } from "./program";

interface Stage {
  url: string;
  websocket_url: string;
  idl: string;
  wallet: number[];
  operator: number[];
  platform: string;
  mint: string;
}

const DECODERS: Record<string, { decode: (bytes: ReadonlyUint8Array) => object }> = {
  CreditsPurchased: getCreditsPurchasedDecoder(),
  JobLocked: getJobLockedDecoder(),
  JobSettled: getJobSettledDecoder(),
  CreditsWithdrawn: getCreditsWithdrawnDecoder(),
};

async function main(): Promise<void> {
  const stage = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as Stage;
  const idl = JSON.parse(readFileSync(stage.idl, "utf8")) as ProgramIdl;
  const rpc = createSolanaRpc(stage.url);
  const rpcSubscriptions = createSolanaRpcSubscriptions(stage.websocket_url);
  const sendAndConfirm = sendAndConfirmTransactionFactory({ rpc, rpcSubscriptions });
  const wallet = await createKeyPairSignerFromBytes(Uint8Array.from(stage.wallet));
  const operator = await createKeyPairSignerFromBytes(Uint8Array.from(stage.operator));
  const confirmed = { commitment: "confirmed" } as const;

  async function message(payer: KeyPairSigner, instruction: Instruction) {
    const { value: latest } = await rpc.getLatestBlockhash(confirmed).send();
    return pipe(
      createTransactionMessage({ version: 0 }),
      (one) => setTransactionMessageFeePayerSigner(payer, one),
      (one) => setTransactionMessageLifetimeUsingBlockhash(latest, one),
      (one) => appendTransactionMessageInstructions([instruction], one),
    );
  }

  async function run(payer: KeyPairSigner, instruction: Instruction) {
    const transaction = await signTransactionMessageWithSigners(await message(payer, instruction));
    assertIsTransactionWithBlockhashLifetime(transaction);
    await sendAndConfirm(transaction, confirmed);
    return rpc
      .getTransaction(getSignatureFromTransaction(transaction), {
        ...confirmed, encoding: "json", maxSupportedTransactionVersion: 0,
      })
      .send();
  }

  const namespace = new Uint8Array(16);
  const platform = address(stage.platform);
  const [creditAccount] = await findCreditAccountPda({ platform, wallet: wallet.address, namespace });
  const terms = (await fetchPlatform(rpc, platform, confirmed)).data;
  const account = async () => (await fetchCreditAccount(rpc, creditAccount, confirmed)).data;
  const { vault } = await account();
  const [source] = await findAssociatedTokenPda({
    owner: wallet.address, tokenProgram: TOKEN_PROGRAM_ADDRESS, mint: terms.mint,
  });

  const steps: Record<string, object> = {};
  const decoded: Record<string, object> = {};
  async function step(name: string, payer: KeyPairSigner, instruction: Instruction): Promise<void> {
    const events = programEvents(await run(payer, instruction), idl);
    const now = await account();
    for (const event of events) decoded[event.name] = DECODERS[event.name]?.decode(event.bytes.subarray(8)) ?? {};
    steps[name] = {
      account: {
        paid_available: String(now.paidAvailable),
        paid_locked: String(now.paidLocked),
        spent_paid: String(now.spentPaid),
        withdrawn: String(now.withdrawn),
        open_jobs: String(now.openJobs),
        sequence: String(now.sequence),
      },
      events: events.map((each) => each.name),
    };
  }

  const next = async () => (await account()).sequence + 1n;
  const purchase = async (credits: number) =>
    getPurchaseInstructionAsync({
      payer: wallet, source, platform, creditAccount, vault, credits, sequence: await next(),
    });
  await step("purchase", wallet, await purchase(500));

  // Only an id whose address has this bump can be a job's.
  let id = (await account()).jobIds.highest;
  let job;
  let bump: number;
  do {
    id += 1n;
    [job, bump] = await findJobPda({ creditAccount, id });
  } while (bump !== 255);
  await step("lock", operator, await getLockInstructionAsync({
    authority: operator, payer: operator, platform, creditAccount, id, tier: 3, amount: 2400, maxCredits: 48, seconds: 600,
  }));
  const locked = (await fetchJob(rpc, job, confirmed)).data;

  await step("settle", operator, await getSettleInstructionAsync({
    operator, platform, creditAccount, job, vault, treasury: terms.treasury, rentPayer: locked.rentPayer,
    amount: 2001, isFinal: true, proof: null,
  }));
  await step("withdraw", wallet, await getWithdrawInstructionAsync({
    wallet, creditAccount, vault, destination: source, credits: null, sequence: await next(),
  }));

  const refusal = await message(wallet, await purchase(99));
  let refused: object = {};
  try {
    const transaction = await signTransactionMessageWithSigners(refusal);
    assertIsTransactionWithBlockhashLifetime(transaction);
    await sendAndConfirm(transaction, confirmed);
  } catch (error) {
    const cause = error instanceof Error && error.cause ? error.cause : error;
    refused = {
      ...programError(error, idl),
      rendered: isJobEscrowError(cause, refusal, JOB_ESCROW_ERROR__BELOW_MINIMUM_PURCHASE),
    };
  }

  const name = new Uint8Array(32);
  name.set(new TextEncoder().encode("mine"));
  const seen = {
    steps,
    platform: {
      base_units_per_credit: String(terms.baseUnitsPerCredit),
      treasury: terms.treasury,
      max_flat: String(terms.tiers[3]?.flatCredits),
    },
    job: { credits: String(locked.credits), max_units: String(locked.maxUnits), paid: String(locked.held.paid) },
    refused,
    derived: {
      credit: creditAccount,
      vault,
      session: (await findSessionPda({ creditAccount, id }))[0],
      payee: (await findPayeePda({ platform, owner: wallet.address }))[0],
      platform: (await findPlatformPda({ creator: wallet.address, name }))[0],
      id: String(id),
    },
    decoded,
  };
  console.log(JSON.stringify(seen, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)));
  process.exit(0); // the subscriptions' socket would keep the process
}

void main();
