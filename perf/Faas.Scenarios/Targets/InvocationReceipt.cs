using System.Globalization;

namespace Faas.Scenarios.Targets;

/// <summary>What an answer's headers say of its invocation; durations in microseconds.</summary>
internal readonly record struct InvocationReceipt(string Worker, string Start, double QueueUs, double SendUs, double LoadUs, double RunUs, double TotalUs)
{
    public static InvocationReceipt Read(HttpResponseMessage answer)
    {
        var parts = Header(answer, "Server-Timing")
            .Split(',', StringSplitOptions.TrimEntries)
            .Select(part => part.Split(';', 2))
            .Where(part => part.Length == 2)
            .ToDictionary(part => part[0], part => part[1][(part[1].IndexOf('=') + 1)..]);
        return new InvocationReceipt(
            Header(answer, "X-Faas-Worker"), parts.GetValueOrDefault("start", ""), Us("queue"), Us("send"), Us("load"), Us("run"), Us("total"));

        double Us(string name) => parts.TryGetValue(name, out var text) ? double.Parse(text, CultureInfo.InvariantCulture) * 1000 : double.NaN;
    }

    private static string Header(HttpResponseMessage answer, string name)
        => answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "";
}
