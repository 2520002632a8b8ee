using Faas.Supervisor.Functions;

namespace Faas.Supervisor.AsyncInvocations;

/// <summary>What a client, or a timer, asks to be run later.</summary>
/// <param name="Function">The version that runs, whatever its name means by then.</param>
/// <param name="Input">Whole standard input.</param>
/// <param name="Strings">Arguments in the layout of Invoke frames.</param>
/// <param name="ArgumentCount">Number of arguments in <paramref name="Strings"/>.</param>
/// <param name="Retries">Attempts after the first one.</param>
/// <param name="Callback">Where its end is told; null = nowhere.</param>
/// <param name="IsTimed">True when a timer asks.</param>
internal sealed record AsyncInvocationDraft(
    FunctionVersion Function,
    ReadOnlyMemory<byte> Input,
    ReadOnlyMemory<byte> Strings = default,
    int ArgumentCount = 0,
    int Retries = 0,
    Uri? Callback = null,
    bool IsTimed = false)
{
    /// <summary>Most attempts after the first one: with the longest delay more than an hour of them.</summary>
    public const int MaxRetries = 20;
}
