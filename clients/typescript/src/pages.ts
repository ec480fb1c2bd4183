/** Lists that the API answers in pages. */

/** Every entry, page after page, from the one at `first` on; a page is asked for when its first entry is. */
export async function* entriesOf<Page, Entry>(
  ask: (cursor: string | undefined) => Promise<Page>,
  entries: (page: Page) => readonly Entry[],
  next: (page: Page) => string | null,
  first: string | undefined,
): AsyncGenerator<Entry, void, undefined> {
  let cursor = first;
  do {
    const page = await ask(cursor);
    yield* entries(page);
    cursor = next(page) ?? undefined;
  } while (cursor !== undefined);
}
