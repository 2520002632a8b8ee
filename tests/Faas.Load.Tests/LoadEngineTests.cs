using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Faas.Load.Tests;

public sealed class LoadEngineTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private const string OkAndClose = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok";
    private const string QueueFull = "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 33\r\n\r\n{\"ok\":false,\"error\":\"queue_full\"}";

    [Fact]
    public async Task RunAsync_ClosedLoop_SendsExactlyTheRequests()
    {
        await using var server = new ScriptedServer(_ => Ok);
        var result = await RunAsync(Plan(server) with { Connections = 7, Requests = 1000, Threads = 2 });
        Assert.Equal(1000, result.Succeeded);
        Assert.Equal(0, result.Failed);
        Assert.Equal(1000, server.Answered);
        Assert.Equal(1000, result.Latency.TotalCount);
        Assert.Equal(1000L * Ok.Length, result.BytesReceived);
    }

    [Fact]
    public async Task RunAsync_ServerClosesAfterEachAnswer_ConnectsAgain()
    {
        await using var server = new ScriptedServer(_ => OkAndClose);
        var result = await RunAsync(Plan(server) with { Connections = 3, Requests = 60 });
        Assert.Equal(60, result.Succeeded);
        Assert.Equal(0, result.Failed);
    }

    [Fact]
    public async Task RunAsync_Refusals_AreCountedByCodeAndNotByLatency()
    {
        await using var server = new ScriptedServer(number => number % 2 == 0 ? Ok : QueueFull);
        var result = await RunAsync(Plan(server) with { Connections = 1, Requests = 100 });
        Assert.Equal(50, result.Succeeded);
        Assert.Equal(50, result.ByError["queue_full"]);
        Assert.Equal(50, result.ByStatus[429]);
        Assert.Equal(50, result.Latency.TotalCount);
        Assert.Equal(50, result.FailureLatency.TotalCount);
    }

    [Fact]
    public async Task RunAsync_AnswerThatIsNone_IsABadResponse()
    {
        await using var server = new ScriptedServer(number => number == 3 ? "no such protocol\r\n\r\n" : Ok);
        var result = await RunAsync(Plan(server) with { Connections = 1, Requests = 10 });
        Assert.Equal(9, result.Succeeded);
        Assert.Equal(1, result.ByError["bad_response"]);
    }

    [Fact]
    public async Task RunAsync_OpenLoop_SendsTheRequestsAtDrawnTimes()
    {
        await using var server = new ScriptedServer(_ => Ok);
        var result = await RunAsync(Plan(server) with { Connections = 4, Requests = 200, RatePerSecond = 20_000 });
        Assert.Equal(200, result.Succeeded);
        Assert.Equal(200, server.Answered);
    }

    [Fact]
    public async Task RunAsync_Cancelled_ReturnsWhatThereIs()
    {
        using var end = new CancellationTokenSource();
        await using var server = new ScriptedServer(number =>
        {
            if (number == 50)
            {
                end.Cancel();
            }

            return Ok;
        });
        var result = await LoadEngine.RunAsync(Plan(server) with { Connections = 1, Duration = TimeSpan.FromMinutes(10) }, null, end.Token);
        Assert.Equal("interrupted", result.EndedEarly);
        Assert.True(result.Succeeded >= 50);
    }

    [Fact]
    public async Task RunAsync_NothingListens_Throws()
    {
        IPEndPoint nowhere;
        await using (var server = new ScriptedServer(_ => Ok))
        {
            nowhere = server.Address;
        }

        await Assert.ThrowsAsync<SocketException>(() => RunAsync(new LoadPlan
        {
            Server = nowhere,
            Source = _ => new SingleRequestSource(HttpRequestBytes.Invoke("x", "f", [])),
            Connections = 1,
            Requests = 1,
        }));
    }

    private static LoadPlan Plan(ScriptedServer server) => new()
    {
        Server = server.Address,
        Source = _ => new SingleRequestSource(HttpRequestBytes.Invoke("x", "f", "data"u8)),
        Connections = 1,
    };

    private static Task<LoadResult> RunAsync(LoadPlan plan) => LoadEngine.RunAsync(plan, null, TestContext.Current.CancellationToken);

    /// <summary>Answers requests that end in "data" with what the script says for request 0, 1, …</summary>
    private sealed class ScriptedServer : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Func<int, string> _script;
        private readonly List<Task> _connections = [];
        private readonly Task _accepting;
        private int _answered;

        public ScriptedServer(Func<int, string> script)
        {
            _script = script;
            _listener.Start();
            _accepting = AcceptAsync();
        }

        public IPEndPoint Address => (IPEndPoint)_listener.LocalEndpoint;

        public int Answered => Volatile.Read(ref _answered);

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _accepting;
            await Task.WhenAll(_connections);
        }

        private async Task AcceptAsync()
        {
            while (true)
            {
                try
                {
                    _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync()));
                }
                catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException or InvalidOperationException)
                {
                    return; // in the middle of an accept, or (the last one) between two
                }
            }
        }

        private async Task ServeAsync(TcpClient client)
        {
            using (client)
            {
                var buffer = new byte[1024];
                var filled = 0;
                var stream = client.GetStream();
                try
                {
                    int read;
                    while ((read = await stream.ReadAsync(buffer.AsMemory(filled))) > 0)
                    {
                        filled += read;
                        if (!buffer.AsSpan(0, filled).EndsWith("data"u8))
                        {
                            continue;
                        }

                        filled = 0;
                        var answer = _script(Interlocked.Increment(ref _answered) - 1);
                        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
                        if (answer.Contains("Connection: close", StringComparison.Ordinal))
                        {
                            return;
                        }
                    }
                }
                catch (IOException)
                {
                    // The client is done.
                }
            }
        }
    }
}
