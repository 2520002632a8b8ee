;; Traps: indirect call of an empty table entry.
(module
  (table 1 funcref)
  (memory (export "memory") 1)
  (func (export "_start")
    (call_indirect (i32.const 0))))
