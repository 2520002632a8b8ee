;; Grows until its own declared maximum refuses, then traps: no fault of the limit.
(module
  (memory (export "memory") 1 4)
  (func (export "_start")
    (loop $more
      (br_if $more (i32.ge_s (memory.grow (i32.const 1)) (i32.const 0))))
    unreachable))
