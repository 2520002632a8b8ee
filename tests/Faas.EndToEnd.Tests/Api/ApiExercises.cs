using System.Globalization;
using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests.Api;

/// <summary>
/// How to get each documented answer, by operation id and status. Whoever adds an endpoint, or an answer to one, adds a
/// line; what the guard answers to every operation (401, 403, 429 of a rate limit) is exercised for all alike.
/// </summary>
internal sealed class ApiExercises
{
    private const string Evil = "http://evil.example";

    private readonly ApiServers _servers;
    private readonly Dictionary<(string Operation, int Status), Func<Task<Answer>>> _exercises = [];
    private int _names;

    public ApiExercises(ApiServers servers)
    {
        _servers = servers;
        AddInvocations("invoke", "POST", function => $"/invoke?fn={function}");
        foreach (var method in new[] { "Get", "Post", "Put", "Patch", "Delete" })
        {
            AddInvocations("trigger" + method, method.ToUpperInvariant(), function => $"/fn/{function}");
        }

        Add("invoke", 202, () => Open.InvokeAsync("ok", "", "&async=1"));
        Add("invoke", 400, () => Open.SendAsync(HttpMethod.Post, "/invoke", []));
        AddFunctions();
        AddAsynchronous();
        AddServer();
    }

    private MiniFaasServer Open => _servers.Open;

    /// <summary>The exercise; null when nobody has written one.</summary>
    /// <param name="operation">The document's operation id.</param>
    /// <param name="method">HTTP method.</param>
    /// <param name="path">With the parts in braces.</param>
    /// <param name="status">The documented status.</param>
    public Func<Task<Answer>>? Find(string operation, string method, string path, int status) =>
        _exercises.TryGetValue((operation, status), out var exercise) ? exercise : FindCommon(new HttpMethod(method), Filled(path), status);

    private Func<Task<Answer>>? FindCommon(HttpMethod method, string path, int status) => status switch
    {
        400 => () => Open.SendAsync(method, path + "?colour=red"),
        401 => () => _servers.Guarded.SendAsync(method, path),
        // A page may link to what is under /fn/, but not by a name that was pointed here.
        403 when path.StartsWith("/fn/", StringComparison.Ordinal) => () => Open.SendAsync(method, path, null, ("Host", "evil.example")),
        403 => () => Open.SendAsync(method, path, null, ("Origin", Evil)),
        408 => () => StallAsync(method, path),
        413 => () => Open.SendAsync(method, path, new byte[ApiServers.MaxBodyBytes + 1]),
        429 => () => _servers.Limited.SendAsync(method, path),
        _ => null,
    };

    private void AddInvocations(string operation, string method, Func<string, string> path)
    {
        Add(operation, 200, () => Call("ok"));
        Add(operation, 404, () => Call("nobody"));
        Add(operation, 422, () => _servers.InvokeWithoutNativeCodeAsync(damaged: true, CallOn));
        Add(operation, 429, async () =>
        {
            var (busy, answer) = await BusyAsync("slow");
            await busy;
            return answer;
        });
        Add(operation, 500, () => Call("trap"));
        Add(operation, 501, () => _servers.InvokeWithoutNativeCodeAsync(damaged: false, CallOn));
        Add(operation, 502, async () =>
        {
            var (call, _) = await BusyAsync("loop");
            Assert.Equal(0, LibcNativeMethods.kill(Assert.Single(Open.Workers), LibcNativeMethods.SIGKILL));
            var answer = await call;
            await Patience.UntilAsync(async () => (await Open.GetAsync("/readyz")).Status == 200, "the worker is replaced");
            return answer;
        });
        Add(operation, 503, () => Call("homeless"));
        Add(operation, 504, () => Call("slow"));

        Task<Answer> Call(string function) => CallOn(Open, function);
        Task<Answer> CallOn(MiniFaasServer server, string function) =>
            server.SendAsync(new HttpMethod(method), path(function), method is "GET" or "DELETE" ? null : []);

        // Begins an endless or long call; once it has the only slot, another one is told so.
        async Task<(Task<Answer> Call, Answer Refused)> BusyAsync(string function)
        {
            var call = Call(function);
            Answer? refused = null;
            await Patience.UntilAsync(
                async () =>
                {
                    if (call.IsCompleted)
                    {
                        call = Call(function); // The question below came before it, or it has ended already.
                    }

                    refused = await Call("ok");
                    return refused.Status == 429 && (function == "slow" || !call.IsCompleted);
                },
                $"{function} has the only slot");
            return (call, refused!);
        }
    }

