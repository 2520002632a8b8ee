<?php
// Loaded once, called many times. $event is the input: decoded JSON, or text.
return function ($event, $context) {
    $name = is_array($event) ? ($event['name'] ?? 'world') : ($event ?: 'world');
    return "Hello, $name!\n"; // an array is answered as JSON
};
