import { writeFileSync } from 'node:fs';
import { init } from 'echarts';

/**
 * Draws lines on two logarithmic axes into an SVG file.
 *
 * @param lines By name, a list of pairs.
 */
export function plot(path, { title, x, y, lines }) {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: 720, height: 420 });
  const axis = (name) => ({ type: 'log', name, nameLocation: 'middle', nameGap: 32 });
  chart.setOption({
    animation: false,
    backgroundColor: '#fff',
    title: { text: title, left: 'center' },
    legend: { bottom: 0 },
    grid: { left: 70, right: 30, top: 50, bottom: 85 },
    xAxis: axis(x),
    yAxis: axis(y),
    series: Object.entries(lines).map(([name, data]) => ({ name, type: 'line', data })),
  });
  // The styles are for pointers over the drawing.
  writeFileSync(path, `${chart.renderToSVGString().replace(/<style[\s\S]*?<\/style>/, '')}\n`);
  chart.dispose();
}
