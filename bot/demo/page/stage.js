// The two phones, who holds them, the clock above them, and the stream that keeps them up to date.

import * as door from "./door.js";
import { Phone } from "./phone.js";
import { about, fillPicker, isStranger, stranger } from "./picker.js";
import { offerCode } from "./stranger.js";
import { sameDay } from "./when.js";
import { QUICK } from "./words.js";

const SIDES = ["member", "secretary"];
const PARTS = { member: "成员的手机", secretary: "书记的手机" };

export class Stage extends EventTarget {
  constructor(trouble) {
    super();
    this.trouble = trouble;
    this.strangers = new Map();
    this.offset = 0;
    this.phones = Object.fromEntries(SIDES.map((side) => [side, this.#phone(side)]));
  }

  /** The platform's time, running on between two words from it. */
  now = () => new Date(Date.now() + this.offset);

  async open() {
    await this.#readClock();
    await this.refreshPeople();
    await Promise.all(SIDES.map((side) => this.give(side, this.roster[side])));
    this.changedKind((await door.account()).kind);
  }

  /** Puts both phones into the hands the story needs, unless the visitor chose somebody who will do as well. */
  async cast() {
    const { person } = this.phones.member;
    if (!person.following || !person.role) await this.giveBack();
    await this.castSecretary();
    return this.phones;
  }

  async castSecretary() {
    const { person } = this.phones.secretary;
    if (!person.following || !["secretary", "admin"].includes(person.role)) await this.give("secretary", this.roster.secretary);
    return this.phones.secretary;
  }

  giveBack = () => this.give("member", this.roster.member);

  /** Hands a phone to a person of the branch or to a stranger met before. */
  async give(side, openid) {
    const phone = this.phones[side];
    if (phone.person?.openid === openid) return;
    const person = this.#known(openid);
    await phone.become(person, this.roster.account);
    this.#label(side);
    this.#connect();
    this.dispatchEvent(new CustomEvent("hands", { detail: side }));
  }

  /** Brings a phone into sight where only one fits on the screen. */
  async show(side) {
    this.dispatchEvent(new CustomEvent("show", { detail: side }));
    await new Promise((done) => requestAnimationFrame(done));
    this.phones[side].toEnd();
  }

  /** Turns the clock; everything that fell due has arrived when this resolves. */
  async turn(how) {
    this.dispatchEvent(new CustomEvent("turning", { detail: true }));
    try {
      this.#setClock(await door.turnClock(how));
    } finally {
      this.dispatchEvent(new CustomEvent("turning", { detail: false }));
    }
    await Promise.all([...SIDES.map((side) => this.phones[side].sync()), this.refreshPeople()]);
    return this.now();
  }

  async changeKind(kind) {
    this.changedKind((await door.changeAccount(kind)).kind ?? kind);
    await this.refreshPeople();
  }

  /** Whether the account may write to people by itself; the others can only answer. */
  get mayWriteFirst() {
    return !["service", "subscription"].includes(this.kind);
  }

  changedKind(kind) {
    this.kind = kind;
    this.dispatchEvent(new CustomEvent("kind", { detail: kind }));
  }

  rename = (step, title) => this.dispatchEvent(new CustomEvent("rename", { detail: { step, title } }));

  /** Reads again who is who: bindings, windows and following change while people write. */
  async refreshPeople() {
    const before = this.roster?.id;
    this.roster = await door.people();
    if (before && before !== this.roster.id) location.reload();
    for (const side of SIDES) {
      const phone = this.phones[side];
      if (!phone.person) continue;
      const { name, following } = phone.person;
      const person = this.#known(phone.person.openid);
      // Whoever has just been bound has a name now, and the chat shows it in every line of theirs.
      if (name !== person.name || following !== person.following) await phone.become(person, this.roster.account);
      else phone.person = person;
      await phone.refreshMenu();
      this.#label(side);
    }
  }

  #known(openid) {
    const person = this.roster.people.find((person) => person.openid === openid) ?? this.strangers.get(openid);
    if (!person) return { ...stranger(), openid };
    return person;
  }

  #label(side) {
    const phone = this.phones[side];
    fillPicker(phone.picker, this.roster.people, phone.person);
    phone.note.replaceChildren(...about(phone.person));
    phone.root.dataset.reach = phone.person.reach;
    offerCode(phone, this);
  }

  #phone(side) {
    const phone = new Phone(document.getElementById(side), { part: PARTS[side], quick: QUICK[side], now: this.now, trouble: this.trouble });
    phone.addEventListener("pick", ({ detail }) => this.trouble(this.#pick(side, detail)));
    phone.addEventListener("follow", () => this.trouble(this.#follow(side, true)));
    phone.addEventListener("unfollow", () => this.trouble(this.#follow(side, false)));
    phone.addEventListener("said", () => this.trouble(this.refreshPeople()));
    phone.addEventListener("shown", ({ detail }) => this.dispatchEvent(new CustomEvent("shown", { detail: { side, item: detail } })));
    return phone;
  }

  async #pick(side, value) {
    if (!isStranger(value)) return this.give(side, value);
    const met = [...this.strangers.values()].find((person) => !this.roster.people.some(({ openid }) => openid === person.openid));
    const person = met ?? stranger();
    this.strangers.set(person.openid, person);
    return this.give(side, person.openid);
  }

  async #follow(side, following) {
    const { person } = this.phones[side];
    await door.event(person.openid, following ? "subscribe" : "unsubscribe");
    // Whoever leaves is forgotten by the account, and comes back as a stranger.
    this.strangers.set(person.openid, { ...stranger(), openid: person.openid, following });
    await this.refreshPeople();
  }

  #connect() {
    const openids = [...new Set(SIDES.map((side) => this.phones[side].person?.openid).filter(Boolean))];
    this.source?.close();
    this.source = door.listen(openids, {
      onItem: ({ openid, item }) => SIDES.forEach((side) => this.phones[side].person?.openid === openid && this.phones[side].receive(item)),
      // What was on its way while somebody turned the clock is older than what the turn answered.
      onClock: ({ now }) => new Date(now) > this.now() && this.#setClock(new Date(now)),
      onOpen: () => this.trouble(this.#resume()),
      onLost: () => this.trouble(door.clock()),
    });
  }

  async #resume() {
    await Promise.all([this.#readClock(), this.refreshPeople(), ...SIDES.map((side) => this.phones[side].sync())]);
  }

  async #readClock() {
    this.#setClock(await door.clock());
  }

  #setClock(now) {
    const before = this.now();
    this.offset = now.getTime() - Date.now();
    if (!sameDay(before, now)) for (const side of SIDES) this.phones?.[side].refreshTimes();
    this.dispatchEvent(new CustomEvent("clock"));
  }
}
