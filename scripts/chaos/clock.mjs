// Loaded into a process with --import: from SIGUSR2 on, the clock that its JavaScript reads is ten minutes behind, as
// when the machine's clock is stepped back under it. Timers and monotonic time go on, as they do then.
const STEP_MS = -10 * 60_000;
const RealDate = Date;
let shiftMs = 0;

globalThis.Date = class SteppedDate extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + shiftMs);
    else super(...args);
  }
  static now() {
    return RealDate.now() + shiftMs;
  }
};
process.on('SIGUSR2', () => {
  shiftMs = STEP_MS;
});
