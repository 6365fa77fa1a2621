import { Injectable } from '@nestjs/common';

/** What time it is where keys and sessions end; tests set it. */
@Injectable()
export class AccessClock {
  now = (): number => Date.now();
}
