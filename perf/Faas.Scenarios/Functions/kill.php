<?php
// As kill.js.
[$cause, $name] = explode(' ', stream_get_contents(STDIN)) + ['', ''];
$stamp = fn () => fwrite(STDERR, hrtime(true) . "\n");
if ($name !== '') {
    file_put_contents('/proc/self/comm', $name);
}
if ($cause === 'flood' || $cause === 'allocate') {
    usleep(150_000);
}
if ($cause === 'loop') {
    while (true) {
    }
}
if ($cause === 'flood') {
    for ($stamp(); true;) {
        echo str_repeat('x', 65536);
    }
}
if ($cause === 'allocate') {
    for ($kept = []; true; $kept[] = str_repeat('x', 4 << 20)) {
        $stamp();
    }
}
