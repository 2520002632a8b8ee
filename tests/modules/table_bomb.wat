;; Grows its table until refused and ends; 1 if it got more than 16 Mi entries.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (table $t 1 funcref)
  (func (export "_start")
    (loop $more
      (if (i32.gt_u (table.size $t) (i32.const 16777216)) (then (call $proc_exit (i32.const 1))))
      (br_if $more (i32.ge_s (table.grow $t (ref.null func) (i32.const 65536)) (i32.const 0))))))
