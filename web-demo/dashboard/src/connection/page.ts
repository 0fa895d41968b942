import { Gateway, SluiceQueries } from 'sluice-client';
import { session } from '../session';

/** All live queries of the page, on one stream from the gateway that it came from. */
export const connection = new SluiceQueries(new Gateway({ fetch: session.fetch }));
