using Faas.Protocol.Contracts;
using Faas.Supervisor.Building;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Scheduling;
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
        InvocationLimits defaults)
    {
        var invoker = new Invoker(dispatcher, scheduler);
        var invoke = new InvokeEndpoint(store, invoker);
        var rawTrigger = new RawTriggerEndpoint(store, invoker);
        var deploy = new DeployEndpoint(deployer, defaults);
        var functions = new FunctionsEndpoint(store, dispatcher);
        var health = new HealthEndpoint(scheduler);

        app.Use(next => new ErrorBoundary(next, app.Logger).HandleAsync);
        app.MapPost("/invoke", invoke.HandleAsync);
        app.MapPost("/deploy", Offload.ToThreadPool(deploy.HandleAsync));
        app.Map("/fn/{**rest}", rawTrigger.HandleAsync);
        app.MapGet("/functions", Offload.ToThreadPool(functions.ListAsync));
        app.MapGet("/function/{nameOrId}", Offload.ToThreadPool(functions.GetAsync));
        app.MapDelete("/function/{nameOrId}", Offload.ToThreadPool(functions.DeleteAsync));
        app.MapGet("/healthz", HealthEndpoint.HealthAsync);
        app.MapGet("/readyz", health.ReadyAsync);
    }
}
