import { Gateway, SluiceQueries } from 'sluice-client';

/** All live queries of the page, on one stream from the gateway that it came from. */
export const connection = new SluiceQueries(new Gateway());
