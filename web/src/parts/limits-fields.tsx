/** What the operator may lock without asking, to be typed. */

import type { LimitsView } from "../api.js";
import { Plain } from "../failures.js";
import { credits, duration, typedNumber } from "../money.js";
import { Amount } from "./amount.js";

const DAY = 86_400n;

/** Limits as they are typed. */
export interface TypedLimits {
  readonly job: string;
  readonly session: string;
  readonly period: string;
  readonly seconds: bigint;
  readonly quoted: boolean;
}

/** Nothing may be locked. */
export const NOTHING: LimitsView = {
  credits_per_job: 0n,
  credits_per_session: 0n,
  credits_per_period: 0n,
  period_seconds: DAY,
  quoted_allowed: false,
};

/** Limits to begin with. */
export function typedOf(limits: LimitsView): TypedLimits {
  const seconds = BigInt(limits.period_seconds);
  return {
    job: credits(limits.credits_per_job),
    session: credits(limits.credits_per_session),
    period: credits(limits.credits_per_period),
    seconds: seconds === 0n ? DAY : seconds,
    quoted: limits.quoted_allowed,
  };
}

/** What was typed. Throws Plain. */
export function limitsOf(typed: TypedLimits): LimitsView {
  const read = (text: string, name: string): bigint => {
    const number = typedNumber(text);
    if (number === null) {
      throw new Plain(`${name}: type a whole number of credits, such as 500.`);
    }
    return number;
  };
  return {
    credits_per_job: read(typed.job, "For one job"),
    credits_per_session: read(typed.session, "For one session"),
    credits_per_period: read(typed.period, "In all"),
    period_seconds: typed.seconds,
    quoted_allowed: typed.quoted,
  };
}

interface Given {
  readonly value: TypedLimits;
  readonly typed: (limits: TypedLimits) => void;
}

/** The fields. */
export function LimitsFields({ value, typed }: Given) {
  return (
    <div class="fields">
      <Amount
        label="For one job"
        value={value.job}
        hint="Most that a single job may hold."
        typed={(job) => typed({ ...value, job })}
      />
      <Amount
        label="For one session"
        value={value.session}
        hint="Most that is set aside for many requests at once; 0: no sessions."
        typed={(session) => typed({ ...value, session })}
      />
      <Amount
        label={`In all, each ${duration(value.seconds)}`}
        value={value.period}
        hint="Most that can be charged in that time, whatever happens."
        typed={(period) => typed({ ...value, period })}
      />
      <label class="check">
        <input
          type="checkbox"
          checked={value.quoted}
          onChange={(event) => typed({ ...value, quoted: event.currentTarget.checked })}
        />
        Jobs at prices that the operator quotes, too
      </label>
    </div>
  );
}
