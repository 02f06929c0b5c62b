// The control API, below the folder that this file comes from.
export const prefix = "/$sfstore/";

export async function get(path) {
  const response = await fetch(prefix + path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

// send asks for a change, with the header that no form can send.
export const send = (method, path, body) => fetch(prefix + path, {
  method, headers: { "X-Sfstore-Control": "1", "Content-Type": "application/json" }, body: body && JSON.stringify(body),
});
