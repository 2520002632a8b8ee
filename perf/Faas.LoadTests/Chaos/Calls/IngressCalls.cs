using Faas.Protocol.Contracts;
using Faas.Supervisor.Cli.Ingress;

namespace Faas.LoadTests.Chaos.Calls;

/// <summary>Calls over the socket for local clients.</summary>
internal sealed class IngressCalls : ICallKind
{
    public string Name => "ingress";

    public int Callers => 1;

    public TimeSpan Pause => TimeSpan.FromMilliseconds(60);

    public Task CallAsync(ChaosClient client, Random random)
    {
        var input = new byte[random.Next(4) == 0 ? random.Next(512 * 1024) : random.Next(1024)];
        random.NextBytes(input);
        return client.Judge.WatchAsync("ingress", client.Deadline, async leave =>
        {
            using var output = new MemoryStream();
            using var ingress = IngressClient.Connect(client.Server.IngressPath, output, Stream.Null);
            using var closing = leave.UnsafeRegister(static state => ((IngressClient)state!).Dispose(), ingress); // cancelling asks the server, which may be what hangs
            var end = await ingress.InvokeAsync(ChaosFunctions.Echo, [], input, CancellationToken.None);
            return end.Status != InvocationStatus.Ok ? new CallOutcome(end.Code, Message: end.Message)
                : ChaosClient.Differs(input, output.ToArray()) is { } wrong ? CallOutcome.Wrong("ok", wrong)
                : CallOutcome.Ok;
        });
    }
}
