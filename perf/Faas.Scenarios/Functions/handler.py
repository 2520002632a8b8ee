def handler(event, context):
    return "Hello from FAAS!\n"
