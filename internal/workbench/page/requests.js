// The last requests, and whether they kept to the contract.
import { at, element, setText, shown, sync } from "./dom.js";
import { bytes, number, plural, visible } from "./words.js";

let requests = []; // the newest first
let isChecked = true;

// setChecked says whether the store checks requests against the contract.
export function setChecked(checked) { isChecked = checked; }

// newest is the number of the newest request that is known, 0 if there is none.
export const newest = () => (requests.length ? requests[0].number : 0);

export function forgetRequests() { requests = []; }

// addRequests takes those that came since the newest, the oldest first, with the numbers of all.
export function addRequests(log) {
  requests = log.requests.reverse().concat(requests).slice(0, 1000);
  drawRequests(log.total, log.differing);
}

function drawRequests(total, differing) {
  setText(at("requests-count"), total ? number(total) : "");
  const verdict = at("verdict");
  verdict.dataset.kept = !isChecked ? "unknown" : differing ? "no" : "yes";
  setText(verdict, !isChecked ? "Requests are not checked against the contract (--no-check)." :
    differing ? `✗ ${plural(differing, "request")} broke the contract` : total ? "✓ Every request kept to the contract" : "");
  const only = at("only-broken").checked;
  const list = only ? requests.filter((r) => r.differences.length) : requests;
  sync(at("requests"), shown("requests", list, () => drawRequests(total, differing)), (r) => String(r.number), makeRequest, () => {});
  at("only-broken").onchange = () => drawRequests(total, differing);
}

function makeRequest(r) {
  const status = r.status ? `${r.status} ${r.code}` : "closed without a response";
  return element("tr", { className: r.differences.length ? "broken" : "" },
    element("td", { className: "quiet", textContent: r.number }),
    element("td", {}, `${r.method} ${r.operation || "(no operation of the image store)"}`, element("bdi", { className: "path", textContent: visible(r.path) }),
      ...r.differences.map((d) => element("p", { className: "broke", textContent: `✗ against the contract, ${d.side} ${visible(d.place)}: ${visible(d.reason)}` }))),
    element("td", { className: r.status === 0 || r.status >= 400 ? "failed" : "", textContent: visible(status) }),
    ...[bytes(r.bytesIn), bytes(r.bytesOut), `${r.milliseconds.toFixed(1)} ms`].map((text) => element("td", { className: "number", textContent: text })));
}
