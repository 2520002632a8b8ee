/* Recursion without end, on the stack in linear memory. */
__attribute__((noinline)) static int deeper(volatile int *above) {
    volatile int here[64];
    here[0] = *above + 1;
    return deeper(here) + here[0];
}

int main(void) {
    volatile int start = 0;
    return deeper(&start);
}
