namespace Faas.Supervisor.AsyncInvocations;

/// <summary>
/// How many ends are told at once, to whom: a host that is slow or dead takes its own places, and of all places at most half
/// are taken by such hosts, so that it delays nobody else. Times are Unix ms. Any thread.
/// </summary>
/// <param name="time">For the pauses of hosts that do not answer.</param>
internal sealed class CallbackPlaces(TimeProvider time)
{
    /// <summary>Connections at once: each is a descriptor and some buffers.</summary>
    public const int All = 64;

    /// <summary>For one host that answers. It is asked again as soon as one has ended.</summary>
    public const int OfAHost = 2;

    // Of hosts that do not answer, for as long as they are remembered; past it the one that is asked again first is forgotten.
    private const int MaxRemembered = 1024;
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Host> _hosts = new(StringComparer.Ordinal); // under _gate: those in use, and those that do not answer
    private int _taken; // under _gate
    private int _takenBySilent; // under _gate

    /// <summary>No place is left for anybody.</summary>
    public bool AreTaken
    {
        get
        {
            lock (_gate)
            {
                return _taken >= All;
            }
        }
    }

    /// <summary>How many may be told to this host now, and if none because it does not answer: when it is asked again.</summary>
    public (int Room, long? NotBefore) RoomFor(string name)
    {
        lock (_gate)
        {
            var room = All - _taken;
            if (!_hosts.TryGetValue(name, out var host))
            {
                return (Math.Min(room, OfAHost), null);
            }

            if (host.Failures == 0)
            {
                return (Math.Min(room, OfAHost - host.Taken), null);
            }

            // One at a time shows whether it is back.
            var notBefore = host.NotBefore > Now() ? host.NotBefore : (long?)null;
            return (notBefore is not null || host.Taken > 0 ? 0 : Math.Min(room, All / 2 - _takenBySilent), notBefore);
        }
    }

    /// <summary>Takes a place for a host. End with <see cref="Leave"/>.</summary>
    public void Take(string name)
    {
        lock (_gate)
        {
            if (!_hosts.TryGetValue(name, out var host))
            {
                _hosts[name] = host = new Host();
            }

            host.Taken++;
            _taken++;
            _takenBySilent += host.Failures > 0 ? 1 : 0;
        }
    }

    /// <param name="name">Of the host.</param>
    /// <param name="hasAnswered">With whatever status: it is there.</param>
    public void Leave(string name, bool hasAnswered)
    {
        lock (_gate)
        {
            var host = _hosts[name];
            _takenBySilent -= host.Failures > 0 ? host.Taken : 0;
            host.Taken--;
            _taken--;
            host.Failures = hasAnswered ? 0 : host.Failures + 1;
            _takenBySilent += host.Failures > 0 ? host.Taken : 0;
            if (host.Failures > 0)
            {
                var pause = RetryDelay.After(host.Failures, Random.Shared);
                host.NotBefore = Now() + (long)(pause < s_longestPause ? pause : s_longestPause).TotalMilliseconds;
                ForgetOneIfMany();
            }
            else if (host.Taken == 0)
            {
                _hosts.Remove(name);
            }
        }
    }

    /// <summary>What is remembered was of another time.</summary>
    public void ClockWasSet()
    {
        lock (_gate)
        {
            foreach (var host in _hosts.Values)
            {
                host.NotBefore = 0;
            }
        }
    }

    private void ForgetOneIfMany()
    {
        if (_hosts.Count > MaxRemembered + All
            && _hosts.Where(pair => pair.Value.Taken == 0).MinBy(pair => pair.Value.NotBefore) is { Key: { } first })
        {
            _hosts.Remove(first);
        }
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed class Host
    {
        public int Taken { get; set; }

        /// <summary>In a row, without any answer.</summary>
        public int Failures { get; set; }

        public long NotBefore { get; set; }
    }
}
