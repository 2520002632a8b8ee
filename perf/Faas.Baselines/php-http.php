<?php
// A bare HTTP server in one PHP process (`php -S` closes every connection): reads the body, answers the JSON that
// /invoke of hello answers. Usage: php php-http.php [PORT]
$body = '{"ok":true,"output":"Hello from FAAS!\n"}';
$answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " . strlen($body) . "\r\n\r\n$body";
$server = stream_socket_server('tcp://127.0.0.1:' . ($argv[1] ?? 0));
echo 'listening http://', stream_socket_get_name($server, false), "\n";
$clients = [];
$pending = [];
while (true) {
    $ready = [$server, ...$clients];
    $none = null;
    if (!stream_select($ready, $none, $none, null)) {
        continue;
    }

    foreach ($ready as $socket) {
        if ($socket === $server) {
            $client = stream_socket_accept($server);
            stream_set_blocking($client, false);
            $clients[(int) $client] = $client;
            $pending[(int) $client] = '';
            continue;
        }

        $id = (int) $socket;
        $bytes = fread($socket, 65536);
        if ($bytes === '' || $bytes === false) {
            fclose($socket);
            unset($clients[$id], $pending[$id]);
            continue;
        }

        $pending[$id] .= $bytes;
        while (($end = strpos($pending[$id], "\r\n\r\n")) !== false) {
            $length = preg_match('/^content-length:\s*(\d+)/im', substr($pending[$id], 0, $end), $found) ? (int) $found[1] : 0;
            if (strlen($pending[$id]) < $end + 4 + $length) {
                break;
            }

            $pending[$id] = substr($pending[$id], $end + 4 + $length);
            fwrite($socket, $answer);
        }
    }
}
