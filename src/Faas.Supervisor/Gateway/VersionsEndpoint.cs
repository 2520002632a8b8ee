using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Gateway;

/// <summary><c>GET /function/NAME/versions</c> and <c>POST /function/NAME/rollback[?to=ID]</c>.</summary>
internal sealed class VersionsEndpoint(FunctionStore store)
{
    public Task ListAsync(HttpContext context)
    {
        var name = NameOf(context);
        var versions = store.ListVersions(name);
        if (versions.Count == 0 || !store.TryResolve(name, out var current))
        {
            return FunctionFailures.NotFoundAsync(context, name);
        }

        var shares = store.FindSplit(name)?.Shares.ToDictionary(share => share.Key, share => share.Value);
        return Answers.SendAsync(context, StatusCodes.Status200OK, (name, versions, current, shares), static (json, found) =>
        {
            json.WriteBoolean("ok"u8, true);
            json.WriteString("name"u8, found.name);
            json.WriteString("current"u8, found.current.Id);
            json.WriteStartArray("versions"u8);
            foreach (var version in found.versions)
            {
                json.WriteStartObject();
                FunctionJson.WriteIdentity(json, version);
                json.WriteNumber("created"u8, version.CreatedUnixSeconds);
                json.WriteBoolean("current"u8, ReferenceEquals(version, found.current));
                if (found.shares is { } shares)
                {
                    json.WriteNumber("weight"u8, shares.GetValueOrDefault(version));
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    public async Task RollBackAsync(HttpContext context)
    {
        var name = NameOf(context);
        var to = context.Request.Query["to"].ToString() is { Length: > 0 } id ? id : null;
        if (await store.RollBackAsync(name, to, context.RequestAborted) is { } version)
        {
            await Answers.SendAsync(context, StatusCodes.Status200OK, version, static (json, current) =>
            {
                json.WriteBoolean("ok"u8, true);
                FunctionJson.WriteIdentity(json, current);
            });
        }
        else if (store.ListVersions(name).Count == 0)
        {
            await FunctionFailures.NotFoundAsync(context, name);
        }
        else if (to is not null)
        {
            await Answers.FailAsync(
                context,
                StatusCodes.Status404NotFound,
                ErrorCodes.FunctionNotFound,
                $"{name} has no version '{to}': GET /function/{name}/versions lists those there are");
        }
        else
        {
            await Answers.FailAsync(
                context,
                StatusCodes.Status409Conflict,
                ErrorCodes.NoEarlierVersion,
                $"{name} means its oldest version already: choose one with ?to=ID");
        }
    }

    private static string NameOf(HttpContext context) => (string)context.GetRouteValue("name")!;
}
