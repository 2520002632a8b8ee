;; Traps: indirect call behind the table.
(module
  (table 1 funcref)
  (memory (export "memory") 1)
  (func (export "_start")
    (call_indirect (i32.const 9))))
