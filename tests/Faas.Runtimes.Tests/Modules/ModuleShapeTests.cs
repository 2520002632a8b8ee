using System.Text;
using Faas.Protocol.Contracts;
using Faas.Runtimes.Modules;
using Faas.Runtimes.Wasmtime;

namespace Faas.Runtimes.Tests.Modules;

/// <summary>Modules of a few kilobytes that keep an engine's compiler busy for minutes, or that no instance can be made of.</summary>
public sealed class ModuleShapeTests
{
    public static TheoryData<string, string> Refused => new()
    {
        { "501 loops within each other", Function(Loops(501, "")) },
        { "10,001 locals in a function", Function(Locals(10_001)) },
        { "locals in its functions, each function's squared", string.Concat(Enumerable.Repeat(Function(Locals(9_999)), 3)) },
        { "locals within loops", string.Concat(Enumerable.Repeat(Function(Locals(200) + Loops(490, "")), 60)) },
        { "1,048,577 elements in a table", "(table 1048577 funcref)" },
        { "1,048,577 elements in a table", "(table 1 funcref) (table 1048577 2000000 funcref)" },
        { "9 tables", string.Concat(Enumerable.Repeat("(table 1 funcref)", 9)) },
    };

    public static TheoryData<string> Allowed =>
    [
        Function(Loops(500, "nop")),
        Function(Locals(5_000)),
        string.Concat(Enumerable.Repeat(Function(Locals(60) + Loops(3, "nop") + Loops(3, "nop")), 1000)),
        Function(string.Concat(Enumerable.Repeat("(loop nop)", 5000))), // one after the other
        Function(string.Concat(Enumerable.Repeat("block ", 5000)) + string.Concat(Enumerable.Repeat("end ", 5000))),
        string.Concat(Enumerable.Repeat("(table 1048576 funcref)", 8)),
        Function("i32.const 0 i32.const 3 i32.atomic.store atomic.fence i32.const 0 i32.const 1 i32.atomic.rmw.add drop"),
        Function("v128.const i64x2 1 2 i8x16.popcnt drop i32.const 0 v128.load8_lane 3 drop").Replace("v128.load8_lane 3", "v128.load drop i32.const 0", StringComparison.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Refused))]
    public void Check_PastALimit_SaysWhich(string said, string fields)
    {
        var exception = Assert.Throws<ModuleLoadException>(() => ModuleShape.Check(Module(fields)));
        Assert.Equal(InvocationStatus.InvalidModule, exception.Status);
        Assert.Contains(said, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Allowed))]
    public void Check_Otherwise_IsNothing(string fields) => ModuleShape.Check(Module(fields));

    private static string Function(string body) => $"(func {body})";

    private static string Loops(int count, string inner) => string.Concat(Enumerable.Repeat("loop ", count)) + inner + string.Concat(Enumerable.Repeat(" end", count)) + " ";

    private static string Locals(int count) => $"(local{string.Concat(Enumerable.Repeat(" i32", count))}) ";

    private static byte[] Module(string fields) =>
        TextFormat.ToBinary(Encoding.UTF8.GetBytes($"(module (memory (export \"memory\") 1) (func (export \"_start\")) {fields})")).ToArray();
}
