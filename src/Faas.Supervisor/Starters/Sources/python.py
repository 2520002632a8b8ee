# Loaded once, called many times. `event` is the input: parsed JSON, or text.
def handler(event, context):
    name = event.get("name", "world") if isinstance(event, dict) else event or "world"
    return f"Hello, {name}!\n"  # an object is answered as JSON
