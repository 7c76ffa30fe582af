/** Begins when the static page is there: the list of findings takes the place that the page keeps for it. */

import { render } from "preact";
import { read } from "./data";
import { List } from "./list";
import { copyButtons, printing, themes } from "./page";

themes();
copyButtons();

const carried = document.getElementById("data");
const root = document.getElementById("list");

if (carried && root) {
  read(carried).then(
    (data) => {
      const show = (printing: boolean) => render(<List data={data} printing={printing} />, root);
      root.replaceChildren();
      show(false);
      printing(show);
    },
    (error: unknown) => {
      root.textContent = `The list of findings could not be read: ${error}`;
    },
  );
} else {
  printing(() => {});
}
