/**
 * What do tables of `shakedown bench` look like? `node dist/benchmarks/chart.js OUT.svg TABLE.csv…` draws throughput by workload
 * and size on a logarithmic scale, one panel for each percentageOfNodesToScore, with the peer's figures beside ours and the
 * ratio of both where the tables have them.
 */
import { writeFileSync } from "node:fs";
import { BarChart } from "echarts/charts.js";
import { GridComponent, LegendComponent, TitleComponent } from "echarts/components.js";
import { init, use } from "echarts/core.js";
import { SVGRenderer } from "echarts/renderers.js";
import { readTable } from "../src/workload/bench/read-table.ts";
import { type Row, textOf } from "../src/workload/table.ts";

const WIDTH = 1000;
const HEIGHT_PER_ROW = 34;
const HEAD = 84;
const PANEL_HEAD = 36;
const PANEL_FOOT = 56;
const NAMES_WIDTH = 340;
/** Room for the figures beside the longest bar. */
const FIGURES_WIDTH = 80;
const COLOURS = { shakedown: "#2563c9", peer: "#c75a10", text: "#1a1d21", faint: "#5c636d", line: "#d5d9df" } as const;

const [out, ...files] = process.argv.slice(2);
if (out === undefined || files.length === 0) {
  process.stderr.write("expected OUT.svg and at least one CSV table of shakedown bench\n");
  process.exit(2);
}
const rows = files.flatMap((file) => [...readTable(file)]);
const [first] = rows;
if (first === undefined) {
  process.stderr.write(`${files.join(", ")}: expected at least one row of figures\n`);
  process.exit(2);
}
const percentages = [...new Set(rows.map((row) => textOf(row, "percentage")))].sort();

function figure(row: Row, column: "pods_per_s" | "peer_pods_per_s" | "peer_ratio"): number | undefined {
  const text = row.fields[column] ?? "";
  return text === "" ? undefined : Number(text);
}

/** 1695.4 as "1,695", 1.52 as "1.5". */
function printed(value: number): string {
  return value < 10 ? String(Math.round(value * 10) / 10) : new Intl.NumberFormat("en").format(Math.round(value));
}

/** The rows of one percentage, with everything about their place in the picture. */
function panelOf(percentage: string, index: number, top: number) {
  const own = rows.filter((row) => textOf(row, "percentage") === percentage);
  const names = own.map((row) => `${textOf(row, "workload")}, ${printed(Number(textOf(row, "nodes")))} nodes`);
  const height = own.length * HEIGHT_PER_ROW;
  const bars = (who: "shakedown" | "peer") => ({
    type: "bar" as const,
    name: who,
    xAxisIndex: index,
    yAxisIndex: index,
    barWidth: 12,
    barGap: "10%",
    itemStyle: { color: COLOURS[who] },
    data: own.map((row) => barOf(row, who)),
  });
  return {
    height: PANEL_HEAD + height + PANEL_FOOT,
    title: {
      text: percentage === "default" ? "Adaptive share of nodes scored" : `${percentage} % of nodes scored`,
      left: 16,
      top,
      textStyle: { fontSize: 14, color: COLOURS.text },
    },
    grid: { left: NAMES_WIDTH, right: FIGURES_WIDTH, top: top + PANEL_HEAD, height },
    xAxis: {
      type: "log" as const,
      gridIndex: index,
      name: "pods/s",
      nameLocation: "middle" as const,
      nameGap: 26,
      axisLabel: { color: COLOURS.text },
      nameTextStyle: { color: COLOURS.faint },
      splitLine: { lineStyle: { color: COLOURS.line } },
    },
    yAxis: {
      type: "category" as const,
      gridIndex: index,
      data: names,
      inverse: true,
      axisTick: { show: false },
      axisLabel: { fontSize: 11, color: COLOURS.text, interval: 0 },
    },
    series: own.some((row) => figure(row, "peer_pods_per_s") !== undefined)
      ? [bars("shakedown"), bars("peer")]
      : [bars("shakedown")],
  };
}

function barOf(row: Row, who: "shakedown" | "peer") {
  const value = figure(row, who === "shakedown" ? "pods_per_s" : "peer_pods_per_s");
  if (value === undefined) return { value: "-" };
  const ratio = who === "shakedown" ? figure(row, "peer_ratio") : undefined;
  const text = ratio === undefined ? printed(value) : `${printed(value)} (${printed(ratio)}×)`;
  return {
    value,
    label: { show: true, position: "right" as const, formatter: text, fontSize: 10, color: COLOURS.text },
  };
}

let height = HEAD;
const panels = percentages.map((percentage, index) => {
  const panel = panelOf(percentage, index, height);
  height += panel.height;
  return panel;
});
const subtext = [`commit ${textOf(first, "commit")}`, `Node.js ${textOf(first, "node")}`, textOf(first, "cpu")].join(
  ", ",
);

use([BarChart, GridComponent, LegendComponent, SVGRenderer, TitleComponent]);
const chart = init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height });
chart.setOption({
  animation: false,
  backgroundColor: "#ffffff",
  title: [
    {
      text: "Scheduling throughput",
      subtext,
      left: 16,
      top: 10,
      textStyle: { color: COLOURS.text },
      subtextStyle: { color: COLOURS.faint },
    },
    ...panels.map(({ title }) => title),
  ],
  legend: { top: 14, right: 16, textStyle: { color: COLOURS.text }, data: ["shakedown", "peer"] },
  grid: panels.map(({ grid }) => grid),
  xAxis: panels.map(({ xAxis }) => xAxis),
  yAxis: panels.map(({ yAxis }) => yAxis),
  series: panels.flatMap(({ series }) => series),
});
writeFileSync(out, `${chart.renderToSVGString()}\n`);
chart.dispose();
