import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A telephone exchange that speaks Asterisk's manager interface, as far as a page can notice. */
export class Exchange {
  readonly #server: Server;
  readonly #lines = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (line) => {
      this.#lines.add(line);
      line.on('close', () => this.#lines.delete(line));
      line.on('error', () => line.destroy());
      line.write('Asterisk Call Manager/11.0.0\r\n');
      let heard = '';
      line.on('data', (chunk: Buffer) => {
        const requests = (heard + chunk.toString()).split('\r\n\r\n');
        heard = requests.pop() ?? '';
        for (const request of requests) line.write(answerTo(request));
      });
    });
  }

  static async start(): Promise<Exchange> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return new Exchange(server);
  }

  /** Settings with which the service uses it. */
  settings(): Record<string, string> {
    const { port } = this.#server.address() as AddressInfo;
    return {
      SILVERBELL_TELEPHONE_EXCHANGE: 'asterisk',
      SILVERBELL_TELEPHONE_ADDRESS: `127.0.0.1:${port}`,
      SILVERBELL_TELEPHONE_SECRET: 'test',
    };
  }

  /** Somebody calls from outside. */
  ring(number: string, call: string): void {
    this.#play(
      `Event: Newchannel\nChannel: PJSIP/trunk-${call}\nChannelState: 4\nChannelStateDesc: Ring\n` +
        `CallerIDNum: ${number}\nCallerIDName: <unknown>\nContext: from-trunk\nExten: 12349\n` +
        `Uniqueid: ${call}\nLinkedid: ${call}\n\n`,
    );
  }

  hangUp(call: string): void {
    this.#play(`Event: Hangup\nChannel: PJSIP/trunk-${call}\nUniqueid: ${call}\nLinkedid: ${call}\nCause: 127\n\n`);
  }

  stop(): void {
    for (const line of this.#lines) line.destroy();
    this.#server.close();
  }

  #play(events: string): void {
    for (const line of this.#lines) line.write(events.replaceAll('\n', '\r\n'));
  }
}

function answerTo(request: string): string {
  const value = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(request)?.[1]?.trim() ?? '';
  const id = `ActionID: ${value('ActionID')}\r\n`;
  switch (value('Action')) {
    case 'CoreShowChannels':
      return `Response: Success\r\n${id}EventList: start\r\n\r\nEvent: CoreShowChannelsComplete\r\n${id}EventList: Complete\r\nListItems: 0\r\n\r\n`;
    case 'Getvar':
      return `Response: Success\r\n${id}Variable: CALLERID(pres)\r\nValue: allowed\r\n\r\n`;
    default:
      return `Response: Success\r\n${id}\r\n`;
  }
}
