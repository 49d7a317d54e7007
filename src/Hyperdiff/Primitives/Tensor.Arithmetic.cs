using System.Runtime.CompilerServices;
using Hyperdiff.Primitives;

namespace Hyperdiff;

public sealed partial class Tensor
{
    /// <summary>Sum, element by element; shapes broadcast.</summary>
    public static Tensor operator +(Tensor left, Tensor right) => Primitives.Add.Instance.Broadcast(left, right);

    /// <summary>Adds a number to every element.</summary>
    public static Tensor operator +(Tensor left, double right) => left + Literal(right, left);

    /// <summary>Adds a number to every element.</summary>
    public static Tensor operator +(double left, Tensor right) => Literal(left, right) + right;

    /// <summary>Difference, element by element; shapes broadcast.</summary>
    public static Tensor operator -(Tensor left, Tensor right) => Primitives.Subtract.Instance.Broadcast(left, right);

    /// <summary>Subtracts a number from every element.</summary>
    public static Tensor operator -(Tensor left, double right) => left - Literal(right, left);

    /// <summary>Subtracts every element from a number.</summary>
    public static Tensor operator -(double left, Tensor right) => Literal(left, right) - right;

    /// <summary>Product, element by element; shapes broadcast. The matrix product is <see cref="MatMul"/>.</summary>
    public static Tensor operator *(Tensor left, Tensor right) => Primitives.Multiply.Instance.Broadcast(left, right);

    /// <summary>Multiplies every element by a number.</summary>
    public static Tensor operator *(Tensor left, double right) => left * Literal(right, left);

    /// <summary>Multiplies every element by a number.</summary>
    public static Tensor operator *(double left, Tensor right) => Literal(left, right) * right;

    /// <summary>Quotient, element by element; shapes broadcast.</summary>
    public static Tensor operator /(Tensor left, Tensor right) => Primitives.Divide.Instance.Broadcast(left, right);

    /// <summary>Divides every element by a number.</summary>
    public static Tensor operator /(Tensor left, double right) => left / Literal(right, left);

    /// <summary>Divides a number by every element.</summary>
    public static Tensor operator /(double left, Tensor right) => Literal(left, right) / right;

    /// <summary>Changes the sign of every element.</summary>
    public static Tensor operator -(Tensor tensor) => Negate.Instance.Of(Allowed.Given(tensor));

    // a number in an expression takes the element type of the tensor that it meets
    internal static Tensor Literal(double value, Tensor other, [CallerArgumentExpression(nameof(other))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(other, name);
        return other.DType != DType.Int32 || value == Math.Truncate(value)
            ? Scalar(value, other.DType)
            : throw new DTypeMismatchException(
                $"The number {value} meets a tensor of type {other.Type}, and is not an int32; convert the tensor first: tensor.To(DType.Float64).");
    }
}
