// The page of the local store. Server-sent events report what changed; the page fetches that, and
// updates only the parts of the document that differ.

// --- How numbers, sizes, times and names are written.

// visible escapes invisible characters, such as control characters and changes of direction.
const visible = (text) => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (c) => `\\u{${c.codePointAt(0).toString(16)}}`);

const number = (n) => n.toLocaleString("en");

const plural = (n, word) => `${number(n)} ${word}${n === 1 ? "" : "s"}`;

function bytes(n) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
  let i = 0;
  for (; n >= 1024 && i < units.length - 1; i++) n /= 1024;
  return `${i === 0 ? n : n.toFixed(1)} ${units[i]}`;
}

function span(milliseconds) {
  const s = Math.max(0, Math.round(milliseconds / 1000));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  if (s < 172800) return `${Math.floor(s / 3600)} h ${Math.floor(s / 60) % 60} min`;
  return `${Math.floor(s / 86400)} days`;
}

const range = (r) => `${number(r.start)}–${number(r.end)}`;

function moment(text) {
  const d = new Date(text);
  const two = (n) => String(n).padStart(2, "0");
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())} ${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`;
}

// --- Functions that all parts of the page use. Names get into the document only as text.

const at = (id) => document.getElementById(id);

function element(name, properties = {}, ...children) {
  const e = document.createElement(name);
  Object.assign(e, properties);
  e.append(...children);
  return e;
}

function setText(e, text) {
  if (e.textContent !== text) e.textContent = text;
}

// sync makes the children of a parent correspond to the items. A child is kept as long as its item
// exists, so that nothing loses the focus or closes when something else changes.
function sync(parent, items, key, make, update) {
  const old = new Map(Array.from(parent.children, (child) => [child.dataset.key, child]));
  const keys = items.map(key);
  const stay = new Set(keys);
  for (const [k, child] of old) if (!stay.has(k)) child.remove();
  let next = parent.firstElementChild;
  items.forEach((item, i) => {
    let child = old.get(keys[i]);
    if (!child) {
      child = make(item);
      child.dataset.key = keys[i];
    }
    update(child, item);
    if (child === next) next = next.nextElementSibling;
    else parent.insertBefore(child, next);
  });
}

// limits are how many items of a list are shown; a button shows more.
const step = { sessions: 50, requests: 100 };
const limits = { ...step };

function shown(list, items, render) {
  const button = at(`more-${list}`);
  button.hidden = items.length <= limits[list];
  setText(button, `Show more of ${number(items.length)}`);
  button.onclick = () => { limits[list] += step[list]; render(); };
  at(`no-${list}`).hidden = items.length > 0;
  return items.slice(0, limits[list]);
}

// --- The control API, below the folder that this file comes from.

const prefix = "/$sfstore/";

async function get(path) {
  const response = await fetch(prefix + path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

// send sends a request that changes something, with the header that no form can send.
const send = (method, path, body) => fetch(prefix + path, {
  method, headers: { "X-Sfstore-Control": "1", "Content-Type": "application/json" }, body: body && JSON.stringify(body),
});

// --- The stored files, as a tree.

let root = { folders: new Map(), files: [], size: 0, count: 0 };

// folderLimits are how many entries of a folder are shown, by its path; a button shows more.
const perFolder = 200;
const folderLimits = new Map();

// showFiles shows all files of the store.
function showFiles(files) {
  plant(files);
  drawFiles();
}

function plant(files) {
  root = { path: "", folders: new Map(), files: [], size: 0, count: 0 };
  for (const f of files) {
    const names = f.path.split("/");
    let folder = root;
    for (const [i, name] of names.entries()) {
      folder.size += f.size;
      folder.count++;
      if (i === names.length - 1) {
        folder.files.push({ ...f, name });
        break;
      }
      let below = folder.folders.get(name);
      if (!below) folder.folders.set(name, below = { name, path: `${folder.path}${name}/`, folders: new Map(), files: [], size: 0, count: 0 });
      folder = below;
    }
  }
}

function drawFiles() {
  setText(at("files-count"), root.count ? `${plural(root.count, "file")}, ${bytes(root.size)}` : "");
  at("no-files").hidden = root.count > 0;
  drawFolder(at("files"), root);
}

function drawFolder(ul, folder) {
  const limit = folderLimits.get(folder.path) ?? perFolder;
  const items = [...folder.folders.values(), ...folder.files];
  const part = items.slice(0, limit);
  if (items.length > limit) part.push({ more: items.length - limit });
  sync(ul, part, (item) => (item.more ? "more" : item.folders ? `${item.name}/` : item.name),
    (item) => (item.more ? makeMore(ul) : item.folders ? makeFolder(item) : element("li", {}, makeEntry())), (li, item) => {
      if (item.more) {
        li.folder = folder;
        setText(li.firstChild, `Show more of ${number(items.length)}`);
      } else if (item.folders) {
        li.folder = item;
        updateEntry(li.querySelector(".entry"), `${item.name}/`, `${plural(item.count, "file")}, ${bytes(item.size)}`);
        if (li.firstChild.open) drawFolder(li.firstChild.lastChild, item);
      } else {
        updateEntry(li.firstChild, item.name, `${bytes(item.size)} · ${moment(item.modified)}`);
      }
    });
}

const makeEntry = () => element("span", { className: "entry" }, element("bdi", { className: "path" }), element("span", { className: "quiet" }));

function updateEntry(entry, name, size) {
  setText(entry.firstChild, visible(name));
  setText(entry.lastChild, size);
}

function makeFolder(folder) {
  const ul = element("ul");
  const details = element("details", { open: root.count <= 100 }, element("summary", {}, makeEntry()), ul);
  const li = element("li", {}, details);
  details.addEventListener("toggle", () => { if (details.open) drawFolder(ul, li.folder); });
  return li;
}

function makeMore(ul) {
  const button = element("button", { type: "button", className: "more" });
  const li = element("li", {}, button);
  button.onclick = () => {
    folderLimits.set(li.folder.path, (folderLimits.get(li.folder.path) ?? perFolder) + perFolder);
    drawFolder(ul, li.folder);
  };
  return li;
}

// --- The upload sessions, each with a picture of what has arrived.

let sessions = [];
let ahead = 0; // how far the store's clock is ahead, in milliseconds

// showSessions shows the sessions of the store, the oldest change first, and the store's time.
function showSessions(store) {
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

// pieces are the ranges of a file, from its first byte to its last. If there are too many to be visible,
// each hundredth of the file becomes a piece.
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
function drawAges() {
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

// --- The last requests, and whether they conform to the contract.

let requests = []; // the newest first
let isChecked = true;

// setChecked sets whether the store validates requests against the contract.
function setChecked(checked) { isChecked = checked; }

// newest returns the number of the newest known request, or 0.
const newest = () => (requests.length ? requests[0].number : 0);

function forgetRequests() { requests = []; }

// addRequests adds the requests after the newest, the oldest first, and shows the totals.
function addRequests(log) {
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

// --- Faults, failover, clock and deletion.

function showFaults(faults) {
  sync(at("faults"), faults, (f) => String(f.id), (f) => element("li", {}, element("code", { textContent: visible(f.fault) }), element("span", { className: "struck" }),
    element("button", { type: "button", textContent: "Remove", ariaLabel: `Remove the fault ${f.fault}`, onclick: () => change("DELETE", `faults/${f.id}`, null, "The fault is removed.") })),
  (li, f) => setText(li.querySelector(".struck"), `struck ${number(f.struck)} of ${plural(f.seen, "request")}`));
}

// change sends a request that changes something, and shows the result.
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
at("advance-by").onfocus = () => at("advance-by").select(); // typed text replaces the proposal
at("advance").onsubmit = (event) => {
  event.preventDefault();
  const by = at("advance-by").value.trim();
  change("POST", "clock", { advance: by }, `The clock is advanced by ${by}.`);
};
at("add-fault").onsubmit = async (event) => {
  event.preventDefault();
  if (await change("POST", "faults", { fault: at("fault").value }, "The fault is added.")) at("fault").value = "";
};

// --- Fetching what changed.

const needed = new Set();
let isFetching = false;

const load = {
  async state() {
    const s = await get("state");
    setChecked(s.checked);
    setText(at("kind"), `${s.platform}, runtime ${visible(s.runtimeVersion)}`);
  },
  async files() { showFiles((await get("files")).files); },
  async sessions() { showSessions(await get("sessions")); },
  async faults() { showFaults((await get("faults")).faults); },
  async requests() { addRequests(await get(`requests?after=${newest()}`)); },
};

// need fetches parts soon. The longer the responses take, the longer the pauses are, so that the store
// spends at most a twentieth of its time on the page.
async function need(...parts) {
  for (const part of parts) needed.add(part);
  if (isFetching) return;
  isFetching = true;
  while (needed.size && !document.hidden) {
    const began = performance.now();
    const now = [...needed];
    needed.clear();
    const results = await Promise.allSettled(now.map((part) => load[part]()));
    results.forEach((r, i) => { if (r.status === "rejected") needed.add(now[i]); });
    await new Promise((resolve) => setTimeout(resolve, Math.max(100, 20 * (performance.now() - began))));
  }
  isFetching = false;
}
document.addEventListener("visibilitychange", () => need());
setInterval(() => { if (drawAges()) need("sessions"); }, 1000);

let seen = {};

function connected(isLive) {
  const e = at("connection");
  e.dataset.live = isLive ? "yes" : "no";
  setText(e, isLive ? "live" : "the store does not respond; trying again");
  if (!isLive) seen = {};
}

function listen() {
  const events = new EventSource(`${prefix}events`);
  events.onmessage = (event) => {
    connected(true);
    const now = JSON.parse(event.data);
    const before = seen;
    seen = now;
    if (now.instance !== before.instance || now.control !== before.control) {
      forgetRequests();
      if (now.instance !== before.instance) need("state");
      need("files", "sessions", "faults", "requests");
      return;
    }
    if (now.requests !== before.requests) need("requests", "faults");
    if (now.files !== before.files) need("files");
    if (now.sessions !== before.sessions) need("sessions");
  };
  events.onerror = () => {
    connected(false);
    events.close();
    setTimeout(listen, 1000);
  };
}
listen();
