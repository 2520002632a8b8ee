// Loaded once, called many times. `event` is the input: parsed JSON, or text.
export async function handler(event, context) {
  const name = event?.name ?? (event || 'world');
  return `Hello, ${name}!\n`; // an object is answered as JSON
}
