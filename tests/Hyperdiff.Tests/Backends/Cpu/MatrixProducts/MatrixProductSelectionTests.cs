using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Tests.Backends.Cpu.MatrixProducts;

public sealed class MatrixProductSelectionTests
{
    [Theory]
    [InlineData("managed")]
    [InlineData(" Managed ")]
    public void Select_Managed_IsManagedAndSaysSo(string choice)
    {
        using WorkerPool pool = new(3);
        MatrixProduct product = MatrixProductSelection.Select(choice, pool);

        Assert.IsType<ManagedMatrixProduct>(product);
        Assert.Equal($"managed ({VectorWidths.Describe(VectorWidths.Widest)}), 3 threads", product.Description);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("  ")]
    public void Select_Unset_IsTheFastestOfThisMachine(string? choice)
    {
        MatrixProduct product = MatrixProductSelection.Select(choice, WorkerPool.Inline);

        Assert.IsType(MatrixProductSelection.Fastest(WorkerPool.Inline, VectorWidths.Widest).GetType(), product);
        Assert.EndsWith(", 1 thread", product.Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData((int)VectorWidth.Bits128, true)]
    [InlineData((int)VectorWidth.Bits256, true)]
    [InlineData((int)VectorWidth.Bits512, false)]
    public void Fastest_IsNativeIfThereIsALibraryAndVectorsAreShort(int widest, bool native)
    {
        MatrixProduct product = MatrixProductSelection.Fastest(WorkerPool.Inline, (VectorWidth)widest);

        Assert.Equal(native && MatrixProductSelection.TryLoadCandidate(out _, out _), product is OpenBlasMatrixProduct);
    }

    [Fact]
    public void Select_OpenBlas_IsNativeOrThrowsTheReasonOfEveryCandidate()
    {
        if (MatrixProductSelection.TryLoadCandidate(out BlasLibrary? library, out _))
        {
            MatrixProduct product = MatrixProductSelection.Select("openblas", WorkerPool.Inline);

            Assert.IsType<OpenBlasMatrixProduct>(product);
            Assert.Equal($"{library.Title} ({library.Name}), 1 thread", product.Description);
        }
        else
        {
            string message = Assert.Throws<DllNotFoundException>(() => MatrixProductSelection.Select("openblas", WorkerPool.Inline)).Message;

            Assert.All(BlasLibrary.Candidates, name => Assert.Contains(name, message, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Select_PathThatDoesNotExist_ThrowsWithPathVariableAndRemedy()
    {
        string message = Assert.Throws<DllNotFoundException>(() => MatrixProductSelection.Select("/nowhere/libnothing.so", WorkerPool.Inline)).Message;

        Assert.Contains("/nowhere/libnothing.so", message, StringComparison.Ordinal);
        Assert.StartsWith($"{MatrixProductSelection.Variable} is '/nowhere/libnothing.so', but that library cannot be used.", message,
            StringComparison.Ordinal);
        Assert.Contains("Install OpenBLAS", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Select_FileThatIsNoLibrary_Throws()
    {
        Assert.Throws<DllNotFoundException>(() => MatrixProductSelection.Select(typeof(MatrixProduct).Assembly.Location + ".txt", WorkerPool.Inline));
        Assert.Throws<DllNotFoundException>(() => MatrixProductSelection.Select(typeof(MatrixProduct).Assembly.Location, WorkerPool.Inline));
    }

    [Fact]
    public void Select_LibraryWithoutBlas_ThrowsNamingTheMissingFunction()
    {
        string? systemLibrary = OperatingSystem.IsWindows() ? "kernel32.dll" : OperatingSystem.IsLinux() ? "libc.so.6" : "libSystem.dylib";

        string message = Assert.Throws<DllNotFoundException>(() => MatrixProductSelection.Select(systemLibrary, WorkerPool.Inline)).Message;

        Assert.Contains("cblas_dgemm", message, StringComparison.Ordinal);
    }
}
