namespace Faas.Runtimes.Native.Lanes;

/// <summary>Warm guests that are ended when nobody calls them.</summary>
internal interface IIdleGuests : IDisposable
{
    /// <summary>Ends those that were idle for longer than <paramref name="idle"/>. Any thread.</summary>
    void Trim(TimeSpan idle);
}
