using Microsoft.Win32.SafeHandles;

namespace Faas.Runtimes.WasmC.Interop;

/// <summary>Owns a module (<c>wasm_module_t</c>).</summary>
internal sealed unsafe class WasmCModuleHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public WasmCModuleHandle()
        : base(ownsHandle: true)
    {
    }

    public WasmCModuleHandle(wasm_module_t* owned)
        : base(ownsHandle: true) => SetHandle((nint)owned);

    /// <summary>For the per-invocation calls; the caller keeps this object alive.</summary>
    public wasm_module_t* Pointer => (wasm_module_t*)handle;

    protected override bool ReleaseHandle()
    {
        WasmCNativeMethods.wasm_module_delete(handle);
        return true;
    }
}
