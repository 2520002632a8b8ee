using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Faas.LoadTests.Chaos.Calls;

/// <summary>A function deployed, called, deleted and called once more.</summary>
internal sealed class DeployCalls(bool withCompiler, bool withJavaScript) : ICallKind
{
    public const string Kind = "deploy";
    public const string DeleteKind = "delete";

    /// <summary>A new function is called and has to answer; its first call may have to make it ready.</summary>
    public const string FirstCallKind = "first-call";

    public const string JavaScriptKind = "deploy-js";
    public const string FirstJavaScriptKind = InterpretedCalls.Prefix + "first";

    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30); // no bound is promised; compilers have one of a minute

    private readonly ConcurrentDictionary<string, bool> _deployed = new();
    private int _count;

    public string Name => Kind;

    public int Callers => 2;

    public TimeSpan Pause => TimeSpan.FromMilliseconds(300);

    public async Task CallAsync(ChaosClient client, Random random)
    {
        var number = Interlocked.Increment(ref _count);
        var name = string.Create(CultureInfo.InvariantCulture, $"made-{number}");
        var token = random.NextInt64().ToString(CultureInfo.InvariantCulture);
        var (language, code, kind, firstKind) = random.Next(3) switch
        {
            0 when withCompiler => ("c", $"#include <stdio.h>\nint main(void) {{ fputs(\"{token}\", stdout); return 0; }}\n", Kind, FirstCallKind),
            1 when withJavaScript => ("js", $"exports.handler = () => '{token}';\n", JavaScriptKind, FirstJavaScriptKind),
            _ => ("wasm", Module(token), Kind, FirstCallKind),
        };
        _deployed[name] = true;
        var outcome = await client.Judge.WatchAsync(kind, s_deadline, leave => client.AskAsync(
            HttpMethod.Post, $"/deploy?name={name}&lang={language}&timeout={client.Deadline.TotalMilliseconds:0}", Encoding.ASCII.GetBytes(code), static _ => CallOutcome.Ok, leave));
        if (outcome.IsOk)
        {
            var expected = Encoding.ASCII.GetBytes(token);
            await client.Judge.WatchAsync(firstKind, client.Deadline, leave => client.InvokeAsync(name, [], output => ChaosClient.Differs(expected, output), leave));
            await DeleteAsync(client, name);
        }
    }

    /// <summary>What faults have left: a deploy whose answer was lost, a delete that failed.</summary>
    public async Task ClearAsync(ChaosClient client)
    {
        foreach (var name in _deployed.Keys)
        {
            await DeleteAsync(client, name);
        }
    }

    private async Task DeleteAsync(ChaosClient client, string name)
    {
        var outcome = await client.Judge.WatchAsync(DeleteKind, s_deadline, async leave =>
        {
            var end = await client.AskAsync(HttpMethod.Delete, $"/function/{name}", null, static _ => CallOutcome.Ok, leave);
            return end.Code == "function_not_found" ? CallOutcome.Ok : end; // a deploy that failed, or a delete whose answer was lost
        });
        if (!outcome.IsOk)
        {
            return;
        }

        _deployed.TryRemove(name, out _);
        await client.Judge.WatchAsync("deleted", client.Deadline, async leave =>
        {
            var end = await client.InvokeAsync(name, [], static _ => null, leave);
            return end.Code == "function_not_found" ? CallOutcome.Ok : end.IsOk ? CallOutcome.Wrong("ok", "a deleted function answers") : end;
        });
    }

    private static string Module(string text) => $$"""
        (module
          (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 1)
          (data (i32.const 0) "\10\00\00\00\{{text.Length:x2}}\00\00\00")
          (data (i32.const 16) "{{text}}")
          (func (export "_start") (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))
        """;
}
