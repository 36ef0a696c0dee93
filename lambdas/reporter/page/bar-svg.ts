import { html } from 'hono/html';

/** A part of the picture. */
export interface BarPart {
  readonly count: number;
  readonly words: string;
  /** A class of the page's style: its colour. */
  readonly tone: string;
}

/** Percent of the width: less than that and nobody would see it, or its number would not fit. */
const leastWidth = 1;
const widthOfDigit = 3.5;

/** How the rows ended, as a bar: each part as wide as its share, and none invisible. */
export const barSvg = (parts: readonly BarPart[]) => {
  const all = parts.reduce((sum, { count }) => sum + count, 0);
  if (all === 0) return html``;
  const widths = parts.map(({ count }) => Math.max(leastWidth, (count / all) * 100));
  const scale = 100 / widths.reduce((sum, each) => sum + each, 0);
  let at = 0;
  const drawn = parts.map(({ count, words, tone }, index) => {
    const [x, partWidth] = [at, (widths[index] ?? 0) * scale];
    at += partWidth;
    const label = count.toLocaleString('en-AU');
    const number =
      partWidth < label.length * widthOfDigit
        ? html``
        : html`<text x="${(x + partWidth / 2).toFixed(2)}%" y="24" text-anchor="middle">${label}</text>`;
    return html`<g class="${tone}"><title>${label} ${words}</title><rect x="${x.toFixed(2)}%" y="0" width="${partWidth.toFixed(2)}%" height="100%"/>${number}</g>`;
  });
  const alternative = parts.map(({ count, words }) => `${count} ${words}`).join('; ');
  return html`<svg class="bar" role="img" aria-label="${alternative}">${drawn}</svg>`;
};
