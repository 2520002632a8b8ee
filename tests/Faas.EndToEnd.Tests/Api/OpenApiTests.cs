using System.Globalization;
using System.Text.Json;
using Faas.EndToEnd.Tests.Server;
using Microsoft.OpenApi;

namespace Faas.EndToEnd.Tests.Api;

/// <summary><c>/openapi.json</c>: sound, whole, and true.</summary>
public sealed class OpenApiTests(SharedServer shared)
{
    [Fact]
    public async Task Document_IsValidOpenApi()
    {
        var answer = await shared.Server.GetAsync("/openapi.json");
        Assert.Equal((200, "application/json"), (answer.Status, answer.Header("Content-Type")));
        using var stream = new MemoryStream(answer.Bytes);
        var (document, diagnostic) = await OpenApiDocument.LoadAsync(stream, "json", cancellationToken: TestContext.Current.CancellationToken);

        Assert.NotNull(diagnostic);
        Assert.Empty(diagnostic.Errors);
        Assert.Empty(diagnostic.Warnings);
        Assert.Equal("MiniFaas", document!.Info.Title);
    }

    [Fact]
    public async Task Document_EveryEndpoint_IsDescribed()
    {
        var operations = Operations((await shared.Server.GetAsync("/openapi.json")).Json).ToArray();

        var undescribed = operations.Where(operation => operation.Json.TryGetProperty("x-undescribed", out _)).Select(operation => $"{operation.Method} {operation.Path}");
        Assert.True(!undescribed.Any(), $"without .WithMetadata(ApiOperations.…) beside their route (pages for people take ApiOperation.Page): {string.Join(", ", undescribed)}");
        Assert.Distinct(operations.Select(operation => operation.Id));
        Assert.All(operations, operation =>
        {
            var named = operation.Json.TryGetProperty("parameters", out var parameters)
                ? parameters.EnumerateArray().Where(parameter => parameter.GetProperty("in").GetString() == "path").Select(parameter => $"{{{parameter.GetProperty("name").GetString()}}}")
                : [];
            Assert.Equal(operation.Path.Split('/').Where(part => part.StartsWith('{')), named);
        });
    }

    [Fact]
    public async Task Document_EveryAnswer_IsGivenWhenItsCauseIs()
    {
        await using var servers = await ApiServers.StartAsync();
        var exercises = new ApiExercises(servers);
        var operations = Operations((await servers.Open.GetAsync("/openapi.json")).Json).ToArray();
        var missing = new List<string>();
        var wrong = new List<string>();
        var slow = new List<Task>();
        foreach (var operation in operations)
        {
            foreach (var documented in operation.Json.GetProperty("responses").EnumerateObject())
            {
                var status = int.Parse(documented.Name, CultureInfo.InvariantCulture);
                if ((operation.Id, status) == ("isAlive", 503))
                {
                    continue; // Nothing that a caller does makes a part of the server fail again and again: HealthEndpointTests does.
                }

                if (exercises.Find(operation.Id, operation.Method, operation.Path, status) is not { } exercise)
                {
                    missing.Add($"Add(\"{operation.Id}\", {status}, …)");
                }
                else if (status == 408)
                {
                    slow.Add(CheckAsync(operation, documented, status, exercise, wrong)); // Five seconds each: all at once.
                }
                else
                {
                    await CheckAsync(operation, documented, status, exercise, wrong);
                }
            }
        }

        await Task.WhenAll(slow);
        Assert.True(missing.Count == 0, $"documented answers that nothing exercises; add to {nameof(ApiExercises)}:\n{string.Join('\n', missing)}");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static async Task CheckAsync(ApiCall operation, JsonProperty documented, int status, Func<Task<Answer>> exercise, List<string> wrong)
    {
        var answer = await exercise();
        var content = documented.Value.GetProperty("content").EnumerateObject().Single();
        var type = content.Name.Split(';')[0];
        var codes = content.Value.GetProperty("schema").TryGetProperty("allOf", out var parts)
            ? parts[1].GetProperty("properties").GetProperty("error").GetProperty("enum").EnumerateArray().Select(code => code.GetString()).ToArray()
            : [];
        var isRight = answer.Status == status
            && (type == "*/*" || answer.Header("Content-Type")?.Split(';')[0] == type)
            && (codes.Length == 0 ? answer.Error is null : codes.Contains(answer.Error));
        if (!isRight)
        {
            lock (wrong)
            {
                wrong.Add($"{operation.Id} {status} ({type}: {string.Join('|', codes)}): {answer.Header("Content-Type")}: {answer}");
            }
        }
    }

    private static IEnumerable<ApiCall> Operations(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from method in path.Value.EnumerateObject()
        select new ApiCall(
            path.Name,
            method.Name.ToUpperInvariant(),
            method.Value.TryGetProperty("operationId", out var id) ? id.GetString()! : $"{method.Name} {path.Name}",
            method.Value);
}
