// What a message looks like in the chat, by its type.

import { coupon, menu, news, page, place, program, slip } from "./cards.js";
import { music, photo, video, voice } from "./media.js";
import { element, plain } from "./nodes.js";
import { rich } from "./rich.js";
import { MARKS } from "./words.js";

const GAP = 5 * 60_000;

// Type → what builds its nodes, and the class of a bubble that isn't one of words.
const KINDS = {
  image: [photo, "bare"],
  video: [video, "bare"],
  shortvideo: [video, "bare"],
  mpvideo: [video, "bare"],
  voice: [voice, ""],
  music: [music, "sheet"],
  news: [news, "sheet"],
  mpnews: [news, "sheet"],
  mpnewsarticle: [news, "sheet"],
  miniprogrampage: [program, "sheet"],
  location: [place, "sheet"],
  link: [page, "sheet"],
  wxcard: [coupon, "sheet"],
  template: [slip, "sheet"],
  msgmenu: [menu, ""],
};

const COLOURS = ["#5b7fa6", "#7a6ba8", "#a8705b", "#5f8f74", "#a0863f", "#8a5f78"];

/** A square with the surname, in a colour that stays the person's own. */
export function portrait(name) {
  const square = element("span", "avatar", name.slice(0, 1) || "客");
  square.setAttribute("aria-hidden", "true");
  const sum = [...name].reduce((total, letter) => total + letter.codePointAt(0), 0);
  square.style.backgroundColor = COLOURS[sum % COLOURS.length];
  return square;
}

function body(item, reader) {
  const [build, look] = (Object.hasOwn(KINDS, item.type) && item.fields && KINDS[item.type]) || [];
  return build ? [build(plain(item.fields), reader, item), look] : [rich(item.content ?? "", reader), ""];
}

/** One line of the chat: portrait, bubble, and for screen readers whose words they are.
 *
 * `reader`: whose phone it is (`name`, `openid`), the `account`, and what a tap does: `onTap(content, id)` sends a
 * text, `onOpen(url, link)` opens the page of a link inside the phone. */
export function line(item, reader) {
  if (item.type === "notice") return element("div", "stamp", item.content);
  const mine = item.from === "member";
  const avatar = mine ? portrait(reader.name) : element("span", "avatar bell");
  avatar.setAttribute("aria-hidden", "true");
  const speaker = element("span", "unseen", `${mine ? reader.name : reader.account}：`);
  const [nodes, look] = body(item, reader);
  const bubble = element("div", look ? `bubble ${look}` : "bubble", speaker, ...nodes);
  const mark = MARKS[item.route];
  const stack = element("div", "stack", bubble, ...(mark ? [element("span", "mark", mark)] : []));
  return element("div", mine ? "mine" : "theirs", avatar, stack);
}

/** Whether a grey time belongs between two messages. */
export const apart = (before, after) => !before || new Date(after.at) - new Date(before.at) > GAP;
