using System.Globalization;
using System.Threading.RateLimiting;
using Faas.Supervisor.Access;
using Faas.Supervisor.Options;

namespace Faas.Supervisor.Gateway;

/// <summary>
/// A bucket of requests for each token, or for each address where no token is required. It fills evenly; one that is
/// full again is forgotten by the limiter.
/// </summary>
internal sealed class RateLimit(RequestRate rate)
{
    // The limiter refills ten times a second; a smaller part could be less than one request.
    private static readonly TimeSpan s_leastPeriod = TimeSpan.FromMilliseconds(100);

    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(caller =>
        RateLimitPartition.GetTokenBucketLimiter(caller, _ => OptionsOf(rate)));

    /// <summary>Hands the request on, or answers 429.</summary>
    /// <param name="context">The request.</param>
    /// <param name="token">Name of the caller's token; null: its address counts.</param>
    /// <param name="next">What serves it.</param>
    public Task HandleAsync(HttpContext context, string? token, RequestDelegate next)
    {
        var caller = token is not null ? "token " + token : context.Connection.RemoteIpAddress?.ToString() ?? "";
        using var lease = _limiter.AttemptAcquire(caller);
        if (lease.IsAcquired)
        {
            return next(context);
        }

        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
        context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return Answers.FailAsync(
            context,
            StatusCodes.Status429TooManyRequests,
            ErrorCodes.RateLimited,
            $"more than {rate.Requests} requests in {rate.Per.TotalSeconds:0} s from {(token is null ? "this address" : $"the token {token}")}: retry later, or start with a larger --rate-limit");
    }

    private static TokenBucketRateLimiterOptions OptionsOf(RequestRate rate)
    {
        var forOne = rate.Per / rate.Requests;
        var period = forOne > s_leastPeriod ? forOne : s_leastPeriod;
        return new TokenBucketRateLimiterOptions
        {
            TokenLimit = rate.Requests,
            ReplenishmentPeriod = period,
            TokensPerPeriod = Math.Max(1, (int)Math.Round(rate.Requests * (period / rate.Per))),
            QueueLimit = 0,
            AutoReplenishment = false, // the partitioned limiter does it for all
        };
    }
}
