using System.Numerics;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>Computes C = op(A)·op(B), or C += op(A)·op(B), for float and double.</summary>
/// <remarks>
/// <para>Laws, tested over every implementation:</para>
/// <list type="number">
/// <item>Results are bit-identical for every thread count.</item>
/// <item>NaN and infinity propagate by IEEE 754; no term is skipped because a factor is 0.</item>
/// <item>Without terms (an inner size of 0) the product is 0.</item>
/// <item>Only elements of C are written, never the gaps between its rows.</item>
/// <item>After the first calls of a size, a call allocates nothing on the managed heap.</item>
/// </list>
/// <para>Instances are immutable and safe for concurrent use. Layout conventions: <see cref="ProductShape"/>.</para>
/// </remarks>
internal abstract unsafe class MatrixProduct
{
    private protected MatrixProduct(WorkerPool pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        Pool = pool;
    }

    /// <summary>What computes and with how many threads, for people: e.g. "managed (AVX-512), 2 threads".</summary>
    public abstract string Description { get; }

    /// <summary>The threads that share the work.</summary>
    public WorkerPool Pool { get; }

    /// <summary>Computes the product, or every product of a batch.</summary>
    /// <param name="shape">Sizes, layout, transpositions, whether to accumulate, and the batch.</param>
    /// <param name="left">A.</param>
    /// <param name="right">B.</param>
    /// <param name="result">C; must not overlap the operands.</param>
    /// <param name="kept">What this may keep of B from call to call; told by the caller which matrix that is.</param>
    /// <exception cref="ArgumentException">The shape is inconsistent, an operand is too short, or the result overlaps an operand.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public void Multiply<T>(in ProductShape shape, ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result, KeptPanels? kept = null)
        where T : unmanaged
    {
        shape.Validate(left.Length, right.Length, result.Length);
        if (result.Overlaps(left) || result.Overlaps(right))
        {
            throw new ArgumentException("The result of a matrix product must not overlap an operand: multiply into another buffer.", nameof(result));
        }

        if (shape.Rows == 0 || shape.Columns == 0 || shape.BatchCount == 0)
        {
            return;
        }

        fixed (T* a = left, b = right, c = result)
        {
            if (shape.Inner == 0)
            {
                Clear(shape, c);
            }
            else if (typeof(T) == typeof(double))
            {
                Multiply(shape.Stacked(), (double*)a, (double*)b, (double*)c, kept);
            }
            else if (typeof(T) == typeof(float))
            {
                Multiply(shape.Stacked(), (float*)a, (float*)b, (float*)c, kept);
            }
            else
            {
                throw new NotSupportedException($"Matrix products are computed in float and double, not in {typeof(T)}.");
            }
        }
    }

    /// <summary>The same product, to be computed some rows at a time; null where this does not do so.</summary>
    /// <param name="shape">Its shape.</param>
    public virtual ProductPieces<T>? Pieces<T>(in ProductShape shape)
        where T : unmanaged, IFloatingPointIeee754<T> => null;

    /// <summary>Computes a valid product with no size equal to 0.</summary>
    protected abstract void Multiply(in ProductShape shape, double* left, double* right, double* result, KeptPanels? kept);

    /// <inheritdoc cref="Multiply(in ProductShape, double*, double*, double*, KeptPanels)"/>
    protected abstract void Multiply(in ProductShape shape, float* left, float* right, float* result, KeptPanels? kept);

    private static void Clear<T>(in ProductShape shape, T* result)
        where T : unmanaged
    {
        if (shape.Accumulate)
        {
            return;
        }

        for (int item = 0; item < shape.BatchCount; item++)
        {
            for (int row = 0; row < shape.Rows; row++)
            {
                new Span<T>(result + ((nint)item * shape.ResultBatchStep) + ((nint)row * shape.ResultStride), shape.Columns).Clear();
            }
        }
    }
}
