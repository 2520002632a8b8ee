using System.IO.Compression;
using System.Text;
using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>A function sent as an archive of several files.</summary>
public sealed class ArchiveTests(SharedServer shared)
{
    [Theory]
    [InlineData("python", "main.py", "from lib.greet import hello\nprint(hello(), end='')", "lib/greet.py", "def hello(): return 'hello'")]
    [InlineData("js", "index.js", "process.stdout.write(require('./lib/greet').hello())", "lib/greet.js", "exports.hello = () => 'hello'")]
    [InlineData("php", "main.php", "<?php require __DIR__ . '/lib/greet.php'; echo hello();", "lib/greet.php", "<?php function hello() { return 'hello'; }")]
    public async Task Deploy_Zip_RunsWithAllItsFiles(string language, string entry, string source, string otherName, string other)
    {
        var deployed = await DeployAsync("archive-" + language, language, (entry, source), (otherName, other));
        Assert.True(deployed.Status == 200, Encoding.UTF8.GetString(deployed.Bytes));
        var answer = await shared.Server.InvokeAsync("archive-" + language);
        Assert.SkipWhen(answer.Status == 501, "no interpreter on this machine");
        Assert.Equal("hello", answer.Output);
    }

    [Theory]
    [InlineData("python", "../main.py")]
    [InlineData("python", "other.py")]
    [InlineData("c", "main.c")]
    public async Task Deploy_ZipThatCannotBeTaken_IsABadRequest(string language, string name)
    {
        var answer = await DeployAsync("archive-bad", language, (name, "1"));
        Assert.Equal(400, answer.Status);
        Assert.Equal("bad_request", answer.Error);
    }

    private Task<Answer> DeployAsync(string function, string language, params (string Name, string Content)[] files)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(content));
            }
        }

        return shared.Server.SendAsync(HttpMethod.Post, $"/deploy?name={function}&lang={language}", stream.ToArray(), ("Content-Type", "application/zip"));
    }
}
