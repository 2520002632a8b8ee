<?php
/*
 * Stands before a script that has a process to itself: `php -d auto_prepend_file=once.php FILE`. Waits on descriptor 3
 * for the job (its form stands at OneShotProcess), makes arguments and environment the job's, and leaves; PHP then runs
 * FILE as it would without us.
 */

(static function (): void {
    $socket = fopen('php://fd/3', 'r+b');
    $read = static function (int $count) use ($socket): string {
        $bytes = '';
        while (strlen($bytes) < $count) {
            $piece = fread($socket, $count - strlen($bytes));
            if ($piece === false || $piece === '') {
                exit(0); // nobody has a use for us
            }

            $bytes .= $piece;
        }

        return $bytes;
    };
    stream_set_read_buffer($socket, 0);
    fwrite($socket, 'R');
    ['total' => $total, 'header' => $header] = unpack('Vtotal/Vheader', $read(8));
    $job = json_decode(substr($read($total - 4), 0, $header), true);
    fclose($socket);
    // The driver's own variables go; as PHP does with every putenv, they are back at the script's end.
    foreach (getenv() as $name => $_) {
        putenv($name);
        unset($_SERVER[$name], $_ENV[$name]);
    }

    foreach ($job['env'] as $name => $value) {
        putenv("$name=$value");
        $_SERVER[$name] = $_ENV[$name] = $value;
    }

    $GLOBALS['argv'] = $_SERVER['argv'] = [...$_SERVER['argv'], ...$job['args']];
    $GLOBALS['argc'] = $_SERVER['argc'] = count($_SERVER['argv']);
})();
