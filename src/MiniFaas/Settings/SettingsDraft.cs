using Faas.Supervisor.Hosting;
using Faas.Supervisor.Options;

namespace MiniFaas.Settings;

/// <summary>Options while they are put together: some depend on each other and are settled when all are known.</summary>
internal sealed class SettingsDraft
{
    public SupervisorOptions Options { get; } = new();

    /// <summary>Null when nobody said how many.</summary>
    public int? Workers { get; set; }

    /// <summary>As written; a count of 0 means "its part of the rest".</summary>
    public IReadOnlyList<BackendShare> Backends { get; set; } = [new("wasmtime", 0)];

    /// <summary>Settles what depends on more than one setting; adds a line to <paramref name="problems"/> for each rule that is broken.</summary>
    public void Settle(List<string> problems)
    {
        SettleWorkers(problems);
        if (Options.Weights.Count != 0 && Options.Weights.Count != Options.Workers)
        {
            problems.Add($"weights: {Options.Weights.Count} weights for {Options.Workers} workers: give one for each worker");
        }

        if (!System.Net.IPAddress.IsLoopback(Options.HttpEndpoint.Address) && Options.TokenFile is null && !Options.Insecure)
        {
            problems.Add(
                $"http {Options.HttpEndpoint}: whoever reaches this address could run code here: require tokens with --token-file FILE (minifaas token new), or say --insecure");
        }

        if (Options.TrustedProxies.Count > 0 && Options.TokenFile is null && !Options.Insecure)
        {
            problems.Add(
                "trusted-proxy: whoever reaches the proxy could run code here: require tokens with --token-file FILE (minifaas token new), or say --insecure");
        }

        if (Options.AsyncSlots > Options.Workers * Options.Slots)
        {
            problems.Add($"async-slots {Options.AsyncSlots}: there are {Options.Workers * Options.Slots} slots in all (workers × slots)");
        }

        if (Options.TlsCertificate is null != Options.TlsKey is null)
        {
            problems.Add("tls-cert and tls-key: give both or neither");
        }

        if (Options.HeartbeatTimeout <= Options.HeartbeatInterval)
        {
            problems.Add(
                $"heartbeat-timeout {Duration.Format(Options.HeartbeatTimeout)}: must be longer than heartbeat ({Duration.Format(Options.HeartbeatInterval)})");
        }
    }

    private void SettleWorkers(List<string> problems)
    {
        int counted = Backends.Sum(backend => backend.Count);
        bool allCounted = Backends.All(backend => backend.Count > 0);

        // Unsaid, the number of workers follows from what was said: the engines' counts, the weights, or 4.
        int workers = Workers ?? (allCounted ? counted : Options.Weights.Count > 0 ? Options.Weights.Count : Math.Max(Options.Workers, counted + Backends.Count(b => b.Count == 0)));
        int open = Backends.Count(backend => backend.Count == 0);
        int rest = workers - counted;
        if ((allCounted && rest != 0) || rest < open)
        {
            problems.Add(
                $"backend {string.Join(',', Backends.Select(b => b.Count > 0 ? $"{b.Name}={b.Count}" : b.Name))}: does not fit {workers} workers: the counts must add up to it, with at least one worker for each name");
            return;
        }

        // Whoever has no count shares the rest evenly, the first taking one more when it does not divide.
        var shares = new List<BackendShare>();
        foreach (BackendShare backend in Backends)
        {
            if (backend.Count > 0)
            {
                shares.Add(backend);
                continue;
            }

            int part = (rest + open - 1) / open;
            shares.Add(backend with { Count = part });
            rest -= part;
            open--;
        }

        Options.Workers = workers;
        Options.Backends = shares;
    }
}
