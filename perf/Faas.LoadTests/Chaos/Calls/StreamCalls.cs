using System.Globalization;
using System.Text;

namespace Faas.LoadTests.Chaos.Calls;

/// <summary>Raw triggers that stream numbered lines: read as they come, read slowly, or abandoned in the middle.</summary>
internal sealed class StreamCalls : ICallKind
{
    public const string Kind = "stream";
    public const string AbandonedKind = "stream-abandoned";

    private const string Text = " the quick brown fox jumps over the lazy dog\n";
    private const int LineBytes = 9 + 45; // nine digits and Text

    public int Callers => 3;

    public TimeSpan Pause => TimeSpan.FromMilliseconds(100);

    public Task CallAsync(ChaosClient client, Random random) => random.Next(4) switch
    {
        0 => ReadAsync(client, lines: random.Next(10, 60), betweenMs: 20, pauseMs: 0), // slower than it is read
        1 => ReadAsync(client, lines: random.Next(10_000, 30_000), betweenMs: 0, pauseMs: 8), // read slower than it comes
        2 => AbandonAsync(client, "lines=0&us=0", random.Next(1, 600_000)),
        _ => AbandonAsync(client, "lines=0&us=30000", random.Next(1, 1_000)),
    };

    private static Task ReadAsync(ChaosClient client, int lines, int betweenMs, int pauseMs) => client.Judge.WatchAsync(
        Kind,
        ICallKind.Deadline,
        async leave =>
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"/fn/{ChaosFunctions.Stream}?lines={lines}&us={betweenMs * 1000}");
            using var answer = await client.OpenAsync(path, leave);
            if (!answer.IsSuccessStatusCode)
            {
                return ChaosClient.Read((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(leave), static _ => CallOutcome.Ok);
            }

            await using var body = await answer.Content.ReadAsStreamAsync(leave);
            var buffer = new byte[32 * 1024];
            long at = 0;
            int count;
            while ((count = await body.ReadAsync(buffer, leave)) > 0)
            {
                if (Check(buffer.AsSpan(0, count), at) is { } wrong)
                {
                    return CallOutcome.Wrong("ok", wrong);
                }

                at += count;
                if (pauseMs > 0)
                {
                    await Task.Delay(pauseMs, leave);
                }
            }

            return at == (long)lines * LineBytes ? CallOutcome.Ok : CallOutcome.Wrong("ok", $"ended as if whole after {at} of {(long)lines * LineBytes} bytes");
        });

    private static Task AbandonAsync(ChaosClient client, string query, int after) => client.Judge.WatchAsync(
        AbandonedKind,
        ICallKind.Deadline,
        async leave =>
        {
            using var answer = await client.OpenAsync($"/fn/{ChaosFunctions.Stream}?{query}", leave);
            if (!answer.IsSuccessStatusCode)
            {
                return ChaosClient.Read((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(leave), static _ => CallOutcome.Ok);
            }

            await using var body = await answer.Content.ReadAsStreamAsync(leave);
            var buffer = new byte[16 * 1024];
            for (long at = 0; at < after;)
            {
                var count = await body.ReadAsync(buffer, leave);
                if (count == 0)
                {
                    return CallOutcome.Wrong("ok", $"a stream without end ended as if whole after {at} bytes");
                }

                if (Check(buffer.AsSpan(0, count), at) is { } wrong)
                {
                    return CallOutcome.Wrong("ok", wrong);
                }

                at += count;
            }

            return new CallOutcome(CallOutcome.Left);
        });

    private static string? Check(ReadOnlySpan<byte> bytes, long at)
    {
        for (var i = 0; i < bytes.Length;)
        {
            var (line, column) = Math.DivRem(at + i, LineBytes);
            var expected = Encoding.ASCII.GetBytes(line.ToString("D9", CultureInfo.InvariantCulture) + Text).AsSpan((int)column);
            var part = expected[..Math.Min(expected.Length, bytes.Length - i)];
            if (ChaosClient.Differs(part, bytes.Slice(i, part.Length)) is { } wrong)
            {
                return $"at byte {at + i}: {wrong}";
            }

            i += part.Length;
        }

        return null;
    }
}
