using System.Collections.Frozen;

namespace Faas.Architecture.Tests;

/// <summary>Foreign types stop at one door.</summary>
public sealed class DoorTests
{
    [Theory]
    [InlineData("Microsoft.AspNetCore.Http.HttpContext", "Faas.Supervisor.Gateway", "Faas.Supervisor.Dashboard")]
    [InlineData("System.Net.Sockets.Socket", "Faas.Protocol.Transport", "Faas.Load", "Faas.Supervisor.AsyncInvocations")]
    [InlineData("Microsoft.Data.Sqlite.SqliteConnection", "Faas.Supervisor.AsyncInvocations")]
    [InlineData("System.IO.Pipes.NamedPipeServerStream", "Faas.Protocol.Transport")]
    [InlineData("System.IO.Pipes.NamedPipeClientStream", "Faas.Protocol.Transport")]
    [InlineData("Pipelines.Sockets.Unofficial.SocketConnection", "Faas.Protocol.Transport")]
    [InlineData("Microsoft.AspNetCore.Builder.WebApplication", "Faas.Supervisor")]
    [InlineData("System.CommandLine.Command", "MiniFaas")]
    [InlineData("Spectre.Console.AnsiConsole", "MiniFaas")]
    public void ForeignType_ItsUsers_AreBehindTheDoor(string foreign, params string[] doors)
    {
        var users = (from room in Rooms.All from type in room.Types where type.Uses.Contains(foreign) select type).ToList();

        // A rule about a type that nobody uses any more would be no rule.
        Assert.NotEmpty(users);
        ArrowTests.AssertNone(users.Where(type => !doors.Any(door => Rooms.IsIn(type.Namespace, door))).Select(type => type.FullName));
    }

    [Fact]
    public void SqliteException_WhoNamesIt_IsTheDatabaseItself() =>
        ArrowTests.AssertNone(
            from type in Rooms.Supervisor.Types
            where type.Uses.Contains("Microsoft.Data.Sqlite.SqliteException") && type.Name is not ("Faas.Supervisor.AsyncInvocations.InvocationDatabase" or "Faas.Supervisor.AsyncInvocations.InvocationReader")
            select type.FullName);

    [Fact]
    public void NativeFunctions_TheirDeclarations_AreInOneNativeMethodsClassALibrary()
    {
        var declarations = (from room in Rooms.All from type in room.Types where type.HasImports select type).ToList();

        Assert.NotEmpty(declarations);
        ArrowTests.AssertNone(
            from type in declarations
            where !type.Name.EndsWith("NativeMethods", StringComparison.Ordinal) && !type.Namespace.EndsWith(".Interop", StringComparison.Ordinal)
            select type.FullName);
    }

    [Fact]
    public void LogEvents_TheirIds_AreUniqueAndInTheirRoomsBlock()
    {
        const int block = 1000;
        var firstIds = new Dictionary<string, int>
        {
            ["Faas.Protocol"] = 1000,
            ["Faas.Runtimes"] = 2000,
            ["Faas.WorkerHost"] = 3000,
            ["Faas.Supervisor"] = 4000,
        }.ToFrozenDictionary();
        var events = Rooms.All.SelectMany(room => room.FirstArguments("Microsoft.Extensions.Logging.LoggerMessageAttribute")).ToList();

        Assert.NotEmpty(events);
        ArrowTests.AssertNone(events.GroupBy(log => log.Value).Where(group => group.Count() > 1).Select(group => $"{group.Key} in {string.Join(", ", group.Select(log => log.Namespace))}"));
        ArrowTests.AssertNone(
            from log in events
            let first = firstIds.First(room => Rooms.IsIn(log.Namespace, room.Key)).Value
            where log.Value < first || log.Value >= first + block
            select $"{log.Value} in {log.Namespace}");
    }
}
