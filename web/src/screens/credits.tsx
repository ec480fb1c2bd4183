/** What can be spent, what is locked, and how to add more. */

import type { ComponentChildren } from "preact";
import type { AccountView } from "../api.js";
import { baseUnits, credits, creditsText, duration, price, tokens, when } from "../money.js";
import { Address } from "../parts/address.js";
import type { ScreenGiven } from "../signed-in.js";
import { AddCredits } from "./add-credits.js";

/** The first screen. */
export function Credits(given: ScreenGiven) {
  const { account } = given;
  if (account === undefined) {
    return <p class="quiet">Reading your balance…</p>;
  }
  return (
    <>
      <h1 class="hidden">Credits</h1>
      {account !== null && (
        <section aria-label="Balance" class="overview">
          <p class="big">
            <span class="quiet block">What you can spend now</span>
            <strong>{credits(account.credits_remaining)}</strong> {account.credits_remaining === 1n ? "credit" : "credits"}
          </p>
          <Parts {...given} account={account} />
        </section>
      )}
      <AddCredits {...given} />
    </>
  );
}

function Parts({ account, side }: ScreenGiven & { readonly account: AccountView }) {
  const { platform } = side;
  const promotion = baseUnits(account.promotion_value, platform);
  const withdrawable = account.withdrawable_value;
  return (
    <dl>
      <Part name="Paid" amount={account.withdrawable_credits} shown={price(account.withdrawable_credits, platform)}>
        Never expire.{" "}
        {withdrawable !== null && <>Withdrawing all of them pays {tokens(baseUnits(withdrawable, platform), platform)}. </>}
        {promotion > 0n && <>Bonuses have paid {tokens(promotion, platform)} of them, which is spent and never withdrawn.</>}
      </Part>
      <Part name="Granted" amount={account.credits_granted}>
        {account.grants.length === 0
          ? "Given by the platform; spent before paid ones."
          : account.grants.map((each) => (
              <span key={each.expires_at} class="block">
                {creditsText(each.credits)} {each.expires_at === null ? "without an end" : `until ${when(each.expires_at)}`}
              </span>
            ))}
      </Part>
      <Part name="Locked" amount={account.credits_locked}>
        {account.open_jobs === 0n ? "Nothing is running." : lockedIn(account)}
      </Part>
      <div>
        <dt>Used lately</dt>
        <dd class="number">{account.burn_rate}</dd>
        <dd class="quiet about">
          Credits a day, over {duration(604_800n)}.{" "}
          {account.days_left !== null && `What you have lasts about ${account.days_left} days.`}
        </dd>
      </div>
      <div>
        <dt>Account</dt>
        <dd class="number">
          <Address of={account.credit_account} name="your credit account's address" />
        </dd>
        <dd class="quiet about">Where your credits lie on Solana.</dd>
      </div>
    </dl>
  );
}

/** What holds credits, and how much of that requests can still spend. */
function lockedIn(account: AccountView): string {
  const where = account.open_jobs === 1n ? "one job or session" : `${credits(account.open_jobs)} jobs and sessions`;
  const free = account.credits_remaining - account.withdrawable_credits - account.credits_granted;
  const spendable = free > 0n ? ` Of these, your requests can still spend ${credits(free)}.` : "";
  return `In ${where}: what is not used comes back by itself.${spendable}`;
}

interface PartGiven {
  readonly name: string;
  readonly amount: bigint;
  readonly shown?: string;
  readonly children: ComponentChildren;
}

function Part({ name, amount, shown, children }: PartGiven) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="number">
        {credits(amount)}
        {shown !== undefined && <span class="quiet block">{shown}</span>}
      </dd>
      <dd class="quiet about">{children}</dd>
    </div>
  );
}
