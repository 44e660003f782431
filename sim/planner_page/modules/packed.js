// Columns of whole numbers out of the page's text.

const KINDS = { Uint8: Uint8Array, Int16: Int16Array, Int32: Int32Array };

/** A column as the typed array it was. */
export function unpacked({ kind, text }) {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let place = 0; place < letters.length; place++) bytes[place] = letters.charCodeAt(place);
  return new KINDS[kind](bytes.buffer);
}

/** The tickets of a day; columns in which nothing stands are left out of the page and come back as zeros. */
export function unpackedTickets(columns) {
  const blank = new Uint8Array(unpacked(columns.arrived_ms).length);
  const read = (name) => (columns[name] ? unpacked(columns[name]) : blank);
  return {
    arrived_ms: read("arrived_ms"),
    service: read("service"),
    lane: read("lane"),
    service_ms: read("service_ms"),
    patience_ms: read("patience_ms"),
    absent: read("absent"),
    pause_ms: read("pause_ms"),
    before_ms: read("before_ms"),
    refused: read("refused"),
  };
}
