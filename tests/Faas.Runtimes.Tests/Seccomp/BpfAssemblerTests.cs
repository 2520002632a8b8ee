using Faas.Seccomp;

namespace Faas.Runtimes.Tests.Seccomp;

public sealed class BpfAssemblerTests
{
    [Fact]
    public void Assemble_EachInstruction_HasTheKernelsBytes()
    {
        var end = new BpfLabel();
        var program = new BpfAssembler();
        program.Load(4);
        program.IfEqual(0x0102_0304, end);
        program.IfAtLeast(5, null, end);
        program.IfAnyBit(6, end, end);
        program.Mark(end);
        program.Return(0x7FFF_0000);
        Assert.Equal(
            "20000000" + "04000000" + "15000200" + "04030201" + "35000001" + "05000000" + "45000000" + "06000000" + "06000000" + "0000FF7F",
            Convert.ToHexString(program.Assemble()));
    }

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public void Assemble_JumpOverMany_IsRefusedWhereItCannotBeExpressed(int over, bool works)
    {
        var end = new BpfLabel();
        var program = new BpfAssembler();
        program.IfEqual(1, end);
        for (var i = 0; i < over; i++)
        {
            program.Load(0);
        }

        program.Mark(end);
        program.Return(0);
        if (works)
        {
            Assert.Equal(255, program.Assemble()[2]);
        }
        else
        {
            Assert.Throws<InvalidOperationException>(program.Assemble);
        }
    }

    [Fact]
    public void Assemble_JumpToNowhere_IsRefused()
    {
        var program = new BpfAssembler();
        program.IfEqual(1, new BpfLabel());
        program.Return(0);
        Assert.Throws<InvalidOperationException>(program.Assemble);
    }
}
