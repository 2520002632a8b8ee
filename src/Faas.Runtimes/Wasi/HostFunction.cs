using System.Runtime.InteropServices;

namespace Faas.Runtimes.Wasi;

/// <summary>
/// A WASI function as a native record, so that one callback of an engine serves them all: the engine hands the record's
/// address back with each call.
/// </summary>
internal unsafe struct HostFunction
{
    /// <summary>More than any function of WASI has (<c>path_open</c>: 9).</summary>
    public const int MaxParameters = 12;

    public delegate*<WasiContext, GuestMemory, ReadOnlySpan<long>, int> Call;
    public int ParameterCount;
    public bool ReturnsErrno;

    // Live as long as the process, like the function tables they are made from.
    private static readonly HostFunction* s_all = Create(WasiFunctions.All);
    private static readonly HostFunction* s_unstable = Create(WasiFunctions.Unstable);

    /// <summary>The record of <see cref="WasiFunctions.All"/>[<paramref name="index"/>].</summary>
    public static HostFunction* All(int index) => s_all + index;

    /// <summary>The record of <see cref="WasiFunctions.Unstable"/>[<paramref name="index"/>].</summary>
    public static HostFunction* Unstable(int index) => s_unstable + index;

    private static HostFunction* Create(ReadOnlySpan<WasiFunction> functions)
    {
        var records = (HostFunction*)NativeMemory.AllocZeroed((nuint)functions.Length, (nuint)sizeof(HostFunction));
        for (var i = 0; i < functions.Length; i++)
        {
            if (functions[i].Parameters.Length > MaxParameters)
            {
                throw new InvalidOperationException($"{functions[i].Name} has more than {MaxParameters} parameters");
            }

            records[i].Call = functions[i].Call;
            records[i].ParameterCount = functions[i].Parameters.Length;
            records[i].ReturnsErrno = functions[i].ReturnsErrno;
        }

        return records;
    }
}
