'use strict';
(() => {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const charts = [];

  // The curve is the darker of two blues on white, the lighter one on black.
  const onBlack = { '#0072b2': '#56b4e9', '#56b4e9': '#0072b2' };

  const color = ({ plot, lines }, isDark) => {
    const ink = isDark ? '#e6e9ed' : '#1c2127', grid = isDark ? '#343b44' : '#e3e6ea';
    const trace = { 'line.color': lines.map((line) => (isDark && onBlack[line]) || line) };
    return Plotly.update(plot, trace, {
      'font.color': ink,
      'modebar.color': isDark ? '#6b7580' : '#a3adb8', 'modebar.activecolor': ink,
      'xaxis.gridcolor': grid, 'xaxis.linecolor': grid,
      'yaxis.gridcolor': grid, 'yaxis.linecolor': grid,
    });
  };

  const colorAll = (isDark) => charts.forEach((chart) => color(chart, isDark));
  const resizeAll = (size) => charts.forEach(({ plot }) => Plotly.relayout(plot, size));

  for (const figure of document.querySelectorAll('figure.chart')) {
    const plot = figure.querySelector('.plot');
    const { data, layout } = JSON.parse(figure.querySelector('script').textContent);
    layout.font = { ...layout.font, family: getComputedStyle(document.body).fontFamily, size: 13 };
    layout.paper_bgcolor = layout.plot_bgcolor = 'rgba(0,0,0,0)';
    layout.modebar = { bgcolor: 'rgba(0,0,0,0)' };
    const config = { responsive: true, displaylogo: false, modeBarButtonsToRemove: ['select2d', 'lasso2d', 'autoScale2d'] };
    const chart = { plot, lines: data.map((trace) => trace.line?.color) };
    Plotly.newPlot(plot, data, layout, config).then(() => color(chart, dark.matches));
    charts.push(chart);
  }

  dark.addEventListener('change', () => colorAll(dark.matches));
  addEventListener('beforeprint', () => { colorAll(false); resizeAll({ autosize: false, width: 700 }); });
  addEventListener('afterprint', () => { colorAll(dark.matches); resizeAll({ autosize: true, width: null }); });
})();
