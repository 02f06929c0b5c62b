// What all parts of the page do with the document. Names reach it as text only.
import { number } from "./words.js";

export const at = (id) => document.getElementById(id);

export function element(name, properties = {}, ...children) {
  const e = document.createElement(name);
  Object.assign(e, properties);
  e.append(...children);
  return e;
}

export function setText(e, text) {
  if (e.textContent !== text) e.textContent = text;
}

// sync makes the children of a parent those of the items. A child stays as long as its item does,
// so that nothing loses its focus or closes when something else changes.
export function sync(parent, items, key, make, update) {
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

export function shown(list, items, render) {
  const button = at(`more-${list}`);
  button.hidden = items.length <= limits[list];
  setText(button, `Show more of ${number(items.length)}`);
  button.onclick = () => { limits[list] += step[list]; render(); };
  at(`no-${list}`).hidden = items.length > 0;
  return items.slice(0, limits[list]);
}
