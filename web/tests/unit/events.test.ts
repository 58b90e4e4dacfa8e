import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventStream, type ServerEvent, type Source } from '../../src/api/events.ts';

class FakeSource implements Source {
  static readonly made: FakeSource[] = [];
  readyState = 0;
  onopen: ((event: Event) => void) | null = null;
  onerror: ((event: Event) => void) | null = null;
  private readonly listeners = new Map<string, (event: MessageEvent<string>) => void>();
  constructor(readonly url: string) {
    FakeSource.made.push(this);
  }
  addEventListener(kind: string, listener: (event: MessageEvent<string>) => void): void {
    this.listeners.set(kind, listener);
  }
  close(): void {
    this.readyState = 2;
  }
  say(kind: string, data: string, lastEventId: string): void {
    this.listeners.get(kind)?.(new MessageEvent(kind, { data, lastEventId }));
  }
  refuse(): void {
    this.readyState = 2;
    this.onerror?.(new Event('error'));
  }
}

const last = (): FakeSource => FakeSource.made.at(-1) ?? expect.fail('no stream was opened');

describe('the event stream', () => {
  const events: ServerEvent[] = [];
  let opened = 0;
  let lost = 0;
  const listener = {
    onEvent: (event: ServerEvent) => void events.push(event),
    onOpen: () => void ++opened,
    onLost: () => void ++lost,
  };
  beforeEach(() => {
    vi.useFakeTimers();
    FakeSource.made.length = 0;
    events.length = 0;
    opened = lost = 0;
  });
  afterEach(() => vi.useRealTimers());
  const stream = () => new EventStream(listener, (url) => new FakeSource(url));

  it('hands events on', () => {
    stream().start();
    last().onopen?.(new Event('open'));
    last().say('progress', '{"job":"a","step":3}', '17');
    expect(opened).toBe(1);
    expect(events).toEqual([{ number: '17', kind: 'progress', data: { job: 'a', step: 3 } }]);
  });

  it('goes on after the last event when a connection was refused', () => {
    stream().start();
    last().say('state', '{"job":"a"}', '41');
    last().refuse();
    expect(lost).toBe(1);
    vi.advanceTimersByTime(499);
    expect(FakeSource.made).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(last().url).toBe('/v1/events?after=41');
  });

  it('waits longer each time, and little again after a success', () => {
    stream().start();
    last().refuse();
    vi.advanceTimersByTime(500);
    last().refuse();
    vi.advanceTimersByTime(999);
    expect(FakeSource.made).toHaveLength(2);
    vi.advanceTimersByTime(1);
    last().onopen?.(new Event('open'));
    last().refuse();
    vi.advanceTimersByTime(500);
    expect(FakeSource.made).toHaveLength(4);
  });

  it('leaves a connection alone that the browser mends', () => {
    stream().start();
    last().onerror?.(new Event('error'));
    vi.advanceTimersByTime(60_000);
    expect(FakeSource.made).toHaveLength(1);
    expect(lost).toBe(1);
  });

  it('passes over what is no JSON object', () => {
    stream().start();
    last().say('state', '{"job":', '1');
    last().say('state', '3', '2');
    expect(events).toEqual([]);
  });

  it('stops', () => {
    const one = stream();
    one.start();
    last().refuse();
    one.stop();
    vi.advanceTimersByTime(60_000);
    expect(FakeSource.made).toHaveLength(1);
  });
});
