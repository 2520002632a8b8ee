namespace NBomber.Contracts;

/// <summary>The only kind of response there is here; the payload's type is for the caller.</summary>
public sealed record Response<T>(string StatusCode, bool IsError, int SizeBytes) : IResponse;
