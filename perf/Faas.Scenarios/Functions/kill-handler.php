<?php
// As kill.js.
return function ($event, $context) {
    [$cause, $name] = explode(' ', (string) $event) + ['', ''];
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
        $context->log(hrtime(true));
        return str_repeat('x', 4 << 20);
    }
    if ($cause === 'allocate') {
        for ($kept = []; true; $kept[] = str_repeat('x', 4 << 20)) {
            $context->log(hrtime(true));
        }
    }
};
