using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Faas.Cgroups;
using Faas.Supervisor.Access;
using Faas.Supervisor.AsyncInvocations;
using Faas.Supervisor.Background;
using Faas.Supervisor.Bookkeeping;
using Faas.Supervisor.Building;
using Faas.Supervisor.Dashboard;
using Faas.Supervisor.FunctionLogs;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Gateway;
using Faas.Supervisor.Ingress;
using Faas.Supervisor.Invocations;
using Faas.Supervisor.Loops;
using Faas.Supervisor.Options;
using Faas.Supervisor.Recording;
using Faas.Supervisor.Scheduling;
using Faas.Supervisor.Secrets;
using Faas.Supervisor.Telemetry;
using Faas.Supervisor.Workers;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Faas.Supervisor.Hosting;

/// <summary>Starts and runs everything: store, builder, workers, gateway; and ends it in the opposite order.</summary>
public static class SupervisorHost
{
    /// <summary>Runs until <paramref name="cancellationToken"/> or a signal; returns the exit code.</summary>
    /// <param name="options">Validated.</param>
    /// <param name="announce">Told once, when requests are taken.</param>
    /// <param name="cancellationToken">Ends it as a signal does.</param>
    /// <exception cref="StartupFailureException">A component cannot start.</exception>
    public static async Task<int> RunAsync(SupervisorOptions options, Action<BannerInfo> announce, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(announce);
        using var signals = new ShutdownSignals(cancellationToken);
        using var runtimeLock = RuntimeDirectory.Claim(options.RuntimeDirectory);
        using var dataLock = ClaimData(options.DataDirectory);
        await using var app = CreateApplication(options);
        var loggers = app.Services.GetRequiredService<ILoggerFactory>();
        var loops = new LoopSupervisor(TimeProvider.System, loggers.CreateLogger<LoopSupervisor>());
        var manager = new ServiceManager(TimeProvider.System);
        await using var socketThreads = SocketThreadWatch.Start(InlineScheduling.Threads, manager.Alive, loggers.CreateLogger<SocketThreadWatch>());

        using var groups = TakeGroups(loggers.CreateLogger<CgroupTree>());
        using var store = FunctionStore.Open(options.DataDirectory, TimeProvider.System, loggers.CreateLogger<FunctionStore>());
        var secrets = SecretStore.Open(store.Data);
        await using var logs = new FunctionLogStore(store.Data.Logs, loops, loggers.CreateLogger<FunctionLogStore>(), secrets: secrets);
        var backends = options.Backends.Select(share => share.Name).Distinct(StringComparer.Ordinal).ToArray();
        using var deployer = Deployer.Create(
            store, WorkerLaunch.ProgramOf(options), [], backends, TimeProvider.System, loggers.CreateLogger<Deployer>(), WorkerLaunch.BackendSettings(options), groups?.Groups);

        if (options.RequireSandbox)
        {
            await RequireSandboxAsync(deployer.Builder);
        }

        var scheduler = new Scheduler(
            [.. Enumerable.Range(0, options.Workers).Select(index => new WorkerPosition(options.BackendOf(index), options.Slots, options.WeightOf(index)))],
            options.Strategy,
            options.QueueLength);
        var numbers = new InvocationNumbers(TimeProvider.System);
        using var spawner = new SpawnerThread();
        await using var pool = CreatePool(options, scheduler, spawner, groups, numbers, loops, loggers.CreateLogger<WorkerPool>());
        using var telemetry = new SupervisorTelemetry(options, store, scheduler, pool, deployer.Metrics, loops, socketThreads);
        var activity = new ActivityRecorder();
        store.Deleted += activity.Forget;
        var status = new StatusReport(scheduler, pool, store);
        await using var feed = new ActivityFeed(activity, status, loops, TimeProvider.System);
        var tap = new TraceTap();
        var recorder = new InvocationRecorder(logs, tap, activity, telemetry.Invocations, TimeProvider.System);
        var runner = new InvocationRunner(scheduler, pool, deployer.NativeCode, secrets, recorder, TimeProvider.System, backends, options.InFlight ?? Math.Max(Places.DefaultMaximum, options.QueueLength + (options.Workers * options.Slots)));
        store.Removed += runner.Forget; // a call that had begun may have made it known to a worker again

        // Side by side: the processes start while the store is opened and the gateway binds its port; what comes in early waits in the queue.
        var workersReady = pool.StartAsync();
        using var ending = new CancellationTokenSource();
        await using var asynchronous = await OpenAsynchronousAsync(
            options, store, new BackgroundRunner(runner, ending.Token), loops, loggers);
        GatewayApplication.Map(app, new GatewayServices
        {
            Options = options,
            Functions = store,
            Deployer = deployer,
            Scheduler = scheduler,
            Runner = runner,
            Receipt = new Receipt(scheduler, numbers),
            Logs = logs,
            Secrets = secrets,
            Asynchronous = asynchronous,
            Telemetry = telemetry,
            Tap = tap,
            Loops = loops,
            SocketThreads = socketThreads,
        });
        DashboardRoutes.Map(app, GatewayApplication.Api, feed, status, scheduler, store);
        await using var ingress = options.HasIngress
            ? IngressServer.Open(options.RuntimeDirectory, new IngressServices(store, runner, options.MaxBodyBytes, loggers.CreateLogger<IngressServer>()), loops)
            : null;

        await ListenAsync(app, options);
        await workersReady;
        asynchronous.Start();
        _ = WarmUpAsync(deployer, loggers.CreateLogger<Deployer>(), cancellationToken);
        announce(Describe(app, options, pool, ingress));
        manager.Ready();

        await signals.FirstAsync();
        manager.Stopping();
        await ending.CancelAsync();
        await asynchronous.StopAsync();
        await ShutDownAsync(app, options, pool, ingress, signals);
        return ExitCode.Success;
    }

