;; A WASI preview 1 command: _start runs, fd_write(1, …) is the output.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 8) "Hello, world!\n")
  (func (export "_start")
    (i32.store (i32.const 0) (i32.const 8))  ;; where the text is
    (i32.store (i32.const 4) (i32.const 14)) ;; its length
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 32)))))
