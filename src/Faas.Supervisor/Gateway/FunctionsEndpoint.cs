using System.Text.Unicode;
using Faas.Supervisor.FunctionLogs;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Invocations;

namespace Faas.Supervisor.Gateway;

/// <summary><c>GET /functions[?label=K=V]</c>, <c>GET /function/NAME_OR_ID</c> and <c>DELETE /function/NAME_OR_ID</c>.</summary>
internal sealed class FunctionsEndpoint(FunctionStore store, InvocationRunner runner, FunctionLogStore logs)
{
    public Task ListAsync(HttpContext context)
    {
        // label=K=V has that value, label=K has any; several must all hold.
        var wanted = context.Request.Query["label"].Select(static text => FunctionLabels.Parse(text!)).ToList();
        if (wanted.Count > FunctionLabels.Most)
        {
            return Answers.FailAsync(
                context, StatusCodes.Status400BadRequest, ErrorCodes.BadRequest, $"a function has at most {FunctionLabels.Most} labels: no more can be asked for");
        }

        var functions = store.List().Where(function => FunctionLabels.Match(function, wanted));
        return Answers.SendAsync(context, StatusCodes.Status200OK, functions, static (json, found) =>
        {
            json.WriteBoolean("ok"u8, true);
            json.WriteStartArray("functions"u8);
            foreach (var function in found)
            {
                json.WriteStartObject();
                FunctionJson.WriteIdentity(json, function);
                FunctionJson.WriteLabels(json, function);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    public Task GetAsync(HttpContext context)
    {
        var nameOrId = NameOrId(context);
        byte[] source;
        FunctionVersion? function;
        try
        {
            if (!store.TryResolve(nameOrId, out function))
            {
                return FunctionFailures.NotFoundAsync(context, nameOrId);
            }

            source = store.ReadSource(function);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            // Deleted between the look-up and the reading.
            return FunctionFailures.NotFoundAsync(context, nameOrId);
        }

        return Answers.SendAsync(context, StatusCodes.Status200OK, (function, source), static (json, found) =>
        {
            json.WriteBoolean("ok"u8, true);
            json.WriteString("id"u8, found.function.Id);
            json.WriteString("name"u8, found.function.Name);
            json.WriteString("lang"u8, found.function.Language);
            json.WriteNumber("size"u8, found.function.SizeBytes);
            if (Utf8.IsValid(found.source))
            {
                json.WriteString("code"u8, found.source);
            }
            else
            {
                json.WriteBase64String("codeBase64"u8, found.source);
            }

            json.WriteBoolean("wasm"u8, found.function.IsWasm);
            json.WriteNumber("version"u8, found.function.Version);
            FunctionJson.WriteSettings(json, found.function);
        });
    }

    public async Task DeleteAsync(HttpContext context)
    {
        var nameOrId = NameOrId(context);
        var deleted = await store.DeleteAsync(nameOrId, context.RequestAborted);
        if (deleted.Count == 0)
        {
            await FunctionFailures.NotFoundAsync(context, nameOrId);
            return;
        }

        foreach (var function in deleted)
        {
            runner.Forget(function);
        }

        if (store.ListVersions(deleted[0].Name).Count == 0)
        {
            logs.Forget(deleted[0].Name);
        }

        await Answers.SendAsync(context, StatusCodes.Status200OK, deleted, static (json, functions) =>
        {
            json.WriteBoolean("ok"u8, true);
            json.WriteStartArray("deleted"u8);
            foreach (var function in functions)
            {
                json.WriteStringValue(function.Id);
            }

            json.WriteEndArray();
        });
    }

    private static string NameOrId(HttpContext context) => (string)context.GetRouteValue("nameOrId")!;
}
