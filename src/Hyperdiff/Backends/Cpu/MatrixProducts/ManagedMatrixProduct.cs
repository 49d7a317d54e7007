using System.Numerics;
using System.Runtime.Intrinsics;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>Matrix products without native code: see <see cref="ManagedKernels{T, TVector, TLanes}"/> for the choice of kernel.</summary>
internal sealed unsafe class ManagedMatrixProduct : MatrixProduct
{
    private readonly VectorWidth _width;

    /// <summary>Uses the widest vectors of the machine.</summary>
    public ManagedMatrixProduct(WorkerPool pool)
        : this(pool, VectorWidths.Widest)
    {
    }

    /// <summary>Uses vectors of a width, so that one machine can test all kernels.</summary>
    /// <exception cref="PlatformNotSupportedException">The machine has no such vectors.</exception>
    public ManagedMatrixProduct(WorkerPool pool, VectorWidth width)
        : base(pool)
    {
        if (width > VectorWidths.Widest)
        {
            throw new PlatformNotSupportedException(
                $"This processor has no {VectorWidths.Describe(width)}; the widest vectors it has are {VectorWidths.Describe(VectorWidths.Widest)}.");
        }

        _width = width;
    }

    /// <inheritdoc/>
    public override string Description => $"managed ({VectorWidths.Describe(_width)}), {ThreadCount.Describe(Pool.Threads)}";

    /// <inheritdoc/>
    public override ProductPieces<T>? Pieces<T>(in ProductShape shape) => _width switch
    {
        VectorWidth.Bits512 => ManagedKernels<T, Vector512<T>, Lanes512<T>>.Pieces(shape),
        VectorWidth.Bits256 => ManagedKernels<T, Vector256<T>, Lanes256<T>>.Pieces(shape),
        _ => ManagedKernels<T, Vector128<T>, Lanes128<T>>.Pieces(shape),
    };

    /// <inheritdoc/>
    protected override void Multiply(in ProductShape shape, double* left, double* right, double* result, KeptPanels? kept) =>
        Multiply<double>(shape, left, right, result, kept);

    /// <inheritdoc/>
    protected override void Multiply(in ProductShape shape, float* left, float* right, float* result, KeptPanels? kept) =>
        Multiply<float>(shape, left, right, result, kept);

    /// <inheritdoc cref="MatrixProduct.Multiply(in ProductShape, double*, double*, double*, KeptPanels)"/>
    public void Multiply<T>(in ProductShape shape, T* left, T* right, T* result, KeptPanels? kept = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        switch (_width)
        {
            case VectorWidth.Bits512: ManagedKernels<T, Vector512<T>, Lanes512<T>>.Multiply(shape, left, right, result, Pool, kept); break;
            case VectorWidth.Bits256: ManagedKernels<T, Vector256<T>, Lanes256<T>>.Multiply(shape, left, right, result, Pool, kept); break;
            default: ManagedKernels<T, Vector128<T>, Lanes128<T>>.Multiply(shape, left, right, result, Pool, kept); break;
        }
    }
}
