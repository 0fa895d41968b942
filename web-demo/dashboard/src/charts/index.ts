export { LineChart, type LineChartProps } from './LineChart';
export { SeriesStore } from './series';
