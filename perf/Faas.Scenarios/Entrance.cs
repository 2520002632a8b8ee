namespace Faas.Scenarios;

/// <summary>The door of the server that a load goes through.</summary>
internal enum Entrance
{
    Http,
    Ingress,
}
