import { readFileSync } from 'node:fs';
import { type ChannelModel, connect } from 'amqplib';

const CONNECT_TIMEOUT_MS = 5_000;
const HEARTBEAT_SECONDS = 10;

/**
 * Opens a connection, named in the broker's list. With `amqps://` the broker's certificate and host name are always
 * checked, against the authorities in `cacertfile` or else those that Node trusts, and `certfile` with `keyfile` are shown
 * to it: RabbitMQ's own URI query parameters. Files are read now, so that replaced ones serve the next connection.
 */
export function connectToBroker(address: string, name: string): Promise<ChannelModel> {
  const url = new URL(address);
  const read = (parameter: string) => {
    const file = url.searchParams.get(parameter);
    return file ? readFileSync(file) : undefined;
  };
  const tls = { ca: read('cacertfile'), cert: read('certfile'), key: read('keyfile') };
  if (url.protocol !== 'amqps:' && Object.values(tls).some(Boolean)) {
    throw new Error('The broker address names certificates, but connects in plain: use amqps://.');
  }
  url.searchParams.set('heartbeat', String(HEARTBEAT_SECONDS));
  return connect(url.href, {
    timeout: CONNECT_TIMEOUT_MS,
    noDelay: true,
    clientProperties: { connection_name: name },
    ...tls,
  });
}
