using System.Diagnostics;
using System.Text;
using Faas.Protocol.Contracts;
using Faas.Runtimes.Native.Processes;
using Faas.Runtimes.Native.Sandbox;

namespace Faas.Runtimes.Native;

/// <summary>One function of an interpreted language.</summary>
internal sealed class InterpreterModule : IRuntimeModule
{
    private readonly Interpreter _interpreter;
    private readonly FunctionSource _source;
    private readonly NetworkAccess _network;

    internal InterpreterModule(Interpreter interpreter, FunctionSource source, ModuleDescriptor descriptor)
    {
        _interpreter = interpreter;
        _source = source;
        _network = descriptor.Options.TryGetValue("network", out var network) && network == "allow"
            ? NetworkAccess.Allow
            : NetworkAccess.Deny;
    }

    /// <inheritdoc/>
    public long ResidentBytes => _source.File.Content.Length;

    /// <inheritdoc/>
    public InvocationResult Invoke(InvocationContext invocation) =>
        OneShotRunner.Run(_interpreter, _source, _network, invocation);

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
