// What a message looks like in the chat. Nothing that came over the wire is ever read as HTML:
// only the one tag that WeChat itself understands in texts, <a href="…">, becomes a link.

const LINK = /<a\s+href="([^"]*)"[^>]*>(.*?)<\/a>|(https?:\/\/[^\s<>"，。；、！？）】」]+)/gs;
const TAP = "weixin://bizmsgmenu?";
const GAP = 5 * 60_000;

const entities = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");

export function element(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

function link(href, label, onTap) {
  if (href.startsWith(TAP)) {
    const query = new URLSearchParams(href.slice(TAP.length));
    const button = element("button", "tap", label);
    button.type = "button";
    button.addEventListener("click", () => onTap(query.get("msgmenucontent") ?? label, query.get("msgmenuid") ?? ""));
    return button;
  }
  if (!/^https?:\/\//.test(href)) return label;
  const anchor = element("a", "", label);
  Object.assign(anchor, { href, target: "_blank", rel: "noopener noreferrer" });
  return anchor;
}

/** The text as nodes; `onTap(content, id)` is called when a link that sends a text is tapped. */
export function rich(text, onTap) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    nodes.push(text.slice(from, match.index), link(entities(match[1] ?? match[3]), match[2] ?? match[3], onTap));
    from = match.index + match[0].length;
  }
  nodes.push(text.slice(from));
  return nodes;
}

/** A card: the articles of a news message, the fields of a template message. */
function card(title, description, url) {
  const node = element(/^https?:/.test(url ?? "") ? "a" : "div", "card", element("strong", "", title), element("span", "", description));
  if (node.href !== undefined) Object.assign(node, { href: url, target: "_blank", rel: "noopener noreferrer" });
  return node;
}

function body(item, onTap) {
  const articles = item.fields?.articles;
  if (!articles) return rich(item.content ?? "", onTap);
  return articles.map((article) => card(article.Title ?? article.title, article.Description ?? article.description ?? "", article.Url ?? article.url));
}

const COLOURS = ["#5b7fa6", "#7a6ba8", "#a8705b", "#5f8f74", "#a0863f", "#8a5f78"];

/** A square with the surname, in a colour that stays the person's own. */
export function portrait(name) {
  const square = element("span", "avatar", name.slice(0, 1) || "客");
  square.setAttribute("aria-hidden", "true");
  const sum = [...name].reduce((total, letter) => total + letter.codePointAt(0), 0);
  square.style.backgroundColor = COLOURS[sum % COLOURS.length];
  return square;
}

/** One line of the chat: portrait, bubble, and for screen readers whose words they are. */
export function line(item, { name, account, onTap }) {
  if (item.type === "notice") return element("div", "stamp", item.content);
  const mine = item.from === "member";
  const avatar = mine ? portrait(name) : element("span", "avatar bell");
  avatar.setAttribute("aria-hidden", "true");
  const speaker = element("span", "unseen", `${mine ? name : account}：`);
  const bubble = element("div", "bubble", speaker, ...body(item, onTap));
  const row = element("div", mine ? "mine" : "theirs", avatar, bubble);
  return row;
}

/** Whether a grey time belongs between two messages. */
export const apart = (before, after) => !before || new Date(after.at) - new Date(before.at) > GAP;
