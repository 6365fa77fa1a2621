import pg from 'pg';

const CHUNK_BYTES = 65_536;
const TEXT = Symbol('text');

/** COPY … FROM STDIN over pg's own protocol methods, from a buffer that is ready. */
class CopyIn {
  constructor(text, rows, done) {
    this[TEXT] = text;
    this.rows = rows;
    this.done = done;
  }

  submit(connection) {
    connection.query(this[TEXT]);
  }

  handleCopyInResponse(connection) {
    for (let i = 0; i < this.rows.length; i += CHUNK_BYTES) {
      connection.sendCopyFromChunk(this.rows.subarray(i, i + CHUNK_BYTES));
    }
    connection.endCopyFrom();
  }

  handleError(error) {
    this.done(error);
  }

  handleCommandComplete() {}

  handleReadyForQuery() {
    this.done();
  }
}

/** Copies rows in COPY's text format into `analytics.link_clicks`. */
export async function copyIn(url, rows) {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await new Promise((resolve, reject) => {
      const done = (error) => (error ? reject(error) : resolve());
      client.query(new CopyIn('COPY analytics.link_clicks FROM STDIN', rows, done));
    });
  } finally {
    await client.end();
  }
}

/** Every click in COPY's text format. */
export async function copyOut(url) {
  const client = new pg.Client(url);
  await client.connect();
  const chunks = [];
  client.connection.on('copyData', ({ chunk }) => chunks.push(Buffer.from(chunk)));
  try {
    await client.query('COPY (SELECT * FROM analytics.link_clicks ORDER BY click_id) TO STDOUT');
  } finally {
    await client.end();
  }
  return Buffer.concat(chunks);
}
