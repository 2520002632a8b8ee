using System.Text;
using Faas.Runtimes.WasmC.Interop;
using static Faas.Runtimes.WasmC.Interop.WasmCNativeMethods;

namespace Faas.Runtimes.WasmC;

/// <summary>The library's words for a trap, on one line: the header has no codes.</summary>
internal static unsafe class TrapText
{
    private const int MaxLength = 300;

    /// <summary>Borrows the trap.</summary>
    public static string Read(wasm_trap_t* trap)
    {
        wasm_byte_vec_t message = default;
        wasm_trap_message(trap, &message);
        var text = Encoding.UTF8.GetString(message.Span.TrimEnd((byte)0));
        wasm_byte_vec_delete(&message);
        return Clean(text);
    }

    /// <summary>
    /// The cause. Libraries written in Rust put the way there in front of it, under the heading "Caused by"; the words
    /// may hold names that the guest chose: bounded, and without control characters.
    /// </summary>
    internal static string Clean(string text)
    {
        const string Heading = "Caused by:";
        var cause = text.LastIndexOf(Heading, StringComparison.Ordinal);
        var words = (cause < 0 ? text : text[(cause + Heading.Length)..])
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var line = string.Concat(string.Join(' ', words).Where(static c => !char.IsControl(c)).Take(MaxLength));
        return line.Length == 0 ? "trap" : line;
    }
}
