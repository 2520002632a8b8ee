using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>Whatever carries the frames, the functions do not notice.</summary>
public sealed class TransportTests
{
    [Theory]
    [InlineData("unix")]
    [InlineData("unofficial")]
    [InlineData("pipe")]
    [InlineData("shm")]
    public async Task Transport_CarriesSmallAndLarge(string transport)
    {
        await using var server = await MiniFaasServer.StartAsync("--transport", transport, "--workers", "2");
        await server.DeployedAsync("ok", "wasm", Sources.Ok);
        await server.DeployedAsync("echo", "c", RepositoryLayout.Module("echo.c"));
        Assert.Equal("ok", (await server.InvokeAsync("ok")).ShouldSucceed().Output);

        var bytes = new byte[1 << 20];
        new Random(1).NextBytes(bytes);
        bytes[0] = 0xFF; // no letter: the output is not taken for a CGI header
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(bytes, (await server.SendAsync(HttpMethod.Post, "/fn/echo/", bytes)).Bytes);
            Assert.Equal(bytes, Convert.FromBase64String((await server.InvokeAsync("echo", bytes)).ShouldSucceed().Text("outputBase64")!));
        }

        var many = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => server.SendAsync(HttpMethod.Post, "/fn/echo/", bytes)));
        Assert.All(many, answer => Assert.Equal(bytes, answer.Bytes));
    }

    [Theory]
    [InlineData("unix")]
    [InlineData("unofficial")]
    [InlineData("pipe")]
    [InlineData("shm")]
    public async Task Transport_WhenItsWorkerIsKilled_ServesTheNext(string transport)
    {
        await using var server = await MiniFaasServer.StartAsync("--transport", transport, "--workers", "1");
        await server.DeployedAsync("ok", "wasm", Sources.Ok);
        for (var i = 0; i < 3; i++)
        {
            (await server.InvokeAsync("ok")).ShouldSucceed();
            var worker = Assert.Single(server.Workers);
            LibcNativeMethods.kill(worker, LibcNativeMethods.SIGKILL);
            await Patience.UntilAsync(
                async () => !server.Workers.Contains(worker) && (await server.InvokeAsync("ok")).Status == 200, "a new worker serves", () => server.Errors);
        }
    }
}
