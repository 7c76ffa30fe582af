/** What the page carries for this script: rules and resources once each, findings that refer to them by place. */

export const VERDICTS = ["fail", "unknown", "waived", "pass", "skip"] as const;
export const SEVERITIES = ["critical", "high", "medium", "low"] as const;
export const STAGES = ["launch", "10k", "100k", "1m"] as const;

export type Verdict = (typeof VERDICTS)[number];
export type Severity = (typeof SEVERITIES)[number];

export interface Rule {
  id: string;
  title: string;
  area: string;
  severity: Severity;
  stage: string;
  why: string;
  refs: string[];
  terraform: string;
  flags: string[];
}

export interface Resource {
  label: string;
  kind: string;
  id: string | null;
  arn: string | null;
  region: string;
  tags: Record<string, string> | null;
}

/** A finding as it is stored; what is null or empty is absent. */
interface Stored {
  fingerprint: string;
  rule: number;
  resource: number;
  verdict: Verdict;
  severity?: Severity;
  message: string;
  evidence?: Record<string, unknown>;
  settings?: Record<string, unknown>;
  fix?: string;
  reason?: string;
  severity_reason?: string;
  because_of?: string[];
  explains?: string[];
}

export interface Finding extends Omit<Stored, "rule" | "resource" | "severity"> {
  rule: Rule;
  resource: Resource;
  severity: Severity;
  /** What a search looks at, in lower case. */
  text: string;
}

interface Page {
  rules: Rule[];
  resources: Resource[];
  findings: Stored[];
}

export interface Data {
  findings: Finding[];
  byFingerprint: Map<string, Finding>;
}

/** Reads the data that the page carries. Large pages carry it compressed. */
export async function read(element: HTMLElement): Promise<Data> {
  const text = element.textContent ?? "";
  const page: Page = element.dataset.encoding === "gzip" ? await unpacked(text) : JSON.parse(text);
  const findings = page.findings.map((stored) => joined(stored, page)).sort(order);
  return { findings, byFingerprint: new Map(findings.map((finding) => [finding.fingerprint, finding])) };
}

async function unpacked(text: string): Promise<Page> {
  const bytes = Uint8Array.from(atob(text.trim()), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

function joined(stored: Stored, page: Page): Finding {
  const rule = page.rules[stored.rule]!;
  const resource = page.resources[stored.resource]!;
  const tags = Object.entries(resource.tags ?? {}).map(([key, value]) => `${key}=${value}`);
  const words = [rule.id, rule.title, resource.label, resource.id, resource.arn, resource.region, resource.kind];
  const text = [...words, stored.message, stored.reason, stored.fingerprint, ...tags].join("\n").toLowerCase();
  return { ...stored, rule, resource, severity: stored.severity ?? rule.severity, text };
}

/** The worst comes first; findings of one rule are beside each other, in the order of the report. */
function order(a: Finding, b: Finding): number {
  return (
    VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict) ||
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    STAGES.indexOf(a.rule.stage as never) - STAGES.indexOf(b.rule.stage as never) ||
    (a.rule.id < b.rule.id ? -1 : a.rule.id > b.rule.id ? 1 : 0)
  );
}

/** Without control characters and marks that turn the direction of reading: names in an account are other people's words. */
export function clean(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, " ").replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "");
}

/** Of several lines, each cleaned. */
export function cleanLines(text: string): string {
  return text.split("\n").map(clean).join("\n");
}
