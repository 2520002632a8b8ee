using System.Text;

namespace Faas.LoadTests.Chaos.Calls;

/// <summary>C hello: the shortest call.</summary>
internal sealed class HelloCalls : ICallKind
{
    public const string Kind = "hello";
    private static readonly byte[] s_expected = Encoding.ASCII.GetBytes("Hello from FAAS!\n");

    public string Name => Kind;

    public int Callers => 2;

    public TimeSpan Pause => TimeSpan.FromMilliseconds(20);

    public Task CallAsync(ChaosClient client, Random random) => CallAsync(client, fresh: false);

    public static Task<CallOutcome> CallAsync(ChaosClient client, bool fresh) => client.Judge.WatchAsync(
        Kind, client.Deadline, leave => client.InvokeAsync(ChaosFunctions.Hello, [], Check, leave, fresh));

    public static string? Check(byte[] output) => ChaosClient.Differs(s_expected, output);
}
