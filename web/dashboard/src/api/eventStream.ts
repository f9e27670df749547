/** Where a stream of changes stands. */
export type StreamState = 'connecting' | 'live' | 'reconnecting' | 'finished';

/** The part of EventSource that a stream needs; tests bring their own. */
export interface Source {
  onopen: (() => void) | null;
  onerror: (() => void) | null;
  addEventListener(name: string, listener: (event: MessageEvent<string>) => void): void;
  close(): void;
}

/** What a stream tells its owner. */
export interface StreamListener {
  /** The connection stands, for the first time or again: whatever was known before may be old. */
  opened(): void;
  /** A message of the named event. */
  received(data: string): void;
  changed(state: StreamState): void;
}

/** Whether a person can see the page; `document` is one. */
export interface Visibility {
  readonly hidden: boolean;
  addEventListener(name: 'visibilitychange', listener: () => void): void;
  removeEventListener(name: 'visibilitychange', listener: () => void): void;
}

const firstDelay = 500;
const longestDelay = 5000;

/**
 * A server-sent event stream that comes back by itself. EventSource alone gives up when a restarting server answers
 * with an error or the address is refused for too long, so each failure closes it and opens a new one later. A hidden
 * page has no stream: a browser opens about six connections to a server, which tabs in the background would use up.
 */
export class EventStream {
  private source: Source | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private delay = firstDelay;
  private closed = false;

  constructor(
    private readonly address: string,
    private readonly eventName: string,
    private readonly listener: StreamListener,
    private readonly connect: (address: string) => Source = openSource,
    private readonly visibility: Visibility = document,
  ) {
    visibility.addEventListener('visibilitychange', this.look);
    listener.changed('connecting');
    if (!visibility.hidden) this.open();
  }

  /** Ends the stream without a word to the listener. */
  close(): void {
    this.closed = true;
    this.visibility.removeEventListener('visibilitychange', this.look);
    this.disconnect();
  }

  private readonly look = (): void => {
    if (this.visibility.hidden) {
      this.disconnect();
    } else if (this.source === null && this.timer === null) {
      this.delay = firstDelay;
      this.listener.changed('connecting');
      this.open();
    }
  };

  private disconnect(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.source?.close();
    this.source = null;
  }

  private open(): void {
    this.timer = null;
    const source = this.connect(this.address);
    this.source = source;
    source.onopen = () => {
      this.delay = firstDelay;
      this.listener.changed('live');
      this.listener.opened();
    };
    source.onerror = () => this.retry();
    source.addEventListener(this.eventName, (event) => this.listener.received(event.data));
    source.addEventListener('end', () => {
      this.close();
      this.listener.changed('finished');
    });
  }

  private retry(): void {
    if (this.closed) return;
    this.disconnect();
    this.listener.changed('reconnecting');
    this.timer = setTimeout(() => this.open(), this.delay);
    this.delay = Math.min(longestDelay, this.delay * 2);
  }
}

function openSource(address: string): Source {
  return new EventSource(address) as unknown as Source;
}
