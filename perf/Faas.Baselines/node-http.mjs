// A bare http server of node: reads the body, answers the JSON that /invoke of hello answers.
import http from 'node:http';

const body = Buffer.from('{"ok":true,"output":"Hello from FAAS!\\n"}');
const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length };

const server = http.createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    response.writeHead(200, headers);
    response.end(body);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  console.log(`listening http://127.0.0.1:${server.address().port}`);
});
