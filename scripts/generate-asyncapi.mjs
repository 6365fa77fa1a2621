// Writes libs/contracts/asyncapi.json from the event definitions of the build.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeEvents } from '../dist/libs/contracts/src/asyncapi.js';

const target = join(import.meta.dirname, '../libs/contracts/asyncapi.json');
writeFileSync(target, `${JSON.stringify(describeEvents(), null, 2)}\n`);
