using Microsoft.Win32.SafeHandles;

namespace Faas.Runtimes.Wasmtime.Interop;

/// <summary>Owns a compiled module (<c>wasmtime_module_t</c>).</summary>
internal sealed unsafe class WasmtimeModuleHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public WasmtimeModuleHandle()
        : base(ownsHandle: true)
    {
    }

    public WasmtimeModuleHandle(wasmtime_module_t* owned)
        : base(ownsHandle: true) => SetHandle((nint)owned);

    /// <summary>For the per-invocation calls; the caller keeps this object alive.</summary>
    public wasmtime_module_t* Pointer => (wasmtime_module_t*)handle;

    protected override bool ReleaseHandle()
    {
        WasmtimeNativeMethods.wasmtime_module_delete(handle);
        return true;
    }
}
