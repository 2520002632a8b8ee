using System.Text;
using Faas.Runtimes.Wasmtime.Interop;
using static Faas.Runtimes.Wasmtime.Interop.WasmtimeNativeMethods;

namespace Faas.Runtimes.Wasmtime;

/// <summary>Traps in words: the cause, then the guest's functions it happened in, innermost first.</summary>
internal static unsafe class TrapMessages
{
    private const int MaxFrames = 6;

    public static string Describe(wasm_trap_t* trap)
    {
        byte code;
        var cause = wasmtime_trap_code(trap, &code) != 0 ? Describe((TrapCode)code) : "trap";
        var frames = Frames(trap);
        return frames.Length == 0 ? cause : $"{cause} (in {frames})";
    }

    public static string Describe(TrapCode code) => code switch
    {
        TrapCode.StackOverflow => "call stack exhausted",
        TrapCode.MemoryOutOfBounds => "out of bounds memory access",
        TrapCode.HeapMisaligned => "unaligned atomic memory access",
        TrapCode.TableOutOfBounds => "undefined element: out of bounds table access",
        TrapCode.IndirectCallToNull => "uninitialized element: indirect call through a null table entry",
        TrapCode.BadSignature => "indirect call type mismatch",
        TrapCode.IntegerOverflow => "integer overflow",
        TrapCode.IntegerDivisionByZero => "integer divide by zero",
        TrapCode.BadConversionToInteger => "invalid conversion to integer",
        TrapCode.UnreachableCodeReached => "unreachable instruction executed (an abort, a panic or a failed assertion)",
        TrapCode.Interrupt => "interrupted",
        TrapCode.NullReference => "null reference",
        _ => $"trap {(byte)code}",
    };

    private static string Frames(wasm_trap_t* trap)
    {
        wasm_pointer_vec_t frames;
        wasm_trap_trace(trap, &frames);
        var text = new StringBuilder();
        for (nuint i = 0; i < nuint.Min(frames.size, MaxFrames); i++)
        {
            var name = wasmtime_frame_func_name((wasm_frame_t*)frames.data[i]);
            if (name is not null)
            {
                // A guest chooses its names: bounded, and without control characters.
                var bytes = name->Span[..int.Min(name->Span.Length, 80)];
                text.Append(text.Length == 0 ? "" : " < ")
                    .Append(string.Concat(Encoding.UTF8.GetString(bytes).Where(static c => !char.IsControl(c))));
            }
        }

        wasm_frame_vec_delete(&frames);
        return text.ToString();
    }
}
