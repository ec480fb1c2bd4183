/** What was charged, by day, and what the chain was not told yet. */

import * as operations from "../../../clients/typescript/src/operations.js";
import { credits, day } from "../money.js";
import { Empty, Failure } from "../parts/notes.js";
import { useResource } from "../parts/resource.js";
import type { ScreenGiven } from "../signed-in.js";

const DAYS = 30;
const DAY_SECONDS = 86_400;

/** A table of the last days, the newest first. */
export function Usage({ account, activity }: ScreenGiven) {
  const usage = useResource(() => operations.getUsage({ period: "day", since: startOf(DAYS) }), [account?.as_of_slot, activity]);
  const rows = [...(usage.value?.rows ?? [])].reverse();
  return (
    <section aria-labelledby="usage">
      <h1 id="usage">Usage of the last {DAYS} days</h1>
      {usage.failure !== "" && account !== null && <Failure text={usage.failure} />}
      {rows.length === 0 ? (
        <Empty>
          Nothing was charged yet. Make an API key, and what your requests cost shows here, day by day: at once as not
          settled yet, and as credits once the chain was told.
        </Empty>
      ) : (
        <div class="scroll" tabIndex={0} role="region" aria-label="Usage by day">
          <table>
            <thead>
              <tr>
                <th scope="col">Day (UTC)</th>
                <th scope="col" class="number">
                  Jobs and sessions
                </th>
                <th scope="col" class="number">
                  Credits
                </th>
                <th scope="col" class="number">
                  Not settled yet
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.period_start}>
                  <th scope="row">{row.period_start === null ? "" : day(row.period_start)}</th>
                  <td class="number">{credits(row.jobs)}</td>
                  <td class="number">{credits(row.credits)}</td>
                  <td class="number">{credits(row.unsettled_credits)}</td>
                </tr>
              ))}
            </tbody>
            <tfoot>
              <tr>
                <th scope="row">In all</th>
                <td class="number">{credits(usage.value?.total.jobs ?? 0n)}</td>
                <td class="number">{credits(usage.value?.total.credits ?? 0n)}</td>
                <td class="number">{credits(usage.value?.total.unsettled_credits ?? 0n)}</td>
              </tr>
            </tfoot>
          </table>
        </div>
      )}
    </section>
  );
}

function startOf(days: number): number {
  const today = Math.floor(Date.now() / 1_000 / DAY_SECONDS);
  return (today - days + 1) * DAY_SECONDS;
}
