namespace Faas.Simulation.Tests;

/// <summary>Whose step it is: a pause of the supervisor stops its own steps and nobody else's.</summary>
internal enum Actor : byte
{
    Supervisor,

    /// <summary>Workers, clients' fingers, the operating system.</summary>
    Outside,
}
