// Pictures, voices, films and songs. Files come from the emulator alone.

import { anchor, file, picture } from "./links.js";
import { button, element, words } from "./nodes.js";
import { PHONE } from "./words.js";

/** A picture, or words in its place: it may have expired, or lie on another site. */
export function image(source, className, alt = "") {
  const missing = (why) => element("span", `${className} missing`, why);
  if (!source) return missing(PHONE.elsewhere);
  const node = element("img", className);
  Object.assign(node, { src: source, alt, loading: "lazy" });
  node.addEventListener("error", () => node.replaceWith(missing(PHONE.gone)));
  return node;
}

const source = (id) => (words(id) ? file(words(id)) : "");

/** The cover of something: by the id of a file, or by an address; nothing where neither is given. */
export function cover({ thumbmediaid, picurl, thumburl }, className) {
  const address = words(picurl) || words(thumburl);
  if (words(thumbmediaid)) return [image(source(thumbmediaid), className)];
  return address ? [image(picture(address), className)] : [];
}

export function photo({ mediaid, picurl }, reader) {
  const from = source(mediaid) || picture(words(picurl));
  const shown = image(from, "photo", PHONE.picture);
  return from ? [anchor(new URL(from, location.href).href, reader, "", [shown])] : [shown];
}

export function voice({ mediaid, recognition }) {
  const label = element("span", "", PHONE.voice);
  const audio = new Audio();
  audio.preload = "none";
  const node = button("voice", () => {
    if (audio.paused) {
      audio.src = source(mediaid);
      audio.play().catch(() => node.replaceWith(element("span", "missing", PHONE.silent)));
    } else audio.pause();
  }, label);
  const playing = (on) => () => {
    label.textContent = on ? PHONE.stop : PHONE.voice;
    node.classList.toggle("playing", on);
  };
  audio.addEventListener("play", playing(true));
  for (const end of ["pause", "ended"]) audio.addEventListener(end, playing(false));
  return [node, ...(words(recognition) ? [element("span", "heard", words(recognition))] : [])];
}

export function video({ mediaid, thumbmediaid, title, description }) {
  const film = element("video", "film");
  Object.assign(film, { src: source(mediaid), controls: true, preload: "none", playsInline: true });
  if (words(thumbmediaid)) film.poster = source(thumbmediaid);
  film.setAttribute("aria-label", words(title) || PHONE.film);
  const said = [["strong", words(title)], ["span", words(description)]].filter(([, text]) => text);
  return [film, ...said.map(([tag, text]) => element(tag, "said", text))];
}

export function music(fields, reader) {
  const { title, description, musicurl, hqmusicurl } = fields;
  const named = element("span", "named", element("strong", "", words(title) || PHONE.song), element("span", "", words(description)));
  const children = [...cover(fields, "thumb"), named, element("span", "quaver", "♪")];
  return [anchor(words(musicurl) || words(hqmusicurl), reader, "song", children)];
}
