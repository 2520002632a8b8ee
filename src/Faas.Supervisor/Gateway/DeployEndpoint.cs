using Faas.Protocol.Contracts;
using Faas.Supervisor.Building;

namespace Faas.Supervisor.Gateway;

/// <summary><c>POST /deploy?name=N&amp;lang=L</c>: the body is the source. Answers when the function can be invoked.</summary>
internal sealed class DeployEndpoint(Deployer deployer, InvocationLimits defaults)
{
    public async Task HandleAsync(HttpContext context)
    {
        var request = DeployParameters.Parse(context.Request.QueryString, defaults, out var problem);
        if (request is null)
        {
            await Answers.FailAsync(context, StatusCodes.Status400BadRequest, ErrorCodes.BadRequest, problem!);
            return;
        }

        using var body = await RequestBody.ReadAsync(context.Request);
        var result = await deployer.DeployAsync(request with { Source = body.Memory }, context.RequestAborted);
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

    private static int StatusCodeOf(string code) => code switch
    {
        DeployErrorCodes.BadRequest or DeployErrorCodes.BadName or DeployErrorCodes.UnknownLanguage => StatusCodes.Status400BadRequest,
        DeployErrorCodes.CompileFailed or DeployErrorCodes.InvalidWasm => StatusCodes.Status422UnprocessableEntity,
        DeployErrorCodes.ToolchainMissing or DeployErrorCodes.RuntimeMissing => StatusCodes.Status501NotImplemented,
        _ => StatusCodes.Status500InternalServerError,
    };
}
