/** One finding: a line that opens, and behind it all that is known of it. */

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { copy } from "./copy";
import { clean, cleanLines, type Data, type Finding } from "./data";
import { ALL, format } from "./filter";

interface RowProps {
  finding: Finding;
  data: Data;
  open: boolean;
  marked: boolean;
  onOpen: (open: boolean) => void;
  onMark: (marked: boolean) => void;
}

export function Row({ finding, data, open, marked, onOpen, onMark }: RowProps) {
  const name = clean(finding.resource.label);
  const says = finding.verdict === "unknown" ? finding.reason ?? finding.message : finding.message;
  return (
    <li class="finding" id={`finding-${finding.fingerprint}`}>
      {finding.verdict === "fail" && (
        <input
          type="checkbox"
          class="mark"
          checked={marked}
          aria-label={`Mark ${name} for a waiver of ${finding.rule.id}`}
          onChange={(event) => onMark(event.currentTarget.checked)}
        />
      )}
      <details open={open} onToggle={(event) => event.currentTarget.open !== open && onOpen(event.currentTarget.open)}>
        <summary>
          <span class="what">
            <strong>{name}</strong> <span class="faint">{finding.resource.region}</span>
          </span>
          <span class="says">{clean(says)}</span>
        </summary>
        {open && <Detail finding={finding} data={data} />}
      </details>
    </li>
  );
}

function Detail({ finding, data }: { finding: Finding; data: Data }) {
  const { rule, resource } = finding;
  return (
    <div class="detail">
      {finding.reason && finding.verdict !== "unknown" && <p class="reason">{clean(finding.reason)}</p>}
      {finding.severity_reason && <p class="reason">{clean(finding.severity_reason)}</p>}
      <p class="why">{rule.why}</p>
      {finding.fix && <Fix commands={finding.fix} flags={rule.flags} terraform={rule.terraform} />}
      <div class="facts">
        <Facts title="Evidence" facts={finding.evidence} />
        <Facts title="Limits and settings" facts={finding.settings} />
      </div>
      <Related title="Explains" prints={finding.explains} data={data} />
      <Related title="Because of" prints={finding.because_of} data={data} />
      <dl class="facts">
        {resource.arn && <Fact name="ARN">{clean(resource.arn)}</Fact>}
        <Fact name="Kind">{resource.kind}</Fact>
        <Fact name="Tags">{tags(resource.tags)}</Fact>
        {rule.refs.length > 0 && <Fact name="References">{rule.refs.join(", ")}</Fact>}
        <Fact name="Fingerprint">{finding.fingerprint}</Fact>
      </dl>
      <p class="buttons">
        <CopyButton of={() => link(finding)} label="Copy link" />
        {resource.arn && <CopyButton of={() => clean(resource.arn!)} label="Copy ARN" />}
      </p>
    </div>
  );
}

/** The address of the page at this finding. */
function link(finding: Finding): string {
  return location.href.split("#")[0] + format({ filters: ALL, finding: finding.fingerprint });
}

function Fix({ commands, flags, terraform }: { commands: string; flags: string[]; terraform: string }) {
  const shown = cleanLines(commands);
  return (
    <section class="fix">
      <h4>
        Fix {flags.map((flag) => <span class="flag">{flag}</span>)}
      </h4>
      <pre class="command" tabIndex={0}>{shown}</pre>
      {terraform && (
        <p class="faint">
          In Terraform: <code>{terraform}</code>
        </p>
      )}
      <p class="buttons">
        <CopyButton of={() => shown} label="Copy commands" />
        {terraform && <CopyButton of={() => terraform} label="Copy attribute" />}
      </p>
    </section>
  );
}

function Facts({ title, facts }: { title: string; facts?: Record<string, unknown> | undefined }) {
  const shown = Object.entries(facts ?? {});
  if (!shown.length) return null;
  return (
    <section>
      <h4>{title}</h4>
      <dl>
        {shown.map(([name, value]) => (
          <Fact name={clean(name)}>{inWords(value)}</Fact>
        ))}
      </dl>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** A value as people read it. */
function inWords(value: unknown): string {
  if (value === null) return "none";
  if (Array.isArray(value)) return value.length ? value.map(inWords).join(", ") : "none";
  if (typeof value === "number") return value.toLocaleString("en-US", { maximumFractionDigits: 4 });
  if (typeof value !== "object") return clean(String(value));
  // A measurement: its value, and how it was taken.
  const { value: measured, ...rest } = value as Record<string, unknown>;
  const known = Object.entries(rest).filter(([, part]) => part !== null);
  const parts = known.map(([name, part]) => `${clean(name).replaceAll("_", " ")}: ${inWords(part)}`).join("; ");
  if (measured === undefined) return parts;
  return parts ? `${inWords(measured)} (${parts})` : inWords(measured);
}

function tags(of: Record<string, string> | null): string {
  if (of === null) return "not read";
  const pairs = Object.entries(of).map(([key, value]) => clean(`${key}=${value}`));
  return pairs.length ? pairs.join(", ") : "none";
}

function Related({ title, prints, data }: { title: string; prints?: string[] | undefined; data: Data }) {
  const others = (prints ?? []).flatMap((print) => data.byFingerprint.get(print) ?? []);
  if (!others.length) return null;
  return (
    <section>
      <h4>{title}</h4>
      <ul>
        {others.map((other) => (
          <li>
            <a href={format({ filters: ALL, finding: other.fingerprint })}>
              {other.rule.id} on {clean(other.resource.label)}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function CopyButton({ of, label }: { of: () => string; label: string }) {
  const [done, setDone] = useState(false);
  const run = async () => {
    setDone(await copy(of()));
    setTimeout(() => setDone(false), 2000);
  };
  return (
    <button type="button" onClick={run}>
      {done ? "Copied" : label}
    </button>
  );
}
