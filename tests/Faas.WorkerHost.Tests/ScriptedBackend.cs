using System.Collections.Concurrent;
using Faas.Protocol.Contracts;
using Faas.Runtimes;

namespace Faas.WorkerHost.Tests;

/// <summary>A backend whose guests are methods of the test, found by the path that Prepare names.</summary>
internal sealed class ScriptedBackend : IRuntimeBackend
{
    public string Name => "scripted";

    public string Version => "scripted";

    public BackendCapabilities Capabilities => BackendCapabilities.Deadline;

    public bool RunsOnSlotThread { get; init; } = true;

    public ConcurrentDictionary<string, Func<InvocationContext, InvocationResult>> Guests { get; } = new();

    /// <summary>What a module of the path keeps.</summary>
    public ConcurrentDictionary<string, long> Sizes { get; } = new();

    public ConcurrentQueue<string> Loaded { get; } = new();

    public ConcurrentQueue<string> Unloaded { get; } = new();

    public IRuntimeModule Load(ModuleDescriptor descriptor)
    {
        if (!Guests.TryGetValue(descriptor.Path, out var guest))
        {
            throw new ModuleLoadException(InvocationStatus.RuntimeMissing, "no such guest");
        }

        Loaded.Enqueue(descriptor.Path);
        return new Module(this, descriptor.Path, guest);
    }

    public void Dispose()
    {
    }

    private sealed class Module(ScriptedBackend owner, string path, Func<InvocationContext, InvocationResult> guest) : IRuntimeModule
    {
        public long ResidentBytes => owner.Sizes.GetValueOrDefault(path);

        public InvocationResult Invoke(InvocationContext invocation) => guest(invocation);

        public void Dispose() => owner.Unloaded.Enqueue(path);
    }
}
