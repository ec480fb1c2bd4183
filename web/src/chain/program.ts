/** The program, as its IDL has it when the page is built. */

declare const PROGRAM: {
  readonly id: string;
  readonly beginnings: Readonly<Record<"open" | "purchase" | "purchase_pack" | "withdraw" | "set_limits", readonly number[]>>;
};

/** The one program that this page signs for. */
export const PROGRAM_ID: string = PROGRAM.id;

/** How the data of each instruction begins. */
export const BEGINNINGS = PROGRAM.beginnings;
