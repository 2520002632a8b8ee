using CsCheck;
using Faas.Runtimes.Wasi.FileSystem;

namespace Faas.Runtimes.Tests.Wasi;

public class FileContentTests
{
    private const int QuotaBytes = 400_000;

    // Offsets and lengths around the sizes at which chunks begin and the first one doubles.
    private static readonly Gen<int> s_offset = Gen.Frequency(
        (2, Gen.Int[0, 600]), (2, Gen.Int[65_400, 65_700]), (1, Gen.Int[130_900, 131_200]), (1, Gen.Int[0, 300_000]));

    private static readonly Gen<(int Kind, int Offset, int Length)> s_step =
        Gen.Select(Gen.Int[0, 3], s_offset, Gen.Frequency((3, Gen.Int[0, 300]), (1, Gen.Int[0, 70_000])));

    /// <summary>Whatever is written, cut, extended and allocated, the file reads like a plain array.</summary>
    [Fact]
    public void AnySteps_LikeAnArray() =>
        Gen.Select(Gen.Bool, s_step.Array[1, 30]).Sample(
            static (bundled, steps) =>
            {
                var quota = new FileSystemQuota(QuotaBytes * 2L, 10);
                byte[] original = bundled ? [.. Enumerable.Range(0, 1000).Select(static i => (byte)i)] : [];
                var content = new FileContent(quota, original.ToArray());
                var model = new List<byte>(original);
                for (var i = 0; i < steps.Length; i++)
                {
                    Step(content, model, (byte)(i + 1), steps[i]);
                    Check(content, model, steps[i].Offset, steps[i].Length + 10);
                }

                Check(content, model, 0, model.Count);
                Assert.True(content.TrySetLength(0));
                Assert.Equal(0, quota.UsedBytes);
            },
            iter: 300,
            threads: 1);

    [Fact]
    public void Write_QuotaReached_WritesWhatFits()
    {
        var quota = new FileSystemQuota(100_000, 10);
        var content = new FileContent(quota, default);
        Assert.Equal(65_536, content.Write(0, new byte[99_000]));
        Assert.Equal(65_536, content.Length);
        Assert.Equal(0, content.Write(100_000, [1]));
        Assert.False(content.TrySetLength(100_001));
        Assert.True(content.TrySetLength(100_000));
    }

    [Fact]
    public void Bundled_LargerThanTheQuota_StaysReadable()
    {
        var content = new FileContent(new FileSystemQuota(1000, 10), new byte[5000]);
        Assert.Equal(0, content.Write(0, [1]));
        Assert.False(content.TrySetLength(10));
        Assert.Equal(5000, content.Length);
        Assert.Equal(5000, content.Read(0, new byte[9000]));
        Assert.True(content.TrySetLength(0));
        Assert.Equal(1, content.Write(0, [1]));
    }

    private static void Step(FileContent content, List<byte> model, byte fill, (int Kind, int Offset, int Length) step)
    {
        switch (step.Kind)
        {
            case 0 or 1:
                var data = new byte[step.Length];
                data.AsSpan().Fill(fill);
                Assert.Equal(data.Length, content.Write((ulong)step.Offset, data));
                if (data.Length > 0)
                {
                    Resize(model, Math.Max(model.Count, step.Offset + data.Length));
                    for (var i = 0; i < data.Length; i++)
                    {
                        model[step.Offset + i] = fill;
                    }
                }

                break;
            case 2:
                Assert.True(content.TrySetLength(step.Offset));
                Resize(model, step.Offset);
                break;
            default:
                Assert.True(content.TryAllocate(step.Offset, step.Length + 1));
                Resize(model, Math.Max(model.Count, step.Offset + step.Length + 1));
                break;
        }

        Assert.Equal(model.Count, content.Length);
    }

    private static void Check(FileContent content, List<byte> model, int offset, int length)
    {
        var read = new byte[length];
        read.AsSpan().Fill(0xEE);
        var count = content.Read((ulong)offset, read);
        Assert.Equal(Math.Clamp(model.Count - offset, 0, length), count);
        for (var i = 0; i < count; i++)
        {
            if (model[offset + i] != read[i])
            {
                Assert.Fail($"byte {offset + i} is {read[i]}, not {model[offset + i]}");
            }
        }
    }

    private static void Resize(List<byte> model, int count)
    {
        if (count < model.Count)
        {
            model.RemoveRange(count, model.Count - count);
        }
        else
        {
            model.AddRange(new byte[count - model.Count]);
        }
    }
}
