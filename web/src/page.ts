/** What the static part of the page gains by a script: a theme to choose, buttons that copy, and whole contents in print. */

import { copy } from "./copy";

const THEMES = ["system", "light", "dark"];
const KEY = "waaudit-theme";

export function themes() {
  const button = document.getElementById("theme");
  if (!button) return;
  let theme = stored();
  const show = () => {
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    button.textContent = `Theme: ${theme}`;
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]!;
    store(theme);
    show();
  });
  show();
}

/** A browser may refuse storage to a file. */
function stored(): string {
  try {
    const theme = localStorage.getItem(KEY) ?? "";
    return THEMES.includes(theme) ? theme : "system";
  } catch {
    return "system";
  }
}

function store(theme: string) {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // The choice holds for this page alone.
  }
}

/** A button for each block of commands of the static part. */
export function copyButtons() {
  for (const block of document.querySelectorAll<HTMLElement>("pre[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy commands";
    button.addEventListener("click", async () => {
      if (await copy(block.textContent ?? "")) button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy commands"), 2000);
    });
    const line = document.createElement("p");
    line.className = "buttons";
    line.append(button);
    block.after(line);
  }
}

/** On paper nothing opens: everything that is folded is unfolded before, and folded again afterwards. */
export function printing(show: (printing: boolean) => void) {
  let folded: HTMLDetailsElement[] = [];
  addEventListener("beforeprint", () => {
    show(true);
    folded = [...document.querySelectorAll<HTMLDetailsElement>("details[data-fold]:not([open])")];
    for (const details of folded) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of folded) details.open = false;
    show(false);
  });
}
