using Microsoft.Win32.SafeHandles;

namespace Faas.Runtimes.Wasmtime.Interop;

/// <summary>Owns a linker (<c>wasmtime_linker_t</c>).</summary>
internal sealed unsafe class WasmtimeLinkerHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public WasmtimeLinkerHandle()
        : base(ownsHandle: true)
    {
    }

    public WasmtimeLinkerHandle(wasmtime_linker_t* owned)
        : base(ownsHandle: true) => SetHandle((nint)owned);

    /// <summary>For the per-invocation calls; the caller keeps this object alive.</summary>
    public wasmtime_linker_t* Pointer => (wasmtime_linker_t*)handle;

    protected override bool ReleaseHandle()
    {
        WasmtimeNativeMethods.wasmtime_linker_delete(handle);
        return true;
    }
}
