namespace MiniFaas.Client;

/// <summary>The HTTP API as the commands use it.</summary>
internal sealed class FaasClient : IDisposable
{
    private readonly HttpClient _http;

    public FaasClient(Uri server, string? token)
    {
        // A proxy from the environment is for the world outside; loopback is never behind it.
        _http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5), UseProxy = !server.IsLoopback, UseCookies = false })
        {
            BaseAddress = server,

            // The server bounds invocations and builds; a second limit here would only hide which one fired.
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (token is not null)
        {
            _http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer " + token);
        }
    }

    /// <param name="method">HTTP method.</param>
    /// <param name="path">Path and query, escaped.</param>
    /// <param name="body">Request body; null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HttpRequestException">The server cannot be reached or broke off.</exception>
    public Task<FaasReply> SendAsync(HttpMethod method, string path, byte[]? body, CancellationToken cancellationToken) =>
        SendAsync(method, path, body, mediaType: null, cancellationToken);

    /// <summary>The same with the body's media type; null when it is just bytes.</summary>
    /// <exception cref="HttpRequestException">The server cannot be reached or broke off.</exception>
    public async Task<FaasReply> SendAsync(HttpMethod method, string path, byte[]? body, string? mediaType, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new ByteArrayContent(body) };
        if (mediaType is not null)
        {
            request.Content!.Headers.ContentType = new(mediaType);
        }

        using HttpResponseMessage response = await _http.SendAsync(request, cancellationToken);
        byte[] bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return FaasReply.Parse((int)response.StatusCode, bytes) with { Receipt = ReceiptText.From(response.Headers) };
    }

    /// <summary>Reads an answer line by line as it comes; one that is no success is handed over whole.</summary>
    /// <returns>Null after the last line, else the failure.</returns>
    public async Task<FaasReply?> ReadLinesAsync(string path, Action<string> take, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await _http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            return FaasReply.Parse((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken));
        }

        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            take(line);
        }

        return null;
    }

    /// <summary>Passes an answer's body on as it comes; one that is no success is handed over whole.</summary>
    /// <param name="method">HTTP method.</param>
    /// <param name="path">Path and query, escaped.</param>
    /// <param name="open">Opens what the body goes to, after the server has agreed.</param>
    /// <param name="cancellationToken">Gives up; what has come by then is written.</param>
    /// <returns>Null when it was a success, else the failure.</returns>
    public async Task<FaasReply?> DownloadAsync(HttpMethod method, string path, Func<Stream> open, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        using HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            return FaasReply.Parse((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken));
        }

        await using Stream destination = open();
        await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await body.CopyToAsync(destination, cancellationToken);
        return null;
    }

    public void Dispose() => _http.Dispose();
}
