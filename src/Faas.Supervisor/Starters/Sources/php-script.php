<?php
// Runs from the top for each call, with nothing left over from the call before.
$name = trim(file_get_contents('php://stdin')) ?: 'world';
echo "Hello, $name!\n";