    private void AddFunctions()
    {
        Add("deploy", 200, () => Open.DeployAsync("page", "html", "hi"));
        Add("deploy", 400, () => Open.DeployAsync("page", "cobol", "hi"));
        Add("deploy", 415, () => Open.SendAsync(HttpMethod.Post, "/deploy?name=page&lang=html", "hi"u8.ToArray(), ("Content-Encoding", "gzip")));
        Add("deploy", 422, () => Open.DeployAsync("broken", "wasm", "(module (nonsense))"));
        Add("deploy", 501, _servers.DeployWithoutWorkerAsync);
        Add("listFunctions", 200, () => Open.GetAsync("/functions"));
        AddFound("getFunction", HttpMethod.Get, name => $"/function/{name}");
        AddFound("deleteFunction", HttpMethod.Delete, name => $"/function/{name}");
        AddFound("listVersions", HttpMethod.Get, name => $"/function/{name}/versions");
        AddFound("readLogs", HttpMethod.Get, name => $"/function/{name}/logs");
        AddFound("readActivity", HttpMethod.Get, name => $"/function/{name}/activity");
        Add("readLogs", 400, () => Open.GetAsync("/function/ok/logs?tail=many"));
        AddFound("rollBack", HttpMethod.Post, name => $"/function/{name}/rollback", versions: 2);
        AddFound("changeFunction", HttpMethod.Patch, name => $"/function/{name}?timeout=5000");
        Add("changeFunction", 400, async () => await Open.SendAsync(HttpMethod.Patch, $"/function/{await NewAsync()}?timeout=long"));
        AddFound("getTraffic", HttpMethod.Get, name => $"/function/{name}/traffic");
        Add("setTraffic", 200, async () => await Open.SendAsync(HttpMethod.Post, $"/function/{await NewAsync()}/traffic", "{}"u8.ToArray()));
        Add("setTraffic", 400, async () => await Open.SendAsync(HttpMethod.Post, $"/function/{await NewAsync()}/traffic", "half"u8.ToArray()));
        Add("setTraffic", 404, () => Open.SendAsync(HttpMethod.Post, "/function/nobody/traffic", "{}"u8.ToArray()));
        Add("getSchedule", 200, async () =>
        {
            await Open.DeployedAsync("yearly", "html", "hi", "&schedule=" + Uri.EscapeDataString("0 0 1 1 *"));
            return await Open.GetAsync("/function/yearly/schedule");
        });
        Add("getSchedule", 404, () => Open.GetAsync("/function/ok/schedule"));
        Add("listSecrets", 200, () => Open.GetAsync("/secrets"));
        Add("setSecret", 200, () => Open.SendAsync(HttpMethod.Put, "/secret/KEPT", "value"u8.ToArray()));
        Add("setSecret", 400, () => Open.SendAsync(HttpMethod.Put, "/secret/EMPTY", []));
        Add("deleteSecret", 200, async () =>
        {
            await Open.SendAsync(HttpMethod.Put, "/secret/GONE", "value"u8.ToArray());
            return await Open.SendAsync(HttpMethod.Delete, "/secret/GONE");
        });
        Add("deleteSecret", 404, () => Open.SendAsync(HttpMethod.Delete, "/secret/NOBODY"));
        Add("deleteSecret", 409, async () =>
        {
            await Open.SendAsync(HttpMethod.Put, "/secret/USED", "value"u8.ToArray());
            await Open.DeployedAsync("user", "html", "hi", "&secret=USED");
            return await Open.SendAsync(HttpMethod.Delete, "/secret/USED");
        });
        Add("rollBack", 409, async () => await Open.SendAsync(HttpMethod.Post, $"/function/{await NewAsync()}/rollback"));
    }

