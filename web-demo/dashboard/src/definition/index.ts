import './definition.css';

export { Above } from './Above';
export { AllOf, type Listed, listed, nameColumn } from './AllOf';
export { Curl } from './Curl';
export { curl } from './curl';
export { DeleteForm } from './DeleteForm';
export { Gone } from './Gone';
export { QueriesOf } from './QueriesOf';
export { Setting } from './Setting';
