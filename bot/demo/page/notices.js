// The pop-up in which an account asks whether it may send notices: chosen ones are allowed, the others refused.

import * as door from "./door.js";
import { element, words } from "./nodes.js";
import { PHONE } from "./words.js";

export class Notices {
  constructor(root, trouble) {
    this.offer = root.querySelector(".notices");
    this.panel = root.querySelector(".ask");
    this.title = this.panel.querySelector("h3");
    this.list = this.panel.querySelector("ul");
    this.trouble = trouble;
    this.offer.addEventListener("click", () => trouble(this.ask()));
    this.panel.querySelector(".allow").addEventListener("click", () => trouble(this.#answer(true)));
    this.panel.querySelector(".refuse").addEventListener("click", () => trouble(this.#answer(false)));
  }

  /** The phone was handed to `person`. */
  become(person, account) {
    this.person = person;
    this.account = account;
    this.panel.hidden = this.offer.hidden = true;
  }

  /** Looks whether there is anything to ask: only followers of an account with such templates can be asked. */
  async refresh() {
    const { person } = this;
    const found = person.following ? await door.noticeTemplates() : [];
    if (this.person === person) this.offer.hidden = !found.length;
  }

  /** Opens the pop-up. */
  async ask() {
    const { openid } = this.person;
    const [templates, { grants }] = await Promise.all([door.noticeTemplates(), door.follower(openid)]);
    this.title.textContent = PHONE.asks(this.account);
    this.list.replaceChildren(...templates.map((template) => this.#choice(template, grants[template.id] ?? 0)));
    this.panel.hidden = false;
    this.panel.querySelector("input")?.focus();
  }

  #choice(template, left) {
    const box = element("input");
    Object.assign(box, { type: "checkbox", value: template.id, checked: true });
    const label = element("label", "", box, element("span", "", words(template.title)));
    if (left) label.append(element("small", "", PHONE.left(left)));
    return element("li", "", label);
  }

  async #answer(allowed) {
    const boxes = [...this.list.querySelectorAll("input")];
    const answers = boxes.map((box) => [box.value, allowed && box.checked ? "accept" : "reject"]);
    this.panel.hidden = true;
    this.offer.focus();
    await door.answerNotices(this.person.openid, Object.fromEntries(answers));
  }
}
