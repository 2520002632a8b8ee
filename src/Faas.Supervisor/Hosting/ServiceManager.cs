using System.Globalization;
using Microsoft.Extensions.Hosting.Systemd;

namespace Faas.Supervisor.Hosting;

/// <summary>Tells systemd how the server is, when systemd started it (sd_notify(3)); nothing otherwise.</summary>
/// <param name="time">For how often the watchdog is fed.</param>
internal sealed class ServiceManager(TimeProvider time)
{
    private static readonly ServiceState s_alive = new("WATCHDOG=1");

    private readonly SystemdNotifier _notifier = new();

    // Twice in the time that systemd waits for it, as sd_watchdog_enabled(3) advises; zero when it does not.
    private readonly TimeSpan _feedEvery = long.TryParse(
        Environment.GetEnvironmentVariable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds)
        ? TimeSpan.FromMicroseconds(microseconds) / 2
        : TimeSpan.Zero;

    private long _lastFed;

    public void Ready() => _notifier.Notify(ServiceState.Ready);

    public void Stopping() => _notifier.Notify(ServiceState.Stopping);

    /// <summary>The server turns. One thread; may be called more often than systemd needs it.</summary>
    public void Alive()
    {
        if (_feedEvery > TimeSpan.Zero && (_lastFed == 0 || time.GetElapsedTime(_lastFed) >= _feedEvery - Loops.SocketThreadWatch.Period))
        {
            _lastFed = time.GetTimestamp();
            _notifier.Notify(s_alive);
        }
    }
}
