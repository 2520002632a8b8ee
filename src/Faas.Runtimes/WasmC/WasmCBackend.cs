using System.Globalization;
using Faas.Protocol.Contracts;
using Faas.Runtimes.Modules;
using Faas.Runtimes.Wasi;
using Faas.Runtimes.WasmC.Interop;
using Faas.Runtimes.Wasmtime;
using static Faas.Runtimes.WasmC.Interop.WasmCNativeMethods;

namespace Faas.Runtimes.WasmC;

/// <summary>
/// Any engine that implements the standard wasm C API (<c>wasm.h</c>), libwasmer first of all: compiles at deploy, loads
/// the library's serialised code, and gives every invocation a fresh store and instance on its slot's own thread.
/// </summary>
/// <remarks>
/// The header has no word for limits. Memory is limited by what <see cref="ModuleRewriter"/> adds to the module; a guest
/// that computes without calling the host cannot be interrupted, so <see cref="BackendCapabilities.Deadline"/> is not claimed.
/// </remarks>
public sealed unsafe class WasmCBackend : IRuntimeBackend, IModuleCompiler
{
    /// <summary>Stack that a thread which calls <see cref="IRuntimeModule.Invoke"/> must have: 1.25 MiB.</summary>
    public const int RequiredStackBytes = 1280 * 1024;

    /// <summary>Number to raise when the artifact or the rewriting changes: part of the cache key of native code.</summary>
    private const int Generation = 1;

    /// <summary>Loads the library and starts an engine.</summary>
    /// <exception cref="DllNotFoundException">No library; the message says where it was looked for and how to get one.</exception>
    public WasmCBackend(BackendOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Library = WasmCLibrary.Load(options.Settings);
        MaxMemoryBytes = options.MaxMemoryBytes;
        Engine = wasm_engine_new();
        if (Engine.IsInvalid)
        {
            throw new InvalidOperationException($"{Library.Description} could not start an engine");
        }

        HostFunctions = new WasmCHostFunctions();
    }

    /// <inheritdoc/>
    public string Name => "wasmer";

    /// <inheritdoc/>
    public string Version => $"{Library.Description} ({Library.Path})";

    /// <inheritdoc/>
    public BackendCapabilities Capabilities => BackendCapabilities.MemoryLimit | BackendCapabilities.Precompiled;

    /// <inheritdoc/>
    public bool RunsOnSlotThread => true;

    /// <summary>The library's file, the generation of the rewriting, architecture, and the feature words of the CPU.</summary>
    public string Fingerprint => string.Create(CultureInfo.InvariantCulture, $"wasmc-g{Generation}-{Library.Fingerprint}-{CpuFeatures.Text}");

    internal WasmCLibrary Library { get; }

    internal WasmCEngineHandle Engine { get; }

    internal WasmCHostFunctions HostFunctions { get; }

    internal long MaxMemoryBytes { get; }

    /// <inheritdoc/>
    public IRuntimeModule Load(ModuleDescriptor descriptor)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        if (descriptor.Kind != ModuleKind.Wasm)
        {
            throw new ModuleLoadException(InvocationStatus.RuntimeMissing, $"the backend {Name} runs WASM modules, not {descriptor.Kind}");
        }

        byte[] file;
        try
        {
            file = File.ReadAllBytes(descriptor.Path);
        }
        catch (IOException)
        {
            throw ModuleRules.Invalid($"the native code of {descriptor.FunctionId} is missing; deploy it again");
        }

        if (!Artifact.TryRead(file, out var layout, out var native))
        {
            throw Refused(descriptor);
        }

        var files = BundledFiles.Read(descriptor);
        using var store = new TemporaryStore(Engine);
        fixed (byte* bytes = native)
        {
            wasm_byte_vec_t vector;
            vector.size = (nuint)native.Length;
            vector.data = bytes;
            var module = wasm_module_deserialize(store.Pointer, &vector);
            return module is not null
                ? new WasmCModule(this, new WasmCModuleHandle(module), layout, files, native.Length)
                : throw Refused(descriptor);
        }
    }

    /// <inheritdoc/>
    public byte[] Compile(ReadOnlySpan<byte> wasm)
    {
        wasm = TextFormat.ToBinary(wasm);
        ModuleRules.RefuseComponent(wasm);
        using var store = new TemporaryStore(Engine);
        Validate(store.Pointer, wasm);
        ModuleShape.Check(wasm);
        var rewritten = ModuleRewriter.Rewrite(DataSegmentMerger.Merge(wasm), out var layout);
        fixed (byte* bytes = rewritten)
        {
            wasm_byte_vec_t vector;
            vector.size = (nuint)rewritten.Length;
            vector.data = bytes;
            var compiled = wasm_module_new(store.Pointer, &vector);
            if (compiled is null)
            {
                throw ModuleRules.Invalid($"{Library.Description} could not compile the module; the wasm C API does not say why");
            }

            using var module = new WasmCModuleHandle(compiled);
            wasm_byte_vec_t serialized = default;
            wasm_module_serialize(compiled, &serialized);
            try
            {
                return serialized.size > 0
                    ? Artifact.Write(layout, serialized.Span)
                    : throw new InvalidOperationException($"{Library.Description} could not serialise the module");
            }
            finally
            {
                wasm_byte_vec_delete(&serialized);
            }
        }
    }

    /// <summary>Ends the engine. No invocation may be running.</summary>
    public void Dispose()
    {
        if (!Engine.IsClosed)
        {
            HostFunctions.Dispose();
            Engine.Dispose();
        }
    }

    private static void Validate(wasm_store_t* store, ReadOnlySpan<byte> wasm)
    {
        fixed (byte* bytes = wasm)
        {
            wasm_byte_vec_t vector;
            vector.size = (nuint)wasm.Length;
            vector.data = bytes;
            if (wasm_module_validate(store, &vector) == 0)
            {
                throw ModuleRules.Invalid("the module is invalid; the wasm C API does not say where (wasm-validate or backend=wasmtime do)");
            }
        }
    }

    private static ModuleLoadException Refused(ModuleDescriptor descriptor) =>
        ModuleRules.Invalid($"the native code of {descriptor.FunctionId} was refused; deploy it again");

    /// <summary>A store for what does not run guests.</summary>
    private readonly ref struct TemporaryStore
    {
        public TemporaryStore(WasmCEngineHandle engine) => Pointer = wasm_store_new(engine.Pointer);

        public wasm_store_t* Pointer { get; }

        public void Dispose() => wasm_store_delete(Pointer);
    }
}
