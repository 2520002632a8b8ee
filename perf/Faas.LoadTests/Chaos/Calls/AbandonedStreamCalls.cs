namespace Faas.LoadTests.Chaos.Calls;

/// <summary>Raw triggers that stream without end, whose clients go away in the middle.</summary>
internal sealed class AbandonedStreamCalls : ICallKind
{
    public const string Kind = "abandoned";

    public string Name => Kind;

    public int Callers => 2;

    public TimeSpan Pause => TimeSpan.FromMilliseconds(100);

    public Task CallAsync(ChaosClient client, Random random) => random.Next(2) == 0
        ? AbandonAsync(client, "lines=0&us=0", random.Next(1, 600_000))
        : AbandonAsync(client, "lines=0&us=30000", random.Next(1, 1_000));

    private static Task AbandonAsync(ChaosClient client, string query, int after) => client.Judge.WatchAsync(
        Kind,
        client.Deadline,
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

                if (StreamedLines.Check(buffer.AsSpan(0, count), at) is { } wrong)
                {
                    return CallOutcome.Wrong("ok", wrong);
                }

                at += count;
            }

            return new CallOutcome(CallOutcome.Left);
        });
}