    private static Task<AsyncHost> OpenAsynchronousAsync(
        SupervisorOptions options, FunctionStore store, IFunctionRunner runner, LoopSupervisor loops, ILoggerFactory loggers) => AsyncHost.OpenAsync(
        store,
        runner,
        AsyncInvocationJson.Format,
        new AsyncInvocationOptions
        {
            Concurrency = options.AsyncSlots ?? Math.Max(1, options.Workers * options.Slots / 4),
            Retention = options.AsyncRetention,
            MaxBytes = options.AsyncMaxBytes,
            CallbackHosts = options.CallbackHosts,

            // Beyond loopback a client is somebody else: what listens on this machine's loopback is none of its business.
            AllowLoopbackCallbacks = System.Net.IPAddress.IsLoopback(options.HttpEndpoint.Address),
        },
        loops,
        TimeProvider.System,
        loggers.CreateLogger<AsyncHost>());

    private static WorkerPool CreatePool(
        SupervisorOptions options, Scheduler scheduler, SpawnerThread spawner, CgroupTree? groups, InvocationNumbers numbers, LoopSupervisor loops, ILogger logger)
    {
        var listener = WorkerPool.Listen(options);
        return new WorkerPool(
            options,
            scheduler,
            listener,
            new WorkerLaunch(options, spawner, listener, groups, logger),
            new WorkerPoolServices(TimeProvider.System, numbers, static work => ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false), logger),
            loops);
    }

    private static DataDirectoryLock ClaimData(string directory)
    {
        try
        {
            return DataDirectoryLock.Acquire(directory);
        }
        catch (DataDirectoryLockedException exception)
        {
            throw new StartupFailureException(exception.Message, "end it, or choose another folder with --data DIR", innerException: exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupFailureException(
                $"the data folder {directory} cannot be used: {exception.Message}", "choose another with --data DIR", innerException: exception);
        }
    }

    private static CgroupTree? TakeGroups(ILogger logger)
    {
        var groups = CgroupTree.TryTake(CgroupLocation.OfThisProcess(), out var problem);
        if (groups is null)
        {
            BuildingLog.NoGroups(logger, problem);
        }
        else
        {
            BuildingLog.Groups(logger, groups.Groups);
        }

        return groups;
    }

    private static async Task RequireSandboxAsync(FunctionBuilder builder)
    {
        if (await builder.SandboxProblemAsync() is { } problem)
        {
            throw new StartupFailureException(
                $"compilers and interpreters cannot be confined: {problem}",
                "install bubblewrap and allow user namespaces, or start without --require-sandbox");
        }
    }

    private static WebApplication CreateApplication(SupervisorOptions options)
    {
        InlineScheduling.Prepare();
        // The empty builder: no configuration files, no host filtering, no static files that nobody asked for.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.AddSupervisorLogging(options);
        builder.Services.AddRoutingCore();
        var most = options.MaxConnections ?? DescriptorLimit.ConnectionsOf(DescriptorLimit.Raise(), options.Workers);
        var connections = new ConnectionLimit(
            most, MostOfOneAddress(most), options.TrustedProxies.Count > 0 ? new TrustedProxies(options.TrustedProxies) : null);
        builder.WebHost.UseSockets(InlineScheduling.Apply).UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // What a function writes beyond ASCII (RFC 9110, 5.5: obs-text) leaves byte for byte, as CgiHead read it.
            kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
            kestrel.Limits.MaxRequestBodySize = options.MaxBodyBytes;
            kestrel.Listen(options.HttpEndpoint, listen => Configure(listen, options, connections));
        });
        return builder.Build();
    }

    // So that no one address takes all; three quarters serve a load test from one machine as well.
    private static int MostOfOneAddress(int most) => Math.Max(1, most / 4 * 3);

    private static void Configure(ListenOptions listen, SupervisorOptions options, ConnectionLimit connections)
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(next => connections.Guard(next, isPlain: options.TlsCertificate is null));
        if (options is { TlsCertificate: { } certificate, TlsKey: { } key })
        {
            var logger = listen.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger<TlsCertificate>();
            var current = TlsCertificate.Load(certificate, key, TimeProvider.System, logger);
            listen.UseHttps(new TlsHandshakeCallbackOptions
            {
                OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = current.Context,
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                }),
            });
        }
    }

    // What the first deploy would otherwise wait for; nobody waits for it here.
    private static async Task WarmUpAsync(Deployer deployer, ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            await deployer.Builder.SandboxProblemAsync(); // logged once, when there is one
            await deployer.WarmUpAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // The supervisor is ending already.
        }
