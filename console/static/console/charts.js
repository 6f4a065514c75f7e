// Draws every [data-chart] with ECharts; the same numbers stand in a table beside it.
(() => {
  "use strict";

  const look = getComputedStyle(document.documentElement);
  const colour = (name) => look.getPropertyValue(name).trim();
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

  function options(chart) {
    const names = { type: "category", data: chart.names, axisLabel: { color: colour("--soft") }, axisTick: { show: false }, axisLine: { lineStyle: { color: colour("--line") } } };
    const counts = { type: "value", minInterval: 1, axisLabel: { color: colour("--soft") }, splitLine: { lineStyle: { color: colour("--line") } } };
    const line = chart.kind === "line";
    if (!line) Object.assign(names.axisLabel, { width: 150, overflow: "truncate" });
    return {
      animation: !still,
      color: [colour("--brand")],
      grid: { left: 8, right: 24, top: 16, bottom: 8, containLabel: true },
      xAxis: line ? names : counts,
      yAxis: line ? counts : names,
      series: [line
        ? { type: "line", data: chart.values, smooth: false, symbolSize: 6, areaStyle: { opacity: 0.12 } }
        : { type: "bar", data: chart.values, barMaxWidth: 22, label: { show: true, position: "right", color: colour("--ink") } }],
    };
  }

  function draw(box) {
    if (box.dataset.drawn) return;
    box.dataset.drawn = "1";
    const chart = JSON.parse(box.dataset.chart);
    if (!chart.names.length) return;
    if (chart.kind === "bar") box.classList.add(`rows-${Math.min(chart.names.length, 12)}`);
    const drawn = echarts.init(box, null, { renderer: "canvas" });
    drawn.setOption(options(chart));
    window.addEventListener("resize", () => drawn.resize());
  }

  const all = () => document.querySelectorAll("[data-chart]").forEach(draw);
  document.body.addEventListener("htmx:afterSwap", all);
  all();
})();
