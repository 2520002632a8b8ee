// What /invoke of hello answers, from workerd: reads the body, answers the same JSON.
const body = '{"ok":true,"output":"Hello from FAAS!\\n"}';
const headers = { 'Content-Type': 'application/json' };

export default {
  async fetch(request) {
    await request.arrayBuffer();
    return new Response(body, { headers });
  },
};
