/** Marked findings as a waivers file, in the form that `--waivers` reads. */

import type { Finding } from "./data";

export interface Acceptance {
  reason: string;
  owner: string;
  /** The last day, 2027-01-31. */
  until: string;
}

/** A waiver covers one rule on one resource, so that it waives what was marked and nothing else. */
export function waivers(findings: readonly Finding[], acceptance: Acceptance): string {
  return findings.map((finding) => waiver(finding, acceptance)).join("\n");
}

function waiver(finding: Finding, { reason, owner, until }: Acceptance): string {
  const keys: [string, string][] = [["rule", finding.rule.id]];
  if (finding.resource.arn !== null) keys.push(["resource", finding.resource.arn]);
  keys.push(["reason", reason.trim()], ["owner", owner.trim()], ["until", until]);
  return `[[waiver]]\n${keys.map(([key, value]) => `${key.padEnd(8)} = ${quoted(value)}\n`).join("")}`;
}

/** A basic string of TOML, in ASCII where a character could hide or turn others. */
function quoted(text: string): string {
  const escaped = text.replace(/["\\]/g, "\\$&").replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff0-\uffff]/g, code);
  return `"${escaped}"`;
}

function code(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
