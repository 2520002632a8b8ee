<?php return fn ($event, $context) => "Hello from FAAS!\n";
