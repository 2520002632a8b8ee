using NBomber.Contracts;

namespace NBomber.CSharp;

/// <summary>Makes responses.</summary>
public static class Response
{
    public static Response<object> Ok(string statusCode = "", int sizeBytes = 0, string message = "", double latencyMs = 0)
        => new(statusCode, IsError: false, sizeBytes);

    public static Response<object> Fail(string statusCode = "", string message = "", int sizeBytes = 0, double latencyMs = 0)
        => new(statusCode, IsError: true, sizeBytes);
}
