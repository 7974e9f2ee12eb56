/** Small charts as SVG that read in a light and in a dark page: one line, points with their values, nothing to load. */

export interface Plot {
  readonly title: string;
  readonly unit: string;
  /** In the order they are drawn, evenly spaced: sizes that grow tenfold are a logarithmic axis. */
  readonly points: readonly { readonly label: string; readonly value: number }[];
}

const width = 340;
const height = 200;
const [left, right, top, bottom] = [24, 24, 52, 34];
const gap = 16;

const style = `<style>
text { font: 12px system-ui, sans-serif; fill: #333 } .title { font-weight: 600 } .unit, .label { fill: #666 }
.line { fill: none; stroke: #2563a8; stroke-width: 2 } .point { fill: #2563a8 } .axis { stroke: #ccc }
@media (prefers-color-scheme: dark) {
  text { fill: #ddd } .unit, .label { fill: #aaa } .line { stroke: #7db4ea } .point { fill: #7db4ea } .axis { stroke: #555 }
}
</style>`;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const printed = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(2)));

function chart({ title, unit, points }: Plot, at: number): string {
  const max = Math.max(...points.map(({ value }) => value)) || 1;
  const x = (index: number): number => left + (index * (width - left - right)) / Math.max(1, points.length - 1);
  const y = (value: number): number => height - bottom - (value / max) * (height - top - bottom);
  const marks = points.map(
    ({ label, value }, index) =>
      `<circle class="point" cx="${x(index).toFixed(1)}" cy="${y(value).toFixed(1)}" r="3.5"/>` +
      `<text text-anchor="middle" x="${x(index).toFixed(1)}" y="${(y(value) - 9).toFixed(1)}">${printed(value)}</text>` +
      `<text class="label" text-anchor="middle" x="${x(index).toFixed(1)}" y="${height - 14}">${escaped(label)}</text>`,
  );
  const line = points.map(({ value }, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
  return `<g transform="translate(${at * (width + gap)} 0)">
<text class="title" x="0" y="14">${escaped(title)}</text><text class="unit" x="0" y="30">${escaped(unit)}</text>
<line class="axis" x1="0" x2="${width}" y1="${height - bottom}" y2="${height - bottom}"/>
<polyline class="line" points="${line}"/>${marks.join('')}
</g>`;
}

/** Charts side by side; every axis begins at nothing. */
export function plotSvg(plots: readonly Plot[], description: string): string {
  const all = plots.length * (width + gap) - gap;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-8 -4 ${all + 16} ${height + 8}" width="${all + 16}" role="img" aria-label="${escaped(description)}">
${style}
${plots.map(chart).join('\n')}
</svg>
`;
}
