using MiniFaas.Client;

namespace MiniFaas.Commands;

/// <summary>One deploy as a person sees it: the wait, then what became of it.</summary>
/// <param name="Function">Its name.</param>
/// <param name="Language">As <c>POST /deploy</c> spells it.</param>
/// <param name="Request">Path and query.</param>
/// <param name="ContentType">Of an archive; null for a source or module.</param>
internal sealed record FunctionUpload(string Function, string Language, string Request, string? ContentType)
{
    /// <summary>Sends the source; while the server compiles, a terminal sees that something goes on.</summary>
    /// <exception cref="HttpRequestException">The server cannot be reached or broke off.</exception>
    public async Task<FaasReply> SendAsync(FaasClient client, byte[] source, CancellationToken cancellationToken)
    {
        Task<FaasReply> sent = client.SendAsync(HttpMethod.Post, Request, source, ContentType, cancellationToken);
        await Spinner.ShowAsync($"deploying {Function} ({Language})", sent);
        return await sent;
    }

    /// <summary>A line about a deploy that succeeded.</summary>
    public string Describe(FaasReply reply)
    {
        string compiled = reply.Text("compileMs") is { } milliseconds ? $", compiled in {milliseconds} ms" : "";
        string size = reply.Text("bytes") is { } bytes ? $", {bytes} bytes" : "";
        return $"{Function} ({Language}{size}{compiled})";
    }
}
