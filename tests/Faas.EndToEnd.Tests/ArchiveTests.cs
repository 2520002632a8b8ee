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
    [InlineData("c", "main.c", "#include \"lib/greet.h\"\n#include <stdio.h>\nint main(void) { fputs(greet(), stdout); }", "lib/greet.h", "const char *greet(void);", "lib/greet.c", "#include \"greet.h\"\nconst char *greet(void) { return \"hello\"; }")]
    [InlineData("cpp", "main.cc", "#include <cstdio>\nconst char *greet();\nint main() { std::fputs(greet(), stdout); }", "greet.cpp", "const char *greet() { return \"hello\"; }", "unused.txt", "x")]
    [InlineData("rust", "main.rs", "mod greet;\nfn main() { print!(\"{}\", greet::greet()); }", "greet.rs", "pub fn greet() -> &'static str { include_str!(\"text/hello.txt\") }", "text/hello.txt", "hello")]
    [InlineData("go", "main.go", "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Print(greet()) }", "greet.go", "package main\n\nfunc greet() string { return \"hello\" }", "greet_test.go", "not Go")]
    public async Task Deploy_ZipOfSources_AreCompiledTogether(string language, params string[] files)
    {
        var deployed = await DeployAsync("sources-" + language, language, [.. files.Chunk(2).Select(file => (file[0], file[1]))]);
        Assert.SkipWhen(deployed.Status == 501, "no compiler on this machine");
        Assert.True(deployed.Status == 200, Encoding.UTF8.GetString(deployed.Bytes));
        Assert.Equal("hello", (await shared.Server.InvokeAsync("sources-" + language)).Output);
    }

    [Fact]
    public async Task Invoke_WasmWithData_ReadsItAndKeepsNoChange()
    {
        // Prints the file, and writes over it.
        const string Module = """
            (module
              (import "wasi_snapshot_preview1" "path_open" (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
              (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
              (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
              (memory (export "memory") 1)
              (data (i32.const 64) "data/text.txt")
              (func (export "_start")
                (drop (call $open (i32.const 3) (i32.const 0) (i32.const 64) (i32.const 13) (i32.const 0) (i64.const 66) (i64.const 66) (i32.const 0) (i32.const 0)))
                (i32.store (i32.const 8) (i32.const 1024))
                (i32.store (i32.const 12) (i32.const 100))
                (drop (call $read (i32.load (i32.const 0)) (i32.const 8) (i32.const 1) (i32.const 12)))
                (drop (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 16)))
                (drop (call $write (i32.load (i32.const 0)) (i32.const 8) (i32.const 1) (i32.const 16)))))
            """;
        var deployed = await DeployAsync("wasm-data", "wasm", ("main.wat", Module), ("data/text.txt", "hello"));
        Assert.True(deployed.Status == 200, Encoding.UTF8.GetString(deployed.Bytes));
        Assert.Equal("hello", (await shared.Server.InvokeAsync("wasm-data")).Output);
        Assert.Equal("hello", (await shared.Server.InvokeAsync("wasm-data")).Output);
    }

    [Fact]
    public async Task Invoke_CWithData_ReadsIt()
    {
        var deployed = await DeployAsync(
            "c-data", "c",
            ("main.c", "#include <stdio.h>\nint main(void) { char line[9]; FILE *f = fopen(\"/data/text.txt\", \"r\"); return f && fgets(line, 9, f) && puts(line) >= 0 ? 0 : 1; }"),
            ("data/text.txt", "hello"));
        Assert.SkipWhen(deployed.Status == 501, "no compiler on this machine");
        Assert.Equal("hello\n", (await shared.Server.InvokeAsync("c-data")).Output);
    }

    [Theory]
    [InlineData("python", "../main.py")]
    [InlineData("python", "other.py")]
    [InlineData("c", "other.c")]
    [InlineData("wasm", "other.wasm")]
    [InlineData("html", "index.html")]
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
