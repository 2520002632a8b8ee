# As kill.js.
import time

def handler(event, context):
    cause, _, name = (event or '').partition(' ')
    if name:
        open('/proc/self/comm', 'w').write(name)
    if cause in ('flood', 'allocate'):
        time.sleep(0.15)
    if cause == 'loop':
        while True:
            pass
    if cause == 'flood':
        context.log(time.monotonic_ns())
        return 'x' * (4 << 20)
    if cause == 'allocate':
        kept = []
        while True:
            context.log(time.monotonic_ns())
            kept.append(b'x' * (4 << 20))
