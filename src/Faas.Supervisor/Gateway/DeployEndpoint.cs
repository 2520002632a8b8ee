using Faas.Protocol.Contracts;
using Faas.Supervisor.Building;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Secrets;

namespace Faas.Supervisor.Gateway;

/// <summary>
/// <c>POST /deploy?name=N&amp;lang=L</c>: the body is the source. Answers when the function can be invoked.
/// <c>PATCH /function/NAME?timeout=…</c>: a new version of the same code with other settings.
/// </summary>
internal sealed class DeployEndpoint(Deployer deployer, FunctionStore functions, SecretStore secrets, InvocationLimits defaults)
{
    /// <summary>Name of the file that is run, in the query and for the worker.</summary>
    private const string EntryOption = "entry";

    // A small archive can be 64 MiB of work for a processor and the collector: one at a time leaves the others to everybody else.
    // The processors are the same for all servers of a process.
    private static readonly SemaphoreSlim s_unpacking = new(1);

    public async Task HandleAsync(HttpContext context)
    {
        var request = DeployParameters.Parse(context.Request.QueryString, defaults, out var problem);
        if (request is null)
        {
            await Answers.FailAsync(context, StatusCodes.Status400BadRequest, ErrorCodes.BadRequest, problem!);
            return;
        }

        if (MissingSecret(request) is { } missing)
        {
            await Answers.FailAsync(context, StatusCodes.Status400BadRequest, ErrorCodes.SecretNotFound, missing);
            return;
        }

        if (ProblemOfBody(context.Request) is { } unsupported)
        {
            await Answers.FailAsync(context, StatusCodes.Status415UnsupportedMediaType, ErrorCodes.UnsupportedMediaType, unsupported);
            return;
        }

        using var body = await RequestBody.ReadAsync(context.Request);
        var (whole, mistake) = await WithBodyAsync(request, context.Request.ContentType, body.Memory, context.RequestAborted);
        if (whole is null)
        {
            await Answers.FailAsync(context, StatusCodes.Status400BadRequest, ErrorCodes.BadRequest, mistake!);
            return;
        }

        await AnswerAsync(context, await deployer.DeployAsync(whole, context.RequestAborted));
    }

    public async Task ChangeAsync(HttpContext context)
    {
        var name = (string)context.GetRouteValue("nameOrId")!;
        if (!functions.TryResolve(name, out var version))
        {
            await FunctionFailures.NotFoundAsync(context, name);
            return;
        }

        var request = DeployParameters.ParseChange(context.Request.QueryString, version, out var problem);
        if (request is null)
        {
            await Answers.FailAsync(context, StatusCodes.Status400BadRequest, ErrorCodes.BadRequest, problem!);
        }
        else if (MissingSecret(request) is { } missing)
        {
            await Answers.FailAsync(context, StatusCodes.Status400BadRequest, ErrorCodes.SecretNotFound, missing);
        }
        else
        {
            DeployResult result;
            try
            {
                result = await deployer.ChangeAsync(version, request, context.RequestAborted);
            }
            catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
            {
                // Deleted between the look-up and the reading.
                await FunctionFailures.NotFoundAsync(context, name);
                return;
            }

            await AnswerAsync(context, result);
        }
    }

    // Taken for source, these would be deployed and fail at every call.
    private static string? ProblemOfBody(HttpRequest request)
    {
        var coding = request.Headers.ContentEncoding.ToString();
        return coding.Length > 0 && !coding.Equals("identity", StringComparison.OrdinalIgnoreCase) ? $"the body has the content coding '{coding}': send it as it is"
            : request.ContentType?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) == true
                ? "the body is a form: send the file itself as the body (curl --data-binary @FILE)"
            : null;
    }

    private string? MissingSecret(DeployRequest request) =>
        request.Secrets.FirstOrDefault(name => !secrets.Contains(name)) is { } missing
            ? $"no secret '{missing}': PUT /secret/{missing} first"
            : request.Environment.FirstOrDefault(variable => request.Secrets.Contains(variable.Key, StringComparer.Ordinal)) is { Key: { } doubled }
                ? $"'{doubled}' is both a secret and in env: take one away"
                : null;

    private static async Task AnswerAsync(HttpContext context, DeployResult result)
    {
        if (result.Function is { } function)
        {
            await Answers.SendAsync(context, StatusCodes.Status200OK, function, static (json, deployed) =>
            {
                json.WriteBoolean("ok"u8, true);
                FunctionJson.WriteIdentity(json, deployed);
            });
            return;
        }

        var error = result.Error!;
        await Answers.FailAsync(context, StatusCodeOf(error.Code), error.Code, error.Message, json =>
        {
            if (error.Diagnostics is { } diagnostics)
            {
                json.WriteString("diagnostics"u8, diagnostics);
            }
        });
    }

    /// <summary>The body is the source, or an archive with it.</summary>
    private static async ValueTask<(DeployRequest? Request, string? Problem)> WithBodyAsync(
        DeployRequest request, string? contentType, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (!FunctionLanguages.IsKnown(request.Language))
        {
            return (request with { Source = body }, null); // refused for that, whatever the body is
        }

        if (!FunctionArchive.IsArchive(contentType))
        {
            var problem = request.Options.ContainsKey(EntryOption) ? "entry= names a file of an archive, and the body is none: send it as application/zip or application/x-tar"
                : FunctionArchive.ProblemOfSource(body.Span, request.Language);
            return problem is null ? (request with { Source = body }, null) : (null, problem);
        }

        await s_unpacking.WaitAsync(cancellationToken);
        try
        {
            return (Unpack(request, contentType, body, out var problem), problem);
        }
        finally
        {
            s_unpacking.Release();
        }
    }

    private static DeployRequest? Unpack(DeployRequest request, string? contentType, ReadOnlyMemory<byte> body, out string? problem)
    {
        var archive = FunctionArchive.Read(contentType, body, out problem);
        if (archive is null || !archive.TryFindEntry(request.Language, request.Options.GetValueOrDefault(EntryOption), out var entry, out problem))
        {
            return null;
        }

        return request with
        {
            Source = archive.Files[entry],
            Files = archive.Files.Where(file => file.Key != entry).ToDictionary(StringComparer.Ordinal),
            Options = new Dictionary<string, string>(request.Options) { [EntryOption] = entry },
        };
    }

    private static int StatusCodeOf(string code) => code switch
    {
        DeployErrorCodes.BadRequest or DeployErrorCodes.BadName or DeployErrorCodes.UnknownLanguage => StatusCodes.Status400BadRequest,
        DeployErrorCodes.CompileFailed or DeployErrorCodes.InvalidWasm => StatusCodes.Status422UnprocessableEntity,
        DeployErrorCodes.ToolchainMissing or DeployErrorCodes.RuntimeMissing => StatusCodes.Status501NotImplemented,
        DeployErrorCodes.StorageFailed => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };
}
