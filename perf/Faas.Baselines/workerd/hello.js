// What /invoke of hello answers, from workerd. It does not read the (empty) body: that would only make it slower.
const body = '{"ok":true,"output":"Hello from FAAS!\\n"}';
const headers = { 'Content-Type': 'application/json' };

export default {
  fetch() {
    return new Response(body, { headers });
  },
};
