using Microsoft.Win32.SafeHandles;

namespace Faas.Runtimes.Wasmtime.Interop;

/// <summary>Owns a module with its imports resolved (<c>wasmtime_instance_pre_t</c>).</summary>
internal sealed unsafe class WasmtimeInstancePreHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public WasmtimeInstancePreHandle()
        : base(ownsHandle: true)
    {
    }

    public WasmtimeInstancePreHandle(wasmtime_instance_pre_t* owned)
        : base(ownsHandle: true) => SetHandle((nint)owned);

    /// <summary>For the per-invocation calls; the caller keeps this object alive.</summary>
    public wasmtime_instance_pre_t* Pointer => (wasmtime_instance_pre_t*)handle;

    protected override bool ReleaseHandle()
    {
        WasmtimeNativeMethods.wasmtime_instance_pre_delete(handle);
        return true;
    }
}
