import { Connection } from './connection';
import { server } from './server';

/** The page's only one. */
export const connection = new Connection(server);
