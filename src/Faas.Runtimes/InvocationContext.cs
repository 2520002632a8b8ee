using Faas.Protocol.Contracts;

namespace Faas.Runtimes;

/// <summary>
/// What a backend sees of one invocation: input, output, arguments, environment, budget. One object a slot, reused;
/// every span and memory handed out is valid until <see cref="IRuntimeModule.Invoke"/> returns.
/// Members are called from the slot's thread unless they say otherwise.
/// </summary>
public abstract class InvocationContext
{
    /// <summary>The invocation's id.</summary>
    public abstract InvocationId Id { get; }

    /// <summary>Limits of this invocation.</summary>
    public abstract InvocationLimits Limits { get; }

    /// <summary>Monotonic instant (<see cref="System.Diagnostics.Stopwatch.GetTimestamp"/> units) at which the guest must have ended.</summary>
    public abstract long Deadline { get; }

    /// <summary>True once the caller went away. Any thread.</summary>
    public abstract bool IsCancelled { get; }

    /// <summary>Number of arguments after the program's name.</summary>
    public abstract int ArgumentCount { get; }

    /// <summary>Argument <paramref name="index"/>, UTF-8, without a terminating zero.</summary>
    public abstract ReadOnlySpan<byte> GetArgument(int index);

    /// <summary>Number of environment variables, function's own and invocation's together.</summary>
    public abstract int EnvironmentCount { get; }

    /// <summary>Variable <paramref name="index"/> as <c>KEY=VALUE</c>, UTF-8, without a terminating zero.</summary>
    public abstract ReadOnlySpan<byte> GetEnvironment(int index);

    /// <summary>
    /// Reads standard input. Blocks while the caller is still sending.
    /// </summary>
    /// <returns>Bytes read; 0 means end of input, cancellation or a passed deadline.</returns>
    public abstract int ReadInput(Span<byte> destination);

    /// <summary>Bytes of input that can be read now without blocking; −1 at the end of the input.</summary>
    public abstract int AvailableInput { get; }

    /// <summary>Writes standard output. Blocks while the caller does not take it.</summary>
    /// <returns>False when the guest must end: output limit, cancellation or deadline (see <see cref="OutputLimitReached"/>).</returns>
    public abstract bool WriteOutput(ReadOnlySpan<byte> source);

    /// <summary>Writes standard error. Past the limit the rest is dropped silently: a log never fails a function.</summary>
    /// <returns>False when the guest must end (cancellation or deadline).</returns>
    public abstract bool WriteError(ReadOnlySpan<byte> source);

    /// <summary>True after <see cref="WriteOutput"/> refused bytes because of <see cref="InvocationLimits.OutputBytes"/>.</summary>
    public abstract bool OutputLimitReached { get; }

    /// <summary>
    /// Registers what ends a blocked guest early (kill a process group, close a pipe). Called at most once, from any
    /// thread, when the caller goes away or the deadline passes; called at once if that has already happened.
    /// Backends that poll <see cref="IsCancelled"/> and <see cref="Deadline"/> need not register.
    /// </summary>
    public abstract void OnInterrupt(Action<object?> interrupt, object? state);
}
