using Faas.Supervisor.Gateway.OpenApi;
using Microsoft.AspNetCore.WebUtilities;

namespace Faas.Supervisor.Gateway;

/// <summary>
/// Refuses what an endpoint does not know: a misspelt parameter must not mean the default. What it knows is what its
/// description says, so that the two cannot differ.
/// </summary>
internal static class QueryRules
{
    /// <summary>The endpoint, for queries that it knows; a 400 for others.</summary>
    public static RequestDelegate Guard(RequestDelegate handler) => context =>
        context.Request.QueryString.HasValue && Check(context) is { } problem
            ? Answers.FailAsync(context, StatusCodes.Status400BadRequest, ErrorCodes.BadRequest, problem)
            : handler(context);

    private static string? Check(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<ApiOperation>() is not { } operation || ReferenceEquals(operation, ApiOperation.Page))
        {
            return null;
        }

        // Those of the path are described alike, and are no parameters of the query.
        var known = operation.Parameters.Where(parameter => !context.Request.RouteValues.ContainsKey(parameter.Name)).ToArray();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var pair in new QueryStringEnumerable(context.Request.QueryString.Value))
        {
            var name = pair.DecodeName().ToString();
            if (Array.Find(known, parameter => parameter.Name == name) is not { } parameter)
            {
                return $"unknown parameter '{name}': {Words(known)}";
            }

            if (!seen.Add(name) && !parameter.Repeated)
            {
                return $"'{name}' is given twice";
            }
        }

        return null;
    }

    private static string Words(ApiParameter[] known) =>
        known.Length == 0 ? "this takes none" : $"{string.Join(", ", known.Select(parameter => parameter.Name))} are known";
}
