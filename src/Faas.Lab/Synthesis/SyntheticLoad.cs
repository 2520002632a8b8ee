namespace Faas.Lab.Synthesis;

/// <summary>The loads that strategies are usually told apart by.</summary>
internal enum SyntheticLoad
{
    /// <summary>One function, always 2 ms.</summary>
    Uniform,

    /// <summary>One function; half a percent of the calls is a quarter of the work: 95.5 % 1 ms, 4 % 10 ms, 0.5 % 100 ms.</summary>
    Heavy,

    /// <summary>1,000 functions of 1 ms each, popularity falling as 1 ÷ rank^1.1, 1 ms to load one: what warm caches are for.</summary>
    Zipf,

    /// <summary>Uniform, but the first worker takes twice as long.</summary>
    SlowWorker,
}
