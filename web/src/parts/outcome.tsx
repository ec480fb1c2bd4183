/** What became of an action, beneath its button. */

import type { Action } from "./action.js";
import { Failure, News } from "./notes.js";

/** The last word about it. */
export function Outcome({ action }: { readonly action: Action }) {
  return (
    <div class="outcome" aria-live="polite">
      {action.failure !== "" && <Failure text={action.failure} />}
      {action.news !== "" && <News>{action.news}</News>}
    </div>
  );
}
