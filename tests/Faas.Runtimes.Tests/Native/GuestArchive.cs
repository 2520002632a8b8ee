namespace Faas.Runtimes.Tests.Native;

/// <summary>A function of two files that says hello with the help of the second.</summary>
public sealed record GuestArchive(string Entry, string Source, string OtherName, string Other);
