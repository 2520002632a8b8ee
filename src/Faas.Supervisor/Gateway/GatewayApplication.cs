using Faas.Protocol.Contracts;
using Faas.Supervisor.AsyncInvocations;
using Faas.Supervisor.Building;
using Faas.Supervisor.FunctionLogs;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Gateway.OpenApi;
using Faas.Supervisor.Recording;
using Faas.Supervisor.Scheduling;
using Faas.Supervisor.Telemetry;

namespace Faas.Supervisor.Gateway;

/// <summary>The HTTP face: which path goes to which endpoint, and what every answer has in common.</summary>
internal static class GatewayApplication
{
    public static void Map(WebApplication app, GatewayServices services)
    {
        var options = services.Options;
        RequestBody.Budget = new ByteBudget(Math.Max(options.BodyMemoryBytes, options.MaxBodyBytes));
        var store = services.Functions;
        var stopping = app.Lifetime.ApplicationStopping;
        var asynchronous = services.Asynchronous;
        var invoke = new InvokeEndpoint(store, services.Runner, services.Receipt, new AsyncInvokeEndpoint(asynchronous.Store, asynchronous.Invoker, asynchronous.Callbacks));
        var invocations = new InvocationsEndpoint(asynchronous.Store, asynchronous.Invoker, asynchronous.Sender);
        var rawTrigger = new RawTriggerEndpoint(store, services.Runner, services.Receipt);
        var deploy = new DeployEndpoint(services.Deployer, store, services.Secrets, new InvocationLimits(options.Timeout, options.MemoryBytes, options.MaxOutputBytes));
        var functions = new FunctionsEndpoint(store, services.Runner, services.Logs);
        var versions = new VersionsEndpoint(store);
        var traffic = new TrafficEndpoint(store);
        var schedule = new ScheduleEndpoint(store, asynchronous.Store, TimeProvider.System);
        var secrets = new SecretsEndpoint(services.Secrets, store, services.Runner);
        var logs = new LogsEndpoint(store, services.Logs, stopping);
        var record = new RecordEndpoint(services.Tap, services.Scheduler, options, TimeProvider.System, stopping);
        var metrics = new MetricsEndpoint(services.Telemetry.Page);
        var health = new HealthEndpoint(services.Scheduler, services.Loops, services.SocketThreads);

        app.Use(next => new ErrorBoundary(next, options.MaxBodyBytes, app.Logger).HandleAsync);
        app.Use(next => ProxyHeaders.Create(next, options));
        app.Use(next => RequestGuard.Create(next, options, store).HandleAsync);
        app.MapPost("/invoke", invoke.HandleAsync).WithMetadata(ScopeRequirement.Invoke, ApiOperations.Invoke);
        app.Map("/fn/{**rest}", rawTrigger.HandleAsync).WithMetadata(ScopeRequirement.Invoke, ApiOperations.Trigger);
        app.MapPost("/deploy", Api(deploy.HandleAsync)).WithMetadata(ScopeRequirement.Deploy, ApiOperations.Deploy);
        app.MapGet("/functions", Api(functions.ListAsync)).WithMetadata(ScopeRequirement.Deploy, ApiOperations.List);
        app.MapGet("/function/{nameOrId}", Api(functions.GetAsync)).WithMetadata(ScopeRequirement.Deploy, ApiOperations.Get);
        app.MapDelete("/function/{nameOrId}", Api(functions.DeleteAsync)).WithMetadata(ScopeRequirement.Deploy, ApiOperations.Delete);
        app.MapPatch("/function/{nameOrId}", Api(deploy.ChangeAsync)).WithMetadata(ScopeRequirement.Deploy, ApiOperations.Change);
        app.MapGet("/function/{name}/versions", Api(versions.ListAsync)).WithMetadata(ScopeRequirement.Deploy, ApiOperations.Versions);
        app.MapPost("/function/{name}/rollback", Api(versions.RollBackAsync)).WithMetadata(ScopeRequirement.Deploy, ApiOperations.RollBack);
        app.MapGet("/function/{name}/traffic", Api(traffic.GetAsync)).WithMetadata(ScopeRequirement.Deploy, ApiOperations.GetTraffic);
        app.MapPost("/function/{name}/traffic", Api(traffic.SetAsync)).WithMetadata(ScopeRequirement.Deploy, ApiOperations.SetTraffic);
        app.MapGet("/function/{name}/schedule", Api(schedule.GetAsync)).WithMetadata(ScopeRequirement.Deploy, ApiOperations.GetSchedule);
        app.MapGet("/secrets", Api(secrets.ListAsync)).WithMetadata(ScopeRequirement.Deploy, ApiOperations.ListSecrets);
        app.MapPut("/secret/{name}", Api(secrets.SetAsync)).WithMetadata(ScopeRequirement.Deploy, ApiOperations.SetSecret);
        app.MapDelete("/secret/{name}", Api(secrets.DeleteAsync)).WithMetadata(ScopeRequirement.Deploy, ApiOperations.DeleteSecret);
        app.MapGet("/function/{name}/logs", Api(logs.HandleAsync)).WithMetadata(ScopeRequirement.Deploy, ApiOperations.Logs);
        app.MapGet("/invocations", Api(invocations.ListAsync)).WithMetadata(ScopeRequirement.Deploy, ApiOperations.ListInvocations);
        app.MapGet("/invocation/{id}", Api(invocations.GetAsync)).WithMetadata(ScopeRequirement.Invoke, ApiOperations.GetInvocation);
        app.MapDelete("/invocation/{id}", Api(invocations.CancelAsync)).WithMetadata(ScopeRequirement.Invoke, ApiOperations.CancelInvocation);
        app.MapPost("/invocation/{id}/retry", Api(invocations.RetryAsync)).WithMetadata(ScopeRequirement.Invoke, ApiOperations.RetryInvocation);
        app.MapPost("/lab/record", Api(record.HandleAsync)).WithMetadata(ScopeRequirement.Admin, ApiOperations.Record);
        app.MapGet("/metrics", Api(metrics.HandleAsync)).WithMetadata(ScopeRequirement.Metrics, ApiOperations.Metrics);
        app.MapGet("/healthz", QueryRules.Guard(health.HealthAsync)).WithMetadata(ScopeRequirement.Open, ApiOperations.Health);
        app.MapGet("/readyz", QueryRules.Guard(health.ReadyAsync)).WithMetadata(ScopeRequirement.Open, ApiOperations.Ready);
        app.MapGet("/openapi.json", Api(new OpenApiEndpoint(app).HandleAsync)).WithMetadata(ScopeRequirement.Open, ApiOperations.Document);
        app.MapGet("/docs", Api(ReferencePage.IndexAsync)).WithMetadata(ScopeRequirement.Open, ApiOperation.Page);
        app.MapGet("/docs/scalar.js", Api(ReferencePage.ScriptAsync)).WithMetadata(ScopeRequirement.Open, ApiOperation.Page);
        app.MapGet("/docs/start.js", Api(ReferencePage.StartAsync)).WithMetadata(ScopeRequirement.Open, ApiOperation.Page);
    }

    // Off the sockets' threads, and with the headers that a browser should see but an invocation need not pay for.
    public static RequestDelegate Api(RequestDelegate handler)
    {
        var checkedHandler = QueryRules.Guard(handler);
        return Offload.ToThreadPool(context =>
        {
            var headers = context.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers.CacheControl = "no-store";
            return checkedHandler(context);
        });
    }
}
