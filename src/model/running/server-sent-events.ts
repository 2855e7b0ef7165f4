/** A server-sent event (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export interface StreamEvent {
  /** Its type. Default: 'message'. */
  readonly event: string;
  /** Its data; several lines are joined with line feeds. Never empty. */
  readonly data: string;
  /** The id of the event, where it has one. */
  readonly id: string | undefined;
}

/** How the events of a body are read. */
export interface EventReading {
  /** The Content-Type of the response. */
  contentType: string | undefined;
  /** Whether an event marks the end of the stream. Nothing after it is read. */
  isEnd(event: StreamEvent): boolean;
  /** Called with the text as it arrives. */
  onText(text: string): void;
}

/**
 * Reads server-sent events. Events without data are skipped, and so is one that the end of the body cuts off, unless it is the end marker,
 * after which some servers leave the blank line out. The parser is loaded when it is first needed.
 *
 * @returns whether the end was marked.
 */
export async function* serverSentEvents(
  body: AsyncIterable<Uint8Array>,
  { contentType, isEnd, onText }: EventReading,
): AsyncGenerator<StreamEvent, boolean, void> {
  const { createParser } = await import('eventsource-parser');
  const events: StreamEvent[] = [];
  const parser = createParser({
    onEvent: ({ event = 'message', data, id }) => {
      if (data !== '') events.push({ event, data, id });
    },
  });
  const decoder = decoderOf(contentType);
  for await (const bytes of body) {
    const text = decoder.decode(bytes, { stream: true });
    onText(text);
    parser.feed(text);
    for (const event of events.splice(0)) {
      if (isEnd(event)) return true;
      yield event;
    }
  }
  parser.feed(`${decoder.decode()}\n\n`);
  return events.some(isEnd);
}

/** Event streams are UTF-8. Other encodings are heeded where they are named, except Latin-1, which servers name without meaning it. */
function decoderOf(contentType: string | undefined): TextDecoder {
  const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType ?? '')?.[1]?.toLowerCase() ?? 'utf-8';
  if (charset === 'iso-8859-1' || charset === 'latin1' || charset === 'latin-1') return new TextDecoder();
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}
