/** The findings that match, rule by rule, a hundred at a time. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Bar } from "./bar";
import { type Data, type Finding } from "./data";
import { ALL, DEFAULT, type Filters, format, parse, type Place, select } from "./filter";
import { Row } from "./finding";
import { Marks } from "./marks";

/** Rows of a page of the list. */
const PAGE = 100;
/** On paper, so many findings are printed with their evidence and fix; more would fill a thousand pages. */
const MOST_PRINTED_WHOLE = 300;

interface Props {
  data: Data;
  /** On paper everything that matches is shown, and open. */
  printing: boolean;
}

export function List({ data, printing }: Props) {
  const [place, setPlace] = useState<Place>(() => landed(data, location.hash) ?? { filters: DEFAULT, finding: null });
  const [opened, setOpened] = useState<ReadonlySet<string>>(() => new Set(place.finding ? [place.finding] : []));
  const [marks, setMarks] = useState<ReadonlySet<Finding>>(new Set());
  const [most, setMost] = useState(PAGE);
  const linked = useRef(place.finding);
  const address = useRef(0);
  const matching = useMemo(() => select(data.findings, place.filters), [data, place.filters]);

  const move = (next: Place) => {
    setPlace(next);
    // Browsers limit how often an address may change, and a search changes it with every letter.
    clearTimeout(address.current);
    address.current = setTimeout(() => history.replaceState(null, "", format(next)), 250);
  };
  const filter = (filters: Filters) => {
    setMost(PAGE);
    move({ filters, finding: null });
  };
  const open = (finding: Finding, is: boolean) => {
    setOpened(changed(opened, finding.fingerprint, is));
    if (is) move({ ...place, finding: finding.fingerprint });
  };

  useEffect(() => {
    const follow = () => {
      const next = landed(data, location.hash);
      if (!next) return;
      clearTimeout(address.current);
      setMost(PAGE);
      setPlace(next);
      linked.current = next.finding;
      if (next.finding) setOpened((before) => changed(before, next.finding!, true));
      else document.getElementById("findings")?.scrollIntoView();
    };
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, [data]);

  const shown = printing ? matching : matching.slice(0, Math.max(most, reaching(matching, place.finding)));
  const whole = printing && matching.length <= MOST_PRINTED_WHOLE;

  useEffect(() => {
    // Only what a link leads to is scrolled to, and not what is opened by hand.
    if (linked.current) document.getElementById(`finding-${linked.current}`)?.scrollIntoView({ block: "start" });
    linked.current = null;
  }, [place]);

  return (
    <>
      <Bar data={data} filters={place.filters} onChange={filter} />
      <Marks
        marked={[...marks]}
        unmarked={matching.filter((one) => one.verdict === "fail" && !marks.has(one))}
        onMark={(more) => setMarks(new Set([...marks, ...more]))}
        onClear={() => setMarks(new Set())}
      />
      <p role="status" class="faint">
        {matching.length.toLocaleString("en-US")} of {data.findings.length.toLocaleString("en-US")} findings match
        {shown.length < matching.length && `, the first ${shown.length.toLocaleString("en-US")} are shown`}.
        {printing && !whole && " Evidence and fixes are left out of this print: filter to 300 findings or fewer to have them."}
      </p>
      <ol class="rules">
        {byRule(shown).map((group) => (
          <li key={group[0]!.fingerprint}>
            <Heading finding={group[0]!} />
            <ul>
              {group.map((finding) => (
                <Row
                  key={finding.fingerprint}
                  finding={finding}
                  data={data}
                  open={whole || opened.has(finding.fingerprint)}
                  marked={marks.has(finding)}
                  onOpen={(is) => open(finding, is)}
                  onMark={(is) => setMarks(changed(marks, finding, is))}
                />
              ))}
            </ul>
          </li>
        ))}
      </ol>
      {shown.length < matching.length && (
        <p class="buttons">
          <button type="button" onClick={() => setMost(shown.length + PAGE)}>
            Show {Math.min(PAGE, matching.length - shown.length)} more
          </button>
        </p>
      )}
    </>
  );
}

/** Where an address leads. A link to a finding shows it, whatever the filters beside it say. */
function landed(data: Data, hash: string): Place | null {
  const place = parse(hash);
  const finding = place?.finding ? data.byFingerprint.get(place.finding) : undefined;
  if (!place || !finding) return place && { ...place, finding: null };
  return select([finding], place.filters).length ? place : { ...place, filters: ALL };
}

/** How many rows there are up to the finding that is linked to. */
function reaching(matching: Finding[], fingerprint: string | null): number {
  return fingerprint ? matching.findIndex((finding) => finding.fingerprint === fingerprint) + 1 : 0;
}

function changed<T>(before: ReadonlySet<T>, one: T, is: boolean): ReadonlySet<T> {
  const next = new Set(before);
  if (is) next.add(one);
  else next.delete(one);
  return next;
}

/** Findings of one rule, verdict and severity are beside each other. */
function byRule(findings: Finding[]): Finding[][] {
  const groups: Finding[][] = [];
  for (const finding of findings) {
    const last = groups.at(-1);
    const first = last?.[0];
    const same = first?.rule === finding.rule && first.verdict === finding.verdict && first.severity === finding.severity;
    if (last && same) last.push(finding);
    else groups.push([finding]);
  }
  return groups;
}

function Heading({ finding }: { finding: Finding }) {
  const { rule, verdict, severity } = finding;
  return (
    <h3>
      <span class={`badge ${verdict === "fail" ? severity : verdict}`}>{verdict === "fail" ? severity : verdict}</span>{" "}
      {rule.title} <span class="faint rule-id">{rule.id}</span>
    </h3>
  );
}
