// JSON in, JSON out: adds up the lines of an invoice.
const lines = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const totalCents = lines.reduce((sum, line) => sum + line.cents * line.count, 0);
console.log(JSON.stringify({ lines: lines.length, totalCents }));
