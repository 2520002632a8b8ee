using System.Text;
using Faas.Runtimes.Wasmtime.Interop;
using static Faas.Runtimes.Wasmtime.Interop.WasmtimeNativeMethods;

namespace Faas.Runtimes.Wasmtime;

/// <summary>Turns the library's owned errors into text or exceptions, and deletes them.</summary>
internal static unsafe class NativeError
{
    /// <summary>The message; consumes the error.</summary>
    public static string Take(wasmtime_error_t* error)
    {
        wasm_byte_vec_t message;
        wasmtime_error_message(error, &message);
        var text = Encoding.UTF8.GetString(message.Span);
        wasm_byte_vec_delete(&message);
        wasmtime_error_delete(error);
        return text;
    }

    /// <summary>Consumes the error.</summary>
    /// <exception cref="InvalidOperationException">There is one.</exception>
    public static void ThrowIfAny(wasmtime_error_t* error)
    {
        if (error is not null)
        {
            throw new InvalidOperationException(Take(error));
        }
    }
}
