using Faas.Protocol.Contracts;

namespace Faas.Runtimes.Tests.Native;

/// <summary>Something a function must not get away with, in each language; <c>GOT</c> in its answer says that it did.</summary>
/// <param name="Name">What it tries.</param>
/// <param name="AsScript">Right ends of a script that does it.</param>
/// <param name="AsHandler">Right ends of a handler that does it.</param>
internal sealed record Misdeed(string Name, InvocationStatus[] AsScript, InvocationStatus[] AsHandler, string Python, string Php, string Node)
{
    /// <summary>For those that only a deadline ends.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>A handler's process stays, and with it what the function did to itself; others never see it.</summary>
    public bool IsKeptByHandlers { get; init; }

    /// <summary>Right ends of a script with <c>isolation=process</c>, where they differ from a script's.</summary>
    public InvocationStatus[]? InOwnProcess { get; init; }

    public int? ExitCode { get; init; }
}
