// The server's event stream, held open for as long as the page lives. A browser's EventSource comes back by itself after a lost
// connection, but gives up after a refused one (a server that restarts, a proxy's 502); this one tries again, slower each time, and
// names the last event it saw, so that nothing between is missed.
export type EventKind = 'state' | 'progress' | 'preview' | 'message' | 'picture' | 'removed';
export const eventKinds: readonly EventKind[] = ['state', 'progress', 'preview', 'message', 'picture', 'removed'];

export interface ServerEvent {
  number: string;
  kind: EventKind;
  data: Record<string, unknown>;
}

export interface StreamListener {
  onEvent(event: ServerEvent): void;
  onOpen(): void; // also after every return: what was missed too long ago is to be asked for
  onLost(): void;
}

// The part of EventSource that is used, so that tests can stand in for it.
export interface Source {
  readyState: number;
  onopen: ((event: Event) => void) | null;
  onerror: ((event: Event) => void) | null;
  addEventListener(kind: string, listener: (event: MessageEvent<string>) => void): void;
  close(): void;
}

const closed = 2; // EventSource.CLOSED
const longestWait = 15_000;

export class EventStream {
  private source: Source | undefined;
  private last = '';
  private wait = 500;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly listener: StreamListener,
    private readonly open: (url: string) => Source = (url) => new EventSource(url),
  ) {}

  start(): void {
    this.stop();
    const source = this.open(this.last ? `/v1/events?after=${encodeURIComponent(this.last)}` : '/v1/events');
    this.source = source;
    source.onopen = () => {
      this.wait = 500;
      this.listener.onOpen();
    };
    source.onerror = () => {
      this.listener.onLost();
      if (source.readyState === closed) this.retry();
    };
    for (const kind of eventKinds) source.addEventListener(kind, (event) => this.take(kind, event));
  }

  stop(): void {
    if (this.timer !== undefined) clearTimeout(this.timer);
    this.timer = undefined;
    this.source?.close();
    this.source = undefined;
  }

  private retry(): void {
    this.source?.close();
    this.timer = setTimeout(() => this.start(), this.wait);
    this.wait = Math.min(this.wait * 2, longestWait);
  }

  private take(kind: EventKind, event: MessageEvent<string>): void {
    if (event.lastEventId) this.last = event.lastEventId;
    let data: unknown;
    try {
      data = JSON.parse(event.data);
    } catch {
      return; // half a line of a server that was killed
    }
    if (typeof data === 'object' && data !== null)
      this.listener.onEvent({ number: this.last, kind, data: data as Record<string, unknown> });
  }
}
