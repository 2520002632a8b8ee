// As kill.js; "wait" is a call beside the one that does wrong.
const fs = require('fs');
const stamp = (context) => context.log(String(process.hrtime.bigint()));
const wait = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 150);
exports.handler = async (event, context) => {
  const [cause, name] = String(event ?? '').split(' ');
  if (name) fs.writeFileSync('/proc/self/comm', name);
  switch (cause) {
    case 'wait': return new Promise((done) => setTimeout(done, 20000));
    case 'loop': for (;;);
    case 'flood': wait(); stamp(context); return 'x'.repeat(4 << 20);
    case 'allocate': wait(); for (const kept = []; ;) { stamp(context); kept.push(new Array(1 << 19).fill(kept.length)); }
  }
};
