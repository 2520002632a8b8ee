namespace Faas.Runtimes.Wasmtime;

/// <summary><c>wasmtime_trap_code_enum</c> (wasmtime/trap.h): the codes that a core module can meet.</summary>
internal enum TrapCode : byte
{
    StackOverflow = 0,
    MemoryOutOfBounds = 1,
    HeapMisaligned = 2,
    TableOutOfBounds = 3,
    IndirectCallToNull = 4,
    BadSignature = 5,
    IntegerOverflow = 6,
    IntegerDivisionByZero = 7,
    BadConversionToInteger = 8,
    UnreachableCodeReached = 9,
    Interrupt = 10,
    OutOfFuel = 11,
    AtomicWaitNonSharedMemory = 12,
    NullReference = 13,
    ArrayOutOfBounds = 14,
    AllocationTooLarge = 15,
    CastFailure = 16,
}