    private void AddAsynchronous()
    {
        Add("listInvocations", 200, () => Open.GetAsync("/invocations"));
        Add("listInvocations", 400, () => Open.GetAsync("/invocations?limit=many"));
        Add("getInvocation", 200, async () => await Open.GetAsync(await EndedAsync()));
        Add("getInvocation", 404, () => Open.GetAsync("/invocation/nothing"));
        Add("cancelInvocation", 202, async () => await Open.SendAsync(HttpMethod.Delete, (await Open.InvokeAsync("loop", "", "&async=1")).Header("Location")!));
        Add("cancelInvocation", 404, () => Open.SendAsync(HttpMethod.Delete, "/invocation/nothing"));
        Add("cancelInvocation", 409, async () => await Open.SendAsync(HttpMethod.Delete, await EndedAsync()));
        Add("retryInvocation", 202, async () => await Open.SendAsync(HttpMethod.Post, await EndedAsync("trap", "dead") + "/retry"));
        Add("retryInvocation", 404, () => Open.SendAsync(HttpMethod.Post, "/invocation/nothing/retry"));
        Add("retryInvocation", 409, async () => await Open.SendAsync(HttpMethod.Post, await EndedAsync() + "/retry"));

        // The path of an invocation that has come to this state.
        async Task<string> EndedAsync(string function = "ok", string state = "succeeded")
        {
            var path = (await Open.InvokeAsync(function, "", "&async=1&retries=0")).Header("Location")!;
            await Patience.UntilAsync(async () => (await Open.GetAsync(path)).Text("state") == state, $"{path} is {state}");
            return path;
        }
    }

    private void AddServer()
    {
        Add("record", 200, () => BeginAsync("/lab/record?seconds=1", HttpMethod.Post));
        Add("record", 400, () => Open.SendAsync(HttpMethod.Post, "/lab/record?seconds=long"));
        Add("record", 409, async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/lab/record");
            using var first = await Open.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            return await Open.SendAsync(HttpMethod.Post, "/lab/record");
        });
        Add("followEvents", 200, () => BeginAsync("/events"));
        Add("readStatus", 200, () => Open.GetAsync("/status"));
        Add("setStrategy", 200, () => Open.SendAsync(HttpMethod.Post, "/strategy?name=RR"));
        Add("setStrategy", 400, () => Open.SendAsync(HttpMethod.Post, "/strategy?name=nonsense"));
        Add("readMetrics", 200, () => Open.GetAsync("/metrics"));
        Add("readDocument", 200, () => Open.GetAsync("/openapi.json"));
        Add("isAlive", 200, () => Open.GetAsync("/healthz"));
        Add("isReady", 200, () => Open.GetAsync("/readyz"));
        Add("isReady", 503, async () =>
        {
            Answer? answer = null;
            await Patience.UntilAsync(
                async () =>
                {
                    foreach (var worker in Open.Workers)
                    {
                        LibcNativeMethods.kill(worker, LibcNativeMethods.SIGKILL);
                    }

                    answer = await Open.GetAsync("/readyz");
                    return answer.Status == 503;
                },
                "a moment without a worker");
            await Patience.UntilAsync(async () => (await Open.GetAsync("/readyz")).Status == 200, "the worker is replaced");
            return answer!;
        });
    }

    // 200 with a function of its own, 404 without one.
    private void AddFound(string operation, HttpMethod method, Func<string, string> path, int versions = 1)
    {
        Add(operation, 200, async () => await Open.SendAsync(method, path(await NewAsync(versions))));
        Add(operation, 404, () => Open.SendAsync(method, path("nobody")));
    }

    private async Task<string> NewAsync(int versions = 1)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"own{++_names}");
        for (var version = 0; version < versions; version++)
        {
            await Open.DeployedAsync(name, "html", "hi");
        }

        return name;
    }

    // Sends the head and a part of the body, and then nothing.
    private async Task<Answer> StallAsync(HttpMethod method, string path)
    {
        using var client = await Open.ConnectAsync();
        await client.SendAsync($"{method} {path} HTTP/1.1\r\nHost: {Open.Address.Authority}\r\nContent-Length: 1000\r\nConnection: close\r\n\r\nx");
        var text = await client.ReadToEndAsync();
        using var response = new HttpResponseMessage();
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(text[(end + 4)..]));
        content.Headers.ContentType = new("application/json");
        return new(int.Parse(text.Split(' ')[1], CultureInfo.InvariantCulture), await content.ReadAsByteArrayAsync(), response.Headers, content.Headers);
    }

    // The head of an answer that does not end.
    private async Task<Answer> BeginAsync(string path, HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        using var response = await Open.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return new((int)response.StatusCode, [], response.Headers, response.Content.Headers);
    }

    private void Add(string operation, int status, Func<Task<Answer>> exercise) => _exercises.Add((operation, status), exercise);

    private static string Filled(string path) => path switch
    {
        "/invoke" => "/invoke?fn=ok",
        "/deploy" => "/deploy?name=x&lang=html",
        _ => path.Replace("{name}", "ok", StringComparison.Ordinal).Replace("{nameOrId}", "ok", StringComparison.Ordinal).Replace("{id}", "x", StringComparison.Ordinal),
    };
}
