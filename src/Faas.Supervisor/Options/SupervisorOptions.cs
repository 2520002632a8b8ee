using System.Net;
using Faas.Protocol.Transport;

namespace Faas.Supervisor.Options;

/// <summary>
/// What an operator may say about one supervisor. Filled by <c>Cli/SettingsLoader</c> from command line, environment (<c>MINIFAAS_*</c>),
/// <c>minifaas.json</c> and the defaults below, in this order of precedence; validated before it is handed over. Immutable once the host runs.
/// </summary>
public sealed class SupervisorOptions
{
    /// <summary>Scheduling strategy by name: RR, FIFO, WEIGHTED, LEAST, P2C or HASH, upper case. Default RR.</summary>
    public string Strategy { get; set; } = "RR";

    /// <summary>Where the gateway listens. Port 0 lets the system pick one. Default 127.0.0.1:8080.</summary>
    public IPEndPoint HttpEndpoint { get; set; } = new(IPAddress.Loopback, 8080);

    /// <summary>Names under which clients reach the gateway besides its address and localhost, without ports. Default none.</summary>
    public IReadOnlyList<string> AllowedHosts { get; set; } = [];

    /// <summary>The tokens that the gateway requires; absolute. Null: it requires none.</summary>
    public string? TokenFile { get; set; }

    /// <summary>True: listen beyond loopback although no token is required. Default false.</summary>
    public bool Insecure { get; set; }

    /// <summary>Certificate with its chain, PEM; absolute. Null: the gateway speaks plain HTTP. Always together with <see cref="TlsKey"/>.</summary>
    public string? TlsCertificate { get; set; }

    /// <summary>Key of <see cref="TlsCertificate"/>, PEM, not encrypted; absolute.</summary>
    public string? TlsKey { get; set; }

    /// <summary>Networks of proxies whose word on their client's address, scheme and host is taken. Default none.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; set; } = [];

    /// <summary>In which headers they say it: <see cref="XForwardedFamily"/> (default) or <see cref="ForwardedFamily"/>.</summary>
    public string ProxyHeaders { get; set; } = XForwardedFamily;

    /// <summary><c>X-Forwarded-For</c>, <c>-Proto</c> and <c>-Host</c>.</summary>
    public const string XForwardedFamily = "x-forwarded";

    /// <summary><c>Forwarded</c> (RFC 7239).</summary>
    public const string ForwardedFamily = "forwarded";

    /// <summary>Requests that one token, or one address where no token is required, may send. Null (default): no limit.</summary>
    public RequestRate? RateLimit { get; set; }

    /// <summary>Origins of web pages that may use the API besides the server's own. Default none.</summary>
    public IReadOnlyList<string> CorsOrigins { get; set; } = [];

    /// <summary>Worker processes. Range 1 to 1,024. Default 4. Always the sum of <see cref="Backends"/>.</summary>
    public int Workers { get; set; } = 4;

    /// <summary>Concurrent invocations a worker, one thread each. Range 1 to 1,024. Default 16: 4 workers then take 64 connections without queueing.</summary>
    public int Slots { get; set; } = 16;

    /// <summary>WASM engines of the pool, in order of worker index; counts add up to <see cref="Workers"/>. Default all wasmtime.</summary>
    public IReadOnlyList<BackendShare> Backends { get; set; } = [new("wasmtime", 4)];

    /// <summary>Supervisor to worker transport: a name of <see cref="TransportCatalog"/>.</summary>
    public string Transport { get; set; } = TransportCatalog.Unix;

    /// <summary>Weight of each worker for WEIGHTED, by index; empty means all 1. Each above 0; as many as <see cref="Workers"/>.</summary>
    public IReadOnlyList<double> Weights { get; set; } = [];

    /// <summary>Invocations that may wait for a slot; one more answers 429. Range 0 (never wait) to 1,000,000. Default 1,024.</summary>
    public int QueueLength { get; set; } = 1024;

    /// <summary>How long an invocation may wait for a slot; past it 504. Range 1 s to 1 h. Default 30 s, as long as one may run.</summary>
    public TimeSpan QueueTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Invocations in flight, whether they run or wait; one more answers 429. Range 1 to 1,000,000. Null (default): 2,048, or as many as
    /// queue and slots hold where that is more.
    /// </summary>
    public int? InFlight { get; set; }

    /// <summary>Wall-clock limit of one invocation unless its function has another. Range 1 ms to 1 h. Default 30 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Memory limit of one invocation unless its function has another, in bytes. Range 64 KiB to 4 GiB. Default 128 MiB.</summary>
    public long MemoryBytes { get; set; } = 128L << 20;

