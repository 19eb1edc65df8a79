// Stands in for the platform's JS-SDK on the emulated phone: `wx.config`, and the tag <wx-open-subscribe>.
// Source: 「JS-SDK 说明文档」 and 「微信开放标签说明文档」.
(() => {
  const platform = document.currentScript.src.replace(/\/open\/js\/[^/]*$/, "");
  const waiting = { ready: [], error: [] };
  let state = null;
  let session = null;

  function settle(name, result) {
    state = { name, result };
    for (const told of waiting[name].splice(0)) told(result);
  }

  function hear(name, told) {
    if (state?.name === name) told(state.result);
    else waiting[name].push(told);
  }

  async function config({ appId, timestamp, nonceStr, signature }) {
    const query = new URLSearchParams({ appid: appId, timestamp, noncestr: nonceStr, signature, url: location.href });
    session = await (await fetch(`${platform}/open/js/check?${query}`)).json();
    if (session.errMsg === "config:ok") settle("ready", { errMsg: session.errMsg });
    else settle("error", { errMsg: session.errMsg });
  }

  window.wx = { config, ready: (told) => hear("ready", told), error: (told) => hear("error", told) };

  const STYLE = `dialog{border:0;border-radius:12px;padding:20px;max-width:20em;font:17px/1.6 system-ui,sans-serif}
    label{display:block;text-align:left;margin:8px 0}menu{display:flex;gap:12px;margin:16px 0 0;padding:0}
    menu button{flex:1;border:0;border-radius:8px;padding:8px;font:inherit}.allow{background:#07c160;color:#fff}`;

  class Subscribe extends HTMLElement {
    connectedCallback() {
      const shadow = this.attachShadow({ mode: "open" });
      for (const part of this.querySelectorAll('script[type="text/wxtag-template"]')) {
        const kept = part.slot === "style" ? "style" : "div";
        shadow.append(Object.assign(document.createElement("div"), { innerHTML: part.innerHTML, className: kept }));
      }
      shadow.addEventListener("click", (event) => event.composedPath()[0].closest("dialog") || this.#ask());
    }

    #ask() {
      if (session?.errMsg !== "config:ok") return;
      const dialog = document.createElement("dialog");
      dialog.setAttribute("aria-label", "订阅通知");
      const style = Object.assign(document.createElement("style"), { textContent: STYLE });
      const boxes = this.#templates.map((id) => choice(id));
      const ways = document.createElement("menu");
      ways.append(this.#way(dialog, "取消", "refuse", boxes), this.#way(dialog, "允许", "allow", boxes));
      const title = Object.assign(document.createElement("strong"), { textContent: "公众号申请给您发送以下通知" });
      dialog.append(style, title, ...boxes.map((box) => box.parentNode), ways);
      this.shadowRoot.append(dialog);
      dialog.showModal();
    }

    get #templates() {
      return (this.getAttribute("template") ?? "").split(",").filter((id) => id in session.templates);
    }

    #way(dialog, label, name, boxes) {
      const button = Object.assign(document.createElement("button"), { textContent: label, className: name });
      button.addEventListener("click", async () => {
        dialog.remove();
        const said = boxes.map((box) => [box.value, name === "allow" && box.checked ? "accept" : "reject"]);
        await answer(Object.fromEntries(said));
        const details = said.map(([id, status]) => [id, JSON.stringify({ status })]);
        const detail = { errMsg: "subscribe:ok", subscribeDetails: JSON.stringify(Object.fromEntries(details)) };
        this.dispatchEvent(new CustomEvent("success", { detail }));
      });
      return button;
    }
  }

  function choice(id) {
    const label = document.createElement("label");
    const box = Object.assign(document.createElement("input"), { type: "checkbox", value: id, checked: true });
    label.append(box, ` ${session.templates[id]}`);
    return box;
  }

  const answer = (answers) => fetch(`${platform}/_/subscriptions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ openid: session.openid, answers }),
  });

  customElements.define("wx-open-subscribe", Subscribe);
})();
