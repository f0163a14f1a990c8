import { createHash } from 'node:crypto';

/** The style of the sign-in pages. One fixed text, so that the policy can name it by its hash and allow nothing else. */
export const style = `
:root {
  color-scheme: light dark;
  --canvas: light-dark(#f7f7f8, #101013);
  --surface: light-dark(#ffffff, #18181c);
  --hover: light-dark(#f1f1f4, #24242a);
  --press: light-dark(#e8e8ed, #2d2d35);
  --line: light-dark(#e6e6ea, #2a2a31);
  --line-2: light-dark(#d3d3da, #3a3a43);
  --line-3: light-dark(#878791, #74747f);
  --ink: light-dark(#1a1a1e, #ededf1);
  --ink-2: light-dark(#4a4a53, #b6b6bf);
  --ink-3: light-dark(#666670, #93939e);
  --accent: light-dark(#5442b3, #6856d3);
  --accent-hover: light-dark(#48379f, #7463db);
  --accent-ink: light-dark(#4f3dae, #b4abfb);
  --breached: light-dark(#b3261e, #ff9088);
  --breached-soft: light-dark(#fdeeec, #381816);
  --focus: light-dark(#4f3dae, #b4abfb);
  --face: -apple-system, BlinkMacSystemFont, "Segoe UI Variable Text", "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif;
}
@media (prefers-contrast: more) {
  :root { --line: light-dark(#878791, #74747f); --line-2: light-dark(#666670, #93939e); --ink-3: var(--ink-2); }
}
*, *::before, *::after { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; padding: 24px 16px; display: grid; align-items: safe center; justify-items: center;
  background: var(--canvas); color: var(--ink); font: 400 13px/20px var(--face); -webkit-text-size-adjust: none;
}
main { width: 100%; max-width: 340px; }
main > section { background: var(--surface); border: 1px solid var(--line-2); border-radius: 12px; padding: 24px; }
.mark { display: flex; align-items: center; gap: 6px; margin: 0 0 16px; font-weight: 600; }
.mark svg { width: 16px; height: 16px; color: var(--accent-ink); }
h1 { font: 600 20px/28px var(--face); margin: 0; }
h2 { font: 600 13px/20px var(--face); margin: 0; }
p { margin: 0; }
.to { color: var(--ink-2); overflow-wrap: anywhere; }
form { margin: 20px 0 0; }
label { display: block; font: 12px/16px var(--face); color: var(--ink-2); margin: 12px 0 4px; }
input {
  display: block; width: 100%; height: 32px; padding: 0 8px; border: 1px solid var(--line-3); border-radius: 6px;
  background: var(--surface); color: var(--ink); font: inherit;
}
input[aria-invalid=true] { border-color: var(--breached); }
button, .button {
  display: flex; align-items: center; justify-content: center; width: 100%; min-height: 32px; padding: 5px 12px;
  border: 1px solid var(--line-2); border-radius: 6px; background: var(--surface); color: var(--ink);
  font: 600 13px/20px var(--face); text-decoration: none; cursor: pointer; transition: background 90ms;
}
button:hover, .button:hover { background: var(--hover); }
button:active, .button:active { background: var(--press); }
[type=submit], .main { margin-top: 20px; }
.main { background: var(--accent); border-color: transparent; color: #fff; }
.main:hover { background: var(--accent-hover); }
.main:active { background: var(--accent); }
.wrong { margin-top: 16px; padding: 8px 12px; border-radius: 8px; background: var(--breached-soft); color: var(--ink); overflow-wrap: anywhere; }
.help { margin-top: 8px; color: var(--ink-2); font: 12px/16px var(--face); }
input[readonly] { border-color: var(--line-2); background: var(--canvas); }
ol { margin: 16px 0 0; padding-inline-start: 20px; display: grid; gap: 4px; }
dl { margin: 16px 0 0; padding-top: 16px; border-top: 1px solid var(--line); }
dt { font: 12px/16px var(--face); color: var(--ink-2); }
dd { margin: 0 0 8px; overflow-wrap: anywhere; }
.or { display: flex; align-items: center; gap: 12px; margin: 20px 0 0; color: var(--ink-3); font: 12px/16px var(--face); }
.or::before, .or::after { content: ""; flex: 1; border-top: 1px solid var(--line); }
.samples { margin-top: 24px; padding-top: 20px; border-top: 1px solid var(--line); }
.samples p { color: var(--ink-3); font: 12px/16px var(--face); }
.samples form { margin-top: 12px; display: grid; gap: 4px; }
.samples button { justify-content: space-between; gap: 12px; text-align: start; }
.samples bdi { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.samples small { font: 400 12px/16px var(--face); color: var(--ink-3); flex: none; }
:focus { outline: none; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
@media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
@media (forced-colors: active) { .main { border-color: ButtonBorder; } }
`;

export const styleHash = `'sha256-${createHash('sha256').update(style).digest('base64')}'`;
