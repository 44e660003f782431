// The dialogs that complete an order: each gives the order's body, or null when the clerk thinks better of it.

import { h } from "/static/shared/dom.js";
import { pick, t } from "/static/shared/language.js";
import { PAUSE_REASONS, pauseName, windowName } from "/static/shared/words.js";

/** Open the dialog `name`, filled for this hall and window; resolves to the body, or null. */
export function ask(name, hall, window, subject) {
  const dialog = document.getElementById(`ask-${name}`);
  const form = dialog.querySelector("form");
  form.reset();
  FILL[name]?.(form, hall, window, subject);
  return new Promise((resolve) => {
    let body = null;
    form.onsubmit = () => (body = BODY[name](new FormData(form)));
    dialog.querySelector("[data-dismiss]").onclick = () => dialog.close();
    dialog.onclose = () => resolve(body);
    dialog.showModal();
    (form.querySelector("input:checked, .field") ?? form.querySelector("input")).focus();
  });
}

const WITH_REASON = ["turned-away", "cannot"];

const FILL = {
  transfer(form, hall, window) {
    const to = form.elements.to;
    const services = hall.services.filter((one) => one.id !== window.ticket?.service?.id);
    const windows = hall.windows.filter((one) => one.id !== window.id);
    to.replaceChildren(
      h("option", { value: "" }, t("请选择", "Please choose")),
      h(
        "optgroup",
        { label: t("业务", "Services") },
        services.map((one) => h("option", { value: `service:${one.id}` }, `${one.prefix}  ${pick(one.name)}`)),
      ),
      h(
        "optgroup",
        { label: t("窗口", "Windows") },
        windows.map((one) => h("option", { value: `window:${one.id}` }, `${one.number}  ${windowName(one)}`)),
      ),
    );
  },
  walk(form, hall, window) {
    const services = window.serves.map((id) => hall.services.find((one) => one.id === id)).filter(Boolean);
    form.elements.service.replaceChildren(...services.map((one) => h("option", { value: one.id }, pick(one.name))));
  },
  pause(form) {
    const box = form.querySelector("#pause-reasons");
    for (const node of box.querySelectorAll("label")) node.remove();
    box.append(
      ...PAUSE_REASONS.map((reason, index) =>
        h(
          "label",
          { class: "choice" },
          h("input", { type: "radio", name: "reason", value: reason, checked: index === 0 }),
          " ",
          pauseName(reason),
        ),
      ),
    );
  },
  finish(form) {
    const { reason } = form.elements;
    const need = () => (reason.required = WITH_REASON.includes(form.elements.outcome.value));
    form.onchange = need;
    need();
  },
  call(form, hall, window, ticket) {
    form.querySelector("#call-number").textContent = ticket.number;
  },
};

const BODY = {
  hold: (form) => ({ kind: form.get("kind") }),
  transfer(form) {
    const [kind, id] = form.get("to").split(/:(.*)/s);
    return { [kind]: id, place: form.get("place") };
  },
  pause: (form) => ({ reason: form.get("reason") }),
  call: (form) => ({ reason: form.get("reason").trim() }),
  walk: (form) => ({ service: form.get("service") }),
  finish(form) {
    const reason = form.get("reason").trim();
    return {
      outcome: form.get("outcome"),
      ...(reason && { reason }),
      ...(form.has("stays") && { stays: true }),
      ...(form.has("waits") && { waits: true }),
    };
  },
};
