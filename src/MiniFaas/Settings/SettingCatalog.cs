using System.Globalization;
using Faas.Protocol.Transport;
using Faas.Supervisor.Access;
using Faas.Supervisor.Hosting;
using Faas.Supervisor.Options;
using Faas.Supervisor.Scheduling;

namespace MiniFaas.Settings;

/// <summary>All settings of the server. One entry each; command line, environment, file, help and completion follow from it.</summary>
internal static class SettingCatalog
{
    public const string ConfigName = "config";

    private const string Gateway = "Gateway";
    private const string Workers = "Workers";
    private const string Limits = "Limits";
    private const string Asynchronous = "Asynchronous invocations";
    private const string Files = "Files";
    private const string Logs = "Logs";

    // Bounds of the properties they fill; SupervisorOptions gives the reasons.
    private static readonly TimeSpan s_maxTimeout = TimeSpan.FromHours(1);

    /// <summary>In the order of the help.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        new()
        {
            Name = "http", Group = Gateway, ValueName = "ADDR:PORT", DefaultText = "127.0.0.1:8080",
            Description = "Where the gateway listens; port 0 picks a free one and prints it",
            Apply = (draft, text) =>
            {
                bool good = ListenAddress.TryParse(text, out var endpoint);
                draft.Options.HttpEndpoint = endpoint;
                return good ? null : ListenAddress.Rule;
            },
        },
        new()
        {
            Name = "token-file", Group = Gateway, ValueName = "FILE", IsPath = true,
            Description = "Require a token of this file; see: minifaas token new",
            Apply = (draft, text) => FullPath(text, value => draft.Options.TokenFile = value),
        },
        new()
        {
            Name = "insecure", Group = Gateway, DefaultText = "false",
            Description = "Listen beyond loopback without --token-file: whoever reaches the port runs code",
            Apply = (draft, text) => Flag(text, value => draft.Options.Insecure = value),
        },
        new()
        {
            Name = "allow-host", Group = Gateway, ValueName = "NAME,…",
            Description = "Names of this server besides its address and localhost",
            Apply = (draft, text) =>
            {
                string[] names = text.Split(',', StringSplitOptions.TrimEntries);
                draft.Options.AllowedHosts = names;
                return Array.TrueForAll(names, name => Uri.CheckHostName(name) == UriHostNameType.Dns)
                    ? null
                    : "must be host names without ports, with commas between them";
            },
        },
        new()
        {
            Name = "tls-cert", Group = Gateway, ValueName = "FILE", IsPath = true,
            Description = "Serve HTTPS with this certificate and its chain (PEM); read again when it changes",
            Apply = (draft, text) => FullPath(text, value => draft.Options.TlsCertificate = value),
        },
        new()
        {
            Name = "tls-key", Group = Gateway, ValueName = "FILE", IsPath = true,
            Description = "Key of that certificate (PEM, not encrypted)",
            Apply = (draft, text) => FullPath(text, value => draft.Options.TlsKey = value),
        },
        new()
        {
            Name = "trusted-proxy", Group = Gateway, ValueName = "CIDR,…",
            Description = "Proxies that are believed when they say for whom they ask, like 10.0.0.0/8 or 127.0.0.1",
            Apply = (draft, text) =>
            {
                var networks = new List<System.Net.IPNetwork>();
                foreach (string word in text.Split(',', StringSplitOptions.TrimEntries))
                {
                    if (!TrustedProxies.TryParse(word, out var network))
                    {
                        return "must be addresses or networks like 10.0.0.0/8, with commas between them";
                    }

                    networks.Add(network);
                }

                draft.Options.TrustedProxies = networks;
                return null;
            },
        },
        new()
        {
            Name = "proxy-headers", Group = Gateway, ValueName = "FAMILY", DefaultText = SupervisorOptions.XForwardedFamily,
            Description = "In which headers they say it: x-forwarded or forwarded (RFC 7239); the other family is dropped",
            Known = [SupervisorOptions.XForwardedFamily, SupervisorOptions.ForwardedFamily],
            Apply = (draft, text) =>
            {
                draft.Options.ProxyHeaders = text.ToLowerInvariant();
                return draft.Options.ProxyHeaders is SupervisorOptions.XForwardedFamily or SupervisorOptions.ForwardedFamily ? null : "must be x-forwarded or forwarded";
            },
        },
        new()
        {
            Name = "rate-limit", Group = Gateway, ValueName = "N/s",
            Description = "Requests of one token, or of one address without tokens, a second (N/m: a minute); past it 429",
            Apply = (draft, text) =>
            {
                bool good = RequestRate.TryParse(text, out var rate);
                draft.Options.RateLimit = rate;
                return good ? null : RequestRate.Rule;
            },
        },
        new()
        {
            Name = "cors-origin", Group = Gateway, ValueName = "ORIGIN,…",
            Description = "Web pages of these origins may use the API, like https://app.example",
            Apply = (draft, text) =>
            {
                string[] origins = text.Split(',', StringSplitOptions.TrimEntries);
                draft.Options.CorsOrigins = origins;
                return Array.TrueForAll(origins, CorsRules.IsOrigin) ? null : "must be origins like https://app.example:8443, without a path, with commas between them";
            },
        },
        new()
        {
            Name = "no-ingress", Group = Gateway, DefaultText = "false",
            Description = "No socket for local clients in the runtime folder (minifaas invoke --socket)",
            Apply = (draft, text) => Flag(text, value => draft.Options.HasIngress = !value),
        },
        new()
        {
            Name = "queue", Group = Gateway, ValueName = "N", DefaultText = "1024",
            Description = "Invocations that may wait for a slot; past it 429",
            Apply = (draft, text) => Integer(text, 0, 1_000_000, value => draft.Options.QueueLength = value),
        },
        new()
        {
            Name = "queue-timeout", Group = Gateway, ValueName = "TIME", DefaultText = "30s",
            Description = "How long an invocation may wait for a slot; past it 504",
            Apply = (draft, text) => Time(text, TimeSpan.FromSeconds(1), s_maxTimeout, value => draft.Options.QueueTimeout = value),
        },
        new()
        {
            Name = "in-flight", Group = Gateway, ValueName = "N",
            Description = "Invocations in flight, whether they run or wait (without: 2048, or what queue and slots hold); past it 429",
            Apply = (draft, text) => Integer(text, 1, 1_000_000, value => draft.Options.InFlight = value),
        },
        new()
        {
            Name = "max-body", Group = Gateway, ValueName = "SIZE", DefaultText = "16MiB",
            Description = "Largest request body; past it 413",
            Apply = (draft, text) => Size(text, 1, 1L << 30, value => draft.Options.MaxBodyBytes = value),
        },
        new()
        {
            Name = "body-memory", Group = Gateway, ValueName = "SIZE", DefaultText = "256MiB",
            Description = "Request bodies in memory, all together; past it 429",
            Apply = (draft, text) => Size(text, 1 << 20, 1L << 40, value => draft.Options.BodyMemoryBytes = value),
        },
        new()
        {
            Name = "max-connections", Group = Gateway, ValueName = "N",
            Description = "Connections at a time, three quarters of them from one address (without: what open files allow); past it 503",
            Apply = (draft, text) => Integer(text, 1, 1_000_000, value => draft.Options.MaxConnections = value),
        },
        new()
        {
            Name = "drain", Group = Gateway, ValueName = "TIME", DefaultText = "10s",
            Description = "How long a stop waits for what is in flight",
            Apply = (draft, text) => Time(text, TimeSpan.Zero, s_maxTimeout, value => draft.Options.DrainTimeout = value),
        },
        new()
        {
            Name = "strategy", Group = Workers, ValueName = "NAME", DefaultText = "RR", Known = StrategyCatalog.Names,
            Description = "Who gets the next invocation; may also stand alone as the first word",
            Apply = (draft, text) =>
            {
                if (!StrategyCatalog.TryGetName(text, out string? name))
                {
                    return OneOf(StrategyCatalog.Names);
                }

                draft.Options.Strategy = name;
                return null;
            },
        },
        new()
        {
            Name = "workers", Group = Workers, ValueName = "N", DefaultText = "4",
            Description = "Worker processes",
            Apply = (draft, text) => Integer(text, 1, 1024, value => draft.Workers = value),
        },
        new()
        {
            Name = "slots", Group = Workers, ValueName = "N", DefaultText = "16",
            Description = "Concurrent invocations a worker",
            Apply = (draft, text) => Integer(text, 1, 1024, value => draft.Options.Slots = value),
        },
        new()
        {
            Name = "backend", Group = Workers, ValueName = "NAME[=N],…", DefaultText = "wasmtime", Known = ["wasmtime", "wasmer"],
            Description = "WASM engine of the workers; several make a mixed pool: wasmtime=3,wasmer=1",
            Apply = Backends,
        },
        new()
        {
            Name = "weights", Group = Workers, ValueName = "W,W,…", DefaultText = "all 1",
            Description = "A weight for each worker, for WEIGHTED",
            Apply = Weights,
        },
        new()
        {
            Name = "transport", Group = Workers, ValueName = "NAME", DefaultText = "unix", Known = [.. TransportCatalog.Names],
            Description = "Supervisor to worker: unix sockets, the same through Pipelines.Sockets.Unofficial, named pipes, or rings in shared memory",
            Apply = (draft, text) => Word(text, [.. TransportCatalog.Names], value => draft.Options.Transport = value),
        },
        new()
        {
            Name = "heartbeat", Group = Workers, ValueName = "TIME", DefaultText = "1s",
            Description = "Time between two pings to a worker",
            Apply = (draft, text) => Time(text, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1), value => draft.Options.HeartbeatInterval = value),
        },
        new()
        {
            Name = "heartbeat-timeout", Group = Workers, ValueName = "TIME", DefaultText = "5s",
            Description = "Silence after which a worker is replaced",
            Apply = (draft, text) => Time(text, TimeSpan.FromMilliseconds(20), TimeSpan.FromMinutes(10), value => draft.Options.HeartbeatTimeout = value),
        },
        new()
        {
            Name = "worker-start", Group = Workers, ValueName = "TIME", DefaultText = "10s",
            Description = "How long a new worker may take to answer",
            Apply = (draft, text) => Time(text, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5), value => draft.Options.WorkerStartTimeout = value),
        },
        new()
        {
            Name = "timeout", Group = Limits, ValueName = "TIME", DefaultText = "30s",
            Description = "Longest run of one invocation",
            Apply = (draft, text) => Time(text, TimeSpan.FromMilliseconds(1), s_maxTimeout, value => draft.Options.Timeout = value),
        },
        new()
        {
            Name = "memory", Group = Limits, ValueName = "SIZE", DefaultText = "128MiB",
            Description = "Memory of one invocation",
            Apply = (draft, text) => Size(text, 64L << 10, 4L << 30, value => draft.Options.MemoryBytes = value),
        },
        new()
        {
            Name = "max-output", Group = Limits, ValueName = "SIZE", DefaultText = "8MiB",
            Description = "Output of one invocation",
            Apply = (draft, text) => Size(text, 1, 1L << 30, value => draft.Options.MaxOutputBytes = value),
        },
        new()
        {
            Name = "guests", Group = Limits, ValueName = "N", DefaultText = "16",
            Description = "Interpreter processes that a worker keeps warm, of each language",
            Apply = (draft, text) => Integer(text, 1, 1024, value => draft.Options.Guests = value),
        },
        new()
        {
            Name = "guest-idle", Group = Limits, ValueName = "TIME", DefaultText = "1m",
            Description = "Time after which an interpreter that nobody calls ends",
            Apply = (draft, text) => Time(text, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1), value => draft.Options.GuestIdle = value),
        },
        new()
        {
            Name = "require-sandbox", Group = Limits, DefaultText = "false",
            Description = "Refuse builds and interpreters that cannot be put in a sandbox",
            Apply = (draft, text) => Flag(text, value => draft.Options.RequireSandbox = value),
        },
        new()
        {
            Name = "async-slots", Group = Asynchronous, ValueName = "N",
            Description = "Asynchronous invocations that run at once [a quarter of all slots]",
            Apply = (draft, text) => Integer(text, 1, 1024 * 1024, value => draft.Options.AsyncSlots = value),
        },
        new()
        {
            Name = "async-retention", Group = Asynchronous, ValueName = "TIME", DefaultText = "24h",
            Description = "How long results are kept",
            Apply = (draft, text) => Time(text, TimeSpan.FromSeconds(1), TimeSpan.FromDays(31), value => draft.Options.AsyncRetention = value),
        },
        new()
        {
            Name = "async-size", Group = Asynchronous, ValueName = "SIZE", DefaultText = "1GiB",
            Description = "Inputs and results that are kept; past it 429",
            Apply = (draft, text) => Size(text, 1L << 20, 1L << 40, value => draft.Options.AsyncMaxBytes = value),
        },
        new()
        {
            Name = "allow-callback", Group = Asynchronous, ValueName = "HOST,…",
            Description = "Hosts besides loopback that may be sent results",
            Apply = (draft, text) =>
            {
                string[] hosts = text.Split(',', StringSplitOptions.TrimEntries);
                draft.Options.CallbackHosts = hosts;
                return Array.TrueForAll(hosts, host => Uri.CheckHostName(host) is not UriHostNameType.Unknown)
                    ? null
                    : "must be host names or addresses without ports, with commas between them";
            },
        },
        new()
        {
            Name = "data", Group = Files, ValueName = "DIR", IsPath = true, DefaultText = "$XDG_DATA_HOME/minifaas or ./.minifaas",
            Description = "Functions and caches",
            Apply = (draft, text) => FullPath(text, value => draft.Options.DataDirectory = value),
        },
        new()
        {
            Name = "runtime-dir", Group = Files, ValueName = "DIR", IsPath = true, DefaultText = "$XDG_RUNTIME_DIR/minifaas or /tmp/minifaas-UID",
            Description = "Sockets and lock",
            Apply = (draft, text) => FullPath(text, value => draft.Options.RuntimeDirectory = value),
        },
        new()
        {
            Name = "worker-path", Group = Files, ValueName = "FILE", IsPath = true, DefaultText = "faas-worker beside minifaas",
            Description = "The worker program",
            Apply = (draft, text) => FullPath(text, value => draft.Options.WorkerPath = value),
        },
        new()
        {
            Name = "wasm-c-api-lib", Group = Files, ValueName = "FILE", IsPath = true,
            Description = "Library with the standard wasm C API, for the wasmer backend",
            Apply = (draft, text) => FullPath(text, value => draft.Options.WasmCApiLibrary = value),
        },
        new()
        {
            Name = "log-format", Group = Logs, ValueName = "NAME", DefaultText = "text", Known = ["text", "json"],
            Description = "Log lines on standard error as text or json",
            Apply = (draft, text) => Word(text, ["text", "json"], value => draft.Options.LogFormat = value),
        },
        new()
        {
            Name = "log-level", Group = Logs, ValueName = "NAME", DefaultText = "information", Known = Levels,
            Description = "Least level that is logged",
            Apply = (draft, text) => Word(text, Levels, value => draft.Options.LogLevel = value),
        },
        new()
        {
            Name = "metric-functions", Group = Logs, ValueName = "N", DefaultText = "200",
            Description = "Function versions that /metrics tells apart; the rest are counted as other",
            Apply = (draft, text) => Integer(text, 0, 10_000, value => draft.Options.MetricFunctions = value),
        },
    ];

    private static string[] Levels => ["trace", "debug", "information", "warning", "error", "critical", "none"];

    /// <summary>By option name without the dashes, variable name without its prefix or member name: case, hyphens and underscores do not matter.</summary>
    public static Setting? Find(ReadOnlySpan<char> name)
    {
        foreach (Setting setting in All)
        {
            if (SameName(setting.Name, name))
            {
                return setting;
            }
        }

        return null;
    }

    /// <summary>Equal but for case, hyphens and underscores: <c>runtime-dir</c>, <c>runtimeDir</c>, <c>RUNTIME_DIR</c>.</summary>
    internal static bool SameName(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        int i = 0;
        int j = 0;
        while (true)
        {
            i += i < a.Length && a[i] is '-' or '_' ? 1 : 0;
            j += j < b.Length && b[j] is '-' or '_' ? 1 : 0;
            if (i == a.Length || j == b.Length)
            {
                return i == a.Length && j == b.Length;
            }

            if (char.ToLowerInvariant(a[i++]) != char.ToLowerInvariant(b[j++]))
            {
                return false;
            }
        }
    }

    private static string OneOf(IEnumerable<string> known) => "must be one of " + string.Join(", ", known);

    private static string? Flag(string text, Action<bool> set)
    {
        bool good = bool.TryParse(text, out bool value);
        set(value);
        return good ? null : OneOf(["true", "false"]);
    }

    private static string? Integer(string text, int least, int most, Action<int> set)
    {
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) || value < least || value > most)
        {
            return $"must be a whole number from {least} to {most}";
        }

        set(value);
        return null;
    }

    private static string? Time(string text, TimeSpan least, TimeSpan most, Action<TimeSpan> set)
    {
        if (!Duration.TryParse(text, out TimeSpan value))
        {
            return Duration.Rule;
        }

        if (value < least || value > most)
        {
            return $"must be from {Duration.Format(least)} to {Duration.Format(most)}";
        }

        set(value);
        return null;
    }

    private static string? Size(string text, long least, long most, Action<long> set)
    {
        if (!ByteSize.TryParse(text, out long value))
        {
            return ByteSize.Rule;
        }

        if (value < least || value > most)
        {
            return $"must be from {ByteSize.Format(least)} to {ByteSize.Format(most)}";
        }

        set(value);
        return null;
    }

    private static string? Word(string text, string[] known, Action<string> set)
    {
        string? word = Array.Find(known, candidate => candidate.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (word is null)
        {
            return OneOf(known);
        }

        set(word);
        return null;
    }

    private static string? FullPath(string text, Action<string> set)
    {
        if (text.Contains('\0', StringComparison.Ordinal) || string.IsNullOrWhiteSpace(text))
        {
            return "must be a path";
        }

        set(Path.GetFullPath(text));
        return null;
    }

    private static string? Weights(SettingsDraft draft, string text)
    {
        string[] parts = text.Split(',', StringSplitOptions.TrimEntries);
        var weights = new double[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!double.TryParse(parts[i], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out weights[i]) || weights[i] is not (> 0 and <= 1_000_000))
            {
                return "must be numbers above 0 with commas between them, like 4,2,1,1";
            }
        }

        draft.Options.Weights = weights;
        return null;
    }

    // Which names exist is the worker's to know: a build may have more. An unknown one ends the worker with the list.
    private static string? Backends(SettingsDraft draft, string text)
    {
        const string Rule = "must be names with commas between them, each with a count or not, like wasmtime or wasmtime=3,wasmer=1";
        var shares = new List<BackendShare>();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            string name = (equals < 0 ? part : part[..equals]).Trim().ToLowerInvariant();
            int count = 0;
            if (name.Length == 0
                || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
                || (equals >= 0 && (!int.TryParse(part[(equals + 1)..], NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out count) || count is < 1 or > 1024)))
            {
                return Rule;
            }

            if (shares.Exists(share => share.Name == name))
            {
                return $"must name each backend once, {name} is there twice";
            }

            shares.Add(new BackendShare(name, count));
        }

        draft.Backends = shares;
        return null;
    }
}
