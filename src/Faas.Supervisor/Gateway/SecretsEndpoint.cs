using System.Text;
using System.Text.Unicode;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Invocations;
using Faas.Supervisor.Secrets;

namespace Faas.Supervisor.Gateway;

/// <summary><c>PUT /secret/NAME</c> (the body is the value), <c>GET /secrets</c> (names) and <c>DELETE /secret/NAME</c>. No answer has a value.</summary>
internal sealed class SecretsEndpoint(SecretStore secrets, FunctionStore functions, InvocationRunner runner)
{
    public Task ListAsync(HttpContext context) =>
        Answers.SendAsync(context, StatusCodes.Status200OK, secrets.Names, static (json, names) =>
        {
            json.WriteBoolean("ok"u8, true);
            json.WriteStartArray("secrets"u8);
            foreach (var name in names)
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
        });

    public async Task SetAsync(HttpContext context)
    {
        var name = NameOf(context);
        using var body = await RequestBody.ReadAsync(context.Request, SecretStore.MaxValueBytes);
        var value = body.Memory;
        var problem = !SecretStore.IsName(name)
            ? "a secret's name is that of a variable: a letter or underscore, then up to 63 letters, digits and underscores"
            : value.IsEmpty || value.Length > SecretStore.MaxValueBytes || !Utf8.IsValid(value.Span) || value.Span.Contains((byte)0)
                ? $"the body is the value: 1 to {SecretStore.MaxValueBytes} bytes of UTF-8 without zero bytes"
                : EnvironmentNames.Check(name);
        if (problem is not null)
        {
            await Answers.FailAsync(context, StatusCodes.Status400BadRequest, ErrorCodes.BadRequest, problem);
            return;
        }

        secrets.Set(name, Encoding.UTF8.GetString(value.Span));

        // Workers have been told the old value: they are told anew with the next invocation.
        foreach (var function in UsersOf(name))
        {
            runner.Reload(function);
        }

        await SendNameAsync(context, name);
    }

    public async Task DeleteAsync(HttpContext context)
    {
        var name = NameOf(context);
        var users = UsersOf(name);
        if (users.Count > 0)
        {
            await Answers.FailAsync(
                context,
                StatusCodes.Status409Conflict,
                ErrorCodes.SecretInUse,
                $"{string.Join(", ", users.Take(5).Select(user => user.Id))} asked for it: delete these versions first");
        }
        else if (secrets.Delete(name))
        {
            await SendNameAsync(context, name);
        }
        else
        {
            await Answers.FailAsync(
                context, StatusCodes.Status404NotFound, ErrorCodes.SecretNotFound, $"no secret '{name}': GET /secrets lists those there are");
        }
    }

    private static Task SendNameAsync(HttpContext context, string name) =>
        Answers.SendAsync(context, StatusCodes.Status200OK, name, static (json, secret) =>
        {
            json.WriteBoolean("ok"u8, true);
            json.WriteString("secret"u8, secret);
        });

    private static string NameOf(HttpContext context) => (string)context.GetRouteValue("name")!;

    private List<FunctionVersion> UsersOf(string name) => [.. functions.List().Where(function => function.Secrets.Contains(name, StringComparer.Ordinal))];
}
