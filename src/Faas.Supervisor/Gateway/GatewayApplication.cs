using Faas.Protocol.Contracts;
using Faas.Supervisor.AsyncInvocations;
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
    public static void Map(WebApplication app, GatewayServices services)
    {
        var options = services.Options;
        var store = services.Functions;
        var stopping = app.Lifetime.ApplicationStopping;
        var asynchronous = services.Asynchronous;
        var invoker = new Invoker(services.Dispatcher, services.Scheduler, services.Recorder, services.Activity, services.Telemetry.Invocations);
        var invoke = new InvokeEndpoint(store, invoker, new AsyncInvokeEndpoint(asynchronous.Store, asynchronous.Invoker, asynchronous.Callbacks));
        var invocations = new InvocationsEndpoint(asynchronous.Store, asynchronous.Invoker, asynchronous.Sender);
        var rawTrigger = new RawTriggerEndpoint(store, invoker);
        var deploy = new DeployEndpoint(services.Deployer, new InvocationLimits(options.Timeout, options.MemoryBytes, options.MaxOutputBytes));
        var functions = new FunctionsEndpoint(store, services.Dispatcher, services.Logs);
        var versions = new VersionsEndpoint(store);
        var logs = new LogsEndpoint(store, services.Logs, stopping);
        var record = new RecordEndpoint(services.Tap, services.Scheduler, options, TimeProvider.System, stopping);
        var metrics = new MetricsEndpoint(services.Telemetry.Page);
        var health = new HealthEndpoint(services.Scheduler);

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
        app.MapGet("/invocations", Api(invocations.ListAsync)).WithMetadata(ScopeRequirement.Deploy);
        app.MapGet("/invocation/{id}", Api(invocations.GetAsync)).WithMetadata(ScopeRequirement.Invoke);
        app.MapDelete("/invocation/{id}", Api(invocations.CancelAsync)).WithMetadata(ScopeRequirement.Invoke);
        app.MapPost("/invocation/{id}/retry", Api(invocations.RetryAsync)).WithMetadata(ScopeRequirement.Invoke);
        DashboardRoutes.Map(app, Api, services.Feed, services.Status, services.Scheduler, store);
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
