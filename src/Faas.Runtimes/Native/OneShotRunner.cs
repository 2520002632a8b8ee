using System.Text;
using Faas.Protocol.Contracts;
using Faas.Runtimes.Native.Processes;
using Faas.Runtimes.Native.Sandbox;

namespace Faas.Runtimes.Native;

/// <summary>The simplest way to run a script: an interpreter started for this invocation alone.</summary>
internal static class OneShotRunner
{
    internal static InvocationResult Run(Interpreter interpreter, FunctionSource source, NetworkAccess network, InvocationContext invocation)
    {
        var language = interpreter.Language;
        var limits = invocation.Limits;
        List<string> arguments = [.. language.RunOnce(interpreter.Path, source.File.GuestPath, limits)];
        for (var i = 0; i < invocation.ArgumentCount; i++)
        {
            arguments.Add(Encoding.UTF8.GetString(invocation.GetArgument(i)));
        }

        var environment = new List<string>(invocation.EnvironmentCount);
        for (var i = 0; i < invocation.EnvironmentCount; i++)
        {
            environment.Add(Encoding.UTF8.GetString(invocation.GetEnvironment(i)));
        }

        using var folder = WorkFolder.CreateFor(interpreter);
        using var streams = new StandardStreams();
        using var process = interpreter.Sandbox.Start(new GuestCommand
        {
            Arguments = arguments,
            Environment = environment,
            Files = [source.File, .. source.Others],
            BareFolder = folder?.FullPath,
            Network = network,
            AddressSpaceBytes = language.BaseAddressSpaceBytes > 0 ? language.BaseAddressSpaceBytes + limits.MemoryBytes : 0,
            DataBytes = language.BaseDataBytes > 0 ? language.BaseDataBytes + limits.MemoryBytes : 0,
            Descriptors = [streams.GuestInput.Value, streams.GuestOutput.Value, streams.GuestError.Value],
        });
        streams.CloseGuestEnds();
        invocation.OnInterrupt(static state => ((ChildProcess)state!).Kill(), process);

        var errorTail = new ErrorTail();
        var ended = StreamPump.Run(invocation, streams, process, errorTail);
        if (!ended)
        {
            process.Kill();
        }

        var exit = process.Wait();
        if (interpreter.Sandbox.IsConfined)
        {
            exit = exit.UnwrapLauncher() with { PeakMemoryBytes = 0 }; // the memory was the launcher's
        }

        return GuestOutcome.Judge(language, invocation, ended, exit, errorTail) with { Start = StartKind.Cold };
    }
}
