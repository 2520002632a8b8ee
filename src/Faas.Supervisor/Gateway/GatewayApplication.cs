using Faas.Protocol.Contracts;
using Faas.Supervisor.Building;
using Faas.Supervisor.Dashboard;
using Faas.Supervisor.FunctionLogs;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Hosting;
using Faas.Supervisor.Lab.Recording;
using Faas.Supervisor.Scheduling;
using Faas.Supervisor.Telemetry;
using Faas.Supervisor.Workers;

namespace Faas.Supervisor.Gateway;

/// <summary>The HTTP face: which path goes to which endpoint, and what every answer has in common.</summary>
internal static class GatewayApplication
{
    public static void Map(
        WebApplication app,
        FunctionStore store,
        Deployer deployer,
        InvocationDispatcher dispatcher,
        Scheduler scheduler,
        FunctionLogStore logStore,
        ActivityRecorder activity,
        ActivityFeed feed,
        StatusReport status,
        SupervisorTelemetry telemetry,
        SupervisorOptions options)
    {
        var tap = new TraceTap();
        var invoker = new Invoker(dispatcher, scheduler, new InvocationRecorder(logStore, tap, TimeProvider.System), activity, telemetry.Invocations);
        var invoke = new InvokeEndpoint(store, invoker);
        var rawTrigger = new RawTriggerEndpoint(store, invoker);
        var deploy = new DeployEndpoint(deployer, new InvocationLimits(options.Timeout, options.MemoryBytes, options.MaxOutputBytes));
        var functions = new FunctionsEndpoint(store, dispatcher, logStore);
        var versions = new VersionsEndpoint(store);
        var logs = new LogsEndpoint(store, logStore, app.Lifetime.ApplicationStopping);
        var record = new RecordEndpoint(tap, scheduler, options, TimeProvider.System, app.Lifetime.ApplicationStopping);
        var metrics = new MetricsEndpoint(telemetry.Page);
        var health = new HealthEndpoint(scheduler);

        app.Use(next => new ErrorBoundary(next, app.Logger).HandleAsync);
        app.Use(next => RequestGuard.Create(next, options).HandleAsync);
        app.MapPost("/invoke", invoke.HandleAsync).WithMetadata(ScopeRequirement.Invoke);
        app.Map("/fn/{**rest}", rawTrigger.HandleAsync).WithMetadata(ScopeRequirement.Invoke);
        app.MapPost("/deploy", Api(deploy.HandleAsync)).WithMetadata(ScopeRequirement.Deploy);
        app.MapGet("/functions", Api(functions.ListAsync)).WithMetadata(ScopeRequirement.Deploy);
        app.MapGet("/function/{nameOrId}", Api(functions.GetAsync)).WithMetadata(ScopeRequirement.Deploy);
        app.MapDelete("/function/{nameOrId}", Api(functions.DeleteAsync)).WithMetadata(ScopeRequirement.Deploy);
        app.MapGet("/function/{name}/versions", Api(versions.ListAsync)).WithMetadata(ScopeRequirement.Deploy);
        app.MapPost("/function/{name}/rollback", Api(versions.RollBackAsync)).WithMetadata(ScopeRequirement.Deploy);
        app.MapGet("/function/{name}/logs", Api(logs.HandleAsync)).WithMetadata(ScopeRequirement.Deploy);
        DashboardRoutes.Map(app, Api, feed, status, scheduler, store);
        app.MapPost("/lab/record", Api(record.HandleAsync)).WithMetadata(ScopeRequirement.Admin);
        app.MapGet("/metrics", Api(metrics.HandleAsync)).WithMetadata(ScopeRequirement.Metrics);
        app.MapGet("/healthz", HealthEndpoint.HealthAsync).WithMetadata(ScopeRequirement.Open);
        app.MapGet("/readyz", health.ReadyAsync).WithMetadata(ScopeRequirement.Open);
    }

    // Off the sockets' threads, and with the headers that a browser should see but an invocation need not pay for.
    private static RequestDelegate Api(RequestDelegate handler) => Offload.ToThreadPool(context =>
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        return handler(context);
    });
}
