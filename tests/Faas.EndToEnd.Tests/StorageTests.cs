using System.Diagnostics;
using System.Globalization;
using System.Text;
using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>A disk that is full, or becomes read-only: what needs it is refused with one code, the rest goes on, and it is over when the disk is.</summary>
public sealed class StorageTests
{
    [Fact]
    public async Task DiskIsFull_EveryDoorThatWrites_503UntilThereIsRoom()
    {
        using var folder = new TemporaryFolder();
        using var disk = await MountedFolder.TryMountAsync(folder.Data, "-t", "tmpfs", "-o", "size=8m", "tmpfs");
        Assert.SkipWhen(disk is null, "file systems cannot be mounted here");
        await using var server = await MiniFaasServer.StartInAsync(folder, "--workers", "1");
        var first = await server.DeployedAsync("page", "html", "<p>one</p>");
        await server.DeployedAsync("page", "html", "<p>two</p>");
        await server.DeployedAsync("gone", "html", "<p>gone</p>");
        (await SetSecretAsync(server, "old")).ShouldSucceed();
        var filler = folder.Combine("data/filler");
        await FillAsync(filler);

        (await server.DeployAsync("new", "html", "<p>new</p>")).ShouldFail(503, "storage_failed");
        (await server.DeployAsync("newwasm", "wasm", "(module (memory (export \"memory\") 1) (func (export \"_start\")))")).ShouldFail(503, "storage_failed");
        (await SetSecretAsync(server, "new")).ShouldFail(503, "storage_failed");
        (await server.SendAsync(HttpMethod.Post, "/function/page/rollback")).ShouldFail(503, "storage_failed");
        (await SetTrafficAsync(server, first)).ShouldFail(503, "storage_failed");
        (await server.SendAsync(HttpMethod.Patch, "/function/page?timeout=1000")).ShouldFail(503, "storage_failed");

        // What is in memory is served, and a delete needs no room.
        Assert.Equal("<p>two</p>", (await server.InvokeAsync("page")).ShouldSucceed().Text("output"));
        (await server.GetAsync("/functions")).ShouldSucceed();
        (await server.SendAsync(HttpMethod.Delete, "/function/gone")).ShouldSucceed();
        (await server.InvokeAsync("gone")).ShouldFail(404, "function_not_found");

        File.Delete(filler);
        (await server.DeployAsync("new", "html", "<p>new</p>")).ShouldSucceed();
        (await SetSecretAsync(server, "new")).ShouldSucceed();
        (await server.SendAsync(HttpMethod.Post, "/function/page/rollback")).ShouldSucceed();
        Assert.Equal("<p>one</p>", (await server.InvokeAsync("page")).ShouldSucceed().Text("output"));
        Assert.Equal(202, (await server.SendAsync(HttpMethod.Post, "/invoke?fn=page&async=1")).Status);
        await Patience.UntilAsync(async () => (await server.GetAsync("/healthz")).Status == 200, "it is well again");
    }

    [Fact]
    public async Task DiskIsReadOnly_EveryDoorThatWrites_503UntilItIsNot()
    {
        using var folder = new TemporaryFolder();
        await using var server = await MiniFaasServer.StartInAsync(folder, "--workers", "1");
        await server.DeployedAsync("page", "html", "<p>one</p>");
        await server.DeployedAsync("page", "html", "<p>two</p>");
        (await SetSecretAsync(server, "old")).ShouldSucceed();
        using (var frozen = await MountedFolder.TryMountAsync(folder.Data, "--bind", folder.Data))
        {
            Assert.SkipUnless(frozen is not null && await MountedFolder.TryRunAsync("mount", "-o", "remount,bind,ro", folder.Data), "folders cannot be made read-only here");
            (await server.DeployAsync("new", "html", "<p>new</p>")).ShouldFail(503, "storage_failed");
            (await SetSecretAsync(server, "new")).ShouldFail(503, "storage_failed");
            (await server.SendAsync(HttpMethod.Delete, "/secret/KEY")).ShouldFail(503, "storage_failed");
            (await server.SendAsync(HttpMethod.Post, "/function/page/rollback")).ShouldFail(503, "storage_failed");
            (await server.SendAsync(HttpMethod.Delete, "/function/page")).ShouldFail(503, "storage_failed");
            Assert.Equal("<p>two</p>", (await server.InvokeAsync("page")).ShouldSucceed().Text("output"));
        }

        (await server.DeployAsync("new", "html", "<p>new</p>")).ShouldSucceed();
        (await server.SendAsync(HttpMethod.Delete, "/function/page")).ShouldSucceed();
    }

