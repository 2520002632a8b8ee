namespace NBomber.Contracts;

/// <summary>How one call of a scenario ended.</summary>
public interface IResponse
{
    string StatusCode { get; }

    bool IsError { get; }

    int SizeBytes { get; }
}
