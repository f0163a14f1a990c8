/** The style of the practice pages: some mail program, not Baton; so that the card on top of it is seen as what it is. */
export const style = `
:root {
  color-scheme: light dark;
  --back: light-dark(#f3f1ec, #14161a);
  --sheet: light-dark(#fffefb, #1c1f24);
  --chosen: light-dark(#e4eee9, #22332d);
  --over: light-dark(#f6f4ee, #23272d);
  --line: light-dark(#e3dfd5, #2c3138);
  --ink: light-dark(#23262b, #e9e7e2);
  --soft: light-dark(#5a5f66, #a9adb3);
  --leaf: light-dark(#1f6b52, #7cc9ab);
  --face: Charter, "Bitstream Charter", "Sitka Text", Cambria, "Noto Serif", "Liberation Serif", serif;
  --plain: -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif;
}
*, *::before, *::after { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; background: var(--back); color: var(--ink); font: 400 14px/21px var(--plain); }
a { color: inherit; text-decoration: none; }
a:hover { text-decoration: underline; text-underline-offset: 2px; }
:focus-visible { outline: 2px solid var(--leaf); outline-offset: 2px; border-radius: 4px; }
.skip { position: absolute; inset-block-start: -60px; inset-inline-start: 16px; padding: 8px 12px; background: var(--sheet); }
.skip:focus { inset-block-start: 8px; }
header.top { display: flex; align-items: center; gap: 24px; height: 56px; padding: 0 24px; border-bottom: 1px solid var(--line); }
header.top strong { font: 600 18px/24px var(--face); }
header.top nav { display: flex; gap: 4px; }
header.top nav a { padding: 5px 12px; border-radius: 16px; color: var(--soft); }
header.top nav a[aria-current] { background: var(--chosen); color: var(--leaf); font-weight: 600; }
header.top p { margin: 0; margin-inline-start: auto; color: var(--soft); font-size: 13px; }
.panes { display: grid; grid-template-columns: minmax(240px, 304px) minmax(0, 660px); gap: 24px; padding: 24px; align-items: start; }
.list { margin: 0; padding: 0; list-style: none; background: var(--sheet); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
.list li + li { border-top: 1px solid var(--line); }
.list .row { position: relative; display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 12px; padding: 10px 16px; }
.list .row:hover { background: var(--over); }
.list .row[aria-current] { background: var(--chosen); }
.list a.subject::after { content: ""; position: absolute; inset: 0; }
.list .who, .list .subject { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.list .who { font-weight: 600; }
.list .who small { margin-inline-start: 6px; color: var(--soft); font: 400 12px/17px var(--plain); }
.list .subject { grid-column: 1 / -1; }
.list .read .who { font-weight: 400; }
.list time { color: var(--soft); font-size: 12px; }
.sheet { background: var(--sheet); border: 1px solid var(--line); border-radius: 10px; padding: 28px 32px 32px; }
.sheet h1 { margin: 0 0 16px; font: 600 24px/31px var(--face); overflow-wrap: anywhere; }
.people { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 2px 12px; margin: 0 0 20px; padding: 0 0 16px; border-bottom: 1px solid var(--line); }
.people dt { color: var(--soft); }
.people dd { margin: 0; overflow-wrap: anywhere; }
.people small { color: var(--soft); font-size: 13px; }
.e-content { font: 400 16px/26px var(--face); max-width: 52ch; }
.e-content p { margin: 0 0 14px; }
blockquote { margin: 20px 0 0; padding: 4px 0 4px 18px; border-inline-start: 3px solid var(--line); color: var(--soft); }
blockquote b { font-weight: 600; color: var(--ink); }
.try ol { margin: 0; padding: 0; list-style: none; counter-reset: step; font: 400 16px/26px var(--face); }
.try li { counter-increment: step; display: grid; grid-template-columns: 28px 1fr; padding: 10px 0; border-top: 1px solid var(--line); }
.try li::before { content: counter(step); color: var(--leaf); font-weight: 600; }
.try a { color: var(--leaf); text-decoration: underline; text-underline-offset: 2px; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(260px, 1fr)); gap: 16px; padding: 24px; max-width: 1140px; margin: 0; list-style: none; }
.cards li { position: relative; background: var(--sheet); border: 1px solid var(--line); border-radius: 10px; padding: 20px; }
.cards li:hover { background: var(--over); }
.cards a::after { content: ""; position: absolute; inset: 0; }
.cards b { display: block; font: 600 18px/24px var(--face); overflow-wrap: anywhere; }
.cards small { display: block; margin-top: 8px; color: var(--soft); overflow-wrap: anywhere; }
.cards span, .profile .work { display: block; color: var(--soft); overflow-wrap: anywhere; hyphens: auto; }
.profile { max-width: 720px; margin: 24px; }
.profile h1 { font-size: 30px; line-height: 38px; margin: 0 0 4px; }
.profile .about { margin: 20px 0; font: 400 17px/27px var(--face); max-width: 60ch; }
.profile .mail { color: var(--leaf); }
@media (max-width: 760px) {
  .panes { grid-template-columns: minmax(0, 1fr); padding: 16px; }
  .panes.one > nav { display: none; }
  .panes:not(.one) > main { order: -1; }
  header.top { gap: 12px; padding: 0 16px; }
  header.top p { display: none; }
  .sheet { padding: 20px; }
}
`;
