using System.Globalization;

namespace Faas.LoadTests.Chaos.Calls;

/// <summary>Raw triggers that stream numbered lines: read as they come, or read slowly.</summary>
internal sealed class StreamCalls : ICallKind
{
    public const string Kind = "stream";

    public string Name => Kind;

    public int Callers => 2;

    public TimeSpan Pause => TimeSpan.FromMilliseconds(100);

    public Task CallAsync(ChaosClient client, Random random) => random.Next(2) == 0
        ? ReadAsync(client, lines: random.Next(10, 60), betweenMs: 20, pauseMs: 0) // slower than it is read
        : ReadAsync(client, lines: random.Next(10_000, 30_000), betweenMs: 0, pauseMs: 8); // read slower than it comes

    public static Task ReadAsync(ChaosClient client, int lines, int betweenMs, int pauseMs) => client.Judge.WatchAsync(
        Kind,
        client.Deadline,
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
                if (StreamedLines.Check(buffer.AsSpan(0, count), at) is { } wrong)
                {
                    return CallOutcome.Wrong("ok", wrong);
                }

                at += count;
                if (pauseMs > 0)
                {
                    await Task.Delay(pauseMs, leave);
                }
            }

            return at == (long)lines * StreamedLines.LineBytes ? CallOutcome.Ok : CallOutcome.Wrong("ok", $"ended as if whole after {at} of {(long)lines * StreamedLines.LineBytes} bytes");
        });
}
