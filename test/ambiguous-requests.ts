import { connect } from 'node:net';

/** What only a service itself would answer: the edge has no such address. */
const HIDDEN = 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n';
const chunked = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;

/** Requests whose end an edge and a service may see in different places, each with another request behind or inside it. */
export const AMBIGUOUS: Readonly<Record<string, string>> = {
  'CL.TE': `Content-Length: ${5 + HIDDEN.length}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'TE.CL': `Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n${chunked(HIDDEN)}`,
  'two lengths': `Content-Length: 0\r\nContent-Length: ${HIDDEN.length}\r\n\r\n${HIDDEN}`,
  'a list of lengths': `Content-Length: 0, ${HIDDEN.length}\r\n\r\n${HIDDEN}`,
  'a length with a sign': `Content-Length: +${HIDDEN.length}\r\n\r\n${HIDDEN}`,
  'a folded encoding': `Content-Length: ${HIDDEN.length + 5}\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'a folded length': `Content-Length:\r\n ${HIDDEN.length}\r\n\r\n${HIDDEN}`,
  'two encodings': `Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'an encoding that nobody knows': `Content-Length: 4\r\nTransfer-Encoding: xchunked\r\n\r\n${chunked(HIDDEN)}`,
  'a space before the colon': `Content-Length: ${HIDDEN.length + 5}\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'a control character in the encoding': `Content-Length: 4\r\nTransfer-Encoding: \x0bchunked\r\n\r\n${chunked(HIDDEN)}`,
  'a lone line feed': `Content-Length: 4\nTransfer-Encoding: chunked\r\n\r\n${chunked(HIDDEN)}`,
  'a lone carriage return': `X: y\rTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n${chunked(HIDDEN)}`,
  'a chunk extension with a line feed': `Transfer-Encoding: chunked\r\n\r\n2;\nxx\r\n${HIDDEN.length.toString(16)}\r\n0\r\n\r\n${HIDDEN}`,
  'a chunk without end': `Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n0\r\n\r\n${HIDDEN}`,
};

/** Longest wait for what a server sends to such a request, ms. */
const PATIENCE_MS = 700;

/** Sends bytes as they are; answers all that came back until the server closed or went silent. */
export function sendRaw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text, 'latin1'));
    let answer = '';
    socket.setTimeout(PATIENCE_MS, () => socket.destroy());
    socket.setEncoding('latin1').on('data', (chunk) => (answer += chunk));
    socket.on('close', () => resolve(answer)).on('error', reject);
  });
}
