// Small helpers that build nodes. Nothing that came over the wire is ever read as HTML: it only becomes text.

export function element(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

export function button(className, onClick, ...children) {
  const node = element("button", className, ...children);
  node.type = "button";
  node.addEventListener("click", onClick);
  return node;
}

/** What came over the wire, as words: a text or a number; "" for anything else. */
export const words = (value) => (typeof value === "string" || typeof value === "number" ? String(value) : "");

/** Fields by one spelling: the platform says MediaId in a reply and media_id in a message of its API. */
export function plain(fields) {
  const entries = Object.entries(fields ?? {}).map(([name, value]) => [name.toLowerCase().replaceAll("_", ""), value]);
  return Object.fromEntries(entries);
}
