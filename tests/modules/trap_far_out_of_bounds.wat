;; Traps: a load at the last address a pointer and an offset can name.
(module
  
  (memory (export "memory") 1)
  (func (export "_start")
    (drop (i32.load offset=4294967295 (i32.const -1)))))
