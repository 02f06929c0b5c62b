// What is stored, as a tree.
import { at, element, setText, sync } from "./dom.js";
import { bytes, moment, number, plural, visible } from "./words.js";

let root = { folders: new Map(), files: [], size: 0, count: 0 };

// limits are how many entries of a folder are shown, by its path; a button shows more.
const step = 200;
const limits = new Map();

// showFiles takes all files as the store has them.
export function showFiles(files) {
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
  const limit = limits.get(folder.path) ?? step;
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
    limits.set(li.folder.path, (limits.get(li.folder.path) ?? step) + step);
    drawFolder(ul, li.folder);
  };
  return li;
}
