import './format/locale';
import { render } from 'preact';
import './theme/base.css';
import { connection } from './connection';
import { session } from './session';
import { Shell } from './shell/Shell';

void session.start();
connection.start();
addEventListener('online', () => connection.retry());
render(<Shell />, document.getElementById('app') as HTMLElement);
