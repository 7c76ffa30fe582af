/** The bar over the list: what is shown of the findings. */

import { useMemo } from "preact/hooks";
import { clean, type Data, type Finding, SEVERITIES, STAGES, VERDICTS } from "./data";
import { ALL, DEFAULT, type Filters, tally } from "./filter";

interface Props {
  data: Data;
  filters: Filters;
  onChange: (filters: Filters) => void;
}

/** So many tags are offered; any other can be typed. */
const MOST_TAGS = 200;

export function Bar({ data, filters, onChange }: Props) {
  const set = (change: Partial<Filters>) => onChange({ ...filters, ...change });
  const { areas, regions, tags, verdicts } = useMemo(() => choices(data.findings), [data]);
  const severities = useMemo(() => ofVerdicts(data.findings, filters.verdicts), [data, filters.verdicts]);
  return (
    <div class="bar" role="search" aria-label="Findings">
      <label class="search">
        Search
        <input
          type="search"
          value={filters.search}
          placeholder="Resource, ARN, message, rule"
          onInput={(event) => set({ search: event.currentTarget.value })}
        />
      </label>
      <Choice name="Area" value={filters.area} of={areas} onChange={(area) => set({ area })} />
      <Choice name="Region" value={filters.region} of={regions} onChange={(region) => set({ region })} />
      <Choice name="Stage" value={filters.stage} of={[...STAGES]} onChange={(stage) => set({ stage })} />
      <label>
        Tag
        <input
          type="text"
          list="tags"
          value={filters.tag}
          placeholder="key or key=value"
          onInput={(event) => set({ tag: event.currentTarget.value })}
        />
      </label>
      <datalist id="tags">
        {tags.map((tag) => (
          <option value={tag}>{clean(tag)}</option>
        ))}
      </datalist>
      <Boxes name="Verdict" of={VERDICTS} counts={verdicts} chosen={filters.verdicts} onChange={(chosen) => set({ verdicts: chosen })} />
      <Boxes name="Severity" of={SEVERITIES} counts={severities} chosen={filters.severities} onChange={(chosen) => set({ severities: chosen })} />
      <p class="buttons">
        {filters.rule && (
          <button type="button" onClick={() => set({ rule: "" })}>
            Rule {filters.rule} <span aria-hidden="true">×</span>
            <span class="off-screen">: remove this filter</span>
          </button>
        )}
        <button type="button" onClick={() => onChange(DEFAULT)}>Failures only</button>
        <button type="button" onClick={() => onChange(ALL)}>Everything</button>
      </p>
    </div>
  );
}

function choices(findings: Finding[]) {
  return {
    areas: [...tally(findings, (one) => one.rule.area).keys()].sort(),
    regions: [...tally(findings, (one) => one.resource.region).keys()].sort(),
    tags: tagsOf(findings),
    verdicts: tally(findings, (one) => one.verdict),
  };
}

function ofVerdicts(findings: Finding[], verdicts: ReadonlySet<string>): Map<string, number> {
  return tally(findings.filter((one) => !verdicts.size || verdicts.has(one.verdict)), (one) => one.severity);
}

/** The tags that most findings have, as key=value. */
function tagsOf(findings: Finding[]): string[] {
  const counts = new Map<string, number>();
  for (const { resource } of findings)
    for (const [key, value] of Object.entries(resource.tags ?? {})) {
      const tag = `${key}=${value}`;
      if (tag.length < 200) counts.set(tag, (counts.get(tag) ?? 0) + 1);
    }
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, MOST_TAGS).map(([tag]) => tag);
}

interface ChoiceProps {
  name: string;
  value: string;
  of: string[];
  onChange: (value: string) => void;
}

function Choice({ name, value, of, onChange }: ChoiceProps) {
  return (
    <label>
      {name}
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">all</option>
        {of.map((one) => (
          <option value={one} selected={one === value}>{clean(one)}</option>
        ))}
      </select>
    </label>
  );
}

interface BoxesProps {
  name: string;
  of: readonly string[];
  counts: Map<string, number>;
  chosen: ReadonlySet<string>;
  onChange: (chosen: ReadonlySet<string>) => void;
}

function Boxes({ name, of, counts, chosen, onChange }: BoxesProps) {
  const toggle = (word: string) => {
    const next = new Set(chosen);
    if (!next.delete(word)) next.add(word);
    // In the order of the words, so that one choice has one address.
    onChange(new Set(of.filter((one) => next.has(one))));
  };
  return (
    <fieldset>
      <legend>{name}</legend>
      {of.map((word) => (
        <label class={`box ${word}`}>
          <input type="checkbox" checked={chosen.has(word)} onChange={() => toggle(word)} /> {word}{" "}
          <span class="faint">{(counts.get(word) ?? 0).toLocaleString("en-US")}</span>
        </label>
      ))}
    </fieldset>
  );
}
