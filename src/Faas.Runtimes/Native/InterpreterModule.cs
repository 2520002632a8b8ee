using Faas.Protocol.Contracts;
using Faas.Runtimes.Native.Lanes;
using Faas.Runtimes.Native.Node;
using Faas.Runtimes.Native.OneShot;
using Faas.Runtimes.Native.Processes;
using Faas.Runtimes.Native.Sandbox;
using Faas.Runtimes.Native.Zygotes;

namespace Faas.Runtimes.Native;

/// <summary>
/// One function of an interpreted language, run the warmest way that keeps the contract: a script in a forked child
/// (Python, PHP) or a fresh context (Node), a handler on a process that has it loaded; and, when that cannot be had
/// on this machine or was not wanted, in a process that serves this invocation alone.
/// </summary>
internal sealed class InterpreterModule : IRuntimeModule
{
    private readonly Interpreter _interpreter;
    private readonly FunctionSource _source;
    private readonly InvocationLimits _limits;
    private readonly NetworkAccess _network;
    private readonly Isolation _isolation;
    private readonly LanePool _lanes = new();
    private readonly OneShotPool _oneShots;

    internal InterpreterModule(Interpreter interpreter, FunctionSource source, ModuleDescriptor descriptor)
    {
        _interpreter = interpreter;
        _source = source;
        _limits = descriptor.Limits;
        _network = descriptor.Options.TryGetValue("network", out var network) && network == "allow"
            ? NetworkAccess.Allow
            : NetworkAccess.Deny;
        _isolation = descriptor.Options.TryGetValue("isolation", out var isolation) && isolation == "process"
            ? Isolation.Process
            : Isolation.Shared;
        _oneShots = new OneShotPool(interpreter, source, _limits, _network);
        interpreter.Keeper.Add(_lanes);
        interpreter.Keeper.Add(_oneShots);
    }

    /// <inheritdoc/>
    public long ResidentBytes => _source.File.Content.Length + _source.Others.Sum(static file => (long)file.Content.Length);

    /// <summary>Its processes that serve one invocation each.</summary>
    internal OneShotPool OneShots => _oneShots;

    /// <inheritdoc/>
    public InvocationResult Invoke(InvocationContext invocation)
    {
        try
        {
            return Run(invocation);
        }
        catch (ModuleLoadException exception)
        {
            return new InvocationResult(exception.Status, Message: exception.Message);
        }
    }

    private InvocationResult Run(InvocationContext invocation)
    {
        var language = _interpreter.Language;
        InvocationResult? result = null;
        if (_source.Style == FunctionStyle.Handler || (_interpreter.Zygotes is null && _isolation == Isolation.Shared))
        {
            result = LaneRunner.TryRun(_lanes, StartLane, language, _source, invocation);
            if (result is null && _source.Style == FunctionStyle.Handler)
            {
                return new InvocationResult(InvocationStatus.InternalError, Message: "handlers cannot be served on this machine");
            }
        }
        else if (_interpreter.Zygotes is { } zygotes && _isolation == Isolation.Shared)
        {
            result = ZygoteScriptRunner.TryRun(zygotes, language, _source, _network, invocation);
        }

        return result ?? OneShotRunner.Run(_oneShots, language, invocation);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _interpreter.Keeper.Remove(_lanes);
        _interpreter.Keeper.Remove(_oneShots);
        _lanes.Dispose();
        _oneShots.Dispose();
        _interpreter.Zygotes?.Drop(_source.FunctionId);
    }

    private GuestLane? StartLane()
    {
        _interpreter.Keeper.MakeRoom();
        if (_interpreter.Zygotes is not { } zygotes)
        {
            return NodeHost.Start(_interpreter, _source, _limits, _network, _lanes);
        }

        var (host, guest) = FileDescriptor.SocketPair(LibcNativeMethods.SOCK_STREAM);
        using (guest)
        {
            for (var attempt = 0; attempt < 2; attempt++) // the second time for a zygote that has just ended
            {
                if (zygotes.Get(_network, out _)?.Serve(_source, _limits.MemoryBytes, guest) is { } job)
                {
                    return new GuestLane(host, job);
                }
            }
        }

        host.Dispose();
        return null;
    }
}
