// A browser in the hands of a test in Python: each line of the input is a command in JSON, answered by one line.
// page_harness/browser.py writes and reads them.
import { createPrivateKey, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];
const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");
const SIGNATURE_BYTES = 64;
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WALLET = readFileSync(new URL("wallet.js", import.meta.url), "utf8");

// Playwright gives each launch a profile of its own, and removes it.
const SAYING_NOTHING = new Set(["go", "reload", "set_cookie"]);
const browser = await chromium.launch({ executablePath: process.argv[2], headless: true, args: FLAGS });
const visits = new Map();
let newest = 0;

/** One person's browser: cookies of its own, wallets, and what was noticed. */
async function visit({ wallets, width, height, scheme, timeout }) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme });
  const known = new Map(wallets.map((each) => [each.name, keyOf(each)]));
  const noticed = { errors: [], requests: [], signed: [], mood: "approve", known: false };
  context.setDefaultTimeout(timeout);
  await context.exposeBinding("testWallet", (_, asked) => answerOf(known, noticed, asked));
  const shown = wallets.map(({ name, address, publicKey }) => ({ name, address, publicKey }));
  await context.addInitScript(`(${WALLET.slice(WALLET.indexOf("(names)")).replace(/;\s*$/, "")})(${JSON.stringify(shown)})`);
  newest += 1;
  visits.set(newest, { context, noticed, page: await pageOf(context, noticed) });
  return newest;
}

async function pageOf(context, noticed) {
  const page = await context.newPage();
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") {
      noticed.errors.push(message.text());
    }
  });
  page.on("pageerror", (error) => noticed.errors.push(String(error)));
  page.on("request", (request) => noticed.requests.push({ method: request.method(), url: request.url() }));
  page.on("dialog", (dialog) => {
    noticed.errors.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return page;
}

function keyOf({ seed }) {
  return createPrivateKey({ key: Buffer.concat([PKCS8, Buffer.from(seed)]), format: "der", type: "pkcs8" });
}

async function answerOf(known, noticed, { wallet, kind, text, chain, bytes = [] }) {
  if (kind === "known") {
    return { known: noticed.known };
  }
  noticed.signed.push({ wallet, kind, text, chain });
  if (noticed.mood === "reject") {
    return { error: "User rejected the request.", code: 4001 };
  }
  if (noticed.mood === "wait") {
    await new Promise((resolve) => {
      noticed.go = resolve;
    });
  }
  noticed.known = true;
  const content = Buffer.from(bytes);
  if (kind === "connect") {
    return { bytes: [] };
  }
  if (kind === "message") {
    return { bytes: [...sign(null, content, known.get(wallet))] };
  }
  // One signature, then the message that it is of.
  const signature = sign(null, content.subarray(1 + SIGNATURE_BYTES), known.get(wallet));
  signature.copy(content, 1);
  return { bytes: [...content] };
}

/** What of the page a command is about: by its role and name, by its label, or by its text. */
function found(page, { role, name, exact = false, label, text, css }) {
  if (role !== undefined) {
    return page.getByRole(role, name === undefined ? {} : { name, exact });
  }
  if (label !== undefined) {
    return page.getByLabel(label);
  }
  return text !== undefined ? page.getByText(text) : page.locator(css);
}

/** The browser itself evaluates it, whatever the page's own policy lets scripts do. */
async function evaluated(page, expression) {
  const browserSession = await page.context().newCDPSession(page);
  const asked = { expression, awaitPromise: true, returnByValue: true };
  const { result, exceptionDetails } = await browserSession.send("Runtime.evaluate", asked);
  await browserSession.detach();
  if (exceptionDetails !== undefined) {
    throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  }
  return result.value ?? null;
}

const commands = {
  visit,
  go: ({ page }, { url }) => page.goto(url),
  reload: ({ page }) => page.reload(),
  tab: async (visit) => {
    visit.page = await pageOf(visit.context, visit.noticed);
  },
  turn: (visit, { to }) => {
    visit.page = visit.context.pages()[to];
  },
  click: ({ page }, { at }) => found(page, at).click(),
  clicks: ({ page }, { at }) => found(page, at).evaluate((element) => [element.click(), element.click()].length),
  type: ({ page }, { at, value }) => found(page, at).fill(value),
  check: ({ page }, { at }) => found(page, at).check(),
  write: ({ page }, { text }) => page.keyboard.type(text),
  press: ({ page }, { key }) => page.keyboard.press(key),
  see: ({ page }, { at }) => found(page, at).first().waitFor({ state: "visible" }),
  gone: ({ page }, { at }) => found(page, at).first().waitFor({ state: "hidden" }),
  text: ({ page }, { at }) => found(page, at).first().innerText(),
  evaluate: ({ page }, { expression }) => evaluated(page, expression),
  offline: ({ context }, { is }) => context.setOffline(is),
  cookies: ({ context }) => context.cookies(),
  set_cookie: ({ context }, { cookie }) => context.addCookies([cookie]),
  noticed: ({ noticed }) => ({ errors: noticed.errors, requests: noticed.requests, signed: noticed.signed }),
  mood: ({ noticed }, { mood }) => {
    noticed.mood = mood;
    noticed.go?.();
  },
  answer: ({ page }, { path, status, body, type }) =>
    page.route(`**${path}`, (route) => route.fulfill({ status, body, contentType: type })),
  abort: ({ page }, { path }) => page.route(`**${path}`, (route) => route.abort()),
  untouched: ({ page }) => page.unrouteAll(),
  axe: async ({ page }) => {
    const violations = await evaluated(page, `${AXE}; axe.run().then(({ violations }) => violations)`);
    return violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`) }));
  },
  close: async ({ context }) => {
    await context.close();
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { name, visit: id, ...given } = JSON.parse(line);
  let answer;
  try {
    const value = id === undefined ? await commands[name](given) : await commands[name](visits.get(id), given);
    answer = { value: SAYING_NOTHING.has(name) ? null : (value ?? null) };
  } catch (error) {
    answer = { error: String(error instanceof Error ? error.message : error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await browser.close();
