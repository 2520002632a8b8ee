namespace Faas.LoadTests.Chaos.Calls;

/// <summary>Random bytes, small ones and now and then two mebibytes, that have to come back as they are.</summary>
internal sealed class EchoCalls : ICallKind
{
    public string Name => "echo";

    public int Callers => 2;

    public TimeSpan Pause => TimeSpan.FromMilliseconds(50);

    public Task CallAsync(ChaosClient client, Random random)
    {
        var input = new byte[random.Next(20) == 0 ? 2 * 1024 * 1024 : random.Next(4) == 0 ? random.Next(256 * 1024) : random.Next(2048)];
        random.NextBytes(input);
        return client.Judge.WatchAsync(
            "echo", client.Deadline, leave => client.InvokeAsync(ChaosFunctions.Echo, input, output => ChaosClient.Differs(input, output), leave));
    }
}
