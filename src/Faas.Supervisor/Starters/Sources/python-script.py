import sys

# Runs from the top for each call, with nothing left over from the call before.
name = sys.stdin.read().strip() or "world"
print(f"Hello, {name}!")
