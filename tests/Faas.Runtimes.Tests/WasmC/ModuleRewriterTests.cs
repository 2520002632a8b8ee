using System.Text;
using Faas.Protocol.Contracts;
using Faas.Runtimes.Modules;
using Faas.Runtimes.Tests.Backends;
using Faas.Runtimes.WasmC;
using Faas.Testing;

namespace Faas.Runtimes.Tests.WasmC;

[Collection(EngineCollection.Name)]
public sealed class ModuleRewriterTests : IDisposable
{
    private readonly IRuntimeBackend _backend = Engine.Create("wasmer");

    public void Dispose() => _backend.Dispose();

    [Fact]
    public void Rewrite_NoGrowthNoStart_NothingIsAdded()
    {
        var wasm = Module("""(memory (export "memory") 3) (func (export "_start"))""");
        var rewritten = ModuleRewriter.Rewrite(wasm, out var layout);

        Assert.Equal(wasm, rewritten);
        Assert.Equal((3u, 0, 1, -1, -1), (layout.MinimumPages, layout.MemoryExport, layout.StartExport, layout.LimitExport, layout.RefusedExport));
    }

    [Fact]
    public void Rewrite_Imports_AreTheirFunctionsInOrder()
    {
        var wasm = Module("""
            (import "wasi_snapshot_preview1" "fd_close" (func (param i32) (result i32)))
            (import "wasi_unstable" "args_get" (func (param i32 i32) (result i32)))
            (memory (export "memory") 1) (func (export "_start"))
            """);
        ModuleRewriter.Rewrite(wasm, out var layout);

        Assert.Equal(["fd_close", "args_get"], layout.Imports.Select(i => Runtimes.Wasi.WasiFunctions.All[i.Index].Name));
        Assert.Equal([false, true], layout.Imports.Select(i => i.IsUnstable));
    }

    // Around memory.grow: everything whose immediates could hide one, or look like one.
    [Theory]
    [InlineData("(drop (i32.const 64)) (drop (i64.const 0x4040)) (drop (f32.const 3)) (drop (f64.const 3))")]
    [InlineData("(block (block (block (br_table 0 1 2 (i32.const 9)))))")]
    [InlineData("(drop (select (result i32) (i32.const 1) (i32.const 2) (i32.const 0)))")]
    [InlineData("(memory.fill (i32.const 0) (i32.const 64) (i32.const 8)) (memory.copy (i32.const 0) (i32.const 64) (i32.const 8))")]
    [InlineData("(drop (v128.const i8x16 64 0 64 0 64 0 64 0 64 0 64 0 64 0 64 0))")]
    [InlineData("(drop (i8x16.extract_lane_s 3 (v128.load offset=64 (i32.const 0)))) (v128.store8_lane 2 (i32.const 0) (v128.const i64x2 0 0))")]
    [InlineData("(drop (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 (v128.const i64x2 0 0) (v128.const i64x2 0 0)))")]
    [InlineData("(drop (i32.trunc_sat_f32_s (f32.const 1))) (drop (i64.load offset=8192 align=1 (i32.const 0)))")]
    [InlineData("(drop (ref.is_null (ref.null func))) (drop (table.size 0)) (drop (table.grow 0 (ref.null func) (i32.const 1)))")]
    [InlineData("(call_indirect (type $none) (i32.const 0))")]
    [InlineData("(local i64 i32 v128) (local.set 1 (i32.const 64)) (if (local.get 1) (then (nop)) (else (unreachable)))")]
    public void Invoke_GrowthAmongOtherInstructions_IsLimited(string instructions)
    {
        // Ends with 7 when one page was given and then four were refused.
        var wasm = Module($$"""
            (type $none (func))
            (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
            (table 1 funcref) (elem (i32.const 0) $nothing) (func $nothing)
            (memory (export "memory") 1)
            (func $before {{instructions}}
              (drop (memory.grow (i32.const 0))))
            (func (export "_start")
              (call $before)
              (if (i32.ne (memory.grow (i32.const 1)) (i32.const 1)) (then unreachable))
              (if (i32.ne (memory.grow (i32.const 4)) (i32.const -1)) (then unreachable))
              (if (i32.ne (memory.grow (i32.const -1)) (i32.const -1)) (then unreachable))
              (if (i32.ne (memory.size) (i32.const 2)) (then unreachable))
              (call $exit (i32.const 7)))
            """);
        var result = Run(wasm, pages: 5);

        Assert.Equal(InvocationStatus.MemoryLimit, result.Status);
        Assert.Equal(2 * 65536, result.PeakMemoryBytes);
        Assert.Equal(InvocationStatus.Trap, Run(wasm, pages: 6).Status);
    }

