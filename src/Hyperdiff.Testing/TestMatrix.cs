using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using Hyperdiff.Backends.Cpu;
using Hyperdiff.Graphs;

namespace Hyperdiff.Testing;

/// <summary>A matrix of a kind, drawn from a seed, with eigenvalues or singular values between ½ and 3/2 in size.</summary>
internal sealed class TestMatrix
{
    private static readonly ConditionalWeakTable<IBackend, ConcurrentDictionary<(MatrixClass, int, int), TestMatrix>> s_made = [];

    private readonly IBackend _backend;
    private readonly string _name;
    private readonly RandomKey _key;
    private readonly Lazy<LinearOperator> _operator;
    private readonly Lazy<LinearOperator> _single;
    private readonly Lazy<LinearOperator> _leaves;

    private TestMatrix(MatrixClass kind, int size, int seed, IBackend backend)
    {
        (_name, Size, _backend) = (kind.ToString(), size, backend);
        _key = RandomKey.FromSeed(seed).Fold(size).Fold((int)kind);
        Tensor gaussian = _key.Fold(1).Normal([size, size]);
        Tensor q = Linalg.Qr(gaussian).Q;
        Tensor spread = Tensor.From([.. Enumerable.Range(0, size).Select(i => 0.5 + (i / Math.Max(1.0, size - 1)))]);
        Tensor signs = Tensor.From([.. Enumerable.Range(0, size).Select(i => i % 2 == 0 ? -1.0 : 1)]);
        Tensor other = Linalg.Qr(_key.Fold(2).Normal([size, size])).Q;
        Tensor dense = kind switch
        {
            MatrixClass.PositiveDefinite => Symmetric(spread),
            MatrixClass.Symmetric => Symmetric(signs * spread),
            MatrixClass.NearIdentity => Tensor.Eye(size) - (0.7 / gaussian.Norm() * gaussian),
            _ => (q * spread).MatMul(other),
        };
        Dense = dense.To(backend);
        _operator = new(() => Of(DType.Float64));
        _single = new(() => Of(DType.Float32));
        _leaves = new(() => LinearOperator.From(v => Cut(Dense.MatMul(Joined(v))), [.. Cut(Vector(0)).Select(leaf => leaf.Type)]));

        Tensor Symmetric(Tensor values)
        {
            Tensor product = (q * values).MatMul(q.Transpose());
            return 0.5 * (product + product.Transpose());
        }
    }

    /// <summary>n.</summary>
    public int Size { get; }

    /// <summary>A, float64.</summary>
    public Tensor Dense { get; }

    /// <summary>A on one vector.</summary>
    public LinearOperator Operator => _operator.Value;

    /// <summary>A on one vector of float32.</summary>
    public LinearOperator Single => _single.Value;

    /// <summary>A on three leaves: a scalar, a vector and a matrix of one column.</summary>
    public LinearOperator Leaves => _leaves.Value;

    /// <summary>One of a kind, always the same for a seed.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="size">n.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="backend">Where it lies, with its vectors; the host if absent.</param>
    public static TestMatrix Of(MatrixClass kind, int size, int seed, IBackend? backend = null) => s_made.GetOrCreateValue(backend ?? CpuBackend.Instance)
        .GetOrAdd((kind, size, seed), at => new TestMatrix(at.Item1, at.Item2, at.Item3, backend ?? CpuBackend.Instance));

    /// <summary>A vector, drawn by number.</summary>
    public Tensor Vector(int number) => _key.Fold(10 + number).Normal([Size]).To(_backend);

    /// <summary>‖b − A x‖.</summary>
    public double Residual(Tensor x, Tensor b, bool transposed = false) =>
        (b - (transposed ? Dense.Transpose() : Dense).MatMul(x.To(DType.Float64))).Norm().ToScalar();

    /// <summary>What rounding makes of a residual at most: n ε ‖A‖ ‖x‖, some times.</summary>
    public double Rounding(Tensor x, DType type) => 32 * Size * type.Epsilon() * Dense.Norm().ToScalar() * (1e-300 + x.To(DType.Float64).Norm().ToScalar());

    /// <summary>A vector cut into leaves.</summary>
    public Tensor[] Cut(Tensor vector) => [vector[0], vector[1..2], vector[2..].Reshape(Size - 2, 1)];

    /// <summary>The vector of leaves.</summary>
    public static Tensor Joined(Tensor[] leaves) => Tensor.Concat(0, [.. leaves.Select(leaf => leaf.Reshape(leaf.Shape.ElementCount))]);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_name}, {Size} unknowns");

    private LinearOperator Of(DType type)
    {
        Tensor matrix = Dense.To(type);
        return LinearOperator.From(v => matrix.MatMul(v), new TensorType(type, [Size]));
    }
}