#pragma warning disable CA1031 // Nobody waits for it: what is not logged here is not told anywhere.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            HostingLog.WarmUpFailed(logger, exception);
        }
    }

    private static async Task ListenAsync(WebApplication app, SupervisorOptions options)
    {
        try
        {
            await app.StartAsync();
        }
        catch (IOException exception)
        {
            throw ListenFailure.Explain(options.HttpEndpoint, exception);
        }
        catch (SocketException exception)
        {
            throw ListenFailure.Explain(options.HttpEndpoint, exception);
        }
    }

    private static BannerInfo Describe(WebApplication app, SupervisorOptions options, WorkerPool pool, IngressServer? ingress)
    {
        var engines = string.Join(", ", options.Backends.Select(share => $"{share.Count} × {share.Name}"));
        var pids = string.Join(' ', pool.Workers.Select(worker => worker.ProcessId));
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        return new BannerInfo(
            typeof(SupervisorHost).Assembly.GetName().Version?.ToString(fieldCount: 3) ?? "",
            options.Strategy,
            Environment.ProcessId,
            new Uri(app.Urls.First()),
            [
                ("workers", $"{engines}, {options.Slots} slots each, pids {pids}"),
                ("engines", string.Join(", ", pool.Workers.Select(worker => worker.Session?.Hello.BackendVersion).OfType<string>().Distinct())),
                ("transport", $"{options.Transport} in {options.RuntimeDirectory}"),
                .. ingress is null ? [] : new[] { ("ingress", ingress.Path) },
                ("data", options.DataDirectory),
            ],
            TimeProvider.System.GetUtcNow() - self.StartTime);
    }

    // Stop accepting, finish what is in flight, end the workers. A second signal skips the waiting.
    private static async Task ShutDownAsync(WebApplication app, SupervisorOptions options, WorkerPool pool, IngressServer? ingress, ShutdownSignals signals)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(signals.Second);
        patience.CancelAfter(options.DrainTimeout);
        var drained = pool.DrainAsync(patience.Token);
        var stopped = app.StopAsync(patience.Token);
        try
        {
            await Task.WhenAll(drained, stopped);
        }
        catch (OperationCanceledException)
        {
            // Patience is over: what still runs ends with its worker.
        }

        if (ingress is not null)
        {
            await ingress.DisposeAsync();
        }

        await pool.DisposeAsync();
    }
}
