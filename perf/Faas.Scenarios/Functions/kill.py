# As kill.js.
import sys, time

def stamp():
    print(time.monotonic_ns(), file=sys.stderr, flush=True)

cause, _, name = sys.stdin.read().partition(' ')
if name:
    open('/proc/self/comm', 'w').write(name)
if cause in ('flood', 'allocate'):
    time.sleep(0.15)
if cause == 'loop':
    while True:
        pass
if cause == 'flood':
    stamp()
    while True:
        sys.stdout.write('x' * 65536)
if cause == 'allocate':
    kept = []
    while True:
        stamp()
        kept.append(b'x' * (4 << 20))
