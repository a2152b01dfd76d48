/** Types that follow the schema: paths that exist, and a sentence where they don't. */
import type { $ZodType } from "zod/v4/core";

/** Every path of plain names in a document of type T, four levels deep, in the notation of SPEC §1. */
export type PathsOf<T, Depth extends readonly 0[] = []> = Depth["length"] extends 4
  ? never
  : T extends readonly unknown[] | Date | Uint8Array
    ? never
    : T extends object
      ? {
          [K in keyof T & string]-?: `/${K}` | `/${K}${PathsOf<NonNullable<T[K]>, readonly [...Depth, 0]>}`;
        }[keyof T & string]
      : never;

/** P where it is a path of T; otherwise a sentence that P can't be. */
export type CheckedPath<P extends string, T> = P extends PathsOf<T> | "/id" ? P : `${P} is not a path of the schema.`;

/** S where its paths have certain treatments; otherwise a sentence that S can't be. */
export type CheckedSchema<S> = [PipedMember<S>] extends [never]
  ? S
  : `A transform or pipe at /${PipedMember<S>} changes what is stored and loses its treatment: give the schema of the stored value.`;

type PipedMember<S> = S extends { readonly _zod: { readonly def: { readonly shape: infer Shape } } }
  ? { [K in keyof Shape & string]: IsPiped<Shape[K]> extends true ? K : never }[keyof Shape & string]
  : never;

type IsPiped<S> = S extends { readonly _zod: { readonly def: { readonly type: "pipe" | "transform" } } }
  ? true
  : S extends { readonly _zod: { readonly def: { readonly innerType: infer Inner extends $ZodType } } }
    ? IsPiped<Inner>
    : false;
