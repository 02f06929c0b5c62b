// The page of the local store. It learns by server-sent events what changed, fetches that, and
// changes the document where it differs.
import { get, prefix } from "./control.js";
import { at, setText } from "./dom.js";
import { showFiles } from "./files.js";
import { addRequests, forgetRequests, newest, setChecked } from "./requests.js";
import { drawAges, showSessions } from "./sessions.js";
import { showFaults } from "./steer.js";
import { visible } from "./words.js";

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

// need fetches parts soon. A store with much to show is asked more seldom: it spends a twentieth of
// its time on the page at the most.
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