    /// <summary>Output limit of one invocation in bytes, stdout and stderr each. Range 1 B to 1 GiB. Default 8 MiB.</summary>
    public long MaxOutputBytes { get; set; } = 8L << 20;

    /// <summary>Largest request body the gateway takes, in bytes; past it 413. Range 1 B to 1 GiB. Default 16 MiB.</summary>
    public long MaxBodyBytes { get; set; } = 16L << 20;

    /// <summary>Request bodies in memory, all together, in bytes; past it 429; one of <see cref="MaxBodyBytes"/> always fits. Range 1 MiB to 1 TiB. Default 256 MiB: 16 of the largest.</summary>
    public long BodyMemoryBytes { get; set; } = 256L << 20;

    /// <summary>Connections at a time; one more is answered 503. Null (default): what the limit of open files leaves, at most 16,384.</summary>
    public int? MaxConnections { get; set; }

    /// <summary>Asynchronous invocations that run at once. Range 1 to all slots; null means a quarter of them, at least 1.</summary>
    public int? AsyncSlots { get; set; }

    /// <summary>How long what became of an asynchronous invocation is kept. Range 1 s to 31 days. Default 24 h.</summary>
    public TimeSpan AsyncRetention { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Most bytes of asynchronous invocations, inputs and results together; past it 429. Range 1 MiB to 1 TiB. Default 1 GiB.</summary>
    public long AsyncMaxBytes { get; set; } = 1L << 30;

    /// <summary>Hosts besides loopback to which results may be sent, without ports. Default none.</summary>
    public IReadOnlyList<string> CallbackHosts { get; set; } = [];

    /// <summary>How long a shutdown waits for what is in flight. Range 0 (end at once) to 1 h. Default 10 s.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Time between two pings to a worker. Range 10 ms to 1 min. Default 1 s.</summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Silence after which a worker counts as hung and is killed; longer than <see cref="HeartbeatInterval"/>. Range 20 ms to 10 min. Default 5 s.</summary>
    public TimeSpan HeartbeatTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a new worker process may take to say hello. Range 100 ms to 5 min. Default 10 s.</summary>
    public TimeSpan WorkerStartTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Functions and caches; absolute. Default <c>$XDG_DATA_HOME/minifaas</c>, or <c>./.minifaas</c> without that variable.</summary>
    public string DataDirectory { get; set; } = DefaultDirectories.Data();

    /// <summary>Sockets and lock; absolute, private to this user. Default <c>$XDG_RUNTIME_DIR/minifaas</c>, or <c>/tmp/minifaas-UID</c> (mode 0700).</summary>
    public string RuntimeDirectory { get; set; } = DefaultDirectories.Runtime();

    /// <summary>False: no socket for local clients in <see cref="RuntimeDirectory"/>. Default true: the folder is this user's alone.</summary>
    public bool HasIngress { get; set; } = true;

    /// <summary>The worker program; absolute. Null means <c>faas-worker</c> beside <c>minifaas</c>.</summary>
    public string? WorkerPath { get; set; }

    /// <summary>A library that implements the standard wasm C API, for the backend that binds it. Null means the usual places.</summary>
    public string? WasmCApiLibrary { get; set; }

    /// <summary>Interpreter processes a worker keeps warm for handlers and contexts, of each language; the one called longest ago makes room. Range 1 to 1,024, default 16: of Node they hold 0.5 GiB.</summary>
    public int Guests { get; set; } = 16;

    /// <summary>An interpreter that was not called for so long ends. Default one minute.</summary>
    public TimeSpan GuestIdle { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>True: a build or an interpreter that cannot be put in a sandbox is refused instead of run under resource limits alone. Default false.</summary>
    public bool RequireSandbox { get; set; }

    /// <summary>Log lines as <c>text</c> or <c>json</c>, on standard error. Default text.</summary>
    public string LogFormat { get; set; } = "text";

    /// <summary>Least level that is logged: trace, debug, information, warning, error, critical or none. Default information.</summary>
    public string LogLevel { get; set; } = "information";

    /// <summary>Function versions that metrics tell apart; the others are counted as <c>other</c>. Range 0 to 10,000. Default 200: some 20,000 lines at most.</summary>
    public int MetricFunctions { get; set; } = 200;

    /// <summary>The engine of the worker at <paramref name="index"/>, from <see cref="Backends"/>.</summary>
    public string BackendOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        foreach (BackendShare share in Backends)
        {
            if (index < share.Count)
            {
                return share.Name;
            }

            index -= share.Count;
        }

        throw new ArgumentOutOfRangeException(nameof(index), index, "no worker of that index");
    }

    /// <summary>The weight of the worker at <paramref name="index"/>, 1 when none was given.</summary>
    public double WeightOf(int index) => (uint)index < (uint)Weights.Count ? Weights[index] : 1;
}
