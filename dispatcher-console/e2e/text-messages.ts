import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A gateway of text messages that sends nothing to anybody. */
export class TextMessages {
  readonly #server: Server;
  readonly #texts: string[] = [];

  private constructor() {
    this.#server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        this.#texts.push((JSON.parse(body) as { text: string }).text);
        response.setHeader('content-type', 'application/json').end('{"accepted":true}');
      });
    });
  }

  static async listen(): Promise<TextMessages> {
    const gateway = new TextMessages();
    await new Promise<void>((done) => gateway.#server.listen(0, '127.0.0.1', done));
    return gateway;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/send`;
  }

  /** Waits for a text with a one-time link that nobody has taken yet, and returns what follows its `#`. */
  async takeToken(patience_ms = 30_000): Promise<string> {
    for (const until = Date.now() + patience_ms; Date.now() < until; ) {
      const index = this.#texts.findIndex((text) => text.includes('/o#'));
      const token = this.#texts[index]?.split('/o#')[1]?.trim();
      if (token !== undefined) {
        this.#texts.splice(index, 1);
        return token;
      }
      await new Promise((done) => setTimeout(done, 100));
    }
    throw new Error('no text with a link came');
  }

  close(): void {
    this.#server.close();
  }
}
