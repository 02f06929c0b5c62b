// The upload sessions, each with a picture of what arrived.
import { at, element, setText, shown, sync } from "./dom.js";
import { bytes, moment, number, plural, range, span, visible } from "./words.js";

let sessions = [];
let ahead = 0; // of the store's clock, in milliseconds

// showSessions takes the sessions as the store has them, the oldest change first, and its time.
export function showSessions(store) {
  ahead = Date.parse(store.time) - Date.now();
  sessions = store.sessions.reverse();
  drawSessions();
}

function drawSessions() {
  setText(at("sessions-count"), sessions.length ? number(sessions.length) : "");
  sync(at("sessions"), shown("sessions", sessions, drawSessions), (s) => s.id, makeSession, updateSession);
  drawAges();
}

function makeSession() {
  const bar = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  bar.setAttribute("class", "bar");
  bar.setAttribute("role", "img");
  return element("li", {},
    element("div", { className: "line" }, element("bdi", { className: "path name" }), element("span", { className: "quiet age" })),
    bar,
    element("details", { className: "ranges" }, element("summary"), element("ul")));
}

function updateSession(li, s) {
  li.session = s;
  const drawn = JSON.stringify(s);
  if (li.drawn === drawn) return;
  li.drawn = drawn;
  const percent = s.size ? Math.floor(100 * s.received / s.size) : 0;
  setText(li.querySelector(".name"), visible(s.path));
  drawBar(li.querySelector("svg"), s, percent);
  const ranges = s.expected.length ? `expects ${plural(s.expected.length, "range")}` : "nothing expected: ready to commit";
  setText(li.querySelector("summary"), `${percent} % of ${bytes(s.size)}, ${ranges}`);
  sync(li.querySelector("ul"), s.expected.slice(0, 500).map((r) => ({ text: `expected ${range(r)}` })).concat({ text: `session ${s.id}` }),
    (r) => r.text, (r) => element("li", { className: "mono", textContent: r.text }), () => {});
}

// pieces are the runs of a file from its first byte to its last. Of more than would be wider than a
// dot, each hundredth of the file becomes one.
function pieces(s) {
  const runs = [];
  let from = 0;
  for (const { start, end } of s.size ? s.expected : []) {
    if (start > from) runs.push({ kind: "arrived", start: from, end: start - 1 });
    runs.push({ kind: "expected", start, end });
    from = end + 1;
  }
  if (from < s.size) runs.push({ kind: "arrived", start: from, end: s.size - 1 });
  if (runs.length <= 400) return runs;
  const cells = Array.from({ length: 100 }, (_, i) => ({ start: Math.floor(s.size * i / 100), end: Math.floor(s.size * (i + 1) / 100) - 1, kinds: new Set() }));
  for (const run of runs) {
    for (let i = Math.floor(100 * run.start / s.size); i < 100 && cells[i].start <= run.end; i++) cells[i].kinds.add(run.kind);
  }
  return cells.map((c) => ({ ...c, kind: c.kinds.size > 1 ? "partly" : [...c.kinds][0] }));
}

function drawBar(svg, s, percent) {
  const expected = s.expected.slice(0, 20).map(range).join(", ") + (s.expected.length > 20 ? ` and ${s.expected.length - 20} more` : "");
  svg.setAttribute("aria-label", `${percent} % arrived; expected: ${expected || "nothing"}`);
  svg.replaceChildren(...pieces(s).map((p) => {
    const rect = document.createElementNS(svg.namespaceURI, "rect");
    rect.setAttribute("class", p.kind);
    rect.setAttribute("x", `${100 * p.start / s.size}%`);
    rect.setAttribute("width", `${100 * (p.end - p.start + 1) / s.size}%`);
    rect.setAttribute("height", "100%");
    const title = document.createElementNS(svg.namespaceURI, "title");
    title.textContent = `${p.kind === "partly" ? "partly arrived" : p.kind} ${range(p)}`;
    rect.append(title);
    return rect;
  }));
}

// drawAges shows how time passes, and reports whether a session has just expired.
export function drawAges() {
  const now = Date.now() + ahead;
  let isDue = false;
  setText(at("clock"), `is ${moment(now)}`);
  for (const li of at("sessions").children) {
    const left = Date.parse(li.session.expires) - now;
    setText(li.querySelector(".age"), `last chunk ${span(now - Date.parse(li.session.modified))} ago, ${left > 0 ? `${span(left)} left` : "expired"}`);
    isDue ||= left <= 0 && left > -3000;
  }
  return isDue;
}
