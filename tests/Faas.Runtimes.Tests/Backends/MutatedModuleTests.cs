using System.Diagnostics;
using System.Globalization;
using CsCheck;
using Faas.Protocol.Contracts;
using Faas.Testing;

namespace Faas.Runtimes.Tests.Backends;

/// <summary>
/// Real modules with bytes changed, taken out, doubled or cut off: each is refused, or loads and ends cleanly within
/// tight limits. MINIFAAS_FUZZ_SECONDS makes it run that long for each engine.
/// </summary>
[Collection(EngineCollection.Name)]
public sealed class MutatedModuleTests(ITestOutputHelper output)
{
    private static readonly InvocationLimits s_limits = new(TimeSpan.FromMilliseconds(20), 4L << 20, 10_000);

    private enum Kind
    {
        Change,
        Bit,
        Remove,
        Repeat,
        Truncate,
    }

    [Theory]
    [InlineData("wasmtime")]
    [InlineData("wasmer")]
    public void Compile_MutatedModule_IsRefusedOrEndsCleanly(string engine)
    {
        Assert.SkipWhen(GuestModules.CannotCompileC is not null, GuestModules.CannotCompileC ?? "");
        byte[][] originals =
        [
            GuestModules.C("exit7"), GuestModules.C("echo"),
            .. ((string[])["start_section", "grow_bomb", "table_bomb", "trap_signature", "unstable", "flood"]).Select(n => WatToWasm.Convert(GuestModules.Wat(n))),
        ];
        var mutation = Gen.Select(
            Gen.Int[0, originals.Length - 1],
            Gen.Select(Gen.Enum<Kind>(), Gen.Double[0, 1], Gen.Byte, Gen.Int[1, 16], static (k, p, v, l) => (k, p, v, l)).Array[1, 4]);
        using var backend = Engine.Create(engine);
        var runs = backend.Capabilities.HasFlag(BackendCapabilities.Deadline);
        var (refused, ended) = (0L, 0L);

        void Check((int Module, (Kind, double, byte, int)[] Changes) sample)
        {
            var wasm = Mutate(originals[sample.Module], sample.Changes);
            try
            {
                using var module = Engine.Load(backend, wasm);
                // What loads may loop, which only some engines end by themselves.
                var status = runs ? module.Invoke(new InMemoryInvocation(new byte[100], limits: s_limits)).Status : InvocationStatus.Ok;
                Assert.NotEqual(InvocationStatus.InternalError, status);
                ended++;
            }
            catch (ModuleLoadException exception)
            {
                Assert.Equal(InvocationStatus.InvalidModule, exception.Status);
                refused++;
            }
        }

        var seconds = int.Parse(Environment.GetEnvironmentVariable("MINIFAAS_FUZZ_SECONDS") ?? "0", CultureInfo.InvariantCulture);
        var started = Stopwatch.GetTimestamp();
        if (seconds > 0)
        {
            mutation.Sample(Check, time: seconds, threads: 1);
        }
        else
        {
            mutation.Sample(Check, seed: "0000KOIPe036", iter: 300, threads: 1);
        }

        output.WriteLine($"{engine}: {refused} refused, {ended} {(runs ? "ran" : "loaded")}, {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");
    }

    private static byte[] Mutate(byte[] original, (Kind Kind, double Place, byte Value, int Length)[] changes)
    {
        var bytes = new List<byte>(original);
        foreach (var (kind, place, value, length) in changes)
        {
            if (bytes.Count == 0)
            {
                break;
            }

            var at = Math.Min((int)(place * bytes.Count), bytes.Count - 1);
            var count = Math.Min(length, bytes.Count - at);
            switch (kind)
            {
                case Kind.Change:
                    bytes[at] = value;
                    break;
                case Kind.Bit:
                    bytes[at] ^= (byte)(1 << (value & 7));
                    break;
                case Kind.Remove:
                    bytes.RemoveRange(at, count);
                    break;
                case Kind.Repeat:
                    bytes.InsertRange(at, bytes.GetRange(at, count));
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }

        return [.. bytes];
    }
}
