namespace Faas.Supervisor.Errors;

/// <summary>
/// A component cannot start for a reason an operator can mend: one line that says what, one that says what to do. The command line prints
/// both on standard error, without a stack trace, and ends with <see cref="Code"/>.
/// </summary>
public sealed class StartupFailureException : Exception
{
    /// <param name="message">What is wrong, one line, with the value: <c>port 8080 on 127.0.0.1 is in use by pid 4711 (nginx)</c>.</param>
    /// <param name="remedy">What to do, one line: <c>stop it, or choose another with --http 127.0.0.1:0</c>.</param>
    /// <param name="code">One of <see cref="ExitCode"/>.</param>
    /// <param name="innerException">The cause, for the debug log only.</param>
    public StartupFailureException(string message, string remedy, int code = ExitCode.Failed, Exception? innerException = null)
        : base(message, innerException)
    {
        Remedy = remedy;
        Code = code;
    }

    /// <summary>What the operator can do about it, one line.</summary>
    public string Remedy { get; }

    /// <summary>The exit code of the process.</summary>
    public int Code { get; }
}
