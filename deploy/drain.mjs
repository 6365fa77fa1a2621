// node drain.mjs [seconds for balancers, 10] [longest for the journal, 60]: a gateway's preStop. It goes on answering while
// balancers learn that it is going, then until its journal is relayed. What is left, because the broker is away, stays on
// its volume and is relayed by the next start there.
import { setTimeout as sleep } from 'node:timers/promises';

const [balancersSeconds = 10, journalSeconds = 60] = process.argv.slice(2).map(Number);
const UNRELAYED = /^footfall_gateway_(?:journal|adopted)_unrelayed_bytes(?:\{.*\})? (\d+)/gm;

async function unrelayedBytes() {
  const answer = await fetch(`http://127.0.0.1:${process.env.PORT}/metrics`);
  return [...(await answer.text()).matchAll(UNRELAYED)].reduce((sum, [, bytes]) => sum + Number(bytes), 0);
}

await sleep(balancersSeconds * 1_000);
const deadline = Date.now() + journalSeconds * 1_000;
while (Date.now() < deadline && (await unrelayedBytes()) > 0) await sleep(200);