    // With a few more descriptors each step of a deploy is the one that gets none: each must say so, and none take it for the source's fault.
    [Fact]
    public async Task DescriptorsRunOut_Deploy_503UntilThereAreSome()
    {
        await using var server = await MiniFaasServer.StartAsync("--workers", "1");
        var number = 0;
        (await DeployAsync()).ShouldSucceed();
        Assert.SkipUnless(await MountedFolder.TryRunAsync("prlimit", $"--pid={server.ProcessId}", "--nofile=4096:"), "another process' limits cannot be changed here");
        var refused = 0;
        for (var room = 0; room < 24; room++)
        {
            Assert.True(await MountedFolder.TryRunAsync("prlimit", $"--pid={server.ProcessId}", $"--nofile={LimitFor(room)}:"));
            var answer = await DeployAsync();
            Assert.True(await MountedFolder.TryRunAsync("prlimit", $"--pid={server.ProcessId}", "--nofile=4096:"));
            if (answer.Status != 200)
            {
                answer.ShouldFail(503, "storage_failed");
                refused++;
            }
        }

        Assert.NotEqual(0, refused);
        (await DeployAsync()).ShouldSucceed();

        // The limit is one of numbers: below it there are as many free ones as asked for.
        int LimitFor(int room)
        {
            var used = Directory.GetFiles($"/proc/{server.ProcessId}/fd").Select(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture)).ToHashSet();
            return Enumerable.Range(0, int.MaxValue).Where(number => !used.Contains(number)).ElementAt(room);
        }

        Task<Answer> DeployAsync() => server.DeployAsync($"fn{++number}", "c", $"#include <stdio.h>\nint main(void) {{ puts(\"{number}\"); return 0; }}\n");
    }

    private static Task<Answer> SetSecretAsync(MiniFaasServer server, string value) =>
        server.SendAsync(HttpMethod.Put, "/secret/KEY", Encoding.UTF8.GetBytes(value));

    private static Task<Answer> SetTrafficAsync(MiniFaasServer server, string id) => server.SendAsync(
        HttpMethod.Post, "/function/page/traffic", Encoding.UTF8.GetBytes($$"""{"{{id}}":1}"""), ("Content-Type", "application/json"));

    private static async Task FillAsync(string path)
    {
        await using var file = File.Create(path, bufferSize: 1);
        var block = new byte[4096];
        try
        {
            while (true)
            {
                file.Write(block);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    /// <summary>A folder with something mounted on it.</summary>
    private sealed class MountedFolder : IDisposable
    {
        private readonly string _path;

        private MountedFolder(string path) => _path = path;

        /// <returns>Null where this is not allowed.</returns>
        public static async Task<MountedFolder?> TryMountAsync(string path, params string[] what)
        {
            Directory.CreateDirectory(path);
            return await TryRunAsync("mount", [.. what, path]) ? new MountedFolder(path) : null;
        }

        public static async Task<bool> TryRunAsync(string program, params string[] arguments)
        {
            try
            {
                using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
                await process.StandardError.ReadToEndAsync();
                await process.WaitForExitAsync();
                return process.ExitCode == 0;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return false; // There is no such program.
            }
        }

        // Lazily: whoever still has a file there keeps it until it ends.
        public void Dispose()
        {
            using var process = Process.Start(new ProcessStartInfo("umount", ["--lazy", _path]))!;
            process.WaitForExit();
        }
    }
}
