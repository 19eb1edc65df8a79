// Texts as WeChat shows them: the one tag that it understands there, <a href="…">, becomes a link.

import { anchor } from "./links.js";
import { button } from "./nodes.js";

const LINK = /<a\s+href=(["'])(.*?)\1[^>]*>(.*?)<\/a>|(https?:\/\/[^\s<>"，。；、！？）】」]+)/gs;
const TAP = "weixin://bizmsgmenu?";

const entities = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");

/** A link that sends a text when it is tapped. */
export const tap = (label, content, id, reader) => button("tap", () => reader.onTap(content, id), label);

function link(href, label, reader) {
  if (!href.startsWith(TAP)) return anchor(href, reader, "", [label], "span");
  const query = new URLSearchParams(href.slice(TAP.length));
  return tap(label, query.get("msgmenucontent") || label, query.get("msgmenuid") ?? "", reader);
}

/** The text as nodes; `reader`: see bubble.js. */
export function rich(text, reader) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    nodes.push(text.slice(from, match.index), link(entities(match[2] ?? match[4]), match[3] ?? match[4], reader));
    from = match.index + match[0].length;
  }
  nodes.push(text.slice(from));
  return nodes;
}
