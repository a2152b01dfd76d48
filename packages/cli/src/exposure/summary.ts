/** The figures that the text and the page begin with: what is readable, of what kind, about how many people, since when. */
import type { PersonalKind } from "../personal/detect.js";
import type { ContainerExposure, ExposureReport } from "./report.js";

export interface ReadableKind {
  readonly kind: PersonalKind;
  /** Documents with a field of that kind, of the container with the most; a document with several fields counts in each. */
  readonly values: number;
  readonly places: readonly {
    readonly container: string;
    readonly path: string;
    readonly values: number;
    readonly detail?: string;
  }[];
}

/** By the number of values, most first. */
export function readableKinds({ containers }: ExposureReport): readonly ReadableKind[] {
  const kinds = new Map<PersonalKind, ReadableKind["places"][number][]>();
  for (const { name, paths } of containers) {
    for (const { path, personal } of paths) {
      for (const { kind, values, detail } of personal) {
        const places = kinds.get(kind) ?? [];
        kinds.set(kind, places);
        places.push({ container: name, path, values, ...(detail !== undefined && { detail }) });
      }
    }
  }
  return [...kinds]
    .map(([kind, places]) => ({
      kind,
      values: places.reduce((sum, { values }) => sum + values, 0),
      places: places.sort((a, b) => b.values - a.values),
    }))
    .sort((a, b) => b.values - a.values);
}

/** Bounds for the number of people; `atLeast` counts different values, of the container where there are most. */
export function peopleOf({ containers, totals }: ExposureReport): {
  readonly atLeast: number;
  readonly atMost: number;
  readonly by: string | undefined;
} {
  let best: { readonly name: string; readonly people: NonNullable<ContainerExposure["people"]> } | undefined;
  for (const { name, people } of containers) {
    if (people !== undefined && people.count > (best?.people.count ?? 0)) best = { name, people };
  }
  const atLeast = best?.people.count ?? (totals.personal > 0 ? 1 : 0);
  return {
    atLeast,
    atMost: Math.max(atLeast, totals.personal),
    by: best === undefined ? undefined : `${best.people.path} of ${best.name}`,
  };
}

/** Over all containers. */
export function sinceOf({ containers }: ExposureReport): ContainerExposure["personalSince"] {
  const all = containers.flatMap(({ personalSince }) => (personalSince === undefined ? [] : [personalSince]));
  if (all.length === 0) return undefined;
  const months = new Map<string, number>();
  for (const { month, documents } of all.flatMap((since) => since.months)) {
    months.set(month, (months.get(month) ?? 0) + documents);
  }
  return {
    oldest: all.map(({ oldest }) => oldest).sort()[0]!,
    newest: all
      .map(({ newest }) => newest)
      .sort()
      .at(-1)!,
    months: [...months].sort().map(([month, documents]) => ({ month, documents })),
  };
}

/** One sentence, and how grave it is. */
export function verdictOf(report: ExposureReport): {
  readonly level: "red" | "yellow" | "green";
  readonly text: string;
} {
  const { documents, personal, plaintext, sealed } = report.totals;
  const n = (value: number): string => value.toLocaleString("en-US");
  if (personal > 0) {
    return {
      level: "red",
      text: `${n(personal)} of ${n(documents)} documents hold data that looks personal and that anybody with the account key can read.`,
    };
  }
  if (plaintext > 0) {
    return {
      level: "yellow",
      text: `Nothing readable looks personal, but ${n(plaintext)} of ${n(documents)} documents are plaintext.`,
    };
  }
  if (documents === 0) return { level: "green", text: "There are no documents." };
  return {
    level: "green",
    text: `Nothing readable looks personal: ${n(sealed)} of ${n(documents)} documents are sealed.`,
  };
}

export function percent(part: number, whole: number): string {
  if (whole === 0) return "0 %";
  const share = (part / whole) * 100;
  if (share > 0 && share < 0.1) return "< 0.1 %";
  return `${share >= 10 || share === 0 ? Math.round(share) : Math.round(share * 10) / 10} %`;
}
