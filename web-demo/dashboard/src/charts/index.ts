export { charted } from './charted';
export { LineChart, type LineChartProps } from './LineChart';
export { type Painter, painting } from './painting';
export { Sparkline } from './Sparkline';
export { SeriesStore } from './series';
