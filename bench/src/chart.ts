/** One picture: a line for each series over the same places. */
export interface Chart {
  title: string;
  /** What the places are, such as `connections`. */
  along: string;
  places: string[];
  series: { name: string; unit: string; values: number[] }[];
}

const width = 640;
const height = 220;
const left = 64;
const right = 24;
const top = 40;
const bottom = 44;
const ink = '#475569';
const colours = ['#0f766e', '#b45309', '#4338ca', '#be123c'];

/** Draws charts below each other, as SVG that can be read on a light and on a dark page. */
export function draw(charts: Chart[]): string {
  const total = charts.length * height;
  const body = charts.map((chart, i) => `<g transform="translate(0 ${i * height})">${one(chart)}</g>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${total}" width="${width}" height="${total}" font-family="system-ui, sans-serif" font-size="12">
<title>${charts.map(({ title }) => title).join('; ')}</title>
<rect width="100%" height="100%" rx="8" fill="#f8fafc"/>
${body.join('\n')}
</svg>
`;
}

function one({ title, along, places, series }: Chart): string {
  const most = niceAbove(Math.max(...series.flatMap(({ values }) => values)));
  const x = (i: number) =>
    left + (places.length === 1 ? 0 : (i / (places.length - 1)) * (width - left - right));
  const y = (value: number) => top + (1 - value / most) * (height - top - bottom);
  const text = (at: [number, number], anchor: string, words: string, more = '') =>
    `<text x="${at[0].toFixed(1)}" y="${at[1].toFixed(1)}" text-anchor="${anchor}" fill="${ink}" ${more}>${words}</text>`;
  const grid = [0, 0.5, 1].map((share) => {
    const at = y(most * share);
    const line = `<line x1="${left}" x2="${width - right}" y1="${at}" y2="${at}" stroke="#cbd5e1" stroke-width="1"/>`;
    return line + text([left - 8, at + 4], 'end', shown(most * share));
  });
  const marks = places.map((place, i) => text([x(i), height - bottom + 18], 'middle', place));
  const lines = series.map(({ name, unit, values }, n) => {
    const colour = colours[n % colours.length];
    const points = values.map((value, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`);
    const dots = points.map((point, i) => {
      const [cx, cy] = point.split(',');
      return `<circle cx="${cx}" cy="${cy}" r="3.5" fill="${colour}"><title>${places[i]}: ${shown(values[i]!)} ${unit}</title></circle>`;
    });
    const legend = text([left + n * 190, top - 8], 'start', `${name}, ${unit}`, `style="fill:${colour}"`);
    const dash = n === 0 ? '' : ` stroke-dasharray="${4 + 2 * n} 3"`;
    return `${legend}<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"${dash}/>${dots.join('')}`;
  });
  return [
    text([left, 18], 'start', title, 'font-weight="600" font-size="13"'),
    ...grid,
    ...marks,
    text([width - right, height - 8], 'end', along),
    ...lines,
  ].join('\n');
}

/** The next round number above: 1, 2 or 5 times a power of ten. */
function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-9)));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value) ?? value;
}

function shown(value: number): string {
  return value >= 10 || value === 0 ? Math.round(value).toLocaleString('en') : value.toFixed(2);
}
