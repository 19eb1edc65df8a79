// What a stranger needs to become a member: a code, asked for on the secretary's phone as in real life.

import { button, element } from "./nodes.js";
import { STRANGER } from "./words.js";

function showCode(phone, name, code) {
  const copy = button("", async () => {
    await navigator.clipboard.writeText(code);
    copy.textContent = STRANGER.copied;
  }, STRANGER.copy);
  const fill = button("", () => {
    phone.input.value = code;
    phone.input.dispatchEvent(new Event("input"));
    phone.input.focus();
  }, STRANGER.fill);
  // Over the network without TLS a browser has no clipboard to give.
  const ways = navigator.clipboard ? [copy, fill] : [fill];
  phone.aid.replaceChildren(element("p", "", STRANGER.code(name, code)), ...ways);
}

async function askForCode(phone, stage, person) {
  const secretary = await stage.castSecretary();
  const answer = await secretary.say(`绑定码 ${person.name}`);
  const code = answer.match(/(?<!\d)\d{3}\s?\d{3}(?!\d)/)?.[0].replace(/\s/, "");
  if (code) showCode(phone, person.name, code);
}

/** The strip under a phone that a stranger holds; empty for everybody else. */
export function offerCode(phone, stage) {
  const isStranger = phone.person.reach === "stranger";
  if (!isStranger) {
    phone.aid.hidden = true;
    phone.aid.dataset.openid = "";
    return;
  }
  if (phone.aid.dataset.openid === phone.person.openid) return;
  phone.aid.dataset.openid = phone.person.openid;
  phone.aid.hidden = false;
  const unbound = stage.roster.people.find((person) => person.reach === "unbound");
  const offer = unbound
    ? button("", () => stage.trouble(askForCode(phone, stage, unbound)), STRANGER.ask(unbound.name))
    : element("p", "", STRANGER.nobody);
  phone.aid.replaceChildren(element("p", "", STRANGER.help), offer);
}
