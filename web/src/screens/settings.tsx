/** Taking credits out, limits, and sessions. */

import { useEffect, useState } from "preact/hooks";
import * as operations from "../../../clients/typescript/src/operations.js";
import { type AccountView, ask } from "../api.js";
import { approve } from "../approve.js";
import { Plain } from "../failures.js";
import { baseUnits, credits, creditsText, short, tokens, typedNumber } from "../money.js";
import { useAction } from "../parts/action.js";
import { Amount } from "../parts/amount.js";
import { LimitsFields, limitsOf, typedOf } from "../parts/limits-fields.js";
import { Empty, Failure } from "../parts/notes.js";
import { Outcome } from "../parts/outcome.js";
import { useResource } from "../parts/resource.js";
import type { ScreenGiven } from "../signed-in.js";

type Open = ScreenGiven & { readonly account: AccountView };

/** What can be changed. */
export function Settings(given: ScreenGiven) {
  const { account } = given;
  return (
    <>
      <h1>Settings</h1>
      {account === undefined || account === null ? (
        <Empty>
          There is nothing to change before you have credits. <a href="#credits">Buy some</a>
        </Empty>
      ) : (
        <>
          <Withdraw {...given} account={account} />
          <Limits {...given} account={account} />
          <Sessions activity={given.activity} />
        </>
      )}
    </>
  );
}

function Withdraw({ account, side }: Open) {
  const [amount, setAmount] = useState("");
  const action = useAction();
  const free = account.withdrawable_credits;
  const withdraw = (all: boolean): void => {
    void action.run(async (tell) => {
      const wanted = all ? null : typedNumber(amount);
      if (!all && (wanted === null || wanted === 0n || wanted > free)) {
        throw new Plain(`Type how many, from 1 to ${credits(free)}.`);
      }
      await approve({ kind: "withdrawal", credits: wanted }, side, tell);
      setAmount("");
      return wanted === null
        ? "Done: all that could be withdrawn is in your wallet."
        : `Done: ${creditsText(wanted)} were paid out to your wallet.`;
    });
  };
  return (
    <section aria-labelledby="withdraw">
      <h2 id="withdraw">Withdraw</h2>
      <p>
        {creditsText(free)} can be withdrawn
        {account.withdrawable_value !== null &&
          `: ${tokens(baseUnits(account.withdrawable_value, side.platform), side.platform)}`}, to your wallet{" "}
        {short(side.wallet)}, without a fee of the platform.
      </p>
      <Held account={account} />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          withdraw(false);
        }}
      >
        <Amount label="How many" value={amount} typed={setAmount} />
        <div class="buttons">
          <button type="submit" disabled={action.isBusy || free === 0n}>
            {action.isBusy ? "Withdrawing…" : "Withdraw"}
          </button>
          <button type="button" class="second" disabled={action.isBusy || free === 0n} onClick={() => withdraw(true)}>
            Withdraw all
          </button>
        </div>
        <Outcome action={action} />
      </form>
    </section>
  );
}

function Held({ account }: { readonly account: AccountView }) {
  if (account.credits_locked === 0n && account.credits_granted === 0n) {
    return null;
  }
  return (
    <ul class="quiet">
      {account.credits_locked > 0n && (
        <li>
          {creditsText(account.credits_locked)} are locked. They come back when the jobs end; end sessions below to have
          those back now.
        </li>
      )}
      {account.credits_granted > 0n && (
        <li>{creditsText(account.credits_granted)} were granted: they can be spent, and not withdrawn.</li>
      )}
    </ul>
  );
}

function Limits({ side, account }: Open) {
  const now = useResource(() => operations.getLimits(), [account.credit_account]);
  const [limits, setLimits] = useState<ReturnType<typeof typedOf> | null>(null);
  const action = useAction();
  useEffect(() => {
    if (now.value?.limits != null) {
      setLimits(typedOf(now.value.limits));
    }
  }, [now.value]);
  if (limits === null) {
    return now.failure === "" ? null : <Failure text={now.failure} />;
  }
  const change = (event: Event): void => {
    event.preventDefault();
    void action.run(async (tell) => {
      await approve({ kind: "limits", limits: limitsOf(limits) }, side, tell);
      await now.again();
      return "Done: these limits hold from now on.";
    });
  };
  return (
    <section aria-labelledby="limits">
      <h2 id="limits">Limits</h2>
      <p>What the operator may lock without asking you. Your wallet signs each change.</p>
      <form onSubmit={change}>
        <LimitsFields value={limits} typed={setLimits} />
        <button type="submit" disabled={action.isBusy}>
          {action.isBusy ? "Changing…" : "Change the limits"}
        </button>
        <Outcome action={action} />
      </form>
    </section>
  );
}

function Sessions({ activity }: Pick<ScreenGiven, "activity">) {
  const found = useResource(() => operations.listSessions({ limit: 20 }), [activity]);
  const action = useAction();
  const open = (found.value?.sessions ?? []).filter((each) => each.status !== "ended" && each.status !== "failed");
  const end = (): void => {
    void action.run(async () => {
      await ask(operations.endSessions());
      await found.again();
      return "Done: those in which nothing runs have ended, the others end with their last request.";
    });
  };
  return (
    <section aria-labelledby="sessions">
      <h2 id="sessions">Sessions</h2>
      {found.failure !== "" && <Failure text={found.failure} />}
      {open.length === 0 ? (
        <Empty>Nothing is set aside for requests now.</Empty>
      ) : (
        <>
          <ul class="list">
            {open.map((each) => (
              <li key={each.id} class="row">
                <span>
                  {creditsText(each.credits)} set aside, {credits(each.used)} used
                </span>
                <span class="quiet">{each.status}</span>
              </li>
            ))}
          </ul>
          <button type="button" class="second" disabled={action.isBusy} onClick={end}>
            End the sessions
          </button>
        </>
      )}
      <Outcome action={action} />
    </section>
  );
}