    [Fact]
    public void Invoke_OwnMaximumBelowTheLimit_IsNotTheLimit()
    {
        var wasm = Module("""
            (memory (export "memory") 1 2)
            (func (export "_start") (drop (memory.grow (i32.const 100))) unreachable)
            """);

        Assert.Equal(InvocationStatus.Trap, Run(wasm, pages: 5).Status);
    }

    [Fact]
    public void Invoke_StartFunctionThatGrows_GrowsWithinTheLimit()
    {
        var wasm = Module("""
            (memory (export "memory") 1)
            (func $first (if (i32.ne (memory.grow (i32.const 2)) (i32.const 1)) (then unreachable)))
            (start $first)
            (func (export "_start") (if (i32.ne (memory.size) (i32.const 3)) (then unreachable)))
            """);

        Assert.Equal(InvocationStatus.Ok, Run(wasm, pages: 5).Status);
        Assert.Equal(InvocationStatus.MemoryLimit, Run(wasm, pages: 2).Status);
    }

    [Fact]
    public void Rewrite_InstructionOfAnUnknownProposal_InvalidModule()
    {
        var wasm = Module("""(memory (export "memory") 1) (func (export "_start") (drop (memory.grow (i32.const 0))))""");
        wasm[wasm.AsSpan().LastIndexOf((byte)0x1a)] = 0xff;

        Assert.Equal(InvocationStatus.InvalidModule, Assert.Throws<ModuleLoadException>(() => ModuleRewriter.Rewrite(wasm, out _)).Status);
    }

    [Theory]
    [InlineData("""(memory (export "memory") 1) (memory 1) (func (export "_start"))""")]
    [InlineData("""(memory (export "memory") i64 1) (func (export "_start"))""")]
    [InlineData("""(memory (export "memory") 1 1 shared) (func (export "_start"))""")]
    [InlineData("""(memory (export "memory") 1) (table 2000000 funcref) (func (export "_start"))""")]
    [InlineData("""(memory (export "memory") 1) (tag) (func (export "_start"))""")]
    [InlineData("""(type (struct)) (memory (export "memory") 1) (func (export "_start"))""")]
    [InlineData("""(import "wasi_snapshot_preview1" "fd_close" (func (param (ref null struct)))) (memory (export "memory") 1) (func (export "_start"))""")]
    public void Compile_WhatIsNotSupported_InvalidModule(string fields)
    {
        var exception = Assert.Throws<ModuleLoadException>(() => ((IModuleCompiler)_backend).Compile(Module(fields)));

        Assert.Equal(InvocationStatus.InvalidModule, exception.Status);
    }

    [Fact]
    public void Artifact_WrittenAndCut_ReadsBackOrNot()
    {
        var layout = new ModuleLayout([new(3, false), new(5, true)], 17, 1, 2, -1, -1);
        var bytes = Artifact.Write(layout, "native"u8);

        Assert.True(Artifact.TryRead(bytes, out var read, out var native));
        Assert.Equal(layout.Imports, read.Imports);
        Assert.Equal(layout with { Imports = [] }, read with { Imports = [] });
        Assert.True(native.SequenceEqual("native"u8));
        for (var length = 0; length < bytes.Length - "native".Length; length++)
        {
            Assert.False(Artifact.TryRead(bytes.AsSpan(0, length), out _, out _));
        }
    }

    private static byte[] Module(string fields) => WatToWasm.Convert(Encoding.UTF8.GetBytes($"(module {fields})"));

    private InvocationResult Run(byte[] wasm, int pages) =>
        Engine.Run(_backend, wasm, new InMemoryInvocation(limits: InvocationLimits.Default with { MemoryBytes = pages * 65536L }));
}
