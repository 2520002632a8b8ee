using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Faas.EndToEnd.Tests;

/// <summary>A collector of OpenTelemetry's that takes OTLP over HTTP and keeps what came, as it came.</summary>
internal sealed class Collector : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _received = new();

    public Collector()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        Address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
        probe.Stop();
        _listener.Prefixes.Add(Address);
        _listener.Start();
        _ = ServeAsync();
    }

    public string Address { get; }

    /// <summary>True when one message to the path held all of these texts or bytes.</summary>
    public bool Has(string path, params string[] texts) => _received.Any(message =>
        message.Path == path && texts.All(text => message.Body.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0));

    public bool Has(string path, byte[] bytes) => _received.Any(message => message.Path == path && message.Body.AsSpan().IndexOf(bytes) >= 0);

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                _received.Enqueue((context.Request.Url!.AbsolutePath, body.ToArray()));
                context.Response.ContentType = "application/x-protobuf";
                context.Response.Close();
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
