namespace Faas.Simulation.Tests;

/// <summary>What goes wrong with one worker process.</summary>
internal enum WorkerFault
{
    None,

    // At its start.
    CannotStart,
    ExitsAtOnce,
    SaysNothing,
    WrongToken,
    StartsLate,

    // At a frame, or at an instant.
    Killed,
    KilledInsideAFrame,
    Mute,
    Deaf,
    DeafForAWhile,
    UnknownFrame,
    UnknownEnd,
    RefusedEnd,
    WrongDirection,
    EmptyWindow,
    Stuck,
}
