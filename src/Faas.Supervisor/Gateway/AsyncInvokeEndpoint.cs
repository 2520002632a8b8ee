using System.Globalization;
using Faas.Supervisor.AsyncInvocations;
using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Gateway;

/// <summary><c>POST /invoke?fn=…&amp;async=1[&amp;retries=N][&amp;callback=URL]</c>: 202 as soon as it is on the disk.</summary>
internal sealed class AsyncInvokeEndpoint(AsyncInvocationStore store, AsyncInvoker invoker, CallbackRules callbacks)
{
    // What ends makes room; a second is some hundreds of invocations.
    private const string RetryAfterSeconds = "1";

    /// <param name="context">The request; its body was read.</param>
    /// <param name="function">What is to run.</param>
    /// <param name="parameters">Of the query.</param>
    /// <param name="input">Valid until this completes.</param>
    public async Task AcceptAsync(HttpContext context, FunctionVersion function, InvokeParameters parameters, ReadOnlyMemory<byte> input)
    {
        if (Check(parameters, function, out var retries, out var callback) is { } problem)
        {
            await Answers.FailAsync(context, StatusCodes.Status400BadRequest, ErrorCodes.BadRequest, problem);
            return;
        }

        AsyncInvocationId id;
        try
        {
            id = await store.AcceptAsync(new AsyncInvocationDraft(
                function, input, parameters.Strings?.WrittenMemory ?? default, parameters.ArgumentCount, retries, callback));
        }
        catch (AsyncStoreFullException)
        {
            context.Response.Headers.RetryAfter = RetryAfterSeconds;
            await Answers.FailAsync(
                context,
                StatusCodes.Status429TooManyRequests,
                ErrorCodes.QueueFull,
                "as much waits to be run as may: retry later, or start with a larger --async-size");
            return;
        }

        invoker.Wake();
        var text = id.ToString();
        context.Response.Headers.Location = "/invocation/" + text;
        await Answers.SendAsync(context, StatusCodes.Status202Accepted, text, static (json, invocation) =>
        {
            json.WriteBoolean("ok"u8, true);
            json.WriteString("invocation"u8, invocation);
        });
    }

    private string? Check(InvokeParameters parameters, FunctionVersion function, out int retries, out Uri? callback)
    {
        retries = function.Retries;
        callback = null;
        if (!parameters.Retries.IsEmpty
            && (!int.TryParse(parameters.Retries.Span, NumberStyles.None, CultureInfo.InvariantCulture, out retries) || retries > AsyncInvocationDraft.MaxRetries))
        {
            return $"retries is a whole number from 0 to {AsyncInvocationDraft.MaxRetries}, not '{parameters.Retries}'";
        }

        return parameters.Callback.IsEmpty ? null : callbacks.Check(parameters.Callback.ToString(), out callback);
    }
}
