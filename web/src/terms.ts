/** The platform, its token and its price: those of the page itself, and those that this browser has seen here before. */

import type { PlatformView } from "./api.js";
import { Plain } from "./failures.js";
import { tokens } from "./money.js";

const SEEN = "job-escrow.terms";

/** The server sells something else than when this browser was here last. */
export class Changed extends Plain {}

/** Throws Plain where the server's answer is not what the page was served with, and Changed. */
export function requireTerms(platform: PlatformView): void {
  const served = document.querySelector('meta[name="job-escrow"]')?.getAttribute("content") ?? "";
  if (served !== [platform.platform, platform.chain, platform.mint, platform.base_units_per_credit].join(" ")) {
    throw new Plain(
      "The server names another platform, chain, token or price than this page was served with. Load the page again; " +
        "if it says so again, do not use it.",
    );
  }
  const before = seen();
  if (before !== null && before !== termsOf(platform)) {
    const [at, mint] = before.split(" ");
    throw new Changed(
      `What this server sells has changed since this browser was here: its platform is ${platform.platform} (it was ` +
        `${at ?? ""}), its token ${platform.mint} (it was ${mint ?? ""}), and a credit costs ` +
        `${tokens(BigInt(platform.base_units_per_credit), platform)}. Ask its operator why before you go on.`,
    );
  }
  if (before === null) {
    accept(platform);
  }
}

/** From now on, these are those that were seen. */
export function accept(platform: PlatformView): void {
  try {
    localStorage.setItem(SEEN, termsOf(platform));
  } catch {
    // A browser that keeps nothing cannot tell what has changed.
  }
}

function termsOf(platform: PlatformView): string {
  return [platform.platform, platform.mint, platform.base_units_per_credit].join(" ");
}

function seen(): string | null {
  try {
    return localStorage.getItem(SEEN);
  } catch {
    return null;
  }
}
