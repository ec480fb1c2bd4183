/** Credits by Solana Pay: a QR code that any wallet scans, and that says by itself when the payment has come. */

import { useEffect, useState } from "preact/hooks";
import * as operations from "../../../clients/typescript/src/operations.js";
import { ask, type PaymentLink, type PlatformView } from "../api.js";
import { isAddress } from "../chain/base58.js";
import { Plain } from "../failures.js";
import { credits, creditsText, currency, typedNumber } from "../money.js";
import { useAction } from "../parts/action.js";
import { Failure, News } from "../parts/notes.js";
import { Outcome } from "../parts/outcome.js";

const LOOK_MILLISECONDS = 2_000;

/** What is paid, and for whom. */
export interface PayByPhoneGiven {
  readonly platform: PlatformView;
  /** Whose credits; without one it is asked for. */
  readonly wallet?: string;
  readonly namespace?: string;
  readonly amount?: bigint | null;
}

/** A form that gives a code. */
export function PayByPhone({ platform, wallet, namespace = "", amount }: PayByPhoneGiven) {
  const [typedWallet, setWallet] = useState("");
  const [typedAmount, setAmount] = useState("1,000");
  const [link, setLink] = useState<PaymentLink | null>(null);
  const action = useAction();
  const show = (event: Event): void => {
    event.preventDefault();
    void action.run(async () => {
      const whose = wallet ?? typedWallet.trim();
      const wanted = amount === undefined ? typedNumber(typedAmount) : amount;
      if (!isAddress(whose)) {
        throw new Plain("That is not the address of a wallet: copy it from your wallet, where it says Receive.");
      }
      if (wanted === null || wanted < platform.min_purchase) {
        throw new Plain(`Buy at least ${credits(platform.min_purchase)} credits: type how many.`);
      }
      setLink(await ask(operations.getPaymentLink({ wallet: whose, credits: wanted, namespace })));
      return "";
    });
  };

  return (
    <>
      <form onSubmit={show}>
        {wallet === undefined && (
          <label>
            Your wallet's address
            <input value={typedWallet} required autocomplete="off" onInput={(event) => setWallet(event.currentTarget.value)} />
          </label>
        )}
        {amount === undefined && (
          <label>
            Credits
            <input
              value={typedAmount}
              required
              inputmode="numeric"
              onInput={(event) => setAmount(event.currentTarget.value)}
            />
          </label>
        )}
        <button type="submit" class="second" disabled={action.isBusy}>
          Show the QR code
        </button>
        <Outcome action={action} />
      </form>
      {link !== null && <Code key={link.reference} link={link} platform={platform} />}
    </>
  );
}

function Code({ link, platform }: { readonly link: PaymentLink; readonly platform: PlatformView }) {
  const [received, setReceived] = useState(false);
  const [isAway, setIsAway] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async (): Promise<void> => {
      try {
        const { state } = await ask(
          operations.getPayment(link.reference, {
            recipient: link.recipient,
            credits: link.credits,
            bonus_credits: link.bonus_credits,
          }),
        );
        setIsAway(false);
        if (state === "received") {
          setReceived(true);
          return;
        }
      } catch {
        setIsAway(true);
      }
      timer = setTimeout(() => void look(), LOOK_MILLISECONDS);
    };
    void look();
    return () => clearTimeout(timer);
  }, [link]);

  if (received) {
    return <News>Received: {creditsText(link.credits)}.</News>;
  }
  const { pathname, search } = new URL(link.qr_svg);
  return (
    <figure>
      <img src={pathname + search} alt="QR code of the Solana Pay link" width="240" height="240" />
      <figcaption>
        Scan it with your wallet: it pays {link.amount} {currency(platform)} for {creditsText(link.credits)}.{" "}
        <a href={link.solana_pay}>Open it on this device</a>
        <span class="quiet block" role="status">
          {isAway ? "The server does not answer: looking again…" : "Waiting for the payment…"}
        </span>
        {link.note !== null && (
          <span class="quiet block">
            {link.note}{" "}
            {link.transfer_request !== null && (
              <>
                <a href={link.transfer_request}>Open the transfer request</a>: it does not show here, but in your balance
                once it has become credits.
              </>
            )}
          </span>
        )}
      </figcaption>
      {isAway && <Failure text="What was paid is not lost: it shows here once the server answers again." />}
    </figure>
  );
}
