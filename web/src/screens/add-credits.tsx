/** Buying: an amount or a pack, approved in the wallet or paid by a QR code. */

import { useState } from "preact/hooks";
import * as operations from "../../../clients/typescript/src/operations.js";
import type { LimitsView, PackView } from "../api.js";
import { approve } from "../approve.js";
import { Plain } from "../failures.js";
import { credits, creditsText, duration, price, short, typedNumber } from "../money.js";
import { useAction } from "../parts/action.js";
import { Amount } from "../parts/amount.js";
import { LimitsFields, limitsOf, NOTHING, typedOf } from "../parts/limits-fields.js";
import { Warning } from "../parts/notes.js";
import { Outcome } from "../parts/outcome.js";
import { useResource } from "../parts/resource.js";
import type { ScreenGiven } from "../signed-in.js";
import { PayByPhoneLater } from "./pay-by-phone-later.js";

const SUGGESTED = [500n, 1_000n, 5_000n];

/** The form; it opens the account, too, where it is not open. */
export function AddCredits({ account, side }: ScreenGiven) {
  const { platform } = side;
  const isNew = account === null;
  const packs = useResource(() => operations.listPacks());
  const [amount, setAmount] = useState("1,000");
  const [pack, setPack] = useState<PackView | null>(null);
  const [limits, setLimits] = useState(() => typedOf(platform.suggested_limits ?? NOTHING));
  const action = useAction();
  const wanted = pack === null ? typedNumber(amount) : pack.credits;
  const least = platform.min_purchase;
  const gets = pack === null ? wanted : totalOf(pack);

  const buy = (event: Event): void => {
    event.preventDefault();
    void action.run(async (tell) => {
      if (wanted === null || gets === null || wanted < least) {
        throw new Plain(`Buy at least ${credits(least)} credits: type a whole number.`);
      }
      const chosen = pack === null ? null : { pack: Number(pack.pack), bonusCredits: pack.bonus_credits };
      const opening: LimitsView | null = isNew ? limitsOf(limits) : null;
      await approve({ kind: "purchase", credits: wanted, pack: chosen, limits: opening }, side, tell);
      return `Done: ${creditsText(gets)} are yours.`;
    });
  };
  if (platform.is_paused) {
    return <Warning>The platform has paused purchases. What you have can still be withdrawn, under Settings.</Warning>;
  }
  return (
    <section aria-labelledby="add">
      <h2 id="add">{isNew ? "Buy your first credits" : "Add credits"}</h2>
      <form onSubmit={buy}>
        <Packs packs={packs.value?.data ?? []} chosen={pack} choose={setPack} side={side} />
        {pack === null && (
          <>
            <Amount
              label="How many"
              value={amount}
              typed={setAmount}
              hint={`At least ${credits(least)}; one costs ${price(1n, platform)}.`}
            />
            <div class="chips">
              {SUGGESTED.filter((each) => each >= least).map((each) => (
                <button key={each} type="button" class="chip" onClick={() => setAmount(credits(each))}>
                  {credits(each)}
                </button>
              ))}
            </div>
          </>
        )}
        {isNew && (
          <fieldset>
            <legend>What the operator may lock without asking you</legend>
            <p class="quiet">
              Requests run without an approval each, within these limits. Change them at any time, under Settings.
            </p>
            <LimitsFields value={limits} typed={setLimits} />
          </fieldset>
        )}
        {wanted !== null && wanted >= least && gets !== null && (
          <p class="says">
            <b>{price(wanted, platform)}</b> leave your wallet {short(side.wallet)} for your credit account of the platform{" "}
            {short(platform.platform)}, and you get{" "}
            <b>{creditsText(gets)}</b>.{" "}
            {isNew && `The same approval opens the account: it keeps a deposit of SOL that comes back when you close it, and the operator may lock up to ${limits.period} credits each ${duration(limits.seconds)}.`}
          </p>
        )}
        <button type="submit" disabled={action.isBusy}>
          {action.isBusy ? "Buying…" : `Buy ${wanted === null ? "credits" : creditsText(gets ?? wanted)}`}
        </button>
        <Outcome action={action} />
      </form>
      {!isNew && <PayByPhoneLater platform={platform} wallet={side.wallet} namespace={side.namespace} amount={wanted} />}
    </section>
  );
}

/** What the checked transaction gives: the server's own sum is not in it. */
function totalOf(pack: PackView): bigint {
  return pack.credits + pack.bonus_credits;
}

interface PacksGiven extends Pick<ScreenGiven, "side"> {
  readonly packs: readonly PackView[];
  readonly chosen: PackView | null;
  readonly choose: (pack: PackView | null) => void;
}

function Packs({ packs, chosen, choose, side }: PacksGiven) {
  if (packs.length === 0) {
    return null;
  }
  return (
    <fieldset class="packs">
      <legend>Packs</legend>
      {packs.map((each) => (
        <label key={each.pack} class="pack">
          <input type="radio" name="pack" checked={chosen?.pack === each.pack} onChange={() => choose(each)} />
          <span>
            <b>{creditsText(totalOf(each))}</b> for {price(each.credits, side.platform)}
            {each.bonus_credits > 0n && <span class="quiet block">{credits(each.bonus_credits)} of them on top</span>}
          </span>
        </label>
      ))}
      <label class="pack">
        <input type="radio" name="pack" checked={chosen === null} onChange={() => choose(null)} />
        <span>Another number</span>
      </label>
    </fieldset>
  );
}
