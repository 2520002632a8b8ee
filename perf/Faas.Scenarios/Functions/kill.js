// Told by its input what to do wrong: "CAUSE NAME". Under NAME it can be found in /proc; the last number on standard
// error is the monotonic clock before the step that reaches a limit.
const fs = require('fs');
const [cause, name] = fs.readFileSync(0, 'utf8').split(' ');
const stamp = () => fs.writeSync(2, `${process.hrtime.bigint()}\n`);
const wait = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 150);
if (name) fs.writeFileSync('/proc/self/comm', name);
switch (cause) {
  case 'loop': for (;;);
  case 'flood': wait(); stamp(); for (;;) fs.writeSync(1, 'x'.repeat(65536));
  case 'allocate': wait(); for (const kept = []; ;) { stamp(); kept.push(new Array(1 << 19).fill(kept.length)); }
}
