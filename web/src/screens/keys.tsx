/** API keys: made by a signature of the wallet, shown once, revoked. */

import { useState } from "preact/hooks";
import * as operations from "../../../clients/typescript/src/operations.js";
import { ask, type KeyView } from "../api.js";
import { Plain } from "../failures.js";
import { keySentence, prove } from "../messages.js";
import { creditsText, typedNumber, when } from "../money.js";
import { useAction } from "../parts/action.js";
import { Amount } from "../parts/amount.js";
import { Empty, Failure, Warning } from "../parts/notes.js";
import { Outcome } from "../parts/outcome.js";
import { type Resource, useResource } from "../parts/resource.js";
import type { ScreenGiven } from "../signed-in.js";
import { accountOf } from "../wallets.js";

type Keys = Resource<{ readonly keys: readonly KeyView[] }>;

/** Making one, and those that there are. */
export function Keys({ side, account }: ScreenGiven) {
  const keys = useResource(() => operations.listKeys());
  const usable = (keys.value?.keys ?? []).filter((each) => each.revoked_at === null).reverse();
  return (
    <section aria-labelledby="keys">
      <h1 id="keys">API keys</h1>
      {account === null ? (
        <Empty>
          Keys spend credits. <a href="#credits">Buy some first</a>, then make one here.
        </Empty>
      ) : (
        <NewKey side={side} keys={keys} />
      )}
      {keys.failure !== "" && <Failure text={keys.failure} />}
      {usable.length > 0 && (
        <>
          <h2>Your keys</h2>
          <ul class="list">
            {usable.map((each) => (
              <Key key={each.id} of={each} keys={keys} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function NewKey({ side, keys }: Pick<ScreenGiven, "side"> & { readonly keys: Keys }) {
  const [name, setName] = useState("");
  const [budget, setBudget] = useState("");
  const [made, setMade] = useState("");
  const action = useAction();
  const make = (event: Event): void => {
    event.preventDefault();
    void action.run(async (tell) => {
      const dailyBudget = budget.trim() === "" ? null : typedNumber(budget);
      if (budget.trim() !== "" && (dailyBudget === null || dailyBudget === 0n)) {
        throw new Plain("The budget is a whole number of credits, or empty for none.");
      }
      const label = name.trim();
      if (!/^[\p{L}\p{N}_ .@:/+-]{1,64}$/u.test(label)) {
        throw new Plain("Name the key with letters, digits, spaces and _ . @ : / + -");
      }
      const terms = {
        wallet: side.wallet,
        namespace: side.namespace,
        name: label,
        scopes: ["read", "spend"] as const,
        daily_budget: dailyBudget,
      };
      const by = await accountOf(side.wallet);
      const challenge = await ask(operations.createKeyChallenge(terms));
      tell(`Sign in ${by.wallet.name}: the text says what the key may do, and nothing is paid.`);
      const sentence = keySentence(side.platform.platform, side.namespace, label, dailyBudget);
      const proof = await prove(challenge, sentence, by, side.platform);
      const key = await ask(operations.createKey({ ...terms, ...proof }));
      setMade(key.key);
      setName("");
      await keys.again();
      return "";
    });
  };
  return (
    <>
      <form onSubmit={make}>
        <div class="fields">
          <div class="field">
            <label for="key-name">Name</label>
            <input
              id="key-name"
              value={name}
              required
              maxLength={64}
              autocomplete="off"
              placeholder="laptop"
              onInput={(event) => setName(event.currentTarget.value)}
            />
          </div>
          <Amount label="Most a day (optional)" value={budget} typed={setBudget} />
        </div>
        <button type="submit" disabled={action.isBusy}>
          {action.isBusy ? "Making…" : "Make a key"}
        </button>
        <Outcome action={action} />
      </form>
      {made !== "" && <Made text={made} done={() => setMade("")} />}
    </>
  );
}

function Made({ text, done }: { readonly text: string; readonly done: () => void }) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <Warning>
      <p>Keep this key now: it is shown here once, and nowhere again.</p>
      <p>
        <code class="secret">{text}</code>
      </p>
      <div class="buttons">
        <button type="button" class="second" onClick={() => void copy()}>
          {copied ? "Copied" : "Copy"}
        </button>
        <button type="button" class="plain" onClick={done}>
          I have it
        </button>
      </div>
    </Warning>
  );
}

function Key({ of, keys }: { readonly of: KeyView; readonly keys: Keys }) {
  const [isAsked, setIsAsked] = useState(false);
  const action = useAction();
  const revoke = (): void => {
    void action.run(async () => {
      await ask(operations.revokeKey(of.id));
      await keys.again();
      return "";
    });
  };
  return (
    <li>
      <div class="row">
        <span class="wrap">
          <b>{of.name}</b> <code class="quiet">jek_{of.id}_…</code>
          <span class="quiet block">
            May {of.scopes.join(", ")}
            {of.daily_budget !== null && `, at most ${creditsText(of.daily_budget)} a day`}; made {when(of.created_at)}
          </span>
        </span>
        {!isAsked && (
          <button type="button" class="plain" aria-label={`Revoke ${of.name}`} onClick={() => setIsAsked(true)}>
            Revoke
          </button>
        )}
      </div>
      {isAsked && (
        <div class="row">
          <span>Revoke “{of.name}” for ever? Programs that use it are refused at once.</span>
          <span class="buttons">
            <button type="button" class="danger" disabled={action.isBusy} onClick={revoke}>
              Revoke {of.name}
            </button>
            <button type="button" class="plain" onClick={() => setIsAsked(false)}>
              Keep it
            </button>
          </span>
        </div>
      )}
      <Outcome action={action} />
    </li>
  );
}
