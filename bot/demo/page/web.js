// Pages inside the phone, as WeChat opens what is tapped: over the chat, with a way back to it.

import { element } from "./nodes.js";
import { PHONE } from "./words.js";

// A page may run its scripts and send its forms, but neither open windows nor lead the phone's own page away.
const SANDBOX = "allow-same-origin allow-scripts allow-forms";

export class Web {
  constructor(root) {
    this.panel = root.querySelector(".web");
    this.where = this.panel.querySelector(".where");
    this.leave = this.panel.querySelector(".leave");
    this.view = this.panel.querySelector(".view");
    this.leave.addEventListener("click", () => this.close());
    this.panel.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    // The other phone may have opened a page of its own since.
    this.panel.addEventListener("pointerenter", () => this.#remember());
  }

  /** Shows a page of this service to `openid`; whoever closes it is back at `opener`. */
  open(url, openid, opener = document.activeElement) {
    this.openid = openid;
    if (this.panel.hidden) this.before = opener;
    this.#remember();
    const frame = element("iframe");
    frame.title = PHONE.page;
    frame.setAttribute("sandbox", SANDBOX);
    frame.addEventListener("load", () => this.#loaded(frame, url));
    frame.src = url.href;
    this.#show(frame, url.host);
  }

  /** Shows words where there is no page to open. */
  tell(words, url) {
    if (this.panel.hidden) this.before = document.activeElement;
    const nodes = [element("p", "", words)];
    if (url) {
      const link = element("a", "", PHONE.newTab);
      Object.assign(link, { href: url.href, target: "_blank", rel: "noopener noreferrer" });
      nodes.push(link);
    }
    this.#show(element("div", "told", ...nodes), "");
  }

  close() {
    if (this.panel.hidden) return;
    this.panel.hidden = true;
    this.view.replaceChildren();
    this.before?.focus();
  }

  #show(content, where) {
    this.where.textContent = where;
    this.view.replaceChildren(content);
    this.panel.hidden = false;
    this.leave.focus();
  }

  /** The platform's pages have to know whose phone this is, also where another page leads on to them. */
  #remember() {
    if (this.openid) document.cookie = `phone=${this.openid}; path=/emulator; SameSite=Strict`;
  }

  #loaded(frame, url) {
    // A page that may not be framed leaves nothing that can be read.
    const page = frame.contentDocument;
    if (!page) return this.tell(PHONE.unframed, url);
    this.where.textContent = page.title || url.host;
  }
}
