// One phone: somebody's WeChat, open at the chat with the account. It shows what the emulated platform says
// was shown, and sends what is written; it knows nothing of what the messages mean.

import * as door from "./door.js";
import { apart, line } from "./bubble.js";
import { opensInside, target } from "./links.js";
import { Menu } from "./menu.js";
import { button, element } from "./nodes.js";
import { Notices } from "./notices.js";
import { Web } from "./web.js";
import { hour, stamp } from "./when.js";
import { PHONE } from "./words.js";

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const CLOSE_TO_END = 120;

export class Phone extends EventTarget {
  /** `part`: whose phone, for the label; `quick`: the texts behind the ＋; `now()`: the platform's time. */
  constructor(root, { part, quick, now, trouble }) {
    super();
    this.root = root;
    this.now = now;
    this.trouble = trouble;
    this.person = null;
    root.append(document.getElementById("phone").content.cloneNode(true));
    for (const name of ["chat", "picker", "note", "aid", "bar", "plus", "send", "quick", "more", "profile", "below", "about", "follow", "unfollow", "close"]) {
      this[name] = root.querySelector(`.${name}`);
    }
    this.input = root.querySelector("textarea");
    this.web = new Web(root);
    this.menu = new Menu(root, (entry, place) => trouble(this.#tapMenu(entry, place)));
    this.notices = new Notices(root, trouble);
    this.titles = root.querySelectorAll(".title");
    root.querySelector(".part").textContent = part;
    for (const text of quick) this.quick.append(this.#shortcut(text));
    this.#listen();
  }

  /** Hands the phone to somebody: their chat from the beginning. */
  async become(person, account) {
    this.person = person;
    this.account = account;
    this.last = 0;
    this.latest = null;
    for (const title of this.titles) title.textContent = account;
    this.input.setAttribute("aria-label", `${person.name}写给${account}`);
    this.chat.setAttribute("aria-label", `${person.name}和${account}的聊天`);
    this.chat.replaceChildren();
    this.web.close();
    this.notices.become(person, account);
    this.#open(this.quick, this.plus, false);
    this.showProfile(!person.following);
    const history = person.following ? this.#history() : undefined;
    await Promise.all([history, this.refreshMenu()]);
  }

  async #history() {
    // A history read aloud would drown everything else.
    this.chat.setAttribute("aria-live", "off");
    this.opening = true;
    await this.sync();
    this.opening = false;
    this.chat.setAttribute("aria-live", "polite");
    this.toEnd();
  }

  /** Fetches what this phone hasn't shown yet. */
  async sync() {
    const { person } = this;
    if (!person?.openid) return;
    const items = await door.chat(person.openid, this.last);
    if (person.openid === this.person.openid) items.forEach((item) => this.#show(item));
  }

  /** Reads again which menu the holder sees: it hangs on tags, and the account may change it. */
  async refreshMenu() {
    const { person } = this;
    const buttons = person.following ? await door.menu(person.openid) : [];
    if (person.openid === this.person.openid) this.menu.take(buttons);
  }

  /** An item that arrived by itself. */
  receive(item) {
    if (item.n === this.last + 1) this.#show(item);
    else if (item.n > this.last) this.sync();
  }

  /** Writes a text as a person would, and returns the account's answer ("" if there was none). */
  async say(text, tap) {
    const before = this.last;
    if (!tap) {
      this.#fill(text);
      await pause(calm.matches ? 0 : 450);
      this.#fill("");
    }
    await (tap === undefined ? door.write(this.person.openid, text) : door.tap(this.person.openid, text, tap));
    await this.sync();
    this.dispatchEvent(new CustomEvent("said", { detail: text }));
    return this.find((item) => item.from === "account" && item.n > before)?.content ?? "";
  }

  /** The newest item for which `test(item)` holds, or undefined. */
  find(test) {
    return [...this.chat.children].reverse().find((row) => row.item && test(row.item))?.item;
  }

  /** Waits until such an item is there, at most `seconds`; returns it or undefined. */
  async wait(test, seconds) {
    for (const end = Date.now() + seconds * 1000; ; await pause(150)) {
      await this.sync();
      const found = this.find(test);
      if (found || Date.now() > end) return found;
    }
  }

  /** Brings an item into sight and lights it up for a moment. */
  point(item) {
    const row = item && [...this.chat.children].find((child) => child.item === item);
    if (!row) return;
    row.scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : "smooth" });
    row.classList.remove("lit");
    requestAnimationFrame(() => row.classList.add("lit"));
  }

  /** The clock moved: the status bar, and the grey times that say 「昨天」. */
  refreshTimes() {
    this.root.querySelector(".status .hour").textContent = hour(this.now());
    for (const time of this.chat.querySelectorAll("time")) time.textContent = stamp(new Date(time.dateTime), this.now());
  }

  showProfile(shown) {
    const following = Boolean(this.person?.following);
    this.#open(this.profile, this.more, shown);
    this.follow.hidden = following;
    this.unfollow.hidden = this.close.hidden = !following;
    this.input.disabled = this.plus.disabled = !following;
    this.input.placeholder = following ? "" : "关注以后才能写";
    if (shown) this.trouble(this.notices.refresh());
  }

  toEnd() {
    this.atEnd = true;
    this.chat.scrollTop = this.chat.scrollHeight;
    this.below.hidden = true;
  }

  /** How much of the chat lies below what can be seen. */
  get #left() {
    return this.chat.scrollHeight - this.chat.scrollTop - this.chat.clientHeight;
  }

