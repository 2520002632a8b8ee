<?php
// A CGI program for the raw trigger: headers, an empty line, the page.
parse_str(getenv('QUERY_STRING') ?: '', $query);
$name = htmlspecialchars($query['name'] ?? 'world');

echo "Content-Type: text/html; charset=utf-8\r\n\r\n";
echo "<!doctype html><title>Hello</title><h1>Hello, $name!</h1>\n";
