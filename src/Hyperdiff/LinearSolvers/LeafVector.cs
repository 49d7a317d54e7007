using System.Numerics.Tensors;
using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>The leaves of a structure as one vector: sums, multiples, inner products and norms over the whole structure. What solvers work on.</summary>
/// <param name="leaves">One tensor per leaf; they may differ in shape and type.</param>
public readonly struct LeafVector(Tensor[] leaves)
{
    // between 2^−600 and 2^1000 a sum of squares has lost nothing at either end of the range
    private static readonly double s_tiny = Math.ScaleB(1, -600);
    private static readonly double s_huge = Math.ScaleB(1, 1000);
    // powers of two up to 2^±126 are normal numbers of every floating type; what is within 2^±20 may be squared in all of them
    private const int Most = 126;
    private const int Ordinary = 20;

    private static readonly double s_shrink = Math.ScaleB(1, -540);

    // up to here a call of a graph takes longer than the sum
    private const int Short = 4096;

    /// <summary>The leaves.</summary>
    public Tensor[] Leaves { get; } = leaves;

    /// <summary>Leaves as a vector.</summary>
    public static implicit operator LeafVector(Tensor[] leaves) => new(leaves);

    /// <summary>The sum, leaf by leaf.</summary>
    public static LeafVector operator +(LeafVector left, LeafVector right) => Zip(left, right, (a, b) => a + b);

    /// <summary>The difference, leaf by leaf.</summary>
    public static LeafVector operator -(LeafVector left, LeafVector right) => Zip(left, right, (a, b) => a - b);

    /// <summary>The vector that points the other way.</summary>
    public static LeafVector operator -(LeafVector vector) => Array.ConvertAll(vector.Leaves, leaf => -leaf);

    /// <summary>A multiple by a scalar tensor of type float64, converted to the type of each leaf.</summary>
    public static LeafVector operator *(Tensor scalar, LeafVector vector)
    {
        if (scalar is not { Count: 1, DType: DType.Float64, Storage: HostStorage or UniformStorage } || !vector.IsShort)
        {
            return Array.ConvertAll(vector.Leaves, leaf => scalar.To(leaf.DType) * leaf);
        }

        double number = scalar.ToScalar();
        return Array.ConvertAll(vector.Leaves, leaf =>
        {
            var numbers = new double[leaf.Count];
            TensorPrimitives.Multiply(leaf.AsSpan<double>(), number, numbers);
            return Tensor.Wrap(numbers, leaf.Shape);
        });
    }

    /// <summary>A multiple.</summary>
    public static LeafVector operator *(double scalar, LeafVector vector) => Tensor.Scalar(scalar) * vector;

    /// <summary>All numbers, leaf after leaf, each row-major.</summary>
    public double[] ToArray() => DenseMatrix.Numbers(Leaves);

    /// <summary>Leaves like these from all their numbers, leaf after leaf.</summary>
    /// <param name="numbers">As many as these leaves have elements.</param>
    /// <exception cref="ShapeMismatchException">There are more or fewer.</exception>
    public LeafVector With(ReadOnlySpan<double> numbers)
    {
        int size = Leaves.Sum(leaf => leaf.Shape.ElementCount);
        return numbers.Length == size ? DenseMatrix.Leaves(numbers, Array.ConvertAll(Leaves, leaf => leaf.Type))
            : throw new ShapeMismatchException($"LeafVector.With: {numbers.Length} numbers for {size} elements.");
    }

    /// <summary>The inner product over all leaves, a scalar of type float64.</summary>
    public static Tensor Dot(LeafVector left, LeafVector right)
    {
        if (left.IsShort && right.IsShort && ShortDot(left.Leaves, right.Leaves) is { } number)
        {
            return Tensor.Scalar(number);
        }

        Tensor? sum = null;
        for (int i = 0; i < left.Leaves.Length; i++)
        {
            Tensor term = (left.Leaves[i].To(DType.Float64) * right.Leaves[i].To(DType.Float64)).Sum();
            sum = sum is null ? term : sum + term;
        }

        return sum ?? Tensor.Scalar(0);
    }

    // null where shapes differ, for an exception that says so
    private static double? ShortDot(Tensor[] left, Tensor[] right)
    {
        double sum = 0;
        for (int i = 0; i < left.Length; i++)
        {
            if (left[i].Shape != right[i].Shape)
            {
                return null;
            }

            sum += TensorPrimitives.Dot(left[i].AsSpan<double>(), right[i].AsSpan<double>());
        }

        return sum;
    }

    /// <summary>The Euclidean norm over all leaves, a scalar of type float64: exact in scale, <c>‖2ᵏ x‖ = 2ᵏ ‖x‖</c> to the last bit, for all numbers that are
    /// normal.</summary>
    /// <remarks>In one pass the sums of the squares and of those of scaled numbers, one of which is taken where the first leaves the range (Blue 1978, "A
    /// portable Fortran program to find the Euclidean norm of a vector").</remarks>
    internal Tensor Norm()
    {
        // squares of float32 do not leave the range of float64
        Tensor plain = SquaredNorm();
        if (Array.TrueForAll(Leaves, leaf => leaf.DType == DType.Float32))
        {
            return plain.Sqrt();
        }

        if (!Array.Exists(Leaves, leaf => leaf.Storage is TracedStorage))
        {
            return InRange(plain.ToScalar()) ?? plain.Sqrt();
        }

        (Tensor isTiny, Tensor isHuge) = (plain < s_tiny, plain > s_huge);
        Tensor chosen = Tensor.Where(isTiny, SquaredNorm(1 / s_shrink), Tensor.Where(isHuge, SquaredNorm(s_shrink), plain));
        return chosen.Sqrt() * Tensor.Where(isTiny, s_shrink, Tensor.Where(isHuge, 1 / s_shrink, Tensor.OnesLike(plain)));
    }

    /// <summary>Whether its leaves are at hand and so short that a tensor takes longer than its numbers.</summary>
    private bool IsShort
    {
        get
        {
            foreach (Tensor leaf in Leaves)
            {
                if (leaf is not { DType: DType.Float64, Count: <= Short, Storage: HostStorage, Type.VariesAcross: null })
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Whether a leaf lies in memory of a backend other than the host's.</summary>
    internal bool IsOnDevice => Array.Exists(Leaves, leaf => Placement.OwnerOf(leaf.Storage) is not null);

    /// <summary>The norm as a number. Of short leaves at hand it is computed in place, without tensors in between.</summary>
    public double Magnitude()
    {
        if (IsOnDevice)
        {
            return NormFrom(SquaredNorm().ToScalar());
        }

        double sum = 0;
        foreach (Tensor leaf in Leaves)
        {
            if (leaf is { Storage: UniformStorage uniform, DType: DType.Float64 })
            {
                sum += leaf.Count * uniform.Value * uniform.Value;
                continue;
            }

            if (leaf.Count > Short || leaf.Storage is not HostStorage || !leaf.DType.IsFloating())
            {
                return Norm().ToScalar();
            }

            sum += leaf.DType == DType.Float32 ? SumOfSquares.Of(leaf.AsSpan<float>()) : TensorPrimitives.SumOfSquares(leaf.AsSpan<double>());
        }

        return (sum != 0 && sum < s_tiny) || sum > s_huge || (sum == 0 && !IsZero()) ? Norm().ToScalar() : Math.Sqrt(sum);
    }

    /// <summary>The norm, given the plain sum of the squares: it is looked at again where that has left the range.</summary>
    internal double NormFrom(double sum) => Array.TrueForAll(Leaves, leaf => leaf.DType == DType.Float32) || InRange(sum) is not { } scaled
        ? Math.Sqrt(sum) : scaled.ToScalar();

    /// <summary>The norm where the numbers are known to be about 1, as within a solve, where <see cref="SystemScaling"/> has made them so: one sum.</summary>
    internal Tensor OrdinaryNorm() => SquaredNorm().Sqrt();

    /// <summary>Whether every number is finite: their norm may overflow though they are.</summary>
    public bool IsFinite() => Array.TrueForAll(Leaves, leaf => Placement.OwnerOf(leaf.Storage) is not null
        ? leaf.IsFinite().All().IsTrue
        : leaf.DType == DType.Float32 ? TensorPrimitives.IsFiniteAll(leaf.AsSpan<float>()) : TensorPrimitives.IsFiniteAll(leaf.AsSpan<double>()));

    /// <summary>A power of two that makes the norm about 1, and the vector multiplied by it; 1 for a norm in the ordinary range, zero, or one that is not
    /// finite.</summary>
    internal (LeafVector Vector, int Exponent) Brought(double norm)
    {
        int exponent = norm > 0 && double.IsFinite(norm) ? Math.Clamp(-Math.ILogB(norm), -Most, Most) : 0;
        return Math.Abs(exponent) <= Ordinary ? (this, 0) : (Tensor.Scalar(Math.ScaleB(1, exponent)) * this, exponent);
    }

    /// <summary>2^−exponent times the vector, with a norm of about 1; the vector itself, and 0, where the norm is in the ordinary range, zero, or not
    /// finite.</summary>
    internal (LeafVector Vector, int Exponent) Unit(double norm)
    {
        int most = Array.Exists(Leaves, leaf => leaf.DType == DType.Float32) ? Most : 1022;
        int exponent = norm > 0 && double.IsFinite(norm) ? Math.Clamp(Math.ILogB(norm), -most, most) : 0;
        return Math.Abs(exponent) <= Ordinary ? (this, 0) : (Tensor.Scalar(Math.ScaleB(1, -exponent)) * this, exponent);
    }

    /// <summary>The vector over its norm, which is not zero: the inverse of a small one is no number of <c>float32</c>.</summary>
    /// <param name="norm">The norm.</param>
    internal LeafVector Over(double norm)
    {
        (LeafVector vector, int exponent) = Unit(norm);
        return Tensor.Scalar(1 / Math.ScaleB(norm, -exponent)) * vector;
    }

    /// <summary>Zeros like these leaves.</summary>
    public LeafVector Zeros() => Array.ConvertAll(Leaves, Tensor.ZerosLike);

    /// <summary>Zeros of these types.</summary>
    internal static Tensor[] Zeros(IEnumerable<TensorType> types) => [.. types.Select(Tensor.ZerosOf)];

    // squares of numbers below 2^−537 vanish
    private bool IsZero() => Array.TrueForAll(Leaves, leaf => leaf.Storage is UniformStorage uniform
        ? uniform.Value == 0
        : leaf.DType == DType.Float32 ? leaf.AsSpan<float>().IndexOfAnyExcept(0) < 0 : leaf.AsSpan<double>().IndexOfAnyExcept(0) < 0);

    // the norm from scaled numbers, if the sum of the squares of plain ones has left the range
    private Tensor? InRange(double sum) =>
        sum < s_tiny ? SquaredNorm(1 / s_shrink).Sqrt() * s_shrink : sum > s_huge ? SquaredNorm(s_shrink).Sqrt() * (1 / s_shrink) : null;

    /// <summary>The sum of the squares of all numbers, as float64, which leaves the range of its type where they are far from 1.</summary>
    internal Tensor SquaredNorm(double multiple = 1)
    {
        Tensor? sum = null;
        foreach (Tensor leaf in Leaves)
        {
            Tensor term = SumOfSquares.Of(leaf, multiple);
            sum = sum is null ? term : sum + term;
        }

        return sum ?? Tensor.Scalar(0);
    }

    private static LeafVector Zip(LeafVector left, LeafVector right, Func<Tensor, Tensor, Tensor> combine)
    {
        if (left.Leaves.Length != right.Leaves.Length)
        {
            throw new ShapeMismatchException($"A vector of {left.Leaves.Length} leaves and one of {right.Leaves.Length}: both need the same leaves.");
        }

        var result = new Tensor[left.Leaves.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = combine(left.Leaves[i], right.Leaves[i]);
        }

        return result;
    }

    /// <summary>The leaves, one below the other.</summary>
    public override string ToString() => string.Join(Environment.NewLine, (IEnumerable<Tensor>)Leaves);
}
