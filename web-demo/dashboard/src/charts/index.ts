export { charted } from './charted';
export { LineChart, type LineChartProps } from './LineChart';
export { Sparkline } from './Sparkline';
export { SeriesStore } from './series';
