<?php
echo "Hello from FAAS!\n";
