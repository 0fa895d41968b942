import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from './fixtures';

test.describe('a page of another origin', () => {
  test.use({
    expectedErrors: [/status of 403|CORS policy|WebSocket connection|ERR_FAILED|ERR_BLOCKED|Refused|frame/i],
  });

  test('sends nothing, opens no socket and shows nothing of Sluice’s, whatever it tries', async ({ page, baseURL }) => {
    const sluice = baseURL as string;
    // Its own answers, an icon's among them, have a status that Sluice's never have.
    const server = createServer((_, answer) =>
      answer.writeHead(203, { 'Content-Type': 'text/html' }).end('<p>Another page'),
    );
    await new Promise<void>((listens) => server.listen(0, '127.0.0.1', listens));
    const other = `http://localhost:${(server.address() as AddressInfo).port}`;
    // What a browser keeps from the page it keeps from the test's usual means as well.
    const wire = await page.context().newCDPSession(page);
    await wire.send('Network.enable');
    const answers: number[] = [];
    wire.on('Network.responseReceivedExtraInfo', ({ statusCode }) => {
      if (statusCode !== 203) {
        answers.push(statusCode);
      }
    });
    await page.goto(other);
    const said = await page.evaluate(async (sluice) => {
      const heard = (element: HTMLElement) =>
        new Promise<string>((done) => {
          element.onload = () => done('shown');
          element.onerror = () => done('refused');
          document.body.append(element);
        });
      const query = `${sluice}/v1/query?sql=SELECT+device+FROM+buses+LIMIT+1`;
      const events = `${sluice}/v1/streams/buses/events`;
      const refused = () => 'refused';
      return {
        simple: await fetch(events, { method: 'POST', mode: 'no-cors', body: '[]' }).catch(refused),
        asked: await fetch(events, { method: 'POST', headers: { 'Content-Type': 'application/json' } }).catch(refused),
        read: await fetch(query).catch(refused),
        picture: await heard(Object.assign(new Image(), { src: query })),
        script: await heard(Object.assign(document.createElement('script'), { src: query })),
        socket: await new Promise((done) => {
          const socket = new WebSocket(events.replace('http', 'ws'));
          socket.onopen = () => done('open');
          socket.onerror = () => done('refused');
        }),
      };
    }, sluice);
    server.close();
    expect(said).toEqual({
      simple: 'refused',
      asked: 'refused',
      read: 'refused',
      picture: 'refused',
      script: 'refused',
      socket: 'refused',
    });
    expect(answers.length).toBeGreaterThanOrEqual(5);
    expect(new Set(answers)).toEqual(new Set([403]));
  });
});
