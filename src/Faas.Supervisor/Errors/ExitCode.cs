namespace Faas.Supervisor.Errors;

/// <summary>What the process tells its caller. Shown by <c>minifaas --help</c>; values never change meaning.</summary>
public static class ExitCode
{
    /// <summary>Done; for the server: stopped on request.</summary>
    public const int Success = 0;

    /// <summary>The work failed: the function failed, the compiler refused, a component could not start.</summary>
    public const int Failed = 1;

    /// <summary>The command line, an environment variable or the configuration file is wrong. Nothing was started.</summary>
    public const int Usage = 2;

    /// <summary>A client command could not reach the server.</summary>
    public const int Unreachable = 3;

    /// <summary>Ended by SIGINT before the work was done (128 + 2, the shells' habit).</summary>
    public const int Interrupted = 130;
}
