namespace Faas.Supervisor.Hosting;

/// <summary>Starts and runs everything: gateway, worker pool, store. Placeholder until the host is written.</summary>
public static class SupervisorHost
{
    /// <summary>Runs until <paramref name="cancellationToken"/> or a signal; returns the exit code.</summary>
    /// <exception cref="StartupFailureException">A component cannot start.</exception>
    public static Task<int> RunAsync(SupervisorOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        cancellationToken.ThrowIfCancellationRequested();
        throw new StartupFailureException("the supervisor host is not part of this build", "use a build that has it");
    }
}
