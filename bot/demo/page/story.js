// The six steps. Each plays on the two phones what a person could do by hand, and returns one line: what
// happened, and why. Nothing is faked: it all goes through the emulated platform.

import * as door from "./door.js";
import { date, hour, isNight, sameDay, tomorrowAtEight } from "./when.js";
import { BROADCAST, CHECK_IN, SAY, WHY } from "./words.js";

const PATIENCE = 4;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function topic(stage) {
  const { member } = await stage.cast();
  await stage.show("member");
  const facts = await door.latest("topic");
  const item = member.find((item) => item.from === "account" && item.content?.includes(facts.title));
  if (!facts.title || !item) return SAY.topicMissing;
  member.point(item);
  const at = new Date(facts.at);
  const words = stage.mayWriteFirst ? SAY.topic : SAY.topicPassive;
  return words(`${sameDay(at, stage.now()) ? "今早" : date(at)} ${hour(at)}`, facts.sent, facts.held);
}

async function checkIn(stage) {
  const { member } = await stage.cast();
  await stage.show("member");
  await member.say(CHECK_IN);
  return SAY.checkin;
}

async function birthday(stage) {
  const { member } = await stage.cast();
  const next = await door.nextBirthday();
  const who = next.people.find((person) => person.openid === member.person.openid) ?? next.people[0];
  await stage.give("member", who.openid);
  await stage.show("member");
  const before = member.last;
  const greeting = (item) => item.n > before && item.from === "account" && item.content?.includes(who.name);
  const now = await stage.turn({ now: next.at });
  let item = await member.wait(greeting, who.reach === "open" ? PATIENCE : 0.5);
  let words = SAY.birthday;
  if (!item) {
    words = SAY.birthdayHeld;
    await member.say("打卡");
    item = await member.wait((item) => item.n > before && item.content?.includes(String(who.years)), PATIENCE);
  }
  member.point(item);
  return words(date(now), who.years);
}

async function broadcast(stage) {
  const { member, secretary } = await stage.cast();
  if (isNight(stage.now())) await stage.turn({ now: tomorrowAtEight(stage.now()) });
  await stage.show("secretary");
  const number = (await secretary.say(BROADCAST)).match(/确认\s*(\d+)/)?.[1];
  if (!number) return SAY.failed;
  await pause(700);
  await secretary.say(`确认 ${number}`);
  const before = member.last;
  await stage.turn({ advance_seconds: 65 });
  const item = await member.wait((item) => item.n > before && item.content?.includes("支部大会"), PATIENCE);
  await stage.show("member");
  if (!item) return SAY.broadcastWaits(number);
  member.point(item);
  const facts = await door.latest("text");
  return SAY.broadcast(number, facts.sent, facts.held);
}

async function why(stage) {
  const { secretary } = await stage.cast();
  const facts = await door.latest("text");
  const missed = (facts.waiting.length ? facts : await door.latest("topic")).waiting[0];
  if (!missed) return SAY.whyNobody;
  stage.rename(4, WHY(missed.name));
  await stage.show("secretary");
  await secretary.say(WHY(missed.name));
  await stage.give("member", missed.openid);
  return SAY.why(missed.name);
}

async function unverified(stage) {
  await stage.changeKind("subscription");
  await stage.giveBack();
  const { member, secretary } = await stage.cast();
  await stage.show("member");
  const now = await stage.turn({ now: (await door.nextMorning()).at });
  const { title } = await door.latest("topic");
  await pause(900);
  // Something that waited longer may come first; 「看」 brings what else there is.
  for (const text of ["打卡", "看", "看", "看"]) if ((await member.say(text)).includes(title)) break;
  await pause(600);
  await stage.show("secretary");
  await secretary.say("今日转发");
  return SAY.unverified(date(now));
}

export const PLAYS = [topic, checkIn, birthday, broadcast, why, unverified];
