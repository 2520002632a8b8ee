;; Traps: indirect call with another type.
(module
  (table 1 funcref) (elem (i32.const 0) $f) (func $f)
  (memory (export "memory") 1)
  (func (export "_start")
    (drop (call_indirect (result i32) (i32.const 0)))))
