using System.Globalization;
using System.Text;
using Faas.Protocol.Contracts;
using Faas.Runtimes.Modules;
using Faas.Runtimes.Wasmtime;
using Faas.Testing;

namespace Faas.Runtimes.Tests.Modules;

/// <summary>A module that writes its memory shows what its segments left there.</summary>
[Collection(Backends.EngineCollection.Name)]
public sealed class DataSegmentMergerTests
{
    private const int MemoryBytes = 2 * 65536;

    [Fact]
    public void Merge_AscendingSegments_FewerSegmentsSameMemory()
    {
        var segments = Enumerable.Range(0, 500).Select(i => (Offset: (i * 40) + (i / 100 * 3000), Length: 1 + (i % 40))).ToArray();
        var original = Binary(segments);
        var merged = DataSegmentMerger.Merge(original).ToArray();

        Assert.True(merged.Length > 0 && !merged.AsSpan().SequenceEqual(original));
        Assert.Equal(Expected(segments), MemoryOf(original));
        Assert.Equal(Expected(segments), MemoryOf(merged));
    }

    [Fact]
    public void Merge_RandomAscendingSegments_SameMemory()
    {
        var random = new Random(5);
        for (var round = 0; round < 5; round++)
        {
            var segments = new List<(int Offset, int Length)>();
            for (var at = random.Next(100); at < MemoryBytes - 3000; at += random.Next(5) == 0 ? random.Next(3000) : random.Next(60))
            {
                segments.Add((at, random.Next(1, 30)));
                at += segments[^1].Length;
            }

            var original = Binary([.. segments]);
            Assert.Equal(Expected([.. segments]), MemoryOf(DataSegmentMerger.Merge(original).ToArray()));
        }
    }

    [Fact]
    public void Merge_OverlappingOrUnorderedSegments_Unchanged()
    {
        var ordered = Enumerable.Range(1, 100).Select(i => (Offset: i * 10, Length: 10)).ToArray();
        var overlapping = Binary([.. ordered, (ordered[^1].Offset + 9, 5)]);
        var unordered = Binary([.. ordered, (0, 5)]);

        Assert.True(DataSegmentMerger.Merge(overlapping) == overlapping);
        Assert.True(DataSegmentMerger.Merge(unordered) == unordered);
    }

    [Fact]
    public void Merge_FewSegments_Unchanged()
    {
        var few = Binary([(0, 10), (20, 10)]);

        Assert.True(DataSegmentMerger.Merge(few) == few);
    }

    [Fact]
    public void Merge_TruncatedAnywhere_NeverThrows()
    {
        var whole = Binary([.. Enumerable.Range(0, 100).Select(i => (Offset: i * 40, Length: 20))]);
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.True(DataSegmentMerger.Merge(whole.AsSpan(0, length)).Length <= length);
        }
    }

    private static byte[] Binary((int Offset, int Length)[] segments)
    {
        var text = Encoding.UTF8.GetBytes("""
            (module
              (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
              (memory (export "memory") 3)
              (func (export "_start")
                (i32.store (i32.const 131072) (i32.const 0))
                (i32.store (i32.const 131076) (i32.const 131072))
                (drop (call $fd_write (i32.const 1) (i32.const 131072) (i32.const 1) (i32.const 131080)))))
            """);
        return [.. WatToWasm.Convert(text), .. DataSection(segments)];
    }

    private static byte[] DataSection((int Offset, int Length)[] segments)
    {
        var content = new List<byte>(Unsigned(segments.Length));
        foreach (var (offset, length) in segments)
        {
            content.AddRange([0, 0x41, .. Signed(offset), 0x0b, .. Unsigned(length), .. Bytes(offset, length)]);
        }

        return [11, .. Unsigned(content.Count), .. content];
    }

    private static byte[] Expected((int Offset, int Length)[] segments)
    {
        var memory = new byte[MemoryBytes];
        foreach (var (offset, length) in segments)
        {
            Bytes(offset, length).CopyTo(memory, offset);
        }

        return memory;
    }

    private static byte[] Bytes(int offset, int length) => [.. Enumerable.Range(offset, length).Select(static i => (byte)((i % 255) + 1))];

    private static byte[] Unsigned(int value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        return [.. bytes, (byte)value];
    }

    /// <summary>Five bytes always: a longer form than needed is allowed.</summary>
    private static byte[] Signed(int value) =>
        [(byte)(value | 0x80), (byte)((value >> 7) | 0x80), (byte)((value >> 14) | 0x80), (byte)((value >> 21) | 0x80), (byte)((value >> 28) & 0x7f)];

    private static byte[] MemoryOf(byte[] wasm)
    {
        using var backend = new WasmtimeBackend(new BackendOptions());
        var path = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"faas-test-{Guid.NewGuid():n}"));
        try
        {
            File.WriteAllBytes(path, backend.Compile(wasm));
            using var module = backend.Load(
                new ModuleDescriptor("x_1", ModuleKind.Wasm, path, InvocationLimits.Default, new Dictionary<string, string>()));
            var invocation = new InMemoryInvocation();
            Assert.Equal(InvocationStatus.Ok, module.Invoke(invocation).Status);
            return invocation.Output.ToArray();
        }
        finally
        {
            File.Delete(path);
        }
    }
}
