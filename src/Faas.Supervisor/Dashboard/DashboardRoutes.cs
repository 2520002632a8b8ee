using Faas.Supervisor.Functions;
using Faas.Supervisor.Gateway;
using Faas.Supervisor.Gateway.OpenApi;
using Faas.Supervisor.Scheduling;

namespace Faas.Supervisor.Dashboard;

/// <summary>The dashboard's paths: the page, its feed, and the one knob that only it and the command line turn.</summary>
internal static class DashboardRoutes
{
    private static readonly string[] s_read = [HttpMethods.Get, HttpMethods.Head];

    /// <param name="app">Gets the routes.</param>
    /// <param name="api">Wraps an endpoint of the API.</param>
    /// <param name="feed">What the page follows.</param>
    /// <param name="status">How the server stands.</param>
    /// <param name="scheduler">Whose strategy can be changed.</param>
    /// <param name="store">Whose functions are shown.</param>
    public static void Map(
        WebApplication app,
        Func<RequestDelegate, RequestDelegate> api,
        ActivityFeed feed,
        StatusReport status,
        Scheduler scheduler,
        FunctionStore store)
    {
        var page = new PageEndpoint();
        var events = new EventsEndpoint(feed, app.Lifetime.ApplicationStopping);
        var state = new StatusEndpoint(status, feed, scheduler, store, app.Logger);
        app.MapMethods("/", s_read, Offload.ToThreadPool(page.IndexAsync)).WithMetadata(ScopeRequirement.Open, ApiOperation.Page);
        app.MapMethods("/assets/{file}", s_read, Offload.ToThreadPool(page.AssetAsync)).WithMetadata(ScopeRequirement.Open, ApiOperation.Page);
        app.MapGet("/events", api(events.HandleAsync)).WithMetadata(ScopeRequirement.Deploy, ApiOperations.Events);
        app.MapGet("/status", api(state.GetAsync)).WithMetadata(ScopeRequirement.Deploy, ApiOperations.Status);
        app.MapGet("/function/{name}/activity", api(state.GetActivityAsync)).WithMetadata(ScopeRequirement.Deploy, ApiOperations.Activity);
        app.MapPost("/strategy", api(state.SetStrategyAsync)).WithMetadata(ScopeRequirement.Admin, ApiOperations.SetStrategy);
    }
}
