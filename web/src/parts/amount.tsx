/** A number of credits to type. */

import { useId } from "preact/hooks";

interface Given {
  readonly label: string;
  readonly value: string;
  readonly typed: (text: string) => void;
  readonly hint?: string;
  readonly unit?: string;
}

/** A field with its label, and a hint beneath. */
export function Amount({ label, value, typed, hint, unit = "credits" }: Given) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <span class="amount">
        <input
          id={id}
          value={value}
          inputmode="numeric"
          autocomplete="off"
          aria-describedby={hint === undefined ? undefined : `${id}-hint`}
          onInput={(event) => typed(event.currentTarget.value)}
        />
        <span class="quiet">{unit}</span>
      </span>
      {hint !== undefined && (
        <span id={`${id}-hint`} class="quiet hint">
          {hint}
        </span>
      )}
    </div>
  );
}
