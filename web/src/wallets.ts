/** Wallets of this browser, by Wallet Standard. */

import type { SolanaSignMessageFeature, SolanaSignTransactionFeature } from "@solana/wallet-standard-features";
import { SolanaSignMessage, SolanaSignTransaction } from "@solana/wallet-standard-features";
import { getWallets } from "@wallet-standard/app";
import type { IdentifierString, Wallet, WalletAccount } from "@wallet-standard/base";
import { StandardConnect, type StandardConnectFeature } from "@wallet-standard/features";

const REJECTED_CODE = 4001;

type Features = StandardConnectFeature & SolanaSignMessageFeature & SolanaSignTransactionFeature;

/** A wallet that signs messages and transactions of Solana. */
export type SolanaWallet = Wallet & { readonly features: Features };

/** A wallet's account that the owner lets the page see. */
export interface Connected {
  readonly wallet: SolanaWallet;
  readonly account: WalletAccount;
}

/** The wallet does not have the account, or not any more. */
export class OtherAccount extends Error {
  override readonly name = "OtherAccount";
}

/** The wallet did not do it: its owner said no, or it failed. Nothing was signed. */
export class WalletFailed extends Error {
  override readonly name = "WalletFailed";
}

/** The wallets that are there now. */
export function solanaWallets(): readonly SolanaWallet[] {
  return getWallets().get().filter(isSolana);
}

/** Hears of wallets that come and go; returns what ends that. */
export function onWallets(heard: () => void): () => void {
  const ends = [getWallets().on("register", heard), getWallets().on("unregister", heard)];
  return () => ends.forEach((end) => end());
}

/** Asks the wallet which of its accounts the page may see. Throws what the wallet throws, and OtherAccount. */
export async function connect(wallet: SolanaWallet, silent = false): Promise<Connected> {
  const { accounts } = await asked(() => wallet.features[StandardConnect].connect(silent ? { silent } : undefined));
  const account = accounts.find((each) => each.chains.some((chain) => chain.startsWith("solana:")));
  if (account === undefined) {
    throw new OtherAccount(`${wallet.name} has shown no account of Solana: choose one there, then connect again.`);
  }
  return { wallet, account };
}

/** The account of an address, in whichever wallet has it. Throws OtherAccount. */
export async function accountOf(address: string): Promise<Connected> {
  const wallets = solanaWallets();
  for (const silent of [true, false]) {
    for (const wallet of silent || wallets.length === 1 ? wallets : []) {
      const found = wallet.accounts.find((each) => each.address === address) ?? (await shown(wallet, address, silent));
      if (found !== undefined) {
        return { wallet, account: found };
      }
    }
  }
  throw new OtherAccount(
    `No wallet in this browser shows ${address} to this page: open your wallet, choose that account, then try again.`,
  );
}

/** The wallet's signature of a text. */
export async function signMessage({ wallet, account }: Connected, message: string): Promise<Uint8Array> {
  const bytes = new TextEncoder().encode(message);
  const [signed] = await asked(() => wallet.features[SolanaSignMessage].signMessage({ account, message: bytes }));
  return required(signed).signature;
}

/** The transaction with the wallet's signature. */
export async function signTransaction(by: Connected, transaction: Uint8Array, chain: string): Promise<Uint8Array> {
  const { wallet, account } = by;
  const onChain: IdentifierString = `solana:${chain}`;
  const [signed] = await asked(() =>
    wallet.features[SolanaSignTransaction].signTransaction({ account, transaction, chain: onChain }),
  );
  return required(signed).signedTransaction;
}

async function shown(wallet: SolanaWallet, address: string, silent: boolean): Promise<WalletAccount | undefined> {
  try {
    const { accounts } = await asked(() => wallet.features[StandardConnect].connect(silent ? { silent } : undefined));
    return accounts.find((each) => each.address === address);
  } catch (error) {
    if (silent) {
      return undefined;
    }
    throw error;
  }
}

function isSolana(wallet: Wallet): wallet is SolanaWallet {
  const needed = [StandardConnect, SolanaSignMessage, SolanaSignTransaction];
  return wallet.chains.some((chain) => chain.startsWith("solana:")) && needed.every((name) => name in wallet.features);
}

/** Only what a wallet throws is its own. Throws WalletFailed. */
async function asked<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw new WalletFailed(
      wasRejected(error)
        ? "You declined it in your wallet. Nothing was sent, and nothing was paid; try again whenever you like."
        : `The wallet did not sign (${saidBy(error) || "it was closed"}). Nothing was sent; open your wallet and try again.`,
    );
  }
}

function wasRejected(error: unknown): boolean {
  const code = error instanceof Object && "code" in error ? error.code : undefined;
  return code === REJECTED_CODE || /reject|declin|cancel|denied/i.test(saidBy(error));
}

function saidBy(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function required<T>(value: T | undefined): T {
  if (value === undefined) {
    throw new WalletFailed("The wallet gave nothing back. Nothing was sent; try again.");
  }
  return value;
}
