using System.Text;
using Faas.LoadTests.Soak;

namespace Faas.LoadTests.Chaos.Calls;

/// <summary>Scripts and handlers of every interpreter that is here; what they answer is made from their input.</summary>
internal sealed class InterpretedCalls(IReadOnlyList<InterpretedFunction> functions) : ICallKind
{
    /// <summary>All kinds of call that an interpreter answers begin with it.</summary>
    public const string Prefix = "interpreted-";

    public string Name => "interpreted";

    public int Callers => functions.Count == 0 ? 0 : 4;

    public TimeSpan Pause => TimeSpan.FromMilliseconds(60);

    public Task CallAsync(ChaosClient client, Random random)
    {
        var (function, number) = functions[random.Next(functions.Count)];
        var (input, expected) = InputOf(number, random);
        return client.Judge.WatchAsync(
            Prefix + function.Language,
            client.Deadline,
            leave => client.InvokeAsync(function.Name, input, output => ChaosClient.Differs(expected, output), leave));
    }

    /// <summary>Letters, so that no handler takes it for JSON; now and then more than a pipe holds.</summary>
    public static (byte[] Input, byte[] Expected) InputOf(int number, Random random)
    {
        var input = "t" + new string((char)('a' + random.Next(26)), random.Next(20) == 0 ? random.Next(100_000) : random.Next(200));
        return (Encoding.ASCII.GetBytes(input), Encoding.ASCII.GetBytes(SoakFunctions.Expected(number, input)));
    }
}
