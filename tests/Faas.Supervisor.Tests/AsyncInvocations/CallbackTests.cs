using System.Net;
using System.Text;
using Faas.Supervisor.AsyncInvocations;
using Faas.Supervisor.Gateway;
using Microsoft.Extensions.Logging.Abstractions;

namespace Faas.Supervisor.Tests.AsyncInvocations;

public sealed class CallbackTests
{
    [Theory]
    [InlineData("http://127.0.0.1:9000/done", true)]
    [InlineData("http://localhost/done?a=b", true)]
    [InlineData("http://[::1]:9000/", true)]
    [InlineData("https://hooks.example/done", true)]
    [InlineData("https://other.example/done", false)]
    [InlineData("http://127.0.0.1.nip.example/", false)]
    [InlineData("http://user@127.0.0.1/", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("/done", false)]
    [InlineData("", false)]
    public void Check_OnlyLoopbackAndNamedHosts(string callback, bool isAllowed) =>
        Assert.Equal(isAllowed, new CallbackRules(allowLoopback: true, ["hooks.example"]).Check(callback, out _) is null);

    [Fact]
    public void Check_GatewayBeyondLoopback_LoopbackMustBeNamed()
    {
        Assert.NotNull(new CallbackRules(allowLoopback: false, []).Check("http://127.0.0.1/", out _));
        Assert.Null(new CallbackRules(allowLoopback: false, ["127.0.0.1"]).Check("http://127.0.0.1/", out _));
    }

    [Theory]
    [InlineData("localhost", "127.0.0.1", true)]
    [InlineData("localhost", "::1", true)]
    [InlineData("localhost", "10.0.0.1", false)]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("hooks.example", "93.184.216.34", true)]
    [InlineData("hooks.example", "10.0.0.1", true)]
    [InlineData("hooks.example", "127.0.0.1", false)]
    [InlineData("hooks.example", "::ffff:127.0.0.1", false)]
    [InlineData("hooks.example", "::1", false)]
    [InlineData("hooks.example", "0.0.0.0", false)]
    [InlineData("hooks.example", "169.254.169.254", false)]
    [InlineData("hooks.example", "fe80::1", false)]
    [InlineData("hooks.example", "224.0.0.1", false)]
    [InlineData("other.example", "93.184.216.34", false)]
    public void Allows_WhatANameWasResolvedTo_CountsMoreThanTheName(string host, string address, bool isAllowed) =>
        Assert.Equal(isAllowed, new CallbackRules(allowLoopback: true, ["hooks.example"]).Allows(host, IPAddress.Parse(address)));

    [Fact]
    public async Task Send_RefusedAtFirst_IsDeliveredInTheEnd()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        await using var receiver = await Receiver.StartAsync(failures: 2);
        var function = await fixture.AddAsync();
        var id = await fixture.Store.AcceptAsync(AsyncFixture.Draft(function) with { Callback = receiver.Address });
        await fixture.Store.FinishAsync(await fixture.ClaimOneAsync(), ScriptedRunner.Ok("result"));
        await using var sender = Start(fixture);
        await fixture.UntilAsync(() => fixture.Find(id).CallbackState == CallbackState.Delivered, "it was delivered");
        Assert.Equal(3, receiver.Bodies.Count);
        Assert.All(receiver.Bodies, body => Assert.Contains("\"output\":\"result\"", body, StringComparison.Ordinal));
        Assert.All(receiver.Bodies, body => Assert.Contains(id.ToString(), body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Send_NeverTaken_IsGivenUpAndTheResultStays()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        await using var receiver = await Receiver.StartAsync(failures: int.MaxValue);
        var function = await fixture.AddAsync();
        var id = await fixture.Store.AcceptAsync(AsyncFixture.Draft(function) with { Callback = receiver.Address });
        await fixture.Store.FinishAsync(await fixture.ClaimOneAsync(), ScriptedRunner.Failure);
        await using var sender = Start(fixture);
        await fixture.UntilAsync(() => fixture.Find(id).CallbackState == CallbackState.GivenUp, "it was given up");
        Assert.Equal((8, AsyncInvocationState.Dead), (receiver.Bodies.Count, fixture.Find(id).State));
    }

    private static CallbackSender Start(AsyncFixture fixture)
    {
        var sender = new CallbackSender(
            fixture.Store, new CallbackRules(allowLoopback: true, []), AsyncInvocationJson.Format, fixture.Time, NullLogger.Instance);
        sender.Start();
        return sender;
    }

    /// <summary>A web server that answers 500 so many times, and then 200.</summary>
    private sealed class Receiver : IAsyncDisposable
    {
        private readonly Microsoft.AspNetCore.Builder.WebApplication _app;
        private int _failures;

        private Receiver(Microsoft.AspNetCore.Builder.WebApplication app, int failures)
        {
            _app = app;
            _failures = failures;
        }

        public System.Collections.Concurrent.ConcurrentQueue<string> Bodies { get; } = [];

        public Uri Address => new(_app.Urls.First() + "/done");

        public static async Task<Receiver> StartAsync(int failures)
        {
            var builder = Microsoft.AspNetCore.Builder.WebApplication.CreateEmptyBuilder(new());
            Microsoft.AspNetCore.Hosting.WebHostBuilderKestrelExtensions.UseKestrelCore(builder.WebHost);
            var app = builder.Build();
            app.Urls.Add("http://127.0.0.1:0");
            var receiver = new Receiver(app, failures);
            Microsoft.AspNetCore.Builder.RunExtensions.Run(app, async context =>
            {
                using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
                receiver.Bodies.Enqueue(await reader.ReadToEndAsync());
                context.Response.StatusCode = Interlocked.Decrement(ref receiver._failures) >= 0 ? 500 : 200;
            });
            await app.StartAsync();
            return receiver;
        }

        public async ValueTask DisposeAsync()
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }
    }
}
