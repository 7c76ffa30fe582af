/** Marked findings, and their export as a waivers file. */

import { useRef, useState } from "preact/hooks";
import type { Finding } from "./data";
import { CopyButton } from "./finding";
import { type Acceptance, waivers } from "./waivers";

interface Props {
  marked: Finding[];
  /** Failures that are shown and not marked. */
  unmarked: Finding[];
  onMark: (findings: Finding[]) => void;
  onClear: () => void;
}

const EMPTY: Acceptance = { reason: "", owner: "", until: "" };

export function Marks({ marked, unmarked, onMark, onClear }: Props) {
  const [given, setGiven] = useState(EMPTY);
  const [written, setWritten] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const set = (change: Partial<Acceptance>) => {
    setGiven({ ...given, ...change });
    setWritten(false);
  };
  const write = (event: Event) => {
    event.preventDefault();
    // White space is no reason and no owner, though a browser takes it for a value.
    for (const name of ["reason", "owner"] as const) {
      const field = form.current!.elements.namedItem(name) as HTMLInputElement;
      field.setCustomValidity(given[name].trim() ? "" : "Fill in this field.");
    }
    setWritten(form.current!.reportValidity());
  };
  return (
    <details class="marks" open={marked.length > 0}>
      <summary>
        Waivers: {marked.length ? `${marked.length.toLocaleString("en-US")} marked` : "mark failures that you accept"}
      </summary>
      <form ref={form} onSubmit={write} noValidate>
        <label>
          Reason
          <input name="reason" required value={given.reason} onInput={(event) => set({ reason: event.currentTarget.value })} />
        </label>
        <label>
          Owner
          <input name="owner" required value={given.owner} onInput={(event) => set({ owner: event.currentTarget.value })} />
        </label>
        <label>
          Last day
          <input name="until" type="date" required value={given.until} onInput={(event) => set({ until: event.currentTarget.value })} />
        </label>
        <p class="buttons">
          <button type="submit" disabled={!marked.length}>Write waivers</button>
          <button type="button" disabled={!unmarked.length} onClick={() => onMark(unmarked)}>
            Mark all {unmarked.length.toLocaleString("en-US")} that match
          </button>
          <button type="button" disabled={!marked.length} onClick={onClear}>Clear marks</button>
        </p>
      </form>
      {written && marked.length > 0 && <File text={waivers(marked, given)} />}
    </details>
  );
}

function File({ text }: { text: string }) {
  return (
    <div class="file">
      <p>
        Save it as <code>waivers.toml</code>, then <code>waaudit scan --waivers waivers.toml</code>.
      </p>
      <pre class="command" tabIndex={0}>{text}</pre>
      <p class="buttons">
        <button type="button" onClick={() => download(text)}>Download waivers.toml</button>
        <CopyButton of={() => text} label="Copy" />
      </p>
    </div>
  );
}

function download(text: string) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/toml" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = "waivers.toml";
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
