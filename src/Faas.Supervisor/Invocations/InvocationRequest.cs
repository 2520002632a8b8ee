using System.Diagnostics;
using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Invocations;

/// <summary>What a door asks to be run.</summary>
/// <param name="Function">What to run.</param>
/// <param name="Input">Whole standard input; must stay valid until the runner returns.</param>
/// <param name="Strings">Arguments, then <c>KEY=VALUE</c> entries, each after its u32 length (the layout of Invoke frames).</param>
/// <param name="ArgumentCount">Number of arguments in <paramref name="Strings"/>.</param>
/// <param name="EnvironmentCount">Number of entries in <paramref name="Strings"/>.</param>
/// <param name="Span">Its trace span, where somebody collects them; ended with the invocation.</param>
/// <param name="IsAskedAgain">True when the caller asks again after a refusal, which then counts as no failure.</param>
internal readonly record struct InvocationRequest(
    FunctionVersion Function,
    ReadOnlyMemory<byte> Input,
    ReadOnlyMemory<byte> Strings = default,
    int ArgumentCount = 0,
    int EnvironmentCount = 0,
    Activity? Span = null,
    bool IsAskedAgain = false);
