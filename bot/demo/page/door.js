// The two doors this page talks to: the emulated platform's control door, and the demo's own.

const EMULATOR = "/emulator/_/";
const DEMO = "/demo/";

async function ask(path, body) {
  const request = body === undefined ? {} : { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  const answer = await fetch(path, request);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** Everything the follower's chat shows after item `after`, oldest first. */
export async function chat(openid, after = 0) {
  return (await ask(`${EMULATOR}phone?openid=${encodeURIComponent(openid)}&after=${after}`)).items;
}

/** A text the follower writes. Resolves when the account has answered. */
export const write = (openid, content) => ask(`${EMULATOR}messages`, { openid, type: "text", content });

/** A tap on one of the account's own links that send a text (msgmenu). */
export const tap = (openid, content, id) => ask(`${EMULATOR}messages`, { openid, type: "text", content, bizmsgmenuid: id });

/** `subscribe` or `unsubscribe`, as the platform would tell the account. */
export const event = (openid, Event) => ask(`${EMULATOR}messages`, { openid, type: "event", Event, EventKey: "" });

/** The buttons at the bottom of the follower's chat; none where the account has no menu. */
export const menu = async (openid) => (await ask(`${EMULATOR}menu?openid=${encodeURIComponent(openid)}`)).button ?? [];

/** A tap on the menu's button at `place`: its number, and that of one inside it. */
export const tapMenu = (openid, place) => ask(`${EMULATOR}tap`, { openid, button: place });

/** The templates for which the account can ask its followers. */
export const noticeTemplates = async () =>
  (await ask(`${EMULATOR}templates`)).templates.filter((template) => template.family === "subscription");

export const follower = (openid) => ask(`${EMULATOR}followers/${encodeURIComponent(openid)}`);

/** What a follower taps on the pop-up: template → "accept" or "reject". */
export const answerNotices = (openid, answers) => ask(`${EMULATOR}subscriptions`, { openid, answers });

export const account = () => ask(`${EMULATOR}account`);
export const changeAccount = (kind) => ask(`${EMULATOR}account`, { kind });

/** The emulated platform's time, as a Date. */
export const clock = async () => new Date((await ask(`${EMULATOR}clock`)).now);

/** Turns the clock; resolves when what fell due has been planned and sent. `turn`: {advance_seconds} or {now}. */
export const turnClock = async (turn) => new Date((await ask(`${EMULATOR}clock`, turn)).now);

export const people = () => ask(`${DEMO}people`);
export const nextBirthday = () => ask(`${DEMO}next-birthday`);
export const nextMorning = () => ask(`${DEMO}next-morning`);

/** How the latest broadcast of a kind ("topic", "text", "birthday") fared: counts, and who hasn't got it. */
export const latest = (kind) => ask(`${DEMO}latest?kind=${kind}`);

/** What arrives by itself. Calls `onItem({openid, item})`, `onClock({now})`, `onOpen()` after every (re)connection, and
 * `onLost()` when it broke; it comes back by itself. */
export function listen(openids, { onItem, onClock, onOpen, onLost }) {
  const query = openids.map((openid) => `openid=${encodeURIComponent(openid)}`).join("&");
  const source = new EventSource(`${EMULATOR}stream?${query}`);
  source.addEventListener("item", (event) => onItem(JSON.parse(event.data)));
  source.addEventListener("clock", (event) => onClock(JSON.parse(event.data)));
  source.addEventListener("open", onOpen);
  source.addEventListener("error", onLost);
  return source;
}
