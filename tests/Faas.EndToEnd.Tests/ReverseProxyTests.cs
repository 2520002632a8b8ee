using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>Behind a real nginx, with the lines of docs/REVERSE_PROXY.md: who asks, by which name and scheme, and streams that stream.</summary>
public sealed class ReverseProxyTests
{
    private const string Show = """
        import os
        print("Content-Type: text/plain\n")
        for name in ("REMOTE_ADDR", "SERVER_NAME", "HTTPS", "HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "SERVER_PROTOCOL"):
            print(name + "=" + os.environ.get(name, ""))
        """;

    // Its default for upstreams is HTTP/1.0 with Connection: close and its own Host, and it collects answers: left as it is here.
    private const string Bare = "";

    private const string OfThePage = """
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header X-Forwarded-Host $http_host;
        """;

    [Fact]
    public async Task Nginx_WithTheLinesOfThePage_TellsWhoAsks()
    {
        await using var server = await StartAsync();
        await server.DeployedAsync("show", "python", Show);
        await using var nginx = await Nginx.StartAsync(server.Address, OfThePage);
        var lines = (await nginx.GetAsync("/fn/show", ("X-Forwarded-For", "198.51.100.1"), ("Forwarded", "for=198.51.100.2"))).Split('\n');

        // What the client wrote before the proxy added its address is not believed.
        Assert.Contains($"REMOTE_ADDR={Nginx.ClientAddress}", lines);
        Assert.Contains($"HTTP_X_FORWARDED_FOR=198.51.100.1, {Nginx.ClientAddress}", lines);
        Assert.Contains("HTTP_FORWARDED=", lines);
        Assert.Contains("SERVER_NAME=127.0.0.1", lines);
    }

    [Theory]
    [InlineData(Bare)]
    [InlineData(OfThePage)]
    public async Task Nginx_Streams_AreNotHeldBack(string lines)
    {
        await using var server = await StartAsync();
        await server.DeployedAsync("stream", "python", "import time\nprint('Content-Type: text/event-stream\\n\\ndata: begun\\n', flush=True)\ntime.sleep(600)\n", "&timeout=600000");
        await server.DeployedAsync("show", "python", Show);
        await using var nginx = await Nginx.StartAsync(server.Address, lines);
        Assert.Contains(lines == Bare ? "REMOTE_ADDR=127.0.0.1" : $"REMOTE_ADDR={Nginx.ClientAddress}", await nginx.GetAsync("/fn/show"), StringComparison.Ordinal);
        foreach (var path in new[] { "/events", "/function/stream/logs?follow=1&tail=0", "/fn/stream" })
        {
            using var client = await RawConnection.OpenAsync(nginx.Address);
            await client.SendAsync($"GET {path} HTTP/1.1\r\nHost: {nginx.Address.Authority}\r\n\r\n");
            await client.ReadUntilAsync(path.Contains("logs", StringComparison.Ordinal) ? "text/event-stream" : "data: ");
        }
    }

    [Fact]
    public async Task RateLimit_CountsClientsAndNotTheirProxy()
    {
        await using var server = await MiniFaasServer.StartAsync("--workers", "1", "--trusted-proxy", "127.0.0.1", "--insecure", "--rate-limit", "2/m");
        Assert.Equal("200 200 429", await AskAsync("203.0.113.1", 3));
        Assert.Equal("200", await AskAsync("203.0.113.2", 1));
        Assert.Equal("429", await AskAsync("203.0.113.9, 203.0.113.1", 1)); // what it writes before its own address gives it no new one

        async Task<string> AskAsync(string addresses, int times)
        {
            var statuses = new List<int>();
            for (var i = 0; i < times; i++)
            {
                statuses.Add((await server.SendAsync(HttpMethod.Get, "/functions", null, ("X-Forwarded-For", addresses))).Status);
            }

            return string.Join(' ', statuses);
        }
    }

    private static Task<MiniFaasServer> StartAsync() => MiniFaasServer.StartAsync("--workers", "1", "--trusted-proxy", "127.0.0.1", "--insecure");

    /// <summary>An nginx of this user on a free port, with everything it writes in a folder of its own.</summary>
    private sealed class Nginx : IAsyncDisposable
    {
        private static readonly string[] s_programs = ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"];

        /// <summary>Its client's: also loopback, and no proxy's.</summary>
        public static readonly IPAddress ClientAddress = IPAddress.Parse("127.0.0.2");

        private readonly Process _process;
        private readonly TemporaryFolder _folder;
        private readonly HttpClient _client;

        private Nginx(Process process, TemporaryFolder folder, Uri address)
        {
            _process = process;
            _folder = folder;
            Address = address;
            _client = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync }) { BaseAddress = address, Timeout = Patience.Limit };
        }

        public Uri Address { get; }

        /// <summary>Starts it in front of a server; skips the test where there is none.</summary>
        public static async Task<Nginx> StartAsync(Uri server, string lines)
        {
            var program = Array.Find(s_programs, File.Exists);
            Assert.SkipWhen(program is null, "nginx is not installed (scripts/setup --tests)");
            var folder = new TemporaryFolder();
            var port = FreePort();
            var paths = string.Concat(new[] { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" }.Select(kind => $"{kind}_temp_path {folder.Path}/{kind};\n"));
            File.WriteAllText(folder.Combine("nginx.conf"), $$"""
                daemon off;
                master_process off;
                pid {{folder.Path}}/pid;
                error_log {{folder.Path}}/error.log;
                events { worker_connections 64; }
                http {
                    access_log off;
                    {{paths}}
                    server {
                        listen 127.0.0.1:{{port}};
                        location / {
                            proxy_pass {{server.GetLeftPart(UriPartial.Authority)}};
                            {{lines}}
                        }
                    }
                }
                """);
            var process = Process.Start(new ProcessStartInfo(program!, ["-p", folder.Path, "-c", folder.Combine("nginx.conf"), "-e", folder.Combine("error.log")]) { RedirectStandardError = true })!;
            var nginx = new Nginx(process, folder, new Uri($"http://127.0.0.1:{port}"));
            try
            {
                await Patience.UntilAsync(
                    async () =>
                    {
                        Assert.False(process.HasExited, $"nginx ended: {process.StandardError.ReadToEnd()}");
                        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                        try
                        {
                            await socket.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
                            return true;
                        }
                        catch (SocketException)
                        {
                            return false;
                        }
                    },
                    "nginx listens");
                return nginx;
            }
            catch
            {
                await nginx.DisposeAsync();
                throw;
            }
        }

        public async Task<string> GetAsync(string path, params (string Name, string Value)[] headers)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            foreach (var (name, value) in headers)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
            return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            _client.Dispose();
            if (!_process.HasExited)
            {
                _process.Kill(entireProcessTree: true);
            }

            await _process.WaitForExitAsync().WaitAsync(Patience.Limit);
            _process.Dispose();
            _folder.Dispose();
        }

        private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(ClientAddress, 0));
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, context.DnsEndPoint.Port), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        private static int FreePort()
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            return ((IPEndPoint)socket.LocalEndPoint!).Port;
        }
    }
}
