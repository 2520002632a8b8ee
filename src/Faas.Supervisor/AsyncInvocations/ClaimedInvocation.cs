namespace Faas.Supervisor.AsyncInvocations;

/// <summary>An invocation whose next attempt is on disk as running: it is to be sent now.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Version">Id of the function's version.</param>
/// <param name="Attempt">Number of this attempt.</param>
/// <param name="Input">Whole standard input.</param>
/// <param name="Strings">Arguments in the layout of Invoke frames.</param>
/// <param name="ArgumentCount">Number of arguments in <paramref name="Strings"/>.</param>
internal sealed record ClaimedInvocation(AsyncInvocationId Id, string Version, int Attempt, byte[] Input, byte[] Strings, int ArgumentCount);
