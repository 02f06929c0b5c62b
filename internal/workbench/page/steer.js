// Faults, failover, clock and deletion.
import { send } from "./control.js";
import { at, element, setText, sync } from "./dom.js";
import { number, plural, visible } from "./words.js";

export function showFaults(faults) {
  sync(at("faults"), faults, (f) => String(f.id), (f) => element("li", {}, element("code", { textContent: visible(f.fault) }), element("span", { className: "struck" }),
    element("button", { type: "button", textContent: "Remove", ariaLabel: `Remove the fault ${f.fault}`, onclick: () => change("DELETE", `faults/${f.id}`, null, "The fault is removed.") })),
  (li, f) => setText(li.querySelector(".struck"), `struck ${number(f.struck)} of ${plural(f.seen, "request")}`));
}

// change asks for a change, and says what came of it.
async function change(method, path, body, done) {
  const said = at("said");
  try {
    const response = await send(method, path, body);
    said.dataset.bad = response.ok ? "no" : "yes";
    said.textContent = response.ok ? done : visible((await response.json()).error);
    return response.ok;
  } catch {
    said.dataset.bad = "yes";
    said.textContent = "The store does not respond.";
    return false;
  }
}

at("failover").onclick = () => change("POST", "failover", null, "Failover: all upload sessions are lost.");
at("delete-sessions").onclick = () => confirm("Delete all upload sessions?") && change("DELETE", "sessions", null, "All upload sessions are deleted.");
at("delete-files").onclick = () => confirm("Delete every stored file?") && change("DELETE", "files", null, "The store is empty.");
at("advance-by").onfocus = () => at("advance-by").select(); // what is typed replaces the proposal
at("advance").onsubmit = (event) => {
  event.preventDefault();
  const by = at("advance-by").value.trim();
  change("POST", "clock", { advance: by }, `The clock is advanced by ${by}.`);
};
at("add-fault").onsubmit = async (event) => {
  event.preventDefault();
  if (await change("POST", "faults", { fault: at("fault").value }, "The fault is added.")) at("fault").value = "";
};
