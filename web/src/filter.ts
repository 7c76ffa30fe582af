/** Which findings are shown, and how that is said in the address. */

import { type Finding, SEVERITIES, VERDICTS } from "./data";

export interface Filters {
  search: string;
  area: string;
  region: string;
  stage: string;
  rule: string;
  /** A tag's key, or key=value. */
  tag: string;
  /** Empty sets filter nothing. */
  verdicts: ReadonlySet<string>;
  severities: ReadonlySet<string>;
}

export interface Place {
  filters: Filters;
  /** The fingerprint of the finding that is linked to. */
  finding: string | null;
}

const TEXTS = ["search", "area", "region", "stage", "rule", "tag"] as const;

export const DEFAULT: Filters = {
  search: "",
  area: "",
  region: "",
  stage: "",
  rule: "",
  tag: "",
  verdicts: new Set(["fail"]),
  severities: new Set(),
};

/** Everything, whatever its verdict. */
export const ALL: Filters = { ...DEFAULT, verdicts: new Set() };

/** Reads the address; nothing where it names a section of the page or is empty. */
export function parse(hash: string): Place | null {
  const words = hash.replace(/^#/, "");
  if (!words.includes("=")) return null;
  const given = new URLSearchParams(words);
  const filters = { ...DEFAULT };
  for (const name of TEXTS) filters[name] = given.get(name) ?? "";
  filters.verdicts = given.has("verdict") ? known(given.get("verdict"), VERDICTS) : DEFAULT.verdicts;
  filters.severities = known(given.get("severity"), SEVERITIES);
  return { filters, finding: given.get("finding") };
}

function known(list: string | null, words: readonly string[]): ReadonlySet<string> {
  return new Set((list ?? "").split(",").filter((word) => words.includes(word)));
}

/** The address of a place. What is as usual is left out. */
export function format({ filters, finding }: Place): string {
  const words = new URLSearchParams();
  for (const name of TEXTS) if (filters[name]) words.set(name, filters[name]);
  const verdicts = [...filters.verdicts].join(",");
  if (verdicts !== "fail") words.set("verdict", verdicts);
  if (filters.severities.size) words.set("severity", [...filters.severities].join(","));
  if (finding) words.set("finding", finding);
  return `#${words}`;
}

export function select(findings: readonly Finding[], filters: Filters): Finding[] {
  const search = filters.search.trim().toLowerCase();
  const tag = filters.tag.trim();
  return findings.filter(
    (one) =>
      (!filters.verdicts.size || filters.verdicts.has(one.verdict)) &&
      (!filters.severities.size || filters.severities.has(one.severity)) &&
      (!filters.area || one.rule.area === filters.area) &&
      (!filters.rule || one.rule.id === filters.rule) &&
      (!filters.region || one.resource.region === filters.region) &&
      (!filters.stage || one.rule.stage === filters.stage) &&
      (!tag || hasTag(one.resource.tags, tag)) &&
      (!search || one.text.includes(search)),
  );
}

function hasTag(tags: Record<string, string> | null, wanted: string): boolean {
  return Object.entries(tags ?? {}).some(([key, value]) => key === wanted || `${key}=${value}` === wanted);
}

/** How many findings there are of each value. */
export function tally(findings: readonly Finding[], of: (finding: Finding) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const finding of findings) counts.set(of(finding), (counts.get(of(finding)) ?? 0) + 1);
  return counts;
}
