// The story's bar: one chip for each step, and one line about what the last one did.

import { PLAYS } from "./story.js";
import { SAY, STEPS, WRITING } from "./words.js";

const NUMBERS = "①②③④⑤⑥";

export class Story {
  constructor(stage, list, now) {
    this.stage = stage;
    this.now = now;
    this.busy = false;
    this.chips = STEPS.map((step, index) => this.#chip(step, index, list));
    stage.addEventListener("rename", ({ detail }) => this.#title(detail.step, detail.title));
  }

  /** Shows which steps an earlier visit to this same demo already played. */
  begin() {
    this.key = `chenzhong-story-${this.stage.roster.id}`;
    const played = JSON.parse(localStorage.getItem(this.key) ?? "{}");
    for (const [index, words] of Object.entries(played)) this.#done(Number(index), words);
    this.#point();
  }

  tell(words) {
    this.now.textContent = words;
  }

  /** Runs one thing at a time: two hands on one clock would tear the story. */
  async alone(work) {
    if (this.busy) return;
    this.busy = true;
    document.body.classList.add("busy");
    try {
      await work();
    } finally {
      this.busy = false;
      document.body.classList.remove("busy");
      if (this.now.textContent.endsWith("……")) this.tell("");
    }
  }

  async #play(index) {
    const { item } = this.chips[index];
    item.classList.add("playing");
    this.tell(WRITING);
    const words = await this.stage.trouble(PLAYS[index](this.stage));
    item.classList.remove("playing");
    this.#done(index, words ?? SAY.failed);
    this.tell(words ?? SAY.failed);
    if (words) localStorage.setItem(this.key, JSON.stringify({ ...JSON.parse(localStorage.getItem(this.key) ?? "{}"), [index]: words }));
    this.#point();
  }

  #done(index, words) {
    const { item, caption, button } = this.chips[index];
    item.classList.add("done");
    caption.textContent = words;
    button.setAttribute("aria-label", `${NUMBERS[index]} ${this.#titleOf(index)}，演过了`);
  }

  /** Marks the step that comes next, and brings its chip into reach. */
  #point() {
    const next = this.chips.findIndex(({ item }) => !item.classList.contains("done"));
    this.chips.forEach(({ item, button }, index) => {
      item.classList.toggle("next", index === next);
      if (index === next) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    });
    const { item } = this.chips[next < 0 ? 0 : next];
    item.parentElement.scrollTo({ left: item.offsetLeft - 16, behavior: "smooth" });
  }

  #chip(step, index, list) {
    const item = document.getElementById("step").content.firstElementChild.cloneNode(true);
    const button = item.querySelector(".chip");
    const caption = item.querySelector(".caption");
    item.querySelector(".number").textContent = NUMBERS[index];
    item.querySelector(".title").textContent = step.title;
    caption.textContent = step.hint;
    button.addEventListener("click", () => this.alone(() => this.#play(index)));
    list.append(item);
    return { item, button, caption };
  }

  #titleOf = (index) => this.chips[index].item.querySelector(".title").textContent;

  #title(index, words) {
    this.chips[index].item.querySelector(".title").textContent = words;
  }
}
