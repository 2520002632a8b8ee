using Faas.Runtimes.Wasi;
using Faas.Runtimes.WasmC.Interop;
using static Faas.Runtimes.WasmC.Interop.WasmCNativeMethods;

namespace Faas.Runtimes.WasmC;

/// <summary>Native code that the library has loaded, in the form that goes from store to store.</summary>
internal sealed unsafe class WasmCModule : IRuntimeModule
{
    private readonly WasmCBackend _backend;
    private readonly WasmCModuleHandle _module;
    private readonly WasmCSharedModuleHandle? _shared;

    /// <summary>Takes ownership of the module.</summary>
    public WasmCModule(WasmCBackend backend, WasmCModuleHandle module, ModuleLayout layout, BundledFiles files, long bytes)
    {
        _backend = backend;
        _module = module;
        _shared = backend.Library.SharesModules ? new WasmCSharedModuleHandle(wasm_module_share(module.Pointer)) : null;
        Layout = layout;
        Files = files;
        ResidentBytes = bytes + files.Bytes;
    }

    public ModuleLayout Layout { get; }

    public BundledFiles Files { get; }

    /// <summary>Size of the serialised code, since what the library makes of it is about as large, and of the bundled files.</summary>
    public long ResidentBytes { get; }

    /// <summary>The module for one store; given back by <see cref="Release"/>.</summary>
    public wasm_module_t* Obtain(wasm_store_t* store) =>
        _shared is null ? _module.Pointer : wasm_module_obtain(store, _shared.Pointer);

    public void Release(wasm_module_t* obtained)
    {
        if (_shared is not null && obtained is not null)
        {
            wasm_module_delete((nint)obtained);
        }
    }

    public InvocationResult Invoke(InvocationContext invocation)
    {
        ObjectDisposedException.ThrowIf(_module.IsClosed, this);
        var result = WasmCSlot.Of(_backend).Run(this, invocation);
        GC.KeepAlive(this);
        return result;
    }

    public void Dispose()
    {
        _shared?.Dispose();
        _module.Dispose();
    }
}
