'use strict';
(() => {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const plots = [];

  const colors = (isDark) => {
    const ink = isDark ? '#e6e9ed' : '#1c2127', line = isDark ? '#343b44' : '#e3e6ea';
    return {
      'font.color': ink,
      'xaxis.gridcolor': line, 'xaxis.linecolor': line,
      'yaxis.gridcolor': line, 'yaxis.linecolor': line,
    };
  };

  for (const figure of document.querySelectorAll('figure.chart')) {
    const plot = figure.querySelector('.plot');
    const { data, layout } = JSON.parse(figure.querySelector('script').textContent);
    layout.font = {
      ...layout.font,
      family: getComputedStyle(document.body).fontFamily,
      size: 13,
    };
    layout.paper_bgcolor = layout.plot_bgcolor = 'rgba(0,0,0,0)';
    const config = { responsive: true, displaylogo: false, modeBarButtonsToRemove: ['select2d', 'lasso2d', 'autoScale2d'] };
    Plotly.newPlot(plot, data, layout, config).then(() => Plotly.relayout(plot, colors(dark.matches)));
    plots.push(plot);
  }

  const relayout = (update) => plots.forEach((plot) => Plotly.relayout(plot, update));
  dark.addEventListener('change', () => relayout(colors(dark.matches)));
  addEventListener('beforeprint', () => relayout({ ...colors(false), autosize: false, width: 700 }));
  addEventListener('afterprint', () => relayout({ ...colors(dark.matches), autosize: true, width: null }));
})();
