namespace Faas.Scenarios;

/// <summary>
/// A share of the rate that a server reaches in a closed loop. The rate is measured, never computed: a slot is taken for
/// longer than its function runs (the way to the worker and back, the wake-up), and by how much differs between machines.
/// </summary>
/// <param name="Share">1 = all of it.</param>
/// <param name="Connections">Of the closed loop: enough to keep every slot busy, few enough that nobody is refused.</param>
/// <param name="Key">Cases of a scenario with the same key share one measured peak, so that they get the same arrivals.</param>
internal sealed record PeakShare(double Share, int Connections, string Key);
