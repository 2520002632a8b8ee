import c from 'starter:c.c';
import cpp from 'starter:cpp.cpp';
import go from 'starter:go.go';
import html from 'starter:html.html';
import js from 'starter:js.js';
import php from 'starter:php.php';
import python from 'starter:python.py';
import rust from 'starter:rust.rs';
import wasm from 'starter:wasm.wat';

/** What a new function begins with, by language as the API names it: the same as `minifaas new` writes. Each greets its input. */
export const languages = {
  js: { label: 'JavaScript', code: js },
  python: { label: 'Python', code: python },
  c: { label: 'C', code: c },
  cpp: { label: 'C++', code: cpp },
  rust: { label: 'Rust', code: rust },
  go: { label: 'Go', code: go },
  php: { label: 'PHP', code: php },
  html: { label: 'HTML', code: html, input: '' },
  wasm: { label: 'WebAssembly text', code: wasm, input: '' },
};

/** What they are tried with. */
export const sampleInput = 'Ada';
