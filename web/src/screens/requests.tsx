/** Each request, and its receipt. */

import { useState } from "preact/hooks";
import * as operations from "../../../clients/typescript/src/operations.js";
import { ask, type ReceiptView, type RequestView } from "../api.js";
import { credits, when } from "../money.js";
import { useAction } from "../parts/action.js";
import { Address } from "../parts/address.js";
import { Empty, Failure } from "../parts/notes.js";
import { Outcome } from "../parts/outcome.js";
import { useResource } from "../parts/resource.js";
import type { ScreenGiven } from "../signed-in.js";

/** The newest requests. */
export function Requests({ activity }: ScreenGiven) {
  const found = useResource(() => operations.listRequests({ limit: 50 }), [activity]);
  const requests = found.value?.requests ?? [];
  return (
    <section aria-labelledby="requests">
      <h1 id="requests">Requests</h1>
      {found.failure !== "" && <Failure text={found.failure} />}
      {requests.length === 0 ? (
        <Empty>No request was made yet. Each one shows here with its price and its receipt.</Empty>
      ) : (
        <ul class="list">
          {requests.map((each) => (
            <Request key={each.id} request={each} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Request({ request }: { readonly request: RequestView }) {
  const [receipt, setReceipt] = useState<ReceiptView | null>(null);
  const action = useAction();
  const show = (): void => {
    void action.run(async () => {
      setReceipt(await ask(operations.getReceipt(request.id)));
      return "";
    });
  };
  return (
    <li>
      <div class="row">
        <span>
          <b>{request.model ?? request.tier}</b> <span class="quiet">{when(request.created_at)}</span>
        </span>
        <span class="number">
          {request.status === "running" ? `up to ${credits(request.credits)}` : credits(request.charged)}{" "}
          <span class="quiet">{request.status}</span>
        </span>
      </div>
      {request.status === "settled" && receipt === null && (
        <button type="button" class="plain" disabled={action.isBusy} onClick={show}>
          Show the receipt
        </button>
      )}
      <Outcome action={action} />
      {receipt !== null && <Receipt view={receipt} />}
    </li>
  );
}

function Receipt({ view }: { readonly view: ReceiptView }) {
  const { receipt, settlement } = view;
  return (
    <dl class="receipt">
      <dt>Receipt</dt>
      <dd>
        No. {credits(receipt.number)} of session <Address of={receipt.session} name="the session's address" />
      </dd>
      <dt>Units</dt>
      <dd>{credits(receipt.units)}</dd>
      <dt>Price</dt>
      <dd>
        {credits(receipt.price)} of {credits(receipt.total)} credits so far
      </dd>
      <dt>On chain</dt>
      <dd>
        {settlement === null
          ? "Not yet: it is settled together with others."
          : `Settled, among ${credits(settlement.count)} receipts.`}
      </dd>
    </dl>
  );
}
