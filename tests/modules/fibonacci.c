#include <stdio.h>

/* The thirtieth Fibonacci number the slow way: 1.3 million calls and nothing else. */
static __attribute__((noinline)) unsigned fib(unsigned n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

int main(void) {
    volatile unsigned n = 30;
    printf("%u", fib(n));
    return 0;
}
