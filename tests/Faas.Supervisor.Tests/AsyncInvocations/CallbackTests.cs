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

    [Fact]
    public async Task Send_ManyHostsThatNeverAnswer_TheOthersAreToldMeanwhile()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        await using var receiver = await Receiver.StartAsync(failures: 0);
        var function = await fixture.AddAsync();
        using var silent = new SilentHosts(24);
        foreach (var address in silent.Addresses.SelectMany(address => Enumerable.Repeat(address, 5)))
        {
            await fixture.Store.AcceptAsync(AsyncFixture.Draft(function) with { Callback = address });
            await fixture.Store.FinishAsync(await fixture.ClaimOneAsync(), ScriptedRunner.Ok());
        }

        var id = await fixture.Store.AcceptAsync(AsyncFixture.Draft(function) with { Callback = receiver.Address });
        await fixture.Store.FinishAsync(await fixture.ClaimOneAsync(), ScriptedRunner.Ok());
        await using var sender = Start(fixture);

        // The clock stands: no attempt at a silent host has ended yet, nor is one given up.
        await fixture.SettledAsync(() => fixture.Find(id).CallbackState == CallbackState.Delivered, "it was delivered");
        Assert.DoesNotContain(fixture.Store.Reader.List(null, null, null, 999), one => one.CallbackState == CallbackState.GivenUp);
    }

    [Fact]
    public async Task Send_ThousandsForOneHostThatRefuses_AnotherHostIsToldFirst()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        await using var receiver = await Receiver.StartAsync(failures: 0);
        var function = await fixture.AddAsync();
        var refusing = new Uri("http://127.0.0.1:1/");
        await fixture.Store.WriteAsync(table =>
        {
            for (var i = 0; i < 3000; i++)
            {
                var accepted = table.Accept(AsyncFixture.Draft(function) with { Callback = refusing }, 1)!;
                table.Cancel(accepted.Value, 2);
            }

            return true;
        });
        var id = await fixture.Store.AcceptAsync(AsyncFixture.Draft(function) with { Callback = receiver.Address });
        await fixture.Store.FinishAsync(await fixture.ClaimOneAsync(), ScriptedRunner.Ok());
        await using var sender = Start(fixture);

        await fixture.SettledAsync(() => fixture.Find(id).CallbackState == CallbackState.Delivered, "it was delivered");
    }

    [Fact]
    public void Places_OfHostsThatDoNotAnswer_AreOneEachAndAtMostHalf()
    {
        var places = new CallbackPlaces(new Microsoft.Extensions.Time.Testing.FakeTimeProvider());
        Assert.Equal((CallbackPlaces.OfAHost, null), places.RoomFor("a"));
        places.Take("a");
        places.Take("a");
        Assert.Equal((0, null), places.RoomFor("a"));
        places.Leave("a", hasAnswered: true);
        Assert.Equal((1, null), places.RoomFor("a"));
        places.Leave("a", hasAnswered: false);
        Assert.Equal(0, places.RoomFor("a").Room);
        Assert.NotNull(places.RoomFor("a").NotBefore);
        places.ClockWasSet();
        Assert.Equal((1, null), (Math.Min(1, places.RoomFor("a").Room), places.RoomFor("a").NotBefore));

        var silent = Enumerable.Range(0, CallbackPlaces.All).Select(i => $"host {i}").ToList();
        silent.ForEach(places.Take);
        silent.ForEach(host => places.Leave(host, hasAnswered: false));
        places.ClockWasSet();
        var taken = silent.Count(host =>
        {
            var room = places.RoomFor(host).Room > 0;
            if (room)
            {
                places.Take(host);
            }

            return room;
        });
        Assert.Equal(CallbackPlaces.All / 2, taken);
        Assert.Equal(CallbackPlaces.OfAHost, places.RoomFor("well").Room);
    }

    private static CallbackSender Start(AsyncFixture fixture)
    {
        var sender = new CallbackSender(
            fixture.Store, new CallbackRules(allowLoopback: true, []), AsyncInvocationJson.Format, fixture.Loops, fixture.Clock, NullLogger.Instance);
        sender.Start();
        return sender;
    }

    /// <summary>They take connections and say nothing.</summary>
    private sealed class SilentHosts : IDisposable
    {
        private readonly List<System.Net.Sockets.TcpListener> _listeners;

        public SilentHosts(int count)
        {
            _listeners = [.. Enumerable.Range(0, count).Select(_ => new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))];
            _listeners.ForEach(listener => listener.Start());
        }

        public IEnumerable<Uri> Addresses => _listeners.Select(listener => new Uri($"http://{listener.LocalEndpoint}/"));

        public void Dispose() => _listeners.ForEach(listener => listener.Dispose());
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
