/** How far long work has come: a bar with rate and time left where a person looks, a plain line now and then elsewhere. */

export interface Progress {
  /** `done` of `total`, or of an unknown number. */
  update(done: number, total?: number): void;
  /** Clears the bar. */
  end(): void;
}

export interface ProgressOptions {
  readonly label: string;
  readonly unit: string;
  /** JSON lines in the place of text: `{"progress": …}`. */
  readonly json: boolean;
  readonly stream: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly now?: () => number;
}

export function createProgress({ label, unit, json, stream, now = Date.now }: ProgressOptions): Progress {
  const started = now();
  const bar = stream.isTTY === true && !json;
  const every = bar ? 100 : 5000;
  let told = bar ? 0 : started;
  let shown = false;
  return {
    update: (done, total) => {
      const at = now();
      if (at - told < every) return;
      told = at;
      const seconds = (at - started) / 1000;
      const rate = seconds === 0 ? 0 : done / seconds;
      const left = total === undefined || rate === 0 ? undefined : Math.max(0, total - done) / rate;
      if (json) {
        stream.write(
          `${JSON.stringify({ progress: { label, done, total, perSecond: round(rate), secondsLeft: left && round(left) } })}\n`,
        );
        return;
      }
      const text = describe(label, unit, done, total, rate, left);
      if (bar) stream.write(`\r\u001b[2K${text.slice(0, (stream.columns ?? 80) - 1)}`);
      else stream.write(`${text}\n`);
      shown = bar;
    },
    end: () => {
      if (shown) stream.write("\r\u001b[2K");
      shown = false;
    },
  };
}

function describe(
  label: string,
  unit: string,
  done: number,
  total: number | undefined,
  rate: number,
  left: number | undefined,
): string {
  const share = total === undefined || total === 0 ? undefined : Math.min(1, done / total);
  const of = total === undefined ? "" : ` of ${total.toLocaleString("en-US")}`;
  const filled =
    share === undefined ? "" : `[${"#".repeat(Math.round(share * 20)).padEnd(20, "·")}] ${Math.round(share * 100)} % `;
  return `${label} ${filled}${done.toLocaleString("en-US")}${of} ${unit}, ${Math.round(rate).toLocaleString("en-US")}/s${left === undefined ? "" : `, ${duration(left)} left`}`;
}

/** `42 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
