namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>A matrix product that is a matrix times a vector: y = M·x or y = Mᵀ·x, with M as it is stored.</summary>
/// <remarks>
/// A product with one column is op(A)·b. One with one row is its own transpose, op(B)ᵀ·a. Elements of x and y may be apart, being a column of a wider matrix.
/// </remarks>
internal readonly unsafe struct VectorProblem<T>
    where T : unmanaged
{
    public readonly T* Matrix;
    public readonly T* Vector;
    public readonly T* Result;

    /// <summary>Rows of M as stored.</summary>
    public readonly int Rows;

    /// <summary>Columns of M as stored: elements of a row are contiguous.</summary>
    public readonly int Columns;
    public readonly nint Stride;
    public readonly nint VectorStep;
    public readonly nint ResultStep;

    /// <summary>Whether Mᵀ enters the product: x has <see cref="Rows"/> elements and y <see cref="Columns"/>, otherwise the other way round.</summary>
    public readonly bool Transposed;
    public readonly bool Accumulate;

    /// <summary>Reads a product with one row or one column.</summary>
    public VectorProblem(in ProductProblem<T> problem)
    {
        Accumulate = problem.Accumulate;
        Result = problem.Result;
        int results;
        nint resultElementStep, innerStep;
        if (problem.Columns == 1)
        {
            Matrix = problem.Left;
            Vector = problem.Right;
            VectorStep = problem.RightInnerStep;
            ResultStep = problem.ResultStride;
            (results, resultElementStep, innerStep) = (problem.Rows, problem.LeftRowStep, problem.LeftInnerStep);
        }
        else
        {
            Matrix = problem.Right;
            Vector = problem.Left;
            VectorStep = problem.LeftInnerStep;
            ResultStep = 1;
            (results, resultElementStep, innerStep) = (problem.Columns, problem.RightColumnStep, problem.RightInnerStep);
        }

        Transposed = innerStep != 1;
        Rows = Transposed ? problem.Inner : results;
        Columns = Transposed ? results : problem.Inner;

        // A single row may carry a stride shorter than itself (a transposed column without gaps), which BLAS would refuse.
        nint stride = Transposed ? innerStep : resultElementStep;
        Stride = Rows == 1 ? Columns : stride;
    }

    private VectorProblem(in VectorProblem<T> problem, T* vector)
    {
        this = problem;
        Vector = vector;
        VectorStep = 1;
    }

    /// <summary>The same product with its vector copied to contiguous memory.</summary>
    public VectorProblem<T> WithVector(T* vector) => new(this, vector);
}
