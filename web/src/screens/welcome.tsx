/** The way in: a wallet of this browser, or how to get one. */

import { useEffect, useState } from "preact/hooks";
import { challenge, type PlatformView, signIn, type WebSession } from "../api.js";
import { prove, signInSentence } from "../messages.js";
import { price } from "../money.js";
import { useAction } from "../parts/action.js";
import { News } from "../parts/notes.js";
import { Outcome } from "../parts/outcome.js";
import { connect, onWallets, type SolanaWallet, solanaWallets } from "../wallets.js";
import { PayByPhoneLater } from "./pay-by-phone-later.js";

const NAMESPACE = "";

interface Given {
  readonly platform: PlatformView;
  /** Why somebody is here again; empty: no reason. */
  readonly notice: string;
  readonly entered: (session: WebSession) => void;
}

/** Wallets to sign in with. */
export function Welcome({ platform, notice, entered }: Given) {
  const wallets = useWallets();
  const action = useAction();
  const enter = (wallet: SolanaWallet): Promise<void> =>
    action.run(async (tell) => {
      tell(`Connect this page in ${wallet.name}.`);
      const by = await connect(wallet);
      const address = by.account.address;
      const asked = await challenge(address, NAMESPACE);
      tell(`Sign in with ${wallet.name}: it shows a text, and nothing is paid.`);
      const proof = await prove(asked, signInSentence(platform.platform, NAMESPACE), by, platform);
      entered(await signIn({ wallet: address, namespace: NAMESPACE, ...proof }));
      return "";
    });

  return (
    <main class="narrow">
      <h1>{platform.name} credits</h1>
      <p>
        Prepaid credits for AI requests, {price(1n, platform)} each. They are held in escrow on Solana: what you do not
        spend, you take out again at any time.
      </p>
      {notice !== "" && <News>{notice}</News>}
      <h2>Connect your wallet</h2>
      {wallets.length > 0 ? (
        <ul class="wallets">
          {wallets.map((wallet) => (
            <li key={wallet.name}>
              <button type="button" disabled={action.isBusy} onClick={() => void enter(wallet)}>
                {wallet.name}
              </button>
            </li>
          ))}
        </ul>
      ) : (
        <NoWallet />
      )}
      <Outcome action={action} />
      <PayByPhoneLater platform={platform} />
    </main>
  );
}

function NoWallet() {
  return (
    <>
      <p>This browser has no wallet for Solana. To get one:</p>
      <ol>
        <li>
          Install a wallet from its maker's own site, such as <b>phantom.com</b>, <b>solflare.com</b> or{" "}
          <b>backpack.app</b>. On a phone, open this page in the wallet's own browser.
        </li>
        <li>Send it what credits are paid with, and a little SOL for fees.</li>
        <li>Come back here: the wallet appears by itself.</li>
      </ol>
    </>
  );
}

function useWallets(): readonly SolanaWallet[] {
  const [wallets, setWallets] = useState(solanaWallets);
  useEffect(() => onWallets(() => setWallets(solanaWallets())), []);
  return wallets;
}
