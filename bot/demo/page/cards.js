// Cards: articles, mini-programs, places, links, and what templates make.

import { anchor } from "./links.js";
import { cover } from "./media.js";
import { element, plain, words } from "./nodes.js";
import { rich, tap } from "./rich.js";
import { PHONE } from "./words.js";

const list = (value) => (Array.isArray(value) ? value : []);

function single(article, reader) {
  const description = words(article.description) || words(article.digest);
  const about = [element("strong", "", words(article.title)), ...(description ? [element("span", "", description)] : [])];
  return anchor(words(article.url), reader, "article", [...cover(article, "banner"), ...about]);
}

/** The first of several carries its title on its picture; the others are lines with a small one. */
function lead(article, reader) {
  return anchor(words(article.url), reader, "lead-article", [...cover(article, "banner"), element("strong", "", words(article.title))]);
}

function row(article, reader) {
  return anchor(words(article.url), reader, "row-article", [element("span", "", words(article.title)), ...cover(article, "thumb")]);
}

export function news({ articles }, reader, item) {
  const [first, ...others] = list(articles).map(plain);
  if (!first) return [element("div", "article", element("strong", "", item.content))];
  if (!others.length) return [single(first, reader)];
  return [lead(first, reader), ...others.map((article) => row(article, reader))];
}

export function program(fields) {
  const head = element("span", "from", PHONE.program);
  return [element("div", "program", head, element("strong", "", words(fields.title)), ...cover(fields, "banner"))];
}

export function place({ label, poiname, locationx, locationy }) {
  const where = [words(locationx), words(locationy)].filter(Boolean).join("，");
  return [element("div", "article", element("strong", "", words(poiname) || words(label) || PHONE.place), element("span", "", where))];
}

export const page = (fields, reader) => [single(fields, reader)];

export const coupon = ({ cardid }) => [element("div", "article", element("strong", "", PHONE.coupon), element("span", "", words(cardid)))];

/** What a template makes: its title, a line for each field, and a way to more where there is one. */
export function slip({ title, lines, url, miniprogram }, reader) {
  const fields = list(lines).map(plain).flatMap(({ label, value }) => {
    const answer = element("dd", "", words(value));
    return words(label) ? [element("dt", "", words(label)), answer] : [answer];
  });
  const nodes = [element("strong", "", words(title)), element("dl", "", ...fields)];
  if (miniprogram) nodes.push(element("div", "more", PHONE.program));
  else if (words(url)) nodes.push(anchor(words(url), reader, "more", [PHONE.details]));
  return [element("div", "slip", ...nodes)];
}

/** A question with answers to tap, each on a line of its own. */
export function menu({ headcontent, list: options, tailcontent }, reader) {
  const taps = list(options).map(plain).map(({ id, content }) => [tap(words(content), words(content), words(id), reader)]);
  const lines = [rich(words(headcontent), reader), ...taps, rich(words(tailcontent), reader)];
  const full = lines.filter((nodes) => nodes.some((node) => node !== ""));
  return full.flatMap((nodes, index) => (index ? ["\n", ...nodes] : nodes));
}
