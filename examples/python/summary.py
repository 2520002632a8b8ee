"""One number a line in, a JSON summary out."""
import json
import statistics
import sys

numbers = [float(line) for line in sys.stdin if line.strip()]
print(json.dumps({
    "count": len(numbers),
    "mean": statistics.fmean(numbers),
    "median": statistics.median(numbers),
    "max": max(numbers),
}))
