// Addresses in messages: which become links, which open inside the phone, and where the emulator keeps files.

import { element } from "./nodes.js";

const EMULATOR = "/emulator";
const FILE = /\/_\/media\/([\w-]+)$/;
const LOOPBACK = ["127.0.0.1", "localhost", "[::1]"];
// The platform's own pages, where it asks a person; in the emulator they have the same paths.
const ASKING = { "/connect/oauth2/authorize": "redirect_uri", "/mp/subscribemsg": "redirect_url" };
const OFFICIAL = ["open.weixin.qq.com", "mp.weixin.qq.com"];

function parsed(address) {
  try {
    const url = new URL(address);
    return ["http:", "https:"].includes(url.protocol) ? url : null;
  } catch {
    return null;
  }
}

/** A file that the emulator keeps. */
export const file = (id) => `${EMULATOR}/_/media/${encodeURIComponent(id)}`;

/** The same for the address of a picture; "" where it isn't the emulator's: the page loads nothing from elsewhere. */
export function picture(address) {
  const id = parsed(address)?.pathname.match(FILE)?.[1];
  return id ? file(id) : "";
}

/** This service under another of its names (localhost, 127.0.0.1) is this service. */
function here(url) {
  const same = LOOPBACK.includes(url.hostname) && LOOPBACK.includes(location.hostname) && url.port === location.port;
  return same ? new URL(url.pathname + url.search + url.hash, location.origin) : url;
}

function asking(url) {
  const own = url.origin === location.origin && url.pathname.startsWith(`${EMULATOR}/`);
  const path = own ? url.pathname.slice(EMULATOR.length) : url.pathname;
  return (own || OFFICIAL.includes(url.hostname)) && path in ASKING ? path : "";
}

/** Where a link leads for `openid`; null for what is no link. The platform knows who opens its own pages. */
export function target(address, openid) {
  const url = parsed(address);
  if (!url) return null;
  const found = here(url);
  const path = asking(found);
  if (!path) return found;
  const page = new URL(EMULATOR + path + found.search, location.origin);
  page.searchParams.set("openid", openid);
  return page;
}

/** Whether a page can be shown inside the phone: this one's rules let nothing in from other sites. */
export function opensInside(url) {
  if (url.origin !== location.origin) return false;
  const back = parsed(url.searchParams.get(ASKING[asking(url)]) ?? url.href);
  return back !== null && here(back).origin === location.origin;
}

/** A link as a node, or a `fallback` tag without one. `reader`: see bubble.js. */
export function anchor(address, reader, className, children, fallback = "div") {
  const url = target(address, reader.openid);
  if (!url) return element(fallback, className, ...children);
  const node = element("a", className, ...children);
  Object.assign(node, { href: url.href, target: "_blank", rel: "noopener noreferrer" });
  node.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || !opensInside(url)) return;
    event.preventDefault();
    reader.onOpen(url, node);
  });
  return node;
}
