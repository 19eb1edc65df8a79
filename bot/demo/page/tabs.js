// On a narrow screen the two phones lie behind two tabs; a dot counts what arrived behind the other one.

import { element } from "./nodes.js";

const LABELS = { member: "成员", secretary: "书记" };

export class Tabs {
  constructor(stage, bar) {
    this.stage = stage;
    this.waiting = { member: 0, secretary: 0 };
    this.buttons = Object.fromEntries(Object.keys(LABELS).map((side) => [side, this.#button(side, bar)]));
    bar.addEventListener("keydown", (event) => this.#keys(event));
    stage.addEventListener("show", ({ detail }) => this.select(detail));
    stage.addEventListener("hands", ({ detail }) => this.#label(detail));
    stage.addEventListener("shown", ({ detail }) => this.#count(detail));
    this.select("member");
  }

  /** From now on, what arrives behind the other tab counts as new. */
  open() {
    this.counting = true;
  }

  select(side) {
    this.selected = side;
    this.waiting[side] = 0;
    document.body.dataset.side = side;
    for (const [name, button] of Object.entries(this.buttons)) {
      button.setAttribute("aria-selected", String(name === side));
      button.tabIndex = name === side ? 0 : -1;
      this.#label(name);
    }
  }

  #button(side, bar) {
    const button = element("button", "");
    Object.assign(button, { type: "button", role: "tab" });
    button.setAttribute("aria-controls", side);
    button.addEventListener("click", () => {
      this.select(side);
      this.stage.phones[side].toEnd();
    });
    bar.append(button);
    return button;
  }

  #label(side) {
    const person = this.stage.phones[side].person;
    const count = this.waiting[side];
    const dot = count ? [element("b", "dot", String(count)), element("span", "unseen", "条新消息")] : [];
    this.buttons[side].replaceChildren(`${LABELS[side]}${person ? ` ${person.name}` : ""}`, ...dot);
  }

  #count({ side, item }) {
    if (!this.counting || side === this.selected || item.from === "member") return;
    this.waiting[side] += 1;
    this.#label(side);
  }

  #keys(event) {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const other = this.selected === "member" ? "secretary" : "member";
    this.select(other);
    this.buttons[other].focus();
  }
}
