using Faas.Protocol.Contracts;

namespace Faas.Runtimes;

/// <summary>A function could not be made ready: a missing interpreter, a refused module.</summary>
public sealed class ModuleLoadException : Exception
{
    /// <param name="status">What the invocation answers: <see cref="InvocationStatus.InvalidModule"/> or <see cref="InvocationStatus.RuntimeMissing"/>.</param>
    /// <param name="message">Cause and remedy, without host paths.</param>
    /// <param name="inner">The engine's own error, if any.</param>
    public ModuleLoadException(InvocationStatus status, string message, Exception? inner = null)
        : base(message, inner) => Status = status;

    /// <summary>What the invocation answers.</summary>
    public InvocationStatus Status { get; }
}
