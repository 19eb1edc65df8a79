// The page's entrance: builds the stage, the story's chips, the clock's buttons and the tabs, and ties them together.

import * as door from "./door.js";
import { Stage } from "./stage.js";
import { Story } from "./chips.js";
import { Tabs } from "./tabs.js";
import { date, hour, tomorrowAtEight } from "./when.js";
import { ACCOUNTS, SAY, TURNING } from "./words.js";

const byId = (id) => document.getElementById(id);

/** Awaits `work`; where the service doesn't answer, says so on the page and goes on. */
async function trouble(work) {
  try {
    const result = await work;
    byId("trouble").hidden = true;
    return result;
  } catch (error) {
    console.error(error);
    byId("trouble").textContent = SAY.down;
    byId("trouble").hidden = false;
    return undefined;
  }
}

const stage = new Stage(trouble);
const story = new Story(stage, byId("steps"), byId("now"));
const tabs = new Tabs(stage, document.querySelector(".tabs"));

function showClock() {
  byId("date").textContent = date(stage.now());
  byId("hour").textContent = hour(stage.now());
  for (const phone of Object.values(stage.phones)) phone.root.querySelector(".status .hour").textContent = hour(stage.now());
}

async function turnToBirthday() {
  const { at, people } = await door.nextBirthday();
  const phone = stage.phones.member;
  const who = people.find(({ openid }) => openid === phone.person.openid) ?? people[0];
  await stage.give("member", who.openid);
  await stage.show("member");
  const before = phone.last;
  const now = await stage.turn({ now: at });
  const arrived = await phone.wait((item) => item.n > before && item.content?.includes(who.name), who.reach === "open" ? 3 : 0.3);
  if (!arrived) story.tell(SAY.birthdayWaits(date(now), who.name));
}

const TURNS = {
  hour: () => stage.turn({ advance_seconds: 3600 }),
  morning: () => stage.turn({ now: tomorrowAtEight(stage.now()) }),
  birthday: turnToBirthday,
};

for (const button of document.querySelectorAll("[data-turn]")) {
  button.addEventListener("click", () => story.alone(() => trouble(TURNS[button.dataset.turn]())));
}

byId("kind").addEventListener("change", () => story.alone(() => trouble(stage.changeKind(byId("kind").value))));

stage.addEventListener("clock", showClock);
stage.addEventListener("turning", ({ detail }) => {
  document.body.classList.toggle("turning", detail);
  if (detail) story.tell(TURNING);
});
stage.addEventListener("kind", ({ detail }) => {
  byId("kind").value = detail;
  for (const about of document.querySelectorAll(".profile .about")) about.textContent = ACCOUNTS[detail] ?? "";
});

await trouble(stage.open());
tabs.open();
if (stage.roster) {
  byId("branch").textContent = stage.roster.branch;
  story.begin();
  setInterval(showClock, 5000);
  document.body.classList.add("ready");
}
