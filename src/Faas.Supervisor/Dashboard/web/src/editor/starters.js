/** What a new function begins with, by language as the API names it. `input` is what it is tried with. */
export const languages = {
  js: {
    label: 'JavaScript',
    input: '{"name": "Ada"}',
    code: `// The event is the request's body, parsed when it is JSON.
// What is returned is the answer.
exports.handler = (event) => {
  const name = event.name ?? 'world';
  return { greeting: \`Hello, \${name}!\`, letters: name.length };
};
`,
  },
  python: {
    label: 'Python',
    input: '3\n4\n5\n',
    code: `"""Reads numbers from standard input, one a line; what is printed is the answer."""
import statistics
import sys

numbers = [float(line) for line in sys.stdin if line.strip()]
print(f"{len(numbers)} numbers, mean {statistics.fmean(numbers):g}")
`,
  },
  c: {
    label: 'C',
    input: 'one two three',
    code: `#include <stdio.h>

// Counts the bytes of its input. Compiled to WebAssembly; each call gets a fresh instance.
int main(void)
{
    long bytes = 0;
    while (getchar() != EOF)
        bytes++;
    printf("Hello! You sent %ld bytes.\\n", bytes);
    return 0;
}
`,
  },
  cpp: {
    label: 'C++',
    input: 'the cat and the dog and the bird',
    code: `#include <iostream>
#include <map>
#include <string>

int main()
{
    std::map<std::string, int> seen;
    for (std::string word; std::cin >> word;)
        ++seen[word];
    for (const auto& [word, count] : seen)
        std::cout << word << ' ' << count << '\\n';
}
`,
  },
  rust: {
    label: 'Rust',
    input: 'stressed',
    code: `use std::io::{self, Read};

fn main() -> io::Result<()> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    let reversed: String = text.trim_end().chars().rev().collect();
    println!("{}", reversed);
    Ok(())
}
`,
  },
  go: {
    label: 'Go',
    input: 'one two three',
    code: `package main

import (
	"fmt"
	"io"
	"os"
	"strings"
)

func main() {
	text, _ := io.ReadAll(os.Stdin)
	fmt.Println(len(strings.Fields(string(text))), "words")
}
`,
  },
  php: {
    label: 'PHP',
    input: 'hello',
    code: `<?php
$text = stream_get_contents(STDIN);
echo strtoupper($text), "\\n";
`,
  },
  html: {
    label: 'HTML',
    input: '',
    code: `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Hello</title>
<h1>Hello from MiniFaas!</h1>
</html>
`,
  },
  wasm: {
    label: 'WebAssembly text',
    input: '',
    code: `;; A WASI command: one call that writes one buffer to standard output.
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "Hello from WebAssembly!\\n")
  (data (i32.const 0) "\\10\\00\\00\\00\\18\\00\\00\\00") ;; one buffer: at 16, 24 bytes long
  (func (export "_start")
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))
`,
  },
};
