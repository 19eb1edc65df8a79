// The account's menu at the bottom of the chat, which changes places with the keyboard.

import { button, element, words } from "./nodes.js";

export class Menu {
  /** `onTap(button, place)` is called with a button that does something, and where it stands. */
  constructor(root, onTap) {
    this.bar = root.querySelector(".bar");
    this.menu = root.querySelector(".menu");
    this.input = root.querySelector("textarea");
    this.entries = root.querySelector(".entries");
    this.toMenu = root.querySelector(".to-menu");
    this.toKeyboard = root.querySelector(".to-keyboard");
    this.onTap = onTap;
    this.known = "";
    this.toMenu.addEventListener("click", () => { this.show(true); this.toKeyboard.focus(); });
    this.toKeyboard.addEventListener("click", () => { this.show(false); this.input.focus(); });
    root.addEventListener("click", (event) => event.target.closest(".entry") || this.#shut());
    this.menu.addEventListener("keydown", (event) => event.key === "Escape" && this.#shut(true));
  }

  /** Takes up the menu that the follower sees; none leaves the keyboard alone, and so does a half written text. */
  take(buttons) {
    const found = JSON.stringify(buttons);
    if (found === this.known) return;
    this.known = found;
    this.entries.replaceChildren(...buttons.map((entry, index) => this.#entry(entry, index)));
    this.toMenu.hidden = !buttons.length;
    this.show(buttons.length > 0 && !this.input.value);
  }

  /** The menu in place of the keyboard, or the other way round. */
  show(open) {
    const shown = open && !this.toMenu.hidden;
    this.#shut();
    this.menu.hidden = !shown;
    this.bar.hidden = shown;
  }

  #entry(entry, index) {
    const inside = Array.isArray(entry.sub_button) ? entry.sub_button : [];
    if (!inside.length) return element("div", "entry", this.#button(entry, [index]));
    const list = element("ul", "", ...inside.map((sub, at) => element("li", "", this.#button(sub, [index, at]))));
    list.hidden = true;
    const opener = button("opener", () => this.#toggle(opener, list), words(entry.name));
    opener.setAttribute("aria-expanded", "false");
    return element("div", "entry", opener, list);
  }

  #button(entry, place) {
    return button("", () => { this.#shut(); this.onTap(entry, place); }, words(entry.name));
  }

  #toggle(opener, list) {
    const open = list.hidden;
    this.#shut();
    list.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
  }

  #shut(focus = false) {
    const opener = this.menu.querySelector('[aria-expanded="true"]');
    if (!opener) return;
    opener.setAttribute("aria-expanded", "false");
    opener.nextElementSibling.hidden = true;
    if (focus) opener.focus();
  }
}
