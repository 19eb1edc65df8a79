// Who holds a phone: everybody of the branch, group by group, and strangers.

import { element } from "./nodes.js";
import { REACH, ROLES, STRANGER } from "./words.js";

const STRANGER_VALUE = "stranger";

function label(person) {
  const role = ROLES[person.role];
  const state = { closed: "两天没写话", unbound: "未绑定", phone: "不用微信" }[person.reach];
  return [person.name, role, state].filter(Boolean).join(" · ");
}

function option(person) {
  const node = element("option", "", label(person));
  node.value = person.openid;
  // Nobody can hold the phone of somebody who has none here.
  node.disabled = !person.openid;
  return node;
}

/** Fills a phone's select with `people` and chooses `current`, who may be a stranger. */
export function fillPicker(select, people, current) {
  const groups = new Map();
  for (const person of people) groups.set(person.group, [...(groups.get(person.group) ?? []), person]);
  const nodes = [...groups].map(([group, members]) => {
    const node = element("optgroup", "", ...members.map(option));
    node.label = group || "支部";
    return node;
  });
  const stranger = element("option", "", STRANGER.name);
  stranger.value = STRANGER_VALUE;
  const others = element("optgroup", "", stranger);
  others.label = "名册以外";
  select.replaceChildren(...nodes, others);
  select.value = people.some((person) => person.openid === current.openid) ? current.openid : STRANGER_VALUE;
}

/** One line about the person: group, and whether the account may write to them now. */
export function about(person) {
  return [element("span", "group", person.group), REACH[person.reach] ?? ""];
}

/** A follower-to-be nobody knows. The platform's ids are 28 characters. */
export function stranger() {
  const random = [...crypto.getRandomValues(new Uint8Array(11))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { openid: `oDEMO_${random}`, name: STRANGER.name, group: "", role: "", reach: "stranger", following: false };
}

export const isStranger = (value) => value === STRANGER_VALUE;
