using System.Text.Json;
using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Gateway;

/// <summary>
/// <c>POST /function/NAME/traffic</c> with <c>{"ID":90,"ID2":10}</c>, and <c>GET</c>: which share of the invocations by name
/// each version gets. An empty object gives all to what the name means.
/// </summary>
internal sealed class TrafficEndpoint(FunctionStore store)
{
    // Some 700 ids of the greatest length; nobody splits a name among so many.
    private const int MaxBodyBytes = 64 * 1024;

    public async Task GetAsync(HttpContext context)
    {
        var name = NameOf(context);
        if (store.ListVersions(name).Count == 0 || !store.TryResolve(name, out var current))
        {
            await FunctionFailures.NotFoundAsync(context, name);
            return;
        }

        await SendAsync(context, name, current);
    }

    public async Task SetAsync(HttpContext context)
    {
        var name = NameOf(context);
        if (store.ListVersions(name).Count == 0)
        {
            await FunctionFailures.NotFoundAsync(context, name);
            return;
        }

        using var body = await RequestBody.ReadAsync(context.Request, MaxBodyBytes);
        if (!TryParse(body.Memory, out var weights))
        {
            await Answers.FailAsync(
                context,
                StatusCodes.Status400BadRequest,
                ErrorCodes.BadRequest,
                $"send a JSON object of ids and weights from 1 to {TrafficSplit.MaxWeight}, like {{\"{name}_1760055556\":90,\"{name}_1760055557\":10}}");
            return;
        }

        if (await store.SetTrafficAsync(name, weights, context.RequestAborted) is { } unknown)
        {
            await Answers.FailAsync(
                context,
                StatusCodes.Status404NotFound,
                ErrorCodes.FunctionNotFound,
                $"{name} has no version '{unknown}': GET /function/{name}/versions lists those there are");
            return;
        }

        await GetAsync(context);
    }

    private Task SendAsync(HttpContext context, string name, FunctionVersion current) =>
        Answers.SendAsync(context, StatusCodes.Status200OK, (name, current, Split: store.FindSplit(name)), static (json, found) =>
        {
            json.WriteBoolean("ok"u8, true);
            json.WriteString("name"u8, found.name);
            json.WriteStartObject("traffic"u8);
            foreach (var (version, weight) in found.Split?.Shares ?? [KeyValuePair.Create(found.current, 100)])
            {
                json.WriteNumber(version.Id, weight);
            }

            json.WriteEndObject();
        });

    private static bool TryParse(ReadOnlyMemory<byte> body, out List<KeyValuePair<string, int>> weights)
    {
        weights = [];
        var names = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            using var json = JsonDocument.Parse(body);
            foreach (var share in json.RootElement.EnumerateObject())
            {
                if (share.Value.ValueKind != JsonValueKind.Number
                    || !share.Value.TryGetInt32(out var weight)
                    || weight is < 1 or > TrafficSplit.MaxWeight
                    || !names.Add(share.Name))
                {
                    return false;
                }

                weights.Add(KeyValuePair.Create(share.Name, weight));
            }

            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false; // No JSON, or no object.
        }
    }

    private static string NameOf(HttpContext context) => (string)context.GetRouteValue("name")!;
}
