/** Readers of what an answer is made of: each takes a part of `json.parse`, and gives a value of its type. */

import { Digits } from "./json.js";

/** Reads what stands at a `place`, undefined where nothing does. Throws Unreadable. */
export type Reader<T> = (found: unknown, place: string) => T;

/** What an answer has is not what it must have. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
}

/** A text. */
export const text: Reader<string> = (found, place) =>
  typeof found === "string" ? found : refuse(place, "a text");

/** True or false. */
export const flag: Reader<boolean> = (found, place) =>
  typeof found === "boolean" ? found : refuse(place, "true or false");

/** A whole number of any size. */
export const whole: Reader<bigint> = (found, place) =>
  found instanceof Digits && /^-?\d+$/.test(found.text) ? BigInt(found.text) : refuse(place, "a whole number");

/** A decimal, in the digits that the server wrote. */
export const decimal: Reader<string> = (found, place) =>
  found instanceof Digits ? found.text : refuse(place, "a number");

/** What `read` reads, or null. */
export function nullable<T>(read: Reader<T>): Reader<T | null> {
  return (found, place) => (found === null ? null : read(found, place));
}

/** What `read` reads, or `value` where nothing is. */
export function or<T>(read: Reader<T>, value: T): Reader<T> {
  return (found, place) => (found === undefined ? value : read(found, place));
}

/** A list of what `read` reads. */
export function list<T>(read: Reader<T>): Reader<readonly T[]> {
  return (found, place) =>
    Array.isArray(found) ? found.map((each, at) => read(each, `${place}[${at}]`)) : refuse(place, "a list");
}

/** An object whose members have any names. */
export function map<T>(read: Reader<T>): Reader<Readonly<Record<string, T>>> {
  return (found, place) =>
    Object.fromEntries(
      Object.entries(objectAt(found, place)).map(([name, each]) => [name, read(each, `${place}.${name}`)]),
    );
}

/** An object with these members; what it has besides is left out, since a later server may say more. */
export function record<T extends object>(members: { readonly [Name in keyof T]-?: Reader<T[Name]> }): Reader<T> {
  const readers: [string, Reader<unknown>][] = Object.entries(members);
  return (found, place) => {
    const has = objectAt(found, place);
    return Object.fromEntries(readers.map(([name, each]) => [name, each(has[name], `${place}.${name}`)])) as T;
  };
}

function objectAt(found: unknown, place: string): Record<string, unknown> {
  if (typeof found !== "object" || found === null || Array.isArray(found) || found instanceof Digits) {
    return refuse(place, "an object");
  }
  return found as Record<string, unknown>;
}

function refuse(place: string, wanted: string): never {
  throw new Unreadable(`${place} is not ${wanted}`);
}
