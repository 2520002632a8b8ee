// Runs from the top for each call, with nothing left over from the call before.
const input = require('fs').readFileSync(0, 'utf8').trim();
console.log(`Hello, ${input || 'world'}!`);
