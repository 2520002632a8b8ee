using System.Globalization;

namespace Faas.Supervisor.Options;

/// <summary>How many requests in how long: <c>100/s</c>, <c>600/m</c>.</summary>
/// <param name="Requests">At least 1; as many may come at once.</param>
/// <param name="Per">One second or one minute.</param>
public readonly record struct RequestRate(int Requests, TimeSpan Per)
{
    internal const string Rule = "must be a number of requests a second or a minute, like 100/s or 600/m";

    private const int MaxRequests = 1_000_000;

    internal static bool TryParse(string text, out RequestRate rate)
    {
        string[] parts = text.Split('/');
        rate = default;
        if (parts.Length != 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int requests) || requests is < 1 or > MaxRequests)
        {
            return false;
        }

        TimeSpan? per = parts[1] switch
        {
            "s" => TimeSpan.FromSeconds(1),
            "m" => TimeSpan.FromMinutes(1),
            _ => null,
        };
        rate = new RequestRate(requests, per ?? default);
        return per is not null;
    }
}
