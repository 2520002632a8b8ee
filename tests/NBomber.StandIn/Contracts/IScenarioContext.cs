namespace NBomber.Contracts;

/// <summary>What a scenario's body is given.</summary>
public interface IScenarioContext
{
    int InvocationNumber { get; }
}