  #show(item) {
    if (item.n <= this.last) return;
    const nearEnd = this.#left < CLOSE_TO_END;
    if (apart(this.latest, item)) this.chat.append(this.#stamp(item));
    const row = line(item, {
      name: this.person.name,
      openid: this.person.openid,
      account: this.account,
      onTap: (text, id) => this.#send(text, id),
      onOpen: (url, link) => this.web.open(url, this.person.openid, link),
    });
    row.item = item;
    this.chat.append(row);
    this.last = item.n;
    this.latest = item;
    if (this.opening) return;
    if (nearEnd || item.from === "member") this.toEnd();
    else this.below.hidden = false;
    this.dispatchEvent(new CustomEvent("shown", { detail: item }));
  }

  #stamp(item) {
    const time = element("time", "", stamp(new Date(item.at), this.now()));
    time.dateTime = item.at;
    return element("div", "stamp", time);
  }

  #shortcut(text) {
    return button("", () => {
      if (text.endsWith("…")) {
        this.#fill(text.slice(0, -1));
        this.input.focus();
      } else this.#send(text);
    }, text);
  }

  #fill(text) {
    if (text) this.menu.show(false);
    this.input.value = text;
    this.input.style.height = "";
    this.input.style.height = `${this.input.scrollHeight}px`;
    this.bar.classList.toggle("ready", text.trim() !== "");
  }

  #open(panel, button, open) {
    panel.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
  }

  async #send(text, tap) {
    this.#open(this.quick, this.plus, false);
    await this.trouble(this.say(text, tap ?? undefined));
  }

  /** A tap on the menu: a page opens while the account hears of it, and its answer comes into the chat. */
  async #tapMenu(entry, place) {
    const { openid } = this.person;
    const url = entry.type === "view" ? target(entry.url, openid) : null;
    if (url && opensInside(url)) this.web.open(url, openid);
    else if (url) window.open(url.href, "_blank", "noopener,noreferrer");
    if (entry.type === "miniprogram") this.web.tell(PHONE.programOnly);
    await door.tapMenu(openid, place);
    await this.sync();
    this.dispatchEvent(new CustomEvent("said", { detail: entry.name }));
  }

  async #written() {
    const text = this.input.value.trim();
    if (!text || this.input.disabled) return;
    this.#fill("");
    await this.trouble(door.write(this.person.openid, text).then(() => this.sync()));
    this.dispatchEvent(new CustomEvent("said", { detail: text }));
  }

  #listen() {
    // The story's bar hides while somebody types: if a button took the focus, it would slide away under the finger.
    this.bar.addEventListener("mousedown", (event) => event.target.closest("button") && event.preventDefault());
    this.bar.addEventListener("submit", (event) => { event.preventDefault(); this.#written(); });
    this.input.addEventListener("input", () => this.#fill(this.input.value));
    this.input.addEventListener("keydown", (event) => {
      // Enter sends, unless it only ends the choice of a character in an input method.
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.#written(); }
    });
    this.plus.addEventListener("click", () => { this.#open(this.quick, this.plus, this.quick.hidden); this.toEnd(); });
    this.more.addEventListener("click", () => this.showProfile(this.profile.hidden || !this.person.following));
    this.close.addEventListener("click", () => { this.showProfile(false); this.more.focus(); });
    this.below.addEventListener("click", () => this.toEnd());
    this.chat.addEventListener("scroll", () => {
      this.atEnd = this.#left < CLOSE_TO_END;
      if (this.#left < 8) this.below.hidden = true;
    }, { passive: true });
    // A picture grows when it has come, which must not push itself out of sight.
    this.chat.addEventListener("load", () => this.atEnd && this.toEnd(), true);
    this.follow.addEventListener("click", () => this.dispatchEvent(new Event("follow")));
    this.unfollow.addEventListener("click", () => this.dispatchEvent(new Event("unfollow")));
    this.picker.addEventListener("change", () => this.dispatchEvent(new CustomEvent("pick", { detail: this.picker.value })));
  }
}
