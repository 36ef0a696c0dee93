import { SingleBar } from 'cli-progress';
import { troubleMessage } from '../../../shared/leads-api/trouble-messages.ts';
import { limits } from '../../../shared/limits.ts';
import type { EventFields, EventName, Log } from '../../../shared/log.ts';

/** What a person sees while the import works: a bar on a terminal, plain lines elsewhere. */
export interface Progress {
  /** Where the importer's events go. */
  readonly log: Log;
  line(text: string): void;
  end(): void;
}

/** A wait that a person wonders about. */
const longWaitMs = 10_000;
const plainIntervalMs = 2_000;

/** Shows how many rows have ended, by the events of the handlers. */
export const startProgress = (stream: NodeJS.WriteStream): Progress => {
  const bar = stream.isTTY
    ? new SingleBar({
        stream,
        format: '  {bar} {value}/{total} rows  {duration_formatted}',
        hideCursor: true,
        clearOnComplete: false,
        barsize: 30,
      })
    : undefined;
  let rows = 0;
  let ended = 0;
  let started = false;
  let lastLineAt = 0;
  let lastTrouble = '';

  const line = (text: string): void => {
    if (bar !== undefined && started) stream.write('\r\u001b[K');
    stream.write(`${text}\n`);
    if (bar !== undefined && started) bar.render();
  };

  const show = (): void => {
    if (rows === 0) return;
    const value = Math.min(ended, rows);
    if (bar !== undefined) {
      if (started) bar.update(value);
      else bar.start(rows, value);
      started = true;
      return;
    }
    const now = performance.now();
    if (value < rows && now - lastLineAt < plainIntervalMs) return;
    lastLineAt = now;
    line(`  ${value} of ${rows} rows have ended`);
  };

  const trouble = ({ code = 'unknown', httpStatus }: EventFields): void => {
    const message = `${troubleMessage(code)}${httpStatus === undefined ? '' : ` (status ${httpStatus})`}`;
    if (message === lastTrouble) return;
    lastTrouble = message;
    line(`  ${message}; waiting, then trying again.`);
  };

  const internalError = ({ errorName = 'unknown' }: EventFields): void =>
    line(`  Error inside the importer (${errorName}); trying again.`);

  const pausedRows = ({ open = 0, waitMs = 0, code }: EventFields): void => {
    if (code !== undefined || waitMs < longWaitMs) return;
    const until = new Date(Date.now() + waitMs).toLocaleTimeString();
    line(`  ${open} rows wait until ${until} for the list of leads to show whether they were created.`);
  };

  const handlers: Partial<Record<EventName, (fields: EventFields) => void>> = {
    import_staged: (fields) => {
      rows = fields.rows ?? 0;
      ended = rows;
    },
    import_released: (fields) => {
      ended = Math.max(0, rows - (fields.batches ?? 0) * limits.rowsPerBatch);
      show();
    },
    batch_finished: (fields) => {
      ended += fields.rows ?? 0;
      show();
    },
    attempt_paused: pausedRows,
    api_trouble: trouble,
    credentials_refused: trouble,
    message_failed: internalError,
    poll_failed: internalError,
  };

  return {
    log: (event, fields = {}) => handlers[event]?.(fields),
    line,
    end: () => {
      if (bar === undefined || !started) return;
      bar.update(rows);
      bar.stop();
    },
  };
};
