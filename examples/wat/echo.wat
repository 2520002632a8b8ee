;; Copies standard input to standard output, up to 64 KiB at a time.
(module
  (import "wasi_snapshot_preview1" "fd_read"
    (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 2)
  (func (export "_start")
    (i32.store (i32.const 0) (i32.const 65536)) ;; the buffer: the second page
    (loop $next
      (i32.store (i32.const 4) (i32.const 65536))
      (if (i32.eqz (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 4)))
        (then ;; the number of bytes read is now the length to write
          (if (i32.load (i32.const 4))
            (then
              (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
              (br $next))))))))
